"""Orders of a running shop, placed as a conversation's last yes places them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.chat import service as chat
from app.core.ids import new_token
from app.nlu.service import Line
from app.orders import service as orders
from app.orders.service import Draft, Order
from app.wiring import House

PRODUCT = "nacatamal"


def draft_of(house: House, thread: chat.Conversation, qty: int = 2, **more: Any) -> Draft:
    """A draft of so many nacatamales for this conversation's customer, to be picked up and paid in cash."""
    product = house.db.read_now(lambda conn: catalog.by_sku(conn, [PRODUCT]))[PRODUCT]
    line = Line(PRODUCT, Decimal(qty), **more.pop("line", {}))
    lines = (orders.priced(product, line),)
    told: dict[str, Any] = {
        "id": new_token(16), "conversation_id": thread.id, "customer": thread.sender.lane,
        "channel": thread.sender.channel, "branch": "", "language": "es", "lines": lines,
        "bill": orders.bill(lines, fee=more.pop("fee", 0)), "currency": house.currency(), "fulfilment": "pickup",
        "address": "", "zone": "", "name": "Carla", "phone": "+50588881234", "method": "cash",
    }  # fmt: skip
    return Draft(**{**told, **more})


async def place(house: House, thread: chat.Conversation, **more: Any) -> Order:
    """An order of this conversation's customer, confirmed."""
    draft = draft_of(house, thread, **more)
    settings, now = house.settings.current, house.clock.now()
    return await house.db.write(lambda conn: orders.place(conn, draft, settings, now=now, cause=f"yes:{draft.id}"))


async def move(house: House, order: Order, to: str, by: str = "owner", why: str = "") -> Order:
    """What somebody of the shop does to it; each call is a click of its own."""

    def work(conn: Connection) -> Order:
        now: datetime = house.clock.now()
        settings, cause = house.settings.current, f"click:{new_token(8)}"
        return orders.move(conn, order.id, to, by=by, why=why, cause=cause, now=now, settings=settings)

    return await house.db.write(work)


async def settle(house: House, order: Order, to: str, by: str = "owner") -> Order:
    """What somebody of the shop, or a gateway, says of its payment."""
    cause = f"click:{new_token(8)}"
    return await house.db.write(
        lambda conn: orders.settle(conn, order.id, to, by=by, cause=cause, now=house.clock.now())
    )
