"""Customers who left how to reach them and wait for somebody to do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, insert, select, update

from app.chat.models import addresses, contacts, conversations, leads
from app.core.ids import new_id

MOST_ABOUT = 200


@dataclass(frozen=True, slots=True)
class Lead:
    """One of them. `about` is the flow or the words that led to it; `done_at` when somebody got in touch."""

    id: str
    conversation_id: str
    channel: str
    name: str
    phone: str
    email: str
    about: str
    created_at: datetime
    done_at: datetime | None


def keep_lead(conn: Connection, conversation_id: str, contact_id: int, about: str, *, now: datetime) -> None:
    """Notes that somebody is to follow up; once for the same matter while it is open."""
    known = (
        select(leads.c.id)
        .where(leads.c.conversation_id == conversation_id, leads.c.about == about[:MOST_ABOUT])
        .where(leads.c.done_at.is_(None))
        .limit(1)
    )
    if conn.execute(known).first() is None:
        conn.execute(
            insert(leads).values(
                id=new_id(), conversation_id=conversation_id, contact_id=contact_id, about=about[:MOST_ABOUT],
                created_at=now, done_at=None,
            )
        )  # fmt: skip


def list_leads(conn: Connection, after: str = "", limit: int = 100) -> list[Lead]:
    """Oldest first, those after the id `after`."""
    return _leads(conn, _LEADS.where(leads.c.id > after).order_by(leads.c.id).limit(limit))


def open_leads(conn: Connection, before: str = "", limit: int = 50, conversation_id: str = "") -> list[Lead]:
    """Those nobody got in touch with, newest first, older than the id `before`; only of a thread where one is named."""
    query = _LEADS.where(leads.c.done_at.is_(None)).order_by(leads.c.id.desc()).limit(limit)
    if before:
        query = query.where(leads.c.id < before)
    return _leads(conn, query.where(leads.c.conversation_id == conversation_id) if conversation_id else query)


def count_open_leads(conn: Connection) -> int:
    """How many wait for somebody to get in touch."""
    return int(conn.execute(select(func.count()).select_from(leads).where(leads.c.done_at.is_(None))).scalar_one())


_LEADS = (
    select(leads, addresses.c.channel, contacts.c.name, contacts.c.phone, contacts.c.email)
    .join(contacts, contacts.c.id == leads.c.contact_id)
    .join(conversations, conversations.c.id == leads.c.conversation_id)
    .join(addresses, addresses.c.id == conversations.c.address_id)
)


def _leads(conn: Connection, query: Select[Any]) -> list[Lead]:
    return [
        Lead(
            row.id,
            row.conversation_id,
            row.channel,
            row.name,
            row.phone,
            row.email,
            row.about,
            row.created_at,
            row.done_at,
        )
        for row in conn.execute(query)
    ]


def close_lead(conn: Connection, id_: str, *, now: datetime) -> bool:
    """Somebody got in touch; False where that was noted before, or there is no such lead."""
    done = conn.execute(update(leads).where(leads.c.id == id_, leads.c.done_at.is_(None)).values(done_at=now))
    return done.rowcount == 1


def reopen_lead(conn: Connection, id_: str) -> bool:
    """It waits again; False where it did all along, or there is no such lead."""
    again = conn.execute(update(leads).where(leads.c.id == id_, leads.c.done_at.is_not(None)).values(done_at=None))
    return again.rowcount == 1
