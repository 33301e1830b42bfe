"""`/admin/api/orders`: what programs read of orders and where they move them, and how the customer's page hears of it."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import httpx
import pytest

from app.chat import service as chat
from app.core import jobs
from app.orders import service as orders
from app.orders.service import Order
from app.wiring import House
from tests.placed import place

from .conftest import ANA_PASSWORD, Customer, OpenStream, Panel

ORDER = {
    "id", "number", "status", "cancel_reason", "lines", "subtotal", "delivery_fee", "discount", "total", "currency",
    "customer", "fulfilment", "address", "payment",
}  # fmt: skip
LINE = {
    "product_id", "name", "qty", "unit", "options", "extras", "without_options", "note", "unit_price", "total",
}  # fmt: skip


async def ordered(house: House, customer: Customer, **more: Any) -> Order:
    thread = await house.db.read(lambda conn: chat.conversation(conn, customer.conversation_id))
    assert thread is not None
    return await place(house, thread, **more)


async def moved(panel: Panel, order: Order, status: object, **more: object) -> httpx.Response:
    return await panel.post(f"/admin/api/orders/{order.id}/status", json={"status": status, **more})


async def listed(panel: Panel, **params: str) -> list[str]:
    response = await panel.http.get("/admin/api/orders", params=params)
    assert response.status_code == 200, response.text
    return [order["id"] for order in response.json()["orders"]]


async def test_an_order_is_read_in_the_contracts_shape(house: House, carla: Customer, http: httpx.AsyncClient) -> None:
    order = await ordered(house, carla)
    response = await http.get("/admin/api/orders", auth=("owner", ANA_PASSWORD))
    assert (response.status_code, response.headers["cache-control"]) == (200, "no-store")
    [shown] = response.json()["orders"]
    [line] = shown["lines"]
    assert (set(shown), set(line)) == (ORDER, LINE)
    assert (shown["id"], shown["number"], shown["status"]) == (order.id, "0001", "confirmed")
    assert (shown["total"], shown["currency"], line["qty"], line["unit_price"]) == ("190.00", "NIO", 2, "95.00")
    assert shown["payment"] == {"method": "cash", "status": "unpaid", "url": None}
    assert shown["customer"] == {"name": "Carla", "phone": "+50588881234"}


async def test_orders_are_listed_oldest_first_by_status_and_after_an_id(
    house: House, carla: Customer, ana: Panel
) -> None:
    first, second, third = [await ordered(house, carla) for _ in range(3)]
    assert await listed(ana) == [first.id, second.id, third.id]
    assert await listed(ana, after=first.id) == [second.id, third.id]
    await moved(ana, second, "preparing")
    assert await listed(ana, status="preparing") == [second.id]
    assert await listed(ana, status="confirmed", after=first.id) == [third.id]


async def test_at_most_a_hundred_are_read_at_once(house: House, carla: Customer, ana: Panel) -> None:
    placed = [(await ordered(house, carla)).id for _ in range(103)]
    page = await listed(ana)
    assert page == placed[:100]
    assert await listed(ana, after=page[-1]) == placed[100:]


@pytest.mark.parametrize("query", ["status=eaten", "after=nobody", "after=%00", "status=%F0%9F%8C%AE"])
async def test_a_listing_of_what_there_is_not_is_422(ana: Panel, query: str) -> None:
    refused = await ana.http.get(f"/admin/api/orders?{query}")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["errors"][0]["field"] == query.partition("=")[0]


async def test_an_order_goes_its_way_step_by_step(house: House, carla: Customer, beto: Panel) -> None:
    order = await ordered(house, carla)
    for status in ("preparing", "ready", "preparing", "ready", "delivered"):
        response = await moved(beto, order, status)
        assert (response.status_code, response.json()["status"]) == (200, status)
        assert set(response.json()) == ORDER
    events = await house.db.read(lambda conn: orders.history(conn, order.id))
    assert [event.by for event in events] == ["customer", *["beto"] * 5]


@pytest.mark.parametrize("status", ["confirmed", "ready", "delivered", "draft"])
async def test_a_step_the_status_does_not_allow_is_409_and_changes_nothing(
    house: House, carla: Customer, ana: Panel, status: str
) -> None:
    order = await ordered(house, carla)
    refused = await moved(ana, order, status)
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert refused.json()["detail"]
    now = await house.db.read(lambda conn: orders.find(conn, order.id))
    assert now is not None and now.status == "confirmed"
    events = await house.db.read(lambda conn: orders.history(conn, order.id))
    assert [event.refused for event in events] == [False, True]


async def test_cancelling_says_why_and_ends_it(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    response = await moved(ana, order, "cancelled", reason="  se acabó\nla masa ")
    assert (response.status_code, response.json()["cancel_reason"]) == (200, "se acabó la masa")
    assert (await moved(ana, order, "preparing")).status_code == 409


@pytest.mark.parametrize(
    "body", [{}, {"status": "eaten"}, {"status": 1}, {"status": ["ready"]}, {"status": "ready", "reason": 5},
             {"status": "cancelled", "reason": "a" * 501}, []]
)  # fmt: skip
async def test_a_body_of_another_shape_is_422(house: House, carla: Customer, ana: Panel, body: object) -> None:
    order = await ordered(house, carla)
    refused = await ana.post(f"/admin/api/orders/{order.id}/status", json=body)
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")


@pytest.mark.parametrize("id_", ["0001", "0" * 26, "nada", "%00", "..%2f", "ñ"])
async def test_an_order_nobody_placed_is_404(house: House, carla: Customer, ana: Panel, id_: str) -> None:
    await ordered(house, carla)
    response = await ana.post(f"/admin/api/orders/{id_}/status", json={"status": "preparing"})
    assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json")


async def test_without_credentials_or_token_nothing_moves(
    house: House, carla: Customer, ana: Panel, http: httpx.AsyncClient
) -> None:
    order = await ordered(house, carla)
    path, body = f"/admin/api/orders/{order.id}/status", {"status": "preparing"}
    assert (await http.get("/admin/api/orders")).status_code == 401
    assert (await http.post(path, json=body)).status_code == 401
    assert (await http.post(path, json=body, headers=carla.headers)).status_code == 401
    assert (await ana.http.post(path, json=body)).status_code == 403
    assert (await http.post(path, json=body, auth=("owner", "no"))).status_code == 401
    assert (await http.post(path, json=body, auth=("owner", ANA_PASSWORD))).status_code == 200


async def test_the_customers_page_hears_of_each_change_as_message_and_as_order(
    house: House, carla: Customer, ana: Panel, open_stream: OpenStream
) -> None:
    order = await ordered(house, carla)
    async with open_stream(carla.token) as stream:
        await stream.event("status")
        await moved(ana, order, "preparing")
        message = await stream.event("message")
        out = json.loads(message["data"])
        assert (out["kind"], out["order"]["id"], out["from"]) == ("order_summary", order.id, "bot")
        event = await stream.event("order")
        assert "id" not in event
        assert json.loads(event["data"]) == out["order"]
        assert out["order"]["status"] == "preparing"
    async with open_stream(carla.token, **{"Last-Event-ID": carla.greeting[-1]["id"]}) as again:
        assert (await again.event("message"))["id"] == message["id"]
        assert json.loads((await again.event("order"))["data"]) == out["order"]


async def test_another_customers_order_is_never_heard_of(
    house: House, carla: Customer, dario: Customer, ana: Panel, open_stream: OpenStream
) -> None:
    theirs, own = await ordered(house, dario), await ordered(house, carla)
    async with open_stream(carla.token) as stream:
        await stream.event("status")
        await moved(ana, theirs, "preparing")
        await moved(ana, own, "preparing")
        assert json.loads((await stream.event("order"))["data"])["id"] == own.id
    assert all(
        message["order"] is None or message["order"]["id"] == own.id for message in (await carla.history())["messages"]
    )


async def test_notices_that_wait_for_their_channel_do_not_degrade_the_shop(
    house: House, carla: Customer, http: httpx.AsyncClient
) -> None:
    orders_ = house.settings.current.orders.model_copy(update={"notify_whatsapp": "whatsapp:+50588880000"})
    house.settings.current = replace(house.settings.current, orders=orders_)
    await ordered(house, carla)
    await house.worker.run_until_idle()
    waiting = await house.db.read(jobs.counts)
    assert waiting[("notice_whatsapp", "pending")] == 1
    assert (await http.get("/readyz")).json()["checks"]["jobs"]["status"] == "ok"
