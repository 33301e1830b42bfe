"""Brute force: failed sign-ins by account and by address, in the database so that a restart forgives nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, func, insert, select

from app.accounts.models import login_attempts
from app.core.security import digest

WINDOW = timedelta(minutes=15)
BY_ACCOUNT = 15  # tries in the window
BY_ADDRESS = 30


def attempt(conn: Connection, name: str, address: str, now: datetime) -> int:
    """Counts one try before its password is looked at. 0: go on; else the seconds to wait, and nothing is counted."""
    conn.execute(delete(login_attempts).where(login_attempts.c.at < now - WINDOW))
    keys = {_account(name): BY_ACCOUNT, f"address:{address}": BY_ADDRESS}
    wait = max(_wait(conn, key, limit, now) for key, limit in keys.items())
    if not wait:
        conn.execute(insert(login_attempts), [{"key": key, "at": now} for key in keys])
    return wait


def forgive(conn: Connection, name: str, address: str) -> None:
    """The password was right: the account starts at zero, and its address gets this one try back.

    The address keeps its other tries, or somebody with an account of their own could guess another's for ever.
    """
    conn.execute(delete(login_attempts).where(login_attempts.c.key == _account(name)))
    last = select(func.max(login_attempts.c.id)).where(login_attempts.c.key == f"address:{address}")
    conn.execute(delete(login_attempts).where(login_attempts.c.id == last.scalar_subquery()))


def _wait(conn: Connection, key: str, limit: int, now: datetime) -> int:
    tries = (
        conn.execute(select(login_attempts.c.at).where(login_attempts.c.key == key).order_by(login_attempts.c.id))
        .scalars()
        .all()
    )
    if len(tries) < limit:
        return 0
    return max(1, int((tries[-limit] + WINDOW - now).total_seconds()) + 1)


def _account(name: str) -> str:
    """A name as typed may be anything of any length: its digest is not."""
    return "account:" + digest(name)[:32]
