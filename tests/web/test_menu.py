"""«Menú y servicios»: what the owner and the staff do to the menu, and what a customer's next message sees of it."""

from __future__ import annotations

from app.catalog.service import Product, all_products
from app.wiring import House

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}


def product(house: House, name: str) -> Product:
    found = house.db.read_now(lambda conn: all_products(conn, include_off=True))
    return next(one for one in found if one.name == name)


async def test_the_list_shows_every_product_with_price_and_stock(ana: Panel, house: House) -> None:
    page = await ana.http.get("/admin/menu")
    assert page.status_code == 200, page.text
    assert "Nacatamal" in page.text
