"""«Pedidos» in the panel: the board, moving and paying, the list, the ticket and the files, with HTMX and without."""

from __future__ import annotations

from typing import Any

from app.chat import service as chat
from app.orders.service import Order
from app.wiring import House
from tests.placed import place

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}


async def ordered(house: House, customer: Customer, **more: Any) -> Order:
    """An order of that customer, confirmed."""
    thread = await house.db.read(lambda conn: chat.conversation(conn, customer.conversation_id))
    assert thread is not None
    return await place(house, thread, **more)


async def test_slice(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    page = await ana.http.get("/admin/orders")
    assert page.status_code == 200, page.text
