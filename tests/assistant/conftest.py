"""A small shop for the tests of answering."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.assistant.shop import Shop


@pytest.fixture
def open_shop(tmp_path: Path) -> Iterator[Callable[..., Shop]]:
    """Opens a shop with other settings than the usual ones; each call is another shop."""
    opened: list[Shop] = []

    def make(**settings: Any) -> Shop:
        opened.append(Shop(tmp_path / f"shop{len(opened)}", **settings))
        return opened[-1]

    yield make
    for shop in opened:
        shop.db.close()


@pytest.fixture
def shop(open_shop: Callable[..., Shop]) -> Shop:
    return open_shop()
