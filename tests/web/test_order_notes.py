"""Orders written by hand in the panel: one told by phone, and what is changed in one that is not made yet."""

from __future__ import annotations

import html
import re

import httpx
import pytest

from app.catalog.models import products
from app.orders import service as orders
from app.orders.service import Order
from app.settings import edit
from app.wiring import House
from tests.placed import move, settle

from .conftest import Customer, Panel
from .test_orders_board import ordered


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = re.search(r'<form class="stack narrow".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form[0]))
    found |= dict(re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', form[0]))
    for name, options in re.findall(r'<select[^>]* name="([^"]+)"[^>]*>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return {name: html.unescape(value) for name, value in found.items()}


async def told(panel: Panel, text: str, **more: str) -> httpx.Response:
    """The page after somebody wrote down what they were told."""
    before = fields_of(await panel.http.get("/admin/orders/new"))
    return await panel.post("/admin/orders/new", data={**before, **more, "text": text, "do": "read"})


async def test_what_is_told_becomes_lines_and_then_an_order(house: House, beto: Panel) -> None:
    page = await told(beto, "2 nacatamales y un fresco de cacao")
    assert page.status_code == 200, page.text
    form = fields_of(page)
    assert (form["qty-0"], form["qty-1"]) == ("2", "1")
    placed = await beto.post(
        "/admin/orders/new",
        data={**form, "name": "Doña Tere", "phone": "8888 1234", "note": "sin apuro", "do": "place"},
    )
    assert placed.status_code == 303, placed.text
    order = await house.db.read(lambda conn: orders.find(conn, placed.headers["location"].rsplit("/", 1)[1]))
    assert order is not None
    assert (order.name, order.phone, order.channel, order.note) == ("Doña Tere", "+50588881234", "phone", "sin apuro")
    assert (order.lines[0]["qty"], order.lines[0]["product_id"]) == (2, "nacatamal")
    again = await beto.post("/admin/orders/new", data={**form, "name": "Doña Tere", "do": "place"})
    assert again.headers["location"] == placed.headers["location"]
    books = await house.db.read(orders.check_books)
    assert books.problems == ()


async def test_what_is_not_clear_is_asked_and_what_the_menu_lacks_is_said(house: House, ana: Panel) -> None:
    page = await told(ana, "un fresco y una pizza")
    form = fields_of(page)
    assert "pizza" in page.text and form["which-0"] == ""
    early = await ana.post("/admin/orders/new", data={**form, "name": "Ana", "do": "place"})
    assert (early.status_code, "Falta elegir" in early.text or "Todavía no hay nada" in early.text) == (422, True)
    chosen = re.search(r'<option value="([a-z-]+)">Fresco de cacao', page.text)
    assert chosen
    settled = await ana.post("/admin/orders/new", data={**form, "which-0": chosen[1], "do": "read"})
    assert "pizza" not in settled.text
    form = fields_of(settled)
    assert (form["qty-0"], "which-0" in form) == ("1", False)
    placed = await ana.post("/admin/orders/new", data={**form, "name": "Ana", "do": "place"})
    assert placed.status_code == 303


async def test_a_delivery_costs_its_zone_and_needs_an_address(house: House, ana: Panel) -> None:
    edit(house.home / "config.yaml", {"delivery": {"enabled": True, "zones": [{"name": "Altamira", "fee": "40.00"}]}})
    house.settings.reload_if_changed()
    form = {**fields_of(await told(ana, "2 nacatamales")), "name": "Ana", "fulfilment": "delivery", "zone": "Altamira"}
    lost = await ana.post("/admin/orders/new", data={**form, "do": "place"})
    assert (lost.status_code, "Poné adónde" in lost.text, "C$ 230" in lost.text.replace("\xa0", " ")) == (
        422,
        True,
        True,
    )
    placed = await ana.post("/admin/orders/new", data={**form, "address": "casa 14", "do": "place"})
    order = await found(house, placed.headers["location"])
    assert (order.fulfilment, order.zone, order.delivery_fee, order.total) == ("delivery", "Altamira", 4000, 23000)


async def test_an_order_for_nobody_is_refused_with_all_that_was_typed(house: House, ana: Panel) -> None:
    form = {**fields_of(await told(ana, "3 nacatamales")), "note": "la de siempre", "qty-0": "4"}
    page = await ana.post("/admin/orders/new", data={**form, "do": "place"})
    assert (page.status_code, "a nombre de quién" in page.text) == (422, True)
    assert (fields_of(page)["note"], fields_of(page)["qty-0"]) == ("la de siempre", "4")


@pytest.mark.parametrize("qty", ["muchos", "-2", "1.5", "99999"])
async def test_a_quantity_that_cannot_be_is_said_beside_its_line(house: House, ana: Panel, qty: str) -> None:
    form = {**fields_of(await told(ana, "3 nacatamales")), "name": "Ana", "qty-0": qty}
    page = await ana.post("/admin/orders/new", data={**form, "do": "place"})
    assert (page.status_code, 'aria-invalid="true"' in page.text) == (422, True)
    assert await house.db.read(orders.count_new) == 0


@pytest.mark.parametrize(
    "noted",
    ["{", "[]", '"x"', '{"lines": 5}', "null", '{"lines": [{"qty": "NaN", "product_id": "nacatamal"}]}',
     '{"lines": [{"qty": 99999, "product_id": "nacatamal"}]}', '{"lines": [{"qty": 1.5, "product_id": "nacatamal"}]}',
     '{"lines": [{"qty": 1, "product_id": "nacatamal", "extras": [{"id": "x", "kind": "add", "qty": -9}]}]}',
     '{"unclear": [{"words": "x", "qty": "NaN", "said": 1, "unit": "", "of": ["nacatamal"]}]}'],
)  # fmt: skip
async def test_a_form_that_was_meddled_with_is_an_empty_one(ana: Panel, noted: str) -> None:
    page = await ana.post(
        "/admin/orders/new", data={"noted": noted, "do": "place", "name": "Ana", "which-0": "nacatamal"}
    )
    assert (page.status_code, "Todavía no hay nada anotado" in page.text) == (422, True)


async def test_what_is_sold_out_meanwhile_is_said_and_nothing_is_lost(house: House, ana: Panel) -> None:
    form = {**fields_of(await told(ana, "3 nacatamales")), "name": "Ana"}
    await house.db.write(
        lambda conn: conn.execute(products.update().where(products.c.sku == "nacatamal").values(stock=2000))
    )
    page = await ana.post("/admin/orders/new", data={**form, "do": "place"})
    assert (page.status_code, "De Nacatamal quedan 2" in page.text, fields_of(page)["qty-0"]) == (409, True, "3")


async def test_a_change_is_saved_and_the_customer_told_once(house: House, carla: Customer, beto: Panel) -> None:
    order = await ordered(house, carla)
    await house.worker.run_until_idle()
    await carla.say("cómo va mi pedido?")
    path = f"/admin/orders/{order.id}/edit"
    form = fields_of(await beto.http.get(path))
    assert form["had-0"] == "2"
    read = await beto.post(path, data={**form, "had-0": "3", "text": "un fresco de cacao", "do": "read"})
    assert "Total con los cambios" in read.text
    form = fields_of(read)
    assert (form["had-0"], form["qty-0"]) == ("3", "1")
    saved = await beto.post(path, data={**form, "note": "bien caliente", "do": "save"})
    assert (saved.status_code, saved.headers["location"]) == (303, f"/admin/orders/{order.id}")
    now = await found(house, saved.headers["location"])
    assert ([line["qty"] for line in now.lines], now.note) == ([3, 1], "bien caliente")
    await house.worker.run_until_idle()
    said = [message["text"] for message in (await carla.history())["messages"] if "Cambiamos" in message["text"]]
    assert len(said) == 1 and "3 Nacatamal y 1 Fresco de cacao" in said[0]
    page = (await beto.http.get(f"/admin/orders/{order.id}")).text
    assert "Se cambió el pedido" in page and "Antes: 2 Nacatamal" in page


async def test_two_people_change_one_order_and_the_second_sees_both(
    house: House, carla: Customer, ana: Panel, beto: Panel
) -> None:
    order = await ordered(house, carla)
    path = f"/admin/orders/{order.id}/edit"
    hers, his = fields_of(await ana.http.get(path)), fields_of(await beto.http.get(path))
    assert (await ana.post(path, data={**hers, "had-0": "5", "do": "save"})).status_code == 303
    late = await beto.post(path, data={**his, "had-0": "1", "note": "la mía", "do": "save"})
    assert late.status_code == 409
    assert "owner cambió este pedido" in late.text and "Vos habías puesto: 1 × Nacatamal" in late.text
    form = fields_of(late)
    assert (form["had-0"], form["note"]) == ("5", "la mía")
    assert (await beto.post(path, data={**form, "had-0": "4", "do": "save"})).status_code == 303
    assert (await found(house, path)).lines[0]["qty"] == 4


async def test_what_was_made_meanwhile_cannot_be_changed_and_what_was_typed_is_told(
    house: House, carla: Customer, ana: Panel
) -> None:
    order = await ordered(house, carla)
    path = f"/admin/orders/{order.id}/edit"
    form = fields_of(await ana.http.get(path))
    await move(house, order, "preparing", by="Beto")
    await move(house, order, "ready", by="Beto")
    late = await ana.post(path, data={**form, "had-0": "7", "do": "save"})
    assert (late.status_code, "7 × Nacatamal" in late.text, "ya está listo" in late.text) == (409, True, True)
    assert (await ana.http.get(path)).status_code == 409


async def test_a_change_that_cannot_be_says_why(house: House, carla: Customer, ana: Panel) -> None:
    order = await ordered(house, carla)
    path = f"/admin/orders/{order.id}/edit"
    form = fields_of(await ana.http.get(path))
    nothing = await ana.post(path, data={**form, "had-0": "0", "do": "save"})
    assert (nothing.status_code, "No quedaría nada" in nothing.text) == (422, True)
    wrong = await ana.post(path, data={**form, "had-0": "dos", "do": "save"})
    assert (wrong.status_code, 'aria-invalid="true"' in wrong.text) == (422, True)
    await settle(house, order, "paid")
    paid = await ana.post(path, data={**form, "had-0": "3", "do": "save"})
    assert (paid.status_code, "Ya está pagado" in paid.text) == (422, True)


async def found(house: House, path: str) -> Order:
    """The order whose page this is."""
    id_ = path.split("/")[3]
    order = await house.db.read(lambda conn: orders.find(conn, id_))
    assert order is not None
    return order
