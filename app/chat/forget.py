"""Takes a thread out of the house, with whoever is known by nothing else."""

from __future__ import annotations

from sqlalchemy import Connection, delete, or_, select

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
