"""Single named values of the database."""

from __future__ import annotations

from sqlalchemy import Connection, select, update

from app.core.db import insert_new
from app.core.models import facts


def fact(conn: Connection, key: str, default: str = "") -> str:
    """The value kept under `key`, or `default`."""
    value: str | None = conn.execute(select(facts.c.value).where(facts.c.key == key)).scalar()
    return default if value is None else value


def keep_fact(conn: Connection, key: str, value: str) -> None:
    """Keeps `value` under `key`."""
    if not insert_new(conn, facts, key=key, value=value):
        conn.execute(update(facts).where(facts.c.key == key).values(value=value))
