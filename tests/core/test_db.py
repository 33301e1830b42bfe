"""The database: what is acknowledged is stored, and one work's failure is its own."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from app.core.db import BUSY_SECONDS, Database
from app.core.errors import Unavailable
from app.core.facts import fact, keep_fact
from app.core.migrate import upgrade


def test_what_a_work_wrote_is_there_for_the_next_reader(db: Database) -> None:
    db.write_now(lambda conn: keep_fact(conn, "color", "añil"))
    db.write_now(lambda conn: keep_fact(conn, "color", "mango"))
    assert db.read_now(lambda conn: fact(conn, "color")) == "mango"


async def test_a_failing_work_leaves_the_others_of_its_group_alone(db: Database) -> None:
    def spoil(conn: Connection) -> None:
        keep_fact(conn, "bad", "1")
        raise ValueError("no")

    works = [db.write(spoil if n % 3 == 0 else lambda conn, n=n: keep_fact(conn, f"k{n}", str(n))) for n in range(60)]
    outcomes = await asyncio.gather(*works, return_exceptions=True)
    assert [type(outcome) is ValueError for outcome in outcomes] == [n % 3 == 0 for n in range(60)]
    kept = db.read_now(lambda conn: [fact(conn, f"k{n}") for n in range(60)])
    assert kept == ["" if n % 3 == 0 else str(n) for n in range(60)]
    assert db.read_now(lambda conn: fact(conn, "bad")) == ""


def test_a_work_that_waits_for_another_is_refused_instead_of_hanging(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(RuntimeError, match="must not wait"):
        db.write_now(lambda conn: db.write_now(lambda inner: None))
    db.close()


def test_sqlite_runs_in_wal_with_full_synchronous_and_foreign_keys(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    pragmas = ("journal_mode", "synchronous", "foreign_keys")
    found = db.write_now(lambda conn: [conn.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas])
    assert found == ["wal", 2, 1]
    db.close()


def test_a_file_locked_by_another_process_is_waited_for_then_refused_and_works_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "x.sqlite"
    db = Database(f"sqlite:///{path}")
    upgrade(db)
    holder = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    holder.execute("BEGIN IMMEDIATE")
    release = threading.Timer(1.0, lambda: holder.execute("ROLLBACK"))
    release.start()
    db.write_now(lambda conn: keep_fact(conn, "a", "1"))  # locked for one second: waited for
    release.join()
    holder.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        db.write_now(lambda conn: keep_fact(conn, "a", "2"))
    assert db.read_now(lambda conn: fact(conn, "a")) == "1"  # readers go on meanwhile
    holder.execute("ROLLBACK")
    db.write_now(lambda conn: keep_fact(conn, "a", "3"))
    assert db.read_now(lambda conn: fact(conn, "a")) == "3"
    assert BUSY_SECONDS < 10
    db.close()


async def test_works_that_wait_for_a_commit_share_the_next_one(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    upgrade(db)
    begun: list[str] = []
    from sqlalchemy import event

    event.listen(db.raw_writer(), "begin", lambda conn: begun.append("BEGIN"))
    await asyncio.gather(*(db.write(lambda conn, n=n: keep_fact(conn, f"k{n}", "1")) for n in range(300)))
    assert len(begun) <= 100
    db.close()


def test_a_disk_without_room_refuses_and_goes_on_once_there_is_room(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path / 'x.sqlite'}")
    upgrade(db)

    def pages(conn: Connection, limit: int) -> None:
        conn.exec_driver_sql(f"PRAGMA max_page_count = {limit}")

    size = db.write_now(lambda conn: conn.execute(text("PRAGMA page_count")).scalar_one())
    db.write_now(lambda conn: pages(conn, size + 3))  # SQLite's own «disk full» (SQLITE_FULL)
    with pytest.raises(Unavailable, match="full"):
        db.write_now(lambda conn: keep_fact(conn, "big", "x" * 100_000))
    db.write_now(lambda conn: pages(conn, 1_000_000))
    db.write_now(lambda conn: keep_fact(conn, "big", "x" * 100_000))
    assert db.read_now(lambda conn: len(fact(conn, "big"))) == 100_000
    assert db.read_now(lambda conn: conn.exec_driver_sql("PRAGMA integrity_check").scalar()) == "ok"
    db.close()
