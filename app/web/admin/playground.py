"""«Probar en consola»: a conversation inside the panel, by the way of a customer's, and how each answer was made."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse, Response

from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.chat.service import Conversation, StoredMessage
from app.core.ids import new_id
from app.web.admin.frame import fragment, panel_page
from app.web.call import Call
from app.web.chat.shapes import PAYLOAD_MOST, TEXT_MOST

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/playground"


@dataclass(frozen=True)
class Made:
    """How an answer was made, in short."""

    intent: str
    source: str
    certainty: float | None = None  # of the intent
    score: float | None = None  # of the best source
    ms: int | None = None


@dataclass(frozen=True)
class Line:
    """A message as the page shows it; `made` under the last answer of a turn."""

    mine: bool
    text: str
    at: datetime
    choices: list[dict[str, str]]
    made: Made | None = None


async def show(call: Call) -> Response:
    """`GET /admin/playground`."""
    thread, said = await call.house.db.write(lambda conn: _thread(conn, call))
    lines = _lines(said)
    return await panel_page(
        call, "admin/playground/page.html", {"lines": lines, "handoff": thread.speaker == "person"}, active="playground"
    )


async def ask(call: Call) -> Response:
    """`POST /admin/playground`: the new lines for HTMX, else back to the page."""
    text, payload = call.field("text").strip(), call.field("payload")
    if not text or len(text) > TEXT_MOST or len(payload) > PAYLOAD_MOST:
        return _refuse(call)
    thread, _ = await call.house.db.write(lambda conn: _thread(conn, call))
    inbound = Inbound(
        sender=thread.sender,
        external_id=f"{thread.id}:{new_id()}",
        kind="button" if payload else "text",
        text=text,
        payload=payload,
    )
    began = time.perf_counter()
    attended = await call.house.attend.answer_now(thread.id, inbound)
    ms = round(1000 * (time.perf_counter() - began))
    if attended is None or attended.waiting or call.request.headers.get("hx-request") != "true":
        return RedirectResponse(PATH, 303)
    before = attended.message_id
    said = await call.house.db.read(lambda conn: [chat.message(conn, before), *chat.replies_to(conn, before)])
    made = _made(attended.answer, ms)
    lines = _lines([message for message in said if message], made)
    return fragment(call, "admin/playground/lines.html", {"lines": lines, "handoff": attended.handoff})


async def reset(call: Call) -> Response:
    """`POST /admin/playground/reset`: starts anew."""
    thread, _ = await call.house.db.write(lambda conn: _thread(conn, call))
    await call.house.attend.forget(thread.id)
    return RedirectResponse(PATH, 303)


def _thread(conn: Connection, call: Call) -> tuple[Conversation, list[StoredMessage]]:
    sender = Sender("console", "", f"user-{call.me.user_id}")
    thread = chat.current_conversation(conn, sender, now=call.house.clock.now())
    return thread, chat.history(conn, thread.id)


def _lines(said: list[StoredMessage], made: Made | None = None) -> list[Line]:
    """Messages as lines; an answer's trace stands under the last of its lines."""
    lines = []
    for place, message in enumerate(said):
        last = place + 1 == len(said) or said[place + 1].speaker == "customer"
        shown = (made or Made(message.intent, message.source)) if last and message.speaker != "customer" else None
        lines.append(
            Line(
                mine=message.speaker == "customer",
                text=message.text,
                at=message.created_at,
                choices=message.out.get("quick_replies", []),
                made=shown,
            )
        )
    return lines


def _made(answer: object, ms: int) -> Made | None:
    """The trace of an answer that was just made (None where it was not: a person has the conversation)."""
    if answer is None:
        return None
    sources = getattr(answer, "sources", [])
    used = [source.score for source in sources if source.used] or [source.score for source in sources]
    return Made(
        intent=getattr(answer, "intent", ""),
        certainty=getattr(answer, "intent_score", 0.0),
        source=getattr(answer, "source", ""),
        score=max(used, default=None),
        ms=ms,
    )


def _refuse(call: Call) -> Response:
    if call.request.headers.get("hx-request") != "true":
        return RedirectResponse(PATH, 303)
    return fragment(call, "admin/playground/refused.html", {"most": TEXT_MOST}, status=422)
