"""What stands beside a thread's messages: private notes, and who had it from when to when. No customer is shown any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, insert, select

from app.chat.models import notes
from app.core.ids import new_id

NOTE_MOST = 1000
MOST = 200  # of one thread, beside what is shown of it

Kind = Literal["note", "called", "taken", "returned", "silence"]


@dataclass(frozen=True, slots=True)
class Note:
    """A person's `note`, or a change of who speaks: the bot `called`, somebody has `taken` or `returned` it, or a `silence`."""

    id: str
    kind: Kind
    author: str
    text: str
    created_at: datetime


def add_note(conn: Connection, conversation_id: str, author: str, text: str, *, now: datetime) -> str:
    """Keeps a private note; its id."""
    return _add(conn, conversation_id, "note", author, text, now)


def mark(conn: Connection, conversation_id: str, kind: Kind, author: str, *, now: datetime) -> None:
    """Notes that who speaks has changed."""
    _add(conn, conversation_id, kind, author, "", now)


def notes_of(conn: Connection, conversation_id: str, since: str = "") -> list[Note]:
    """What stands beside a thread from the message `since` on, oldest first; of very many the newest."""
    found = conn.execute(
        select(notes.c.id, notes.c.kind, notes.c.author, notes.c.text, notes.c.created_at)
        .where(notes.c.conversation_id == conversation_id, notes.c.id >= since)
        .order_by(notes.c.id.desc())
        .limit(MOST)
    ).all()
    return [Note(row.id, row.kind, row.author, row.text, row.created_at) for row in reversed(found)]


def drop_note(conn: Connection, conversation_id: str, id_: str, author: str | None) -> str | None:
    """Deletes a note, only their own where `author` is named; what it said, or None where there is none to delete."""
    query = delete(notes).where(
        notes.c.id == id_, notes.c.conversation_id == conversation_id, notes.c.kind == "note"
    )  # fmt: skip
    if author is not None:
        query = query.where(notes.c.author == author)
    text: str | None = conn.execute(query.returning(notes.c.text)).scalar()
    return text


def _add(conn: Connection, conversation_id: str, kind: Kind, author: str, text: str, now: datetime) -> str:
    id_ = new_id()
    conn.execute(
        insert(notes).values(
            id=id_, conversation_id=conversation_id, kind=kind, author=author, text=text, created_at=now
        )
    )
    return id_
