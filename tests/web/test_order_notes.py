"""Orders written by hand in the panel: one told by phone, and what is changed in one that is not made yet."""

from __future__ import annotations

import html
import re

import httpx

from app.orders import service as orders
from app.wiring import House

from .conftest import Panel


def fields_of(page: httpx.Response) -> dict[str, str]:
    """What the page's form would send as it stands."""
    form = re.search(r'<form class="stack narrow".*?</form>', page.text, re.DOTALL)
    assert form, page.text
    found = dict(re.findall(r'<input[^>]* name="([^"]+)"[^>]* value="([^"]*)"', form[0]))
    found |= {
        name: value
        for name, value in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', form[0])
    }
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
    assert [(line["qty"], line["product_id"]) for line in order.lines][0] == (2, "nacatamal")
    again = await beto.post("/admin/orders/new", data={**form, "name": "Doña Tere", "do": "place"})
    assert again.headers["location"] == placed.headers["location"]
    books = await house.db.read(orders.check_books)
    assert books.problems == ()
