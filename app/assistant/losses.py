"""Sales lost in talk, noted in the transaction that answers it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection

from app.analytics import service as analytics
from app.analytics.service import Lost
from app.chat.service import Conversation
from app.settings import Settings

OWN = "console"  # the shop's own trying out loses nothing


def keep_losses(
    conn: Connection, thread: Conversation, lost: Sequence[Lost], settings: Settings, now: datetime
) -> None:
    """Keeps what this conversation lost, if anything."""
    sender = thread.sender
    if lost and sender.channel != OWN:
        day = now.astimezone(settings.profile(thread.branch or None).timezone).date().isoformat()
        analytics.keep_lost(
            conn, lost, conversation_id=thread.id, channel=sender.channel, branch=thread.branch, day=day, now=now
        )
