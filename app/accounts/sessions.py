"""Signed-in browsers: a random cookie, of which only the digest is kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select, update

from app.accounts.models import panel_sessions, users
from app.core.ids import new_token
from app.core.security import digest

IDLE = timedelta(days=7)  # without a visit
LONGEST = timedelta(days=30)  # however often it is used
TOUCH = timedelta(minutes=5)  # a visit within this of the last one writes nothing


@dataclass(frozen=True)
class Signed:
    """Somebody of the shop. `csrf` is empty where the request needs none (Basic)."""

    user_id: int
    name: str
    role: str
    csrf: str = ""
    session: str = ""  # the digest of its cookie
    stale: bool = False  # due for `touch`

    @property
    def is_owner(self) -> bool:
        return self.role == "owner"


def open_session(conn: Connection, user_id: int, now: datetime) -> str:
    """A new session's cookie."""
    token = new_token()
    conn.execute(delete(panel_sessions).where(panel_sessions.c.expires_at <= now))
    conn.execute(
        insert(panel_sessions).values(
            id_hash=digest(token),
            user_id=user_id,
            csrf=new_token(),
            created_at=now,
            seen_at=now,
            expires_at=now + IDLE,
        )
    )
    return token


def find_session(conn: Connection, token: str, now: datetime) -> Signed | None:
    """Who the cookie is, or None: unknown, expired, or of somebody who may no longer enter."""
    row = conn.execute(
        select(panel_sessions, users.c.name, users.c.role)
        .join(users, users.c.id == panel_sessions.c.user_id)
        .where(
            panel_sessions.c.id_hash == digest(token), panel_sessions.c.expires_at > now, users.c.disabled.is_(False)
        )
    ).first()
    if row is None:
        return None
    stale = now - row.seen_at >= TOUCH
    return Signed(row.user_id, row.name, row.role, csrf=row.csrf, session=row.id_hash, stale=stale)


def touch(conn: Connection, session: str, now: datetime) -> None:
    """A visit: the session lives on, up to its longest life."""
    created: datetime | None = conn.execute(
        select(panel_sessions.c.created_at).where(panel_sessions.c.id_hash == session)
    ).scalar()
    if created is None:
        return
    ends = min(now + IDLE, created + LONGEST)
    conn.execute(update(panel_sessions).where(panel_sessions.c.id_hash == session).values(seen_at=now, expires_at=ends))


def close_session(conn: Connection, session: str) -> None:
    """Signs one browser out."""
    conn.execute(delete(panel_sessions).where(panel_sessions.c.id_hash == session))


def close_all(conn: Connection, user_id: int) -> None:
    """Signs every browser of this person out."""
    conn.execute(delete(panel_sessions).where(panel_sessions.c.user_id == user_id))
