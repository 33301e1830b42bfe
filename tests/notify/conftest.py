"""A shop whose owner is told by mail: a real mail server on loopback, and nothing runs by itself."""

from __future__ import annotations

import warnings
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import edit
from app.wiring import House, open_house
from tests.clocks import FixedClock

from .post_office import Box, open_office

OpenOffice = Callable[..., Any]
OWNER = "ana@donchepe.example"


@pytest.fixture
def box() -> Box:
    """What the mail server took."""
    return Box()


@pytest.fixture
def office(box: Box) -> Iterator[OpenOffice]:
    """Opens mail servers that fill the box."""
    opened: list[Any] = []

    def make(**options: Any) -> Any:
        with warnings.catch_warnings():  # the library warns of what these tests are about
            warnings.simplefilter("ignore")
            opened.append(open_office(box, **options))
        return opened[-1]

    yield make
    for one in opened:
        one.stop()


@pytest.fixture
def environ(office: OpenOffice, database_url: str) -> dict[str, str]:
    """The shop's `.env`: the mail server, and where the panel is seen from outside."""
    return {
        "DATABASE_URL": database_url, "SMTP_URL": f"smtp://127.0.0.1:{office().port}?from=caja@donchepe.example",
        "PUBLIC_URL": "https://donchepe.example",
    }  # fmt: skip


@pytest.fixture
async def shop(home: Path, clock: FixedClock, environ: dict[str, str]) -> AsyncIterator[House]:
    """The sample shop on each store, its owner told by mail."""
    edit(home / "config.yaml", {"orders.notify_email": OWNER})
    opened = open_house(home, environ=environ, clock=clock)
    yield opened
    await opened.stop()
