"""Measuring what a piece of code costs, whatever else its process holds."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No garbage is collected meanwhile, as in `timeit`: after hours of tests one collection takes a second."""
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
