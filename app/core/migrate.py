"""The database's shape: brought up to date at start, after a backup; a newer one is opened only if it says we may."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact, keep_fact

FOLDER = Path(__file__).resolve().parents[2] / "migrations"
OLDEST_ABLE = "schema_oldest_able"
UPGRADING = 7_381_012  # the advisory lock's number; any that nothing else takes


def upgrade(db: Database, *, backup: Callable[[], object] | None = None) -> bool:
    """Brings the database to this code's schema; True if it changed.

    `backup` runs before an existing database is touched. Each migration is one transaction, so a kill in the middle
    leaves the schema before or after it, and the next start goes on (TRUST U-02). Raises UserError for a database
    of a newer version that this one may not open.
    """
    with _alone(db):
        return _upgrade(db, backup)


def _upgrade(db: Database, backup: Callable[[], object] | None) -> bool:
    current, head = version(db), versions()[-1]
    if current == head:
        return False
    if not current:
        db.write_now(lambda conn: _create(conn, head))
        return True
    if current not in versions():
        _refuse_unless_able(db, current)
        return False
    if backup is not None:
        backup()
    _run(db, head)
    return True


def version(db: Database) -> str:
    """The schema the database has; empty for a new one."""
    return db.read_now(_version)


@cache
def versions() -> tuple[str, ...]:
    """The schema versions this code knows, oldest first."""
    return tuple(sorted(path.stem.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")))


@contextmanager
def _alone(db: Database) -> Iterator[None]:
    """Of several processes that start at once one upgrades and the others wait (SQLite: its writer's lock does that)."""
    if db.dialect == "sqlite":
        yield
        return
    with db.raw_writer().connect() as conn:
        conn.execute(text("SELECT pg_advisory_lock(:key)"), {"key": UPGRADING})
        try:
            yield
        finally:
            conn.execute(text("SELECT pg_advisory_unlock(:key)"), {"key": UPGRADING})


def _version(conn: Connection) -> str:
    if not inspect(conn).has_table("alembic_version"):
        return ""
    return str(conn.execute(text("SELECT version_num FROM alembic_version")).scalar() or "")


def _create(conn: Connection, head: str) -> None:
    """A new database, straight from the models: what the migrations lead to (a test compares), without loading them."""
    from sqlmodel import SQLModel

    SQLModel.metadata.create_all(conn)
    conn.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
    conn.execute(text("INSERT INTO alembic_version (version_num) VALUES (:head)"), {"head": head})
    keep_fact(conn, OLDEST_ABLE, _oldest_able(head))


def _refuse_unless_able(db: Database, current: str) -> None:
    oldest = db.read_now(lambda conn: fact(conn, OLDEST_ABLE, current))
    if oldest > versions()[-1]:
        raise UserError(
            f"La base de datos es de una versión más nueva (esquema {current}; este programa llega al {versions()[-1]}). "
            f"Actualizá Tendero a una versión con el esquema {oldest} o posterior, o restaurá un respaldo anterior."
        )


def _run(db: Database, head: str) -> None:
    from alembic import command
    from alembic.config import Config
    from sqlmodel import SQLModel

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["metadata"] = SQLModel.metadata
    with db.raw_writer().connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, head)
    db.write_now(lambda conn: keep_fact(conn, OLDEST_ABLE, _oldest_able(head)))


def _oldest_able(revision: str) -> str:
    """What the newest migration's `oldest_able` says, read without running it."""
    path = next((FOLDER / "versions").glob(f"{revision}_*.py"))
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "oldest_able":
            return str(ast.literal_eval(node.value))
    return revision
