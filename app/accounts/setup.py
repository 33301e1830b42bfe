"""The owner's first password: a one-time link, ADMIN_PASSWORD, or `set-password`. Any of them closes the link."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.accounts.models import setup_tokens, users
from app.accounts.sessions import close_all
from app.core.db import insert_new
from app.core.ids import new_token
from app.core.security import digest

OWNER = "owner"
LINK_LIVES = timedelta(hours=24)


def has_owner(conn: Connection) -> bool:
    """Whether the owner's password was ever set."""
    return bool(conn.execute(select(users.c.password_hash).where(users.c.name == OWNER)).scalar())


def setup_link(conn: Connection, base_url: str, now: datetime) -> str | None:
    """A fresh set-up link, good once within 24 h; None once the owner has a password, which also ends all links."""
    if has_owner(conn):
        return None
    token = new_token()
    conn.execute(delete(setup_tokens).where(setup_tokens.c.expires_at <= now))
    conn.execute(insert(setup_tokens).values(token_hash=digest(token), expires_at=now + LINK_LIVES))
    return f"{base_url.rstrip('/')}/admin/setup?token={token}"


def link_is_good(conn: Connection, token: str, now: datetime) -> bool:
    """Whether this link may still be used; looking does not use it up."""
    if has_owner(conn):
        return False
    return conn.execute(select(setup_tokens.c.token_hash).where(*_good(token, now))).first() is not None


def use_link(conn: Connection, token: str, password_hash: str, now: datetime) -> int | None:
    """Sets the owner's first password and returns the owner's id; None where the link is used, expired or unknown."""
    if has_owner(conn):
        return None
    if conn.execute(update(setup_tokens).where(*_good(token, now)).values(used_at=now)).rowcount != 1:
        return None
    return keep_password(conn, OWNER, password_hash, now)


def keep_password(conn: Connection, name: str, password_hash: str, now: datetime) -> int:
    """Gives `name` this password, ends all their sessions and closes the set-up link; makes the owner if need be."""
    role = "owner" if name == OWNER else "staff"
    insert_new(conn, users, name=name, role=role, password_hash="", disabled=False, created_at=now)
    conn.execute(update(users).where(users.c.name == name).values(password_hash=password_hash))
    user_id: int = conn.execute(select(users.c.id).where(users.c.name == name)).scalar_one()
    close_all(conn, user_id)
    conn.execute(delete(setup_tokens).where(setup_tokens.c.used_at.is_(None)))
    return user_id


def _good(token: str, now: datetime) -> tuple:  # type: ignore[type-arg]
    return (
        setup_tokens.c.token_hash == digest(token),
        setup_tokens.c.used_at.is_(None),
        setup_tokens.c.expires_at > now,
    )
