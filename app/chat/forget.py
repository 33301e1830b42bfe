"""Takes a thread out of the house, with whoever is known by nothing else."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, func, or_, select

from app.chat.models import (
    addresses,
    attachments,
    contacts,
    conversations,
    leads,
    messages,
    notes,
    web_sessions,
)
from app.chat.reviews import forget_reviews


def forget(conn: Connection, id_: str) -> list[str]:
    """Deletes a thread with all that was said, its sessions and its attachments; the files the caller must delete."""
    files = list(conn.execute(select(attachments.c.file).where(attachments.c.conversation_id == id_)).scalars())
    address = conn.execute(select(conversations.c.address_id).where(conversations.c.id == id_)).scalar()
    forget_reviews(conn, id_)
    for table in (attachments, web_sessions, leads, notes, messages):
        conn.execute(delete(table).where(table.c.conversation_id == id_))
    conn.execute(delete(conversations).where(conversations.c.id == id_))
    others = conn.execute(select(conversations.c.id).where(conversations.c.address_id == address).limit(1)).first()
    if address is not None and others is None:
        people = conn.execute(
            select(addresses.c.contact_id, addresses.c.contact_was).where(addresses.c.id == address)
        ).one()
        conn.execute(delete(addresses).where(addresses.c.id == address))
        for contact in filter(None, people):
            known = or_(addresses.c.contact_id == contact, addresses.c.contact_was == contact)
            if conn.execute(select(addresses.c.id).where(known).limit(1)).first() is None:
                conn.execute(delete(contacts).where(contacts.c.id == contact))
    return files


def old_threads(conn: Connection, before: datetime, besides: Collection[str], limit: int) -> list[str]:
    """The ids of threads in which nothing was said since `before`, without `besides`, oldest first."""
    columns = conversations.c
    query = select(columns.id).where(columns.updated_at < before, columns.id.not_in(besides))
    return list(conn.execute(query.order_by(columns.updated_at, columns.id).limit(limit)).scalars())


def count_old(conn: Connection, before: datetime) -> int:
    """How many threads have said nothing since `before`."""
    return conn.execute(select(func.count()).where(conversations.c.updated_at < before)).scalar_one()
