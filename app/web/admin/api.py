"""`/admin/api`: what programs of the shop read and do (CONTRACT 3, Panel)."""

from __future__ import annotations

from datetime import UTC
from typing import Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.chat import service as chat
from app.chat.service import Conversation, TakenBySomebodyElse
from app.web.call import Call
from app.web.chat import shapes
from app.web.chat.api import answer
from app.web.problem import problem


async def list_conversations(call: Call) -> Response:
    """`GET /admin/api/conversations`."""
    after = shapes.after(call) or ""
    found = await call.house.db.read(lambda conn: chat.list_conversations(conn, after))
    return answer({"conversations": [shown(thread) for thread in found]})


async def take(call: Call) -> Response:
    """`POST /admin/api/conversations/{id}/take`."""
    return await _move(call, call.house.team.take)


async def give_back(call: Call) -> Response:
    """`POST /admin/api/conversations/{id}/return`."""
    return await _move(call, call.house.team.give_back)


async def write(call: Call) -> Response:
    """`POST /admin/api/conversations/{id}/messages`: takes the conversation first."""
    text = shapes.person_text(call, await call.json())
    try:
        message_id = await call.house.team.write_as_person(_id(call), call.me.name, text)
    except TakenBySomebodyElse as error:
        raise problem(409, "taken", language=call.language, who=error.by) from None
    if message_id is None:
        raise problem(404, "conversation", language=call.language)
    return answer({"message_id": message_id}, status=201)


async def list_products(call: Call) -> Response:
    """`GET /admin/api/products`: as in menu.json, with stock."""
    found = await call.house.db.read(lambda conn: catalog.all_products(conn, include_off=True))
    return answer({"products": [catalog.as_menu_json(product) for product in found]})


async def nothing(call: Call) -> Response:
    """Any other path under `/admin/api`."""
    raise problem(404, language=call.language)


def shown(thread: Conversation) -> dict[str, Any]:
    """CONTRACT's conversation."""
    updated = thread.updated_at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        "id": thread.id,
        "channel": thread.sender.channel,
        "user_id": thread.sender.user_id,
        "name": thread.name,
        "speaker": thread.speaker,
        "updated_at": updated,
    }


async def _move(call: Call, move: Any) -> Response:
    try:
        thread = await move(_id(call), call.me.name)
    except TakenBySomebodyElse as error:
        raise problem(409, "taken", language=call.language, who=error.by) from None
    if thread is None:
        raise problem(404, "conversation", language=call.language)
    return answer(shown(thread))


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    if not shapes.MESSAGE_ID.fullmatch(id_):
        raise problem(404, "conversation", language=call.language)
    return id_
