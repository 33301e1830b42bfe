"""The live stream of a conversation: woken by the bus, told by the database, resumed after the last id seen."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response, StreamingResponse

from app.chat import service as chat
from app.chat.service import Conversation, StoredMessage
from app.core.errors import Unavailable
from app.web.call import Call
from app.web.callers import bearer, too_many
from app.web.chat.api import shown
from app.web.chat.shapes import MESSAGE_ID
from app.web.problem import dump

if TYPE_CHECKING:
    from sqlalchemy import Connection

COMMENT_SECONDS = 20.0
COMMENT = b":\n\n"
SLICE_SECONDS = 4.0  # between glances at the clock and at whether the server is stopping
LOOK_SECONDS = 4.0  # without a wake-up: one may have been lost, or another process wrote
LOOKS_A_SECOND = 250  # of all streams together; with more of them open each looks less often
HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}

STREAMS_MOST = 8  # of one conversation: its tabs, not an army

_open: Counter[str] = Counter()  # streams of this process by conversation


@dataclass(frozen=True)
class _News:
    thread: Conversation
    messages: list[StoredMessage]


async def stream(call: Call) -> Response:
    """`GET /api/chat/events`."""
    if _open[call.guest.conversation_id] >= STREAMS_MOST:
        raise too_many(call, round(COMMENT_SECONDS))
    last = call.request.headers.get("last-event-id", "").strip()
    return StreamingResponse(
        _events(call, last if MESSAGE_ID.fullmatch(last) else ""), media_type="text/event-stream", headers=HEADERS
    )


async def _events(call: Call, last: str) -> AsyncIterator[bytes]:
    """Messages after `last` (without one: from now on), who speaks, typing; ends when the session does."""
    token, id_ = bearer(call), call.guest.conversation_id
    closing, time = call.request.app.state.closing, asyncio.get_running_loop().time
    said, looked, speaker = time(), 0.0, ""
    notice: dict[str, Any] | None = {}
    _open[id_] += 1
    try:
        async with call.house.bus.subscribe(f"conversation:{id_}") as listener:
            yield COMMENT
            while not closing.is_set():
                if notice is not None or time() - looked >= _patience():
                    looked = time()
                    news = await _look(call, token, id_, last)
                    if news is None:
                        return
                    last = last or news.thread.last_message_id or "0"
                    if news.thread.speaker != speaker:
                        speaker = news.thread.speaker
                        yield event("status", {"speaker": speaker, "typing": False})
                    for message in news.messages:
                        last = message.id
                        if message.speaker != "customer":
                            yield event("message", shown_out(message), id_=message.id)
                        if isinstance(message.out.get("order"), dict):
                            yield event("order", message.out["order"])
                notice = await listener.next(SLICE_SECONDS)
                for name, data in _passing(notice or {}, speaker):
                    yield event(name, data)
                if time() - said >= COMMENT_SECONDS:
                    said = time()
                    yield COMMENT
    finally:
        _open[id_] -= 1
        if not _open[id_]:
            del _open[id_]


def _passing(notice: dict[str, Any], speaker: str) -> Iterator[tuple[str, Any]]:
    """What a notice itself says, beside that there is something to read: typing, and an order's new state."""
    if "typing" in notice:
        yield "status", {"speaker": speaker, "typing": bool(notice["typing"])}
    if isinstance(notice.get("order"), dict):
        yield "order", notice["order"]


async def _look(call: Call, token: str, id_: str, last: str) -> _News | None:
    """What is new, or None when the session has ended. A database that is away for a moment has nothing new."""
    now = call.house.clock.now()

    def read(conn: Connection) -> _News | None:
        thread = chat.conversation(conn, id_)
        if thread is None or chat.session_conversation(conn, token, now=now) != id_:
            return None
        fresh = chat.history(conn, id_, last) if last and thread.last_message_id > last else []
        return _News(thread, fresh)

    while True:
        try:
            return await call.house.db.read(read)
        except Unavailable:
            await asyncio.sleep(LOOK_SECONDS)


def shown_out(message: StoredMessage) -> dict[str, Any]:
    """The Out of a message; `from` says whether the bot or a person wrote it."""
    return {key: value for key, value in shown(message).items() if key != "message_id"}


def event(name: str, data: Any, *, id_: str = "") -> bytes:
    """One event of the stream. JSON holds no line break, so its data is one line."""
    head = f"id: {id_}\n" if id_ else ""
    return f"{head}event: {name}\ndata: ".encode() + dump(data) + b"\n\n"


def _patience() -> float:
    return max(LOOK_SECONDS, len(_open) / LOOKS_A_SECOND)
