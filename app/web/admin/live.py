"""What changes while a page of the panel is open: one stream a page, told by the database, closed with the session."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING

from starlette.responses import Response, StreamingResponse

from app.accounts.service import find_session
from app.core.errors import Unavailable
from app.web import cookies
from app.web.admin.frame import Waiting, waiting
from app.web.call import Call
from app.web.callers import too_many
from app.web.chat.events import COMMENT, COMMENT_SECONDS, HEADERS, event

if TYPE_CHECKING:
    from sqlalchemy import Connection

TOPIC = "panel"  # published after a turn, a person's word and an order's step: a wake-up, never the truth
LOOK_SECONDS = 3.0  # without a wake-up: one may have been lost, another process wrote, or the session ended
STREAMS_MOST = 12  # of one person: their tabs and devices
EVENTS = ("chats", "orders")

_open: Counter[int] = Counter()


async def stream(call: Call) -> Response:
    """`GET /admin/live?seen=`: events `chats` and `orders`, each with what waits, whenever the page may show something new.

    `seen` is how things stood when the page was made: what came before it listened, or while the line was down, is told.
    """
    if _open[call.me.user_id] >= STREAMS_MOST:
        raise too_many(call, round(COMMENT_SECONDS))
    return StreamingResponse(_events(call), media_type="text/event-stream", headers=HEADERS)


async def _events(call: Call) -> AsyncIterator[bytes]:
    closing, time = call.request.app.state.closing, asyncio.get_running_loop().time
    told, seen = time(), call.request.query_params.get("seen", "")
    before = dict(zip(EVENTS, seen.split("."), strict=False)) if seen else {}
    _open[call.me.user_id] += 1
    try:
        async with call.house.bus.subscribe(TOPIC) as listener:
            yield COMMENT
            while not closing.is_set():
                now = await _look(call)
                if now is None:
                    return
                marks = dict(zip(EVENTS, (now.said, now.ordered), strict=True))
                for name, mark in marks.items():
                    if before.get(name, mark) != mark:
                        yield event(name, {"chats": now.chats, "orders": now.orders})
                        told = time()
                before = marks
                if time() - told >= COMMENT_SECONDS:
                    told = time()
                    yield COMMENT
                await listener.next(LOOK_SECONDS)
    finally:
        _open[call.me.user_id] -= 1
        if not _open[call.me.user_id]:
            del _open[call.me.user_id]


async def _look(call: Call) -> Waiting | None:
    """How things stand, or None once this browser is no longer signed in."""
    token = cookies.read(call, cookies.SESSION)

    def read(conn: Connection) -> Waiting | None:
        signed = find_session(conn, token, call.house.clock.now())
        if signed is None or signed.role != call.me.role:
            return None
        return waiting(conn)

    while True:
        try:
            return await call.house.db.read(read)
        except Unavailable:
            await asyncio.sleep(LOOK_SECONDS)
