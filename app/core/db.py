"""The database: SQLite with one writer thread and group commit, or PostgreSQL with a pool, behind one interface.

Work is a plain function of a connection. `write` runs it in a transaction and returns after the commit, so what it
returned is durable (SQLite: WAL, synchronous FULL; sqlite.org/pragma.html#pragma_synchronous). On SQLite the works
that wait while a commit is under way share the next one, each in its own savepoint: one fsync for many messages.
"""

from __future__ import annotations

import asyncio
import queue
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal, TypeVar

from sqlalchemy import Connection, DateTime, Engine, Table, create_engine, event
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from app.core.errors import Unavailable

BUSY_SECONDS = 4.0  # how long a locked SQLite file is waited for before the work is refused
GROUP = 64  # works that may share one commit
READERS = 4
POOL = 10
RETRIES = 3  # PostgreSQL: deadlocks and serialization failures are tried again

T = TypeVar("T")
Work = Callable[[Connection], T]


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: takes and gives aware UTC datetimes on every dialect."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value
        return value.replace(tzinfo=UTC)


class Database:
    """Runs works; safe to use from any thread and from the event loop.

    `url`: `sqlite:///path` or `postgresql://…`. `durable=False` is for scratch copies that die with the process.
    Raises Unavailable where the database cannot be used; errors of the work itself pass through.
    """

    def __init__(self, url: str, *, durable: bool = True) -> None:
        self.url = _driver_url(url)
        self.dialect: Literal["sqlite", "postgresql"] = "sqlite" if self.url.startswith("sqlite") else "postgresql"
        self._store = _SqliteStore(self.url, durable) if self.dialect == "sqlite" else _PostgresStore(self.url)

    async def write(self, work: Work[T]) -> T:
        """Runs `work` in a transaction of its own; returns once it is committed."""
        return await asyncio.wrap_future(self._store.write(work))

    async def read(self, work: Work[T]) -> T:
        """Runs `work` on a connection that sees one consistent state and changes nothing."""
        return await asyncio.wrap_future(self._store.read(work))

    def write_now(self, work: Work[T]) -> T:
        """`write` for code without an event loop (commands, start-up, tests)."""
        return self._store.write(work).result()

    def read_now(self, work: Work[T]) -> T:
        """`read` for code without an event loop."""
        return self._store.read(work).result()

    def raw_writer(self) -> Engine:
        """The engine for migrations and backups, which manage their own transactions."""
        return self._store.engine

    def close(self) -> None:
        """Finishes what was asked and lets go of the connections."""
        self._store.close()


def insert_new(conn: Connection, table: Table, **values: Any) -> bool:
    """INSERT … ON CONFLICT DO NOTHING: False if a unique index already held it (never check-then-act)."""
    row = insert_into(table, conn.dialect.name).values(**values)
    return conn.execute(row.on_conflict_do_nothing().returning(*table.primary_key.columns)).first() is not None


def insert_into(table: Table, dialect: str) -> Any:
    """The dialect's own INSERT, which knows ON CONFLICT; PostgreSQL's is loaded (3 MB) only where it is used."""
    if dialect == "sqlite":
        from sqlalchemy.dialects.sqlite import insert
    else:
        from sqlalchemy.dialects.postgresql import insert  # type: ignore[assignment]
    return insert(table)


