"""`/admin/api`: what programs of the shop read and do (CONTRACT 3, Panel)."""

from __future__ import annotations

from datetime import UTC
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.chat import service as chat
from app.chat.service import Conversation, TakenBySomebodyElse
from app.core.ids import new_id
from app.orders import service as orders
from app.orders.service import NoSuchOrder, NotAllowed, Order
from app.web.call import Call
from app.web.chat import shapes
from app.web.chat.api import answer
from app.web.problem import problem
from app.web.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection


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


async def list_orders(call: Call) -> Response:
    """`GET /admin/api/orders`."""
    query = call.request.query_params
    status, after = query.get("status", ""), query.get("after", "")
    if status and status not in orders.STATUSES:
        call.refuse("status", "choice", choices=", ".join(orders.STATUSES))

    def read(conn: Connection) -> list[Order] | None:
        known = not after or orders.find(conn, after) is not None
        return orders.listed(conn, status, after) if known else None

    found = await call.house.db.read(read)
    if found is None:
        call.refuse("after", "order")
    return answer({"orders": [orders.as_json(order) for order in found]})


async def move_order(call: Call) -> Response:
    """`POST /admin/api/orders/{id}/status`: the order as it is then; 409 for a step its status does not allow."""
    to, why = shapes.order_status(call, await call.json(), orders.STATUSES)
    id_, by, settings = call.request.path_params["id"], call.me.name, call.settings

    def work(conn: Connection) -> Order | NotAllowed:
        now, cause = call.house.clock.now(), f"panel:{new_id()}"
        step = lambda: orders.move(conn, id_, to, by=by, why=why, cause=cause, now=now, settings=settings)  # noqa: E731
        return orders.attempt(step)

    try:
        moved = await call.house.db.write(work)
    except NoSuchOrder:
        raise problem(404, "order", language=call.language) from None
    if isinstance(moved, NotAllowed):
        was, wanted = (say(f"order_status.{status}", call.language) for status in (moved.was, moved.to))
        raise problem(409, "order_step", language=call.language, was=was, to=wanted)
    call.house.team.wake()
    return answer(orders.as_json(moved))


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
