"""How much of a suite is run: short and seeded in `make test`, full in `make deep`."""

from __future__ import annotations

import os

DEEP = os.environ.get("TENDERO_TESTS") == "deep"


def size(short: int, deep: int) -> int:
    """This many in `make test`, that many in `make deep`."""
    return deep if DEEP else short
