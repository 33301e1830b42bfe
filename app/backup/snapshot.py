"""The database as one SQLite file, and back: a consistent copy taken beside a running server, whatever the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, MetaData, Table, delete, func, insert, select, text, update
from sqlalchemy.engine import make_url

from app import __version__
from app.core import migrate
from app.core.db import Database
from app.core.errors import UserError
from app.core.jobs import OPEN
from app.core.models import jobs

BATCH = 1000
DOORS = ("DELETE FROM panel_session", "DELETE FROM setup_token", "DELETE FROM staff_link")
SENDING = ("deliver", "turn")  # work of the past that would write to customers again


def take(db: Database, to: Path) -> None:
    """Writes the database's state of this moment to the new SQLite file `to`."""
    if db.dialect == "sqlite":
        _vacuum_into(file_of(db), to)
        return
    copy = Database(f"sqlite:///{to}", durable=False)
    try:
        migrate.upgrade(copy)
        with db.raw_writer().connect().execution_options(isolation_level="REPEATABLE READ") as source, source.begin():
            copy.write_now(lambda target: _copy(source, target))
    finally:
        copy.close()
    _fold_log_in(to)


def put_back(db: Database, source_file: Path) -> None:
    """Replaces all rows of a PostgreSQL database by those of the SQLite file, in one transaction."""
    copy = Database(f"sqlite:///{source_file}", durable=False)
    try:
        with copy.raw_writer().connect() as source, source.begin(), db.raw_writer().begin() as target:
            _restart_counters(target, _copy(source, target))
    finally:
        copy.close()


def inspect(file: Path) -> str:
    """The schema version of an unpacked database; UserError unless it is a sound one of ours."""
    try:
        with sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True) as conn:
            conn.execute("PRAGMA trusted_schema = OFF")
            sound = conn.execute("PRAGMA integrity_check(1)").fetchone() == ("ok",)
            broken_links = conn.execute("PRAGMA foreign_key_check").fetchone()
            objects = conn.execute("SELECT type, name FROM sqlite_master").fetchall()
            row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        conn.close()
    except sqlite3.DatabaseError as error:
        raise UserError("No restauro esa copia: su base de datos no se puede leer. No toqué nada.") from error
    names = {name for kind, name in objects if kind == "table"}
    foreign = {kind for kind, _ in objects} - {"table", "index"}
    if not sound or broken_links or foreign or row is None or not {"job", "fact"} <= names:
        raise UserError("No restauro esa copia: su base de datos está dañada o no es de Tendero. No toqué nada.")
    return str(row[0])


def refuse_newer(version: str, schema: str) -> None:
    """UserError for a database of a later Tendero, `version`, than this one."""
    known = migrate.versions()
    if schema not in known and schema > known[-1]:
        raise UserError(
            f"Esa copia es de Tendero {version} (esquema {schema}) y este es el {__version__} (esquema {known[-1]}). "
            f"Actualizá a Tendero {version} o posterior y repetí la restauración. No toqué nada."
        )


def park(file: Path, *, now: datetime, reason: str) -> int:
    """Holds what an unpacked database still had to send: a person decides on each (TRUST U-05). How many.

    Whoever was signed in to the panel then is not any more: a browser may have been signed out since (TRUST S-13).
    """
    db = Database(f"sqlite:///{file}", durable=False)
    try:
        return db.write_now(lambda conn: _park(conn, now, reason))
    finally:
        db.close()


def file_of(db: Database) -> Path:
    """Where a SQLite database lives."""
    return Path(str(make_url(db.url).database))


def _park(conn: Connection, now: datetime, reason: str) -> int:
    for door in DOORS:
        conn.exec_driver_sql(door)
    held = conn.execute(
        update(jobs)
        .where(jobs.c.kind.in_(SENDING), jobs.c.state.in_(OPEN))
        .values(state="unknown", error=reason, done_at=now, owner="")
    )
    return held.rowcount


def _vacuum_into(source: Path, to: Path) -> None:
    """sqlite.org/lang_vacuum.html#vacuuminto: a read transaction, so a server may go on writing."""
    conn = sqlite3.connect(source, timeout=30)
    try:
        conn.execute("VACUUM INTO ?", (str(to),))
    finally:
        conn.close()


def _fold_log_in(file: Path) -> None:
    """Folds the write-ahead log in, so that the file is whole by itself."""
    conn = sqlite3.connect(file)
    try:
        conn.execute("PRAGMA journal_mode = DELETE")
    finally:
        conn.close()


def _copy(source: Connection, target: Connection) -> MetaData:
    """Replaces every row of `target`; both have the same schema. The target's tables."""
    there, here = _tables(source), _tables(target)
    for table in reversed(here.sorted_tables):
        target.execute(delete(table))
    for table in here.sorted_tables:
        for rows in _batches(source, there.tables[table.name], target.dialect.name):
            target.execute(insert(table), rows)
    return here


def _tables(conn: Connection) -> MetaData:
    """The tables as the database has them, whatever this program's version thinks of them."""
    found = MetaData()
    found.reflect(conn)
    found.remove(found.tables["alembic_version"])
    return found


def _batches(source: Connection, table: Table, dialect: str) -> Iterable[list[dict[str, Any]]]:
    result = source.execution_options(yield_per=BATCH).execute(select(table))
    for part in result.mappings().partitions(BATCH):
        yield [{name: _fitting(value, dialect) for name, value in row.items()} for row in part]


def _fitting(value: Any, dialect: str) -> Any:
    """Instants are kept without offset, in UTC, by SQLite and with it by PostgreSQL."""
    if not isinstance(value, datetime):
        return value
    aware = value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return aware.astimezone(UTC).replace(tzinfo=None) if dialect == "sqlite" else aware


def _restart_counters(target: Connection, tables: MetaData) -> None:
    """PostgreSQL's counters know nothing of rows that came with their ids."""
    for table in tables.sorted_tables:
        for column in table.primary_key.columns:
            owned = {"table": f'"{table.name}"', "column": column.name}
            counter = target.execute(text("SELECT pg_get_serial_sequence(:table, :column)"), owned).scalar()
            if counter is not None:
                highest = target.execute(select(func.max(column))).scalar()
                values = {"counter": counter, "value": highest or 1, "used": highest is not None}
                target.execute(text("SELECT setval(:counter, :value, :used)"), values)
