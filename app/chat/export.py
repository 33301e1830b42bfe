"""Conversations given out: every message a row, or one thread with all its parts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from app.chat.models import addresses, contacts, conversations, messages

MESSAGE_COLUMNS = (
    "conversation_id", "message_id", "created_at", "channel", "user_id", "name", "from", "text", "intent", "source",
)  # fmt: skip
SOME = 100  # threads read at once


def message_rows(conn: Connection, ids: Iterable[str]) -> Iterator[list[str]]:
    """Every message of these threads, thread by thread, oldest first."""
    wanted = list(ids)
    for start in range(0, len(wanted), SOME):
        some = wanted[start : start + SOME]
        said: dict[str, list[list[str]]] = {id_: [] for id_ in some}
        for row in conn.execute(_MESSAGES.where(messages.c.conversation_id.in_(some))):
            said[row.conversation_id].append(
                [
                    row.conversation_id, row.id, row.created_at.isoformat(timespec="seconds"), row.channel,
                    row.user_id, row.name, row.speaker, row.text, row.intent, row.source,
                ]
            )  # fmt: skip
        for its in said.values():
            yield from its


def thread_json(conn: Connection, id_: str) -> list[dict[str, Any]]:
    """Every message of a thread with all it showed."""
    query = select(messages).where(messages.c.conversation_id == id_).order_by(messages.c.id)
    return [
        {
            "id": row.id, "created_at": row.created_at.isoformat(timespec="seconds"), "from": row.speaker,
            "author": row.author, "text": row.text, "intent": row.intent, "source": row.source, "out": row.out,
        }
        for row in conn.execute(query)
    ]  # fmt: skip


_MESSAGES = (
    select(
        messages.c.conversation_id, messages.c.id, messages.c.created_at, addresses.c.channel, addresses.c.user_id,
        contacts.c.name, messages.c.speaker, messages.c.text, messages.c.intent, messages.c.source,
    )
    .join(conversations, conversations.c.id == messages.c.conversation_id)
    .join(addresses, addresses.c.id == conversations.c.address_id)
    .join(contacts, contacts.c.id == addresses.c.contact_id)
    .order_by(messages.c.conversation_id, messages.c.id)
)  # fmt: skip
