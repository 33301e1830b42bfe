"""The web chat's API: sessions, messages, history, feedback (CONTRACT 3)."""

from __future__ import annotations

import time
from datetime import UTC
from typing import Any

from starlette.responses import Response

from app.chat import service as chat
from app.chat.service import StoredMessage
from app.web.call import Call
from app.web.callers import too_many
from app.web.chat import shapes
from app.web.problem import dump, problem

MINUTE = 60
HOUR = 3600
BUSY_SECONDS = 5  # what a message that waited too long behind another is told to wait


async def open_session(call: Call) -> Response:
    """`POST /api/chat/sessions`."""
    check_open(call)
    wanted = shapes.new_chat(call, await call.json())
    now, limit = call.house.clock.now(), call.settings.limits.new_chats_per_hour
    wait = await call.house.limits.hit(f"chats:{call.address}", limit, HOUR, now)
    if wait:
        raise too_many(call, wait)
    branch = branch_of(call, wanted.business)
    begun = await call.house.attend.begin_web(branch=branch, locale=wanted.locale, name=wanted.name, phone=wanted.phone)
    return answer({"token": begun.token, "conversation_id": begun.conversation_id, "greeting": begun.outs}, status=201)


async def send_message(call: Call) -> Response:
    """`POST /api/chat/messages`."""
    check_open(call)
    began = time.perf_counter()
    guest = call.guest
    inbound = shapes.message(call, await call.json(), guest.sender, guest.conversation_id)
    if inbound.attachment_id:
        await _check_attachment(call, inbound.attachment_id)
    wait = await _over_limit(call)
    if wait and not await call.house.attend.knows(inbound):
        raise too_many(call, wait)
    attended = await call.house.attend.answer_now(guest.conversation_id, inbound)
    if attended is None:
        raise problem(401, "token", language=call.language, headers={"WWW-Authenticate": "Bearer"})
    if attended.waiting:
        raise problem(503, "busy", language=call.language, headers={"Retry-After": str(BUSY_SECONDS)})
    call.request.app.state.metrics.count_turn("web", time.perf_counter() - began)
    return answer(
        {
            "conversation_id": attended.conversation_id,
            "message_id": attended.message_id,
            "replies": attended.outs,
            "handoff": attended.handoff,
        }
    )


async def list_messages(call: Call) -> Response:
    """`GET /api/chat/messages`."""
    after, id_ = shapes.after(call), call.guest.conversation_id
    thread, stored = await call.house.db.read(
        lambda conn: (chat.conversation(conn, id_), chat.history(conn, id_, after))
    )
    if thread is None:
        raise problem(401, "token", language=call.language, headers={"WWW-Authenticate": "Bearer"})
    return answer({"messages": [shown(message) for message in stored], "handoff": thread.speaker == "person"})


async def give_feedback(call: Call) -> Response:
    """`POST /api/chat/feedback`."""
    message_id, value = shapes.feedback(call, await call.json())
    id_ = call.guest.conversation_id
    if not await call.house.db.write(lambda conn: chat.rate(conn, id_, message_id, value)):
        raise problem(404, "message", language=call.language)
    return Response(status_code=204)


async def forget_session(call: Call) -> Response:
    """`DELETE /api/chat/sessions`: the conversation, its messages and its files are gone."""

    id_ = call.guest.conversation_id
    files = await call.house.attend.forget(id_)
    call.request.app.state.callers.forget(id_)
    await chat.delete_files(call.house.home, files)
    return Response(status_code=204)


def check_open(call: Call) -> None:
    """404 while the owner has the web chat switched off."""
    if call.settings.channels.web.enabled is False:
        raise problem(404, "web_off", language=call.language)


def branch_of(call: Call, business: str) -> str:
    """The branch `data-business` names; the shop itself for anything else (the brief's `MiTiendita`)."""
    wanted = business.strip().casefold()
    return next((branch.slug for branch in call.settings.branches if branch.slug.casefold() == wanted), "")


def shown(message: StoredMessage) -> dict[str, Any]:
    """A stored message as history and stream show it."""
    out = {key: message.out.get(key) for key in ("id", "kind", "text", "quick_replies", "cards", "order", "url")}
    created = message.created_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {"message_id": message.id, "from": message.speaker, "created_at": created, **out}


def answer(value: Any, status: int = 200) -> Response:
    """JSON that no cache keeps."""
    return Response(dump(value), status, {"Cache-Control": "no-store"}, "application/json")


async def _over_limit(call: Call) -> int:
    """Seconds to wait for this customer's, or the whole channel's, next free message."""
    limits, now = call.settings.limits, call.house.clock.now()
    mine = await call.house.limits.hit(f"customer:{call.guest.sender.lane}", limits.customer_per_minute, MINUTE, now)
    if mine:
        return mine
    return await call.house.limits.hit("channel:web", limits.channel_per_minute, MINUTE, now)


async def _check_attachment(call: Call, id_: str) -> None:
    conversation_id = call.guest.conversation_id
    if await call.house.db.read(lambda conn: chat.attachment(conn, conversation_id, id_)) is None:
        call.refuse("attachment_id", "attachment")
