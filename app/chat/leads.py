"""Customers who left how to reach them and wait for somebody to do so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

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
    rows = conn.execute(
        select(leads, addresses.c.channel, contacts.c.name, contacts.c.phone, contacts.c.email)
        .join(contacts, contacts.c.id == leads.c.contact_id)
        .join(conversations, conversations.c.id == leads.c.conversation_id)
        .join(addresses, addresses.c.id == conversations.c.address_id)
        .where(leads.c.id > after)
        .order_by(leads.c.id)
        .limit(limit)
    )
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
        for row in rows
    ]


def close_lead(conn: Connection, id_: str, *, now: datetime) -> bool:
    """Somebody got in touch; False where that was noted before, or there is no such lead."""
    done = conn.execute(update(leads).where(leads.c.id == id_, leads.c.done_at.is_(None)).values(done_at=now))
    return done.rowcount == 1
