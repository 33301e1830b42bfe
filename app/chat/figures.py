"""What was said between two instants, counted for whoever makes figures of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select

from app.chat.models import conversations, messages, notes

PRESSED = ("called", "taken")  # what a note says where a person came into a thread
ASKED_MOST = 200  # wordings looked at


@dataclass(frozen=True, slots=True)
class Spoken:
    """How many messages alike a thread has between the two instants. The panel's own console is none."""

    conversation_id: str
    channel: str
    branch: str
    speaker: str
    intent: str
    source: str
    feedback: str
    count: int


@dataclass(frozen=True, slots=True)
class Wording:
    """Something customers wrote, word for word, how often, and how often it was not understood."""

    text: str
    count: int
    missed: int


def spoken(conn: Connection, since: datetime, until: datetime) -> list[Spoken]:
    """Messages from `since` on and before `until`, those alike of a thread together."""
    columns = messages.c
    alike = (columns.conversation_id, columns.channel, conversations.c.branch, columns.speaker, columns.intent,
             columns.source, columns.feedback)  # fmt: skip
    query = (
        select(*alike, func.count())
        .join(conversations, conversations.c.id == columns.conversation_id)
        .where(*_between(since, until))
        .group_by(*alike)
    )
    return [Spoken(*row) for row in conn.execute(query)]


def answer_times(conn: Connection, since: datetime, until: datetime) -> list[tuple[str, str, int]]:
    """Channel, branch and milliseconds of each answer that was timed, the quickest first."""
    query = (
        select(messages.c.channel, conversations.c.branch, messages.c.took_ms)
        .join(conversations, conversations.c.id == messages.c.conversation_id)
        .where(*_between(since, until), messages.c.took_ms.is_not(None))
        .order_by(messages.c.took_ms)
    )
    return [(row[0], row[1], row[2]) for row in conn.execute(query)]


def threads_with_people(conn: Connection, since: datetime, until: datetime) -> set[str]:
    """Threads a person was called to, or took."""
    query = select(notes.c.conversation_id).where(
        notes.c.created_at >= since, notes.c.created_at < until, notes.c.kind.in_(PRESSED)
    )
    return set(conn.execute(query).scalars())


def asked_most(
    conn: Connection, since: datetime, until: datetime, intents: tuple[str, ...], channel: str = "", branch: str = ""
) -> list[Wording]:
    """What customers wrote most often with one of these intents."""
    where = [*_between(since, until), messages.c.speaker == "customer", messages.c.intent.in_(intents)]
    where += [messages.c.channel == channel] if channel else []
    query = select(messages.c.text, func.count().label("times"), func.max(messages.c.intent))
    if branch:
        query = query.join(conversations, conversations.c.id == messages.c.conversation_id)
        where.append(conversations.c.branch == branch)
    query = query.where(*where).group_by(messages.c.text).order_by(func.count().desc()).limit(ASKED_MOST)
    return [Wording(row[0], row[1], row[1] if row[2] == "out_of_scope" else 0) for row in conn.execute(query)]


def first_message_at(conn: Connection) -> datetime | None:
    """When anything was said first; one step in the index."""
    query = select(messages.c.created_at).order_by(messages.c.created_at).limit(1)
    first: datetime | None = conn.execute(query).scalar()
    return first


def _between(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    columns = messages.c
    return columns.created_at >= since, columns.created_at < until, columns.channel != "console"
