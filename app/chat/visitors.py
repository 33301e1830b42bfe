"""Web visitors: the token that opens their conversation, and the files they sent to it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, bindparam, insert, select

from app.chat.models import attachments, web_sessions
from app.core.ids import new_token
from app.core.security import digest

SESSION_DAYS = 30


def open_session(conn: Connection, conversation_id: str, *, now: datetime) -> str:
    """A web visitor's token for a thread, good for SESSION_DAYS; only its digest is stored."""
    token = new_token()
    expires = now + timedelta(days=SESSION_DAYS)
    conn.execute(
        insert(web_sessions).values(token_hash=digest(token), conversation_id=conversation_id, expires_at=expires)
    )
    return token


def session_conversation(conn: Connection, token: str, *, now: datetime) -> str | None:
    """The thread a token opens, or None where it is unknown or has expired."""
    found: str | None = conn.execute(_OPENED, {"token": digest(token), "now": now}).scalar()
    return found


def keep_attachment(conn: Connection, conversation_id: str, *, file: str, mime: str, size: int, now: datetime) -> str:
    """Notes a stored file; its id."""
    id_ = new_token(16)
    conn.execute(
        insert(attachments).values(
            id=id_, conversation_id=conversation_id, file=file, mime=mime, size=size, created_at=now
        )
    )
    return id_


def attachment(conn: Connection, conversation_id: str, id_: str) -> Mapping[str, Any] | None:
    """A file of this thread: `file`, `mime`, `size`."""
    row = conn.execute(
        select(attachments).where(attachments.c.id == id_, attachments.c.conversation_id == conversation_id)
    ).one_or_none()
    return None if row is None else dict(row._mapping)


# Built once: every message of a visitor begins with it.
_OPENED = select(web_sessions.c.conversation_id).where(
    web_sessions.c.token_hash == bindparam("token"), web_sessions.c.expires_at > bindparam("now")
)
