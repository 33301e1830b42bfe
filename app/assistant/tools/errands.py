"""What a flow does beside talking: the owner is told, a lead is kept. All in the turn's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.assistant.tools import Tools
from app.chat import service as chat
from app.chat.service import Conversation, Details
from app.core import jobs


def tell_owner(
    tools: Tools, thread: Conversation, flow: str, values: Mapping[str, str], *, cause: str, now: datetime
) -> None:  # fmt: skip
    """The owner's notice of what a customer answered; once for each message that leads to it."""
    what = {"what": "flow", "conversation_id": thread.id, "flow": flow, "values": dict(values)}
    jobs.put(tools.conn, "notice", f"flow:{thread.id}:{flow}:{cause}", what, now=now, lane="notice")


def save_contact(tools: Tools, thread: Conversation, details: Details, about: str, *, now: datetime) -> None:
    """Keeps how to reach the customer, and that somebody should."""
    chat.keep_details(tools.conn, thread, details)
    chat.keep_lead(tools.conn, thread.id, thread.contact_id, about, now=now)