class _SqliteStore:
    """One writer connection in its own thread, a few readers beside it."""

    def __init__(self, url: str, durable: bool) -> None:
        path = url.removeprefix("sqlite:///")
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        self.engine = _sqlite_engine(url, "BEGIN IMMEDIATE", "FULL" if durable else "OFF", 1)
        self._readers = _sqlite_engine(url, "BEGIN", "FULL", READERS)
        self._pool = ThreadPoolExecutor(READERS, thread_name_prefix="db-read")
        self._queue: queue.SimpleQueue[tuple[Work[Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="db-write", daemon=True)
        self._thread.start()

    def write(self, work: Work[T]) -> Future[T]:
        if threading.current_thread() is self._thread:
            raise RuntimeError("a work must not wait for another work")
        future: Future[T] = Future()
        self._queue.put((work, future))
        return future

    def read(self, work: Work[T]) -> Future[T]:
        return self._pool.submit(self._read, work)

    def _read(self, work: Work[T]) -> T:
        try:
            with self._readers.connect() as conn:
                return work(conn)
        except OperationalError as error:
            raise Unavailable(_reason(error)) from error

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()
        self._pool.shutdown()
        self.engine.dispose()
        self._readers.dispose()

    def _run(self) -> None:
        open_ = True
        while open_:
            task = self._queue.get()
            if task is None:
                break
            open_ = self._group(task)

    def _group(self, task: tuple[Work[Any], Future[Any]]) -> bool:
        """Runs this work and those waiting behind it in one transaction; False when closing was asked."""
        running: list[Future[Any]] = []
        outcomes: list[tuple[Any, BaseException | None]] = []
        open_ = True
        try:
            with self.engine.connect() as conn, conn.begin():
                waiting: tuple[Work[Any], Future[Any]] | None = task
                while waiting is not None:
                    work, future = waiting
                    if future.set_running_or_notify_cancel():
                        running.append(future)
                        outcomes.append(_in_savepoint(conn, work))
                    waiting, open_ = self._next(len(running))
        except BaseException as error:  # the file, the disk or the commit: nothing of the group is stored
            failure = Unavailable(_reason(error)) if isinstance(error, DBAPIError) else error
            if not running and task[1].set_running_or_notify_cancel():
                running.append(task[1])
            outcomes = [(None, failure)] * len(running)
        for future, (result, failed) in zip(running, outcomes, strict=True):
            if failed is None:
                future.set_result(result)
            else:
                future.set_exception(failed)
        return open_

    def _next(self, so_far: int) -> tuple[tuple[Work[Any], Future[Any]] | None, bool]:
        if so_far >= GROUP:
            return None, True
        try:
            waiting = self._queue.get_nowait()
        except queue.Empty:
            return None, True
        return waiting, waiting is not None


class _PostgresStore:
    """A pool of connections, one thread for each work under way."""

    def __init__(self, url: str) -> None:
        self.engine = create_engine(url, pool_size=POOL, max_overflow=0, pool_pre_ping=True, pool_timeout=BUSY_SECONDS)
        self._pool = ThreadPoolExecutor(POOL, thread_name_prefix="db")

    def write(self, work: Work[T]) -> Future[T]:
        return self._pool.submit(self._write, work)

    def read(self, work: Work[T]) -> Future[T]:
        return self._pool.submit(self._read, work)

    def close(self) -> None:
        self._pool.shutdown()
        self.engine.dispose()

    def _write(self, work: Work[T]) -> T:
        for attempt in range(RETRIES):
            try:
                with self.engine.begin() as conn:
                    return work(conn)
            except OperationalError as error:
                if getattr(error.orig, "sqlstate", "") not in {"40001", "40P01"} or attempt == RETRIES - 1:
                    raise Unavailable(_reason(error)) from error
        raise AssertionError("unreachable")

    def _read(self, work: Work[T]) -> T:
        try:
            with self.engine.connect() as conn:
                return work(conn)
        except OperationalError as error:
            raise Unavailable(_reason(error)) from error


def _in_savepoint(conn: Connection, work: Work[Any]) -> tuple[Any, BaseException | None]:
    """Runs one work so that its failure leaves the others of the group alone."""
    conn.exec_driver_sql("SAVEPOINT work")
    try:
        result = work(conn)
    except BaseException as error:
        if isinstance(error, OperationalError) and _is_trouble(error):
            raise  # the disk or the file: the whole group is refused
        conn.exec_driver_sql("ROLLBACK TO work")
        conn.exec_driver_sql("RELEASE work")
        return None, error
    conn.exec_driver_sql("RELEASE work")
    return result, None


def _sqlite_engine(url: str, begin: str, synchronous: str, size: int) -> Engine:
    engine = create_engine(
        url, poolclass=QueuePool, pool_size=size, max_overflow=0, connect_args={"check_same_thread": False}
    )

    @event.listens_for(engine, "connect")
    def _prepare(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None  # we say BEGIN ourselves, or pysqlite would delay it past the first SELECT
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(BUSY_SECONDS * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine


def _driver_url(url: str) -> str:
    """PostgreSQL addresses as people write them, with our driver put in."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _is_trouble(error: DBAPIError) -> bool:
    text = str(error.orig)
    return any(sign in text for sign in ("locked", "full", "disk I/O", "readonly", "malformed", "unable to open"))


def _reason(error: BaseException) -> str:
    text = str(error.orig if isinstance(error, DBAPIError) else error).splitlines()
    return text[0] if text else type(error).__name__
