"""«Menú y servicios»: what the owner and the staff do to the menu, and what a customer's next message sees of it."""

from __future__ import annotations

import io
import re
from decimal import Decimal
from html import unescape
from typing import Any

import httpx
import pytest
from PIL import Image
from sqlalchemy import insert, update

from app.catalog.models import products
from app.catalog.service import Product, all_products, sync_menu
from app.wiring import House
from tests.queries import queries

from .conftest import MONDAY_TEN, Customer, Panel

HTMX = {"HX-Request": "true"}
FIELD = re.compile(r"<(input|textarea|option)\b([^>]*)>([^<]*)")


def product(house: House, name: str) -> Product:
    found = house.db.read_now(lambda conn: all_products(conn, include_off=True))
    return next(one for one in found if one.name == name)


def count(house: House, name: str, units: int | None) -> Product:
    """The product, of which so many are left."""
    id_, stock = product(house, name).id, None if units is None else units * 1000
    house.db.write_now(lambda conn: conn.execute(update(products).where(products.c.id == id_).values(stock=stock)))
    return product(house, name)


async def form_of(panel: Panel, path: str) -> dict[str, str]:
    """The fields of the product's form as a browser would send them."""
    page = (await panel.http.get(path)).text
    return fields(page[page.index('id="product"') : page.index("</form>", page.index('id="product"'))])


def fields(html: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for select in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', html, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', select[1])
        found[select[0]] = chosen[1] if chosen else ""
    for kind, attributes, text in FIELD.findall(html):
        said = dict(re.findall(r'([a-z-]+)="([^"]*)"', attributes))
        if "name" not in said or ('type="checkbox"' in attributes and " checked" not in attributes):
            continue
        found[said["name"]] = unescape(text if kind == "textarea" else said.get("value", ""))
    return found


async def text_of_answer(customer: Customer, text: str) -> str:
    said = (await customer.say(text)).json()
    return " ".join(reply["text"] for reply in said["replies"])


async def test_the_list_shows_every_product_with_price_and_stock(ana: Panel, house: House) -> None:
    count(house, "Nacatamal", 3)
    count(house, "Vigorón", 0)
    page = (await ana.http.get("/admin/menu")).text
    naca, vigo = (page[page.index(f'id="prod-{product(house, n).id}"') :][:3000] for n in ("Nacatamal", "Vigorón"))
    assert "C$ 95" in naca
    assert "Últimos 3" in naca
    assert "Agotado" in vigo
    assert "Sin límite" in page


async def test_the_list_is_filtered_searched_sorted_and_paged(ana: Panel, house: House) -> None:
    async def names(**query: str) -> list[str]:
        page = (await ana.http.get("/admin/menu", params=query)).text
        return re.findall(r'class="lnk" href="/admin/menu/\d+">([^<]+)<', page)

    first = await names()
    assert len(first) == 18
    listed = [*first]
    while more := await names(after=str(product(house, unescape(listed[-1])).id)):
        listed += more
    assert len(set(listed)) == len(listed) == len(house.db.read_now(all_products))
    assert "Nacatamal" in await names(q="nacatámal")
    assert "Vigorón" not in await names(q="nacatámal")
    assert await names(q="naca", category="frescos") == []
    assert "Nacatamal" in await names(category="DESAYUNOS")
    count(house, "Vigorón", 0)
    assert "Vigorón" in await names(show="out")
    assert "Vigorón" not in await names(show="selling")
    prices = [product(house, unescape(name)).price for name in await names(order="dear")]
    assert prices == sorted(prices, reverse=True)
    assert (await names(order="name"))[:2] == sorted(await names(order="name"))[:2]
    assert await names(show="nada", order="x'--", after="99999") == []


async def test_switching_a_product_is_seen_by_the_customers_next_message(
    ana: Panel, beto: Panel, house: House, carla: Customer
) -> None:
    id_ = product(house, "Nacatamal").id
    assert "95" in await text_of_answer(carla, "cuánto cuesta el nacatamal?")
    answer = await beto.post(f"/admin/menu/{id_}/available", data={}, headers=HTMX)
    assert answer.status_code == 200
    assert f'id="prod-{id_}"' in answer.text
    assert "Deshacer" in answer.text
    assert not product(house, "Nacatamal").sellable
    said = await text_of_answer(carla, "tienen nacatamal?")
    assert "agotó" in said
    back = await beto.post(f"/admin/menu/{id_}/available", data={"on": "1"})
    assert (back.status_code, back.headers["location"]) == (303, "/admin/menu")
    assert product(house, "Nacatamal").sellable


async def test_stock_is_added_in_the_database_and_never_falls_below_zero(ana: Panel, house: House) -> None:
    id_ = count(house, "Nacatamal", 1).id
    path = f"/admin/menu/{id_}/stock"
    assert "Agotado" in (await ana.post(path, data={"d": "-1"}, headers=HTMX)).text
    again = await ana.post(path, data={"d": "-1"}, headers=HTMX)
    assert "Ahí está lo que hay ahora" in again.text
    assert product(house, "Nacatamal").stock == 0
    await ana.post(path, data={"d": "1"})
    assert product(house, "Nacatamal").stock == 1
    assert (await ana.post(path, data={"d": "40"})).status_code == 422
    assert product(house, "Nacatamal").stock == 1


async def test_a_count_put_while_some_were_sold_is_refused_with_what_is_there(beto: Panel, house: House) -> None:
    id_ = count(house, "Nacatamal", 8).id
    path = f"/admin/menu/{id_}/stock"
    assert 'value="8"' in (await beto.http.get(path, headers=HTMX)).text
    count(house, "Nacatamal", 5)
    late = await beto.post(path, data={"left-0": "20", "was-0": "8"}, headers=HTMX)
    assert late.status_code == 409
    assert "Ahora hay: 5" in late.text
    assert 'value="20"' in late.text
    assert product(house, "Nacatamal").stock == 5
    bad = await beto.post(path, data={"left-0": "muchos", "was-0": "5"})
    assert bad.status_code == 422
    assert "muchos" in bad.text
    assert (await beto.post(path, data={"left-0": "", "was-0": "5"})).status_code == 303
    assert product(house, "Nacatamal").stock is None


async def test_a_new_product_is_offered_to_the_customers_next_message(
    ana: Panel, house: House, carla: Customer
) -> None:
    form = await form_of(ana, "/admin/menu/new")
    wrong = await ana.post("/admin/menu/new", data={**form, "name": "Raspado de tamarindo", "price": "6O"})
    assert wrong.status_code == 422
    assert "Raspado de tamarindo" in wrong.text
    assert 'aria-invalid="true"' in wrong.text
    typed = {**form, "name": "Raspado de tamarindo", "price": "C$ 1,040.50", "categories": "frescos, antojos"}
    typed |= {"a0-name": "Tamaño", "a0-required": "1", "a0-v0-name": "chico", "a0-v1-name": "grande"}
    typed |= {
        "a0-v1-price_delta": "+20",
        "a0-v1-synonyms": "familiar, doble",
        "x0-name": "leche",
        "x0-price_delta": "5",
    }
    assert (await ana.post("/admin/menu/new", data=typed)).status_code == 303
    made = product(house, "Raspado de tamarindo")
    assert (made.price, made.categories, made.stock) == (104050, ("frescos", "antojos"), None)
    assert made.options[0].values[1].synonyms == ("familiar", "doble")
    assert (made.options[0].values[1].price_delta, made.extras[0].price_delta) == (2000, 500)
    assert "1,040" in await text_of_answer(carla, "cuánto vale el raspado de tamarindo?")


async def test_saving_a_form_that_was_not_touched_changes_nothing(ana: Panel, house: House) -> None:
    for one in house.db.read_now(all_products):
        form = await form_of(ana, f"/admin/menu/{one.id}")
        assert (await ana.post(f"/admin/menu/{one.id}", data=form)).status_code == 303
        assert product(house, one.name) == one


async def test_a_price_changed_in_the_panel_is_told_at_once_and_the_file_does_not_undo_it(
    ana: Panel, house: House, carla: Customer
) -> None:
    id_ = product(house, "Nacatamal").id
    form = await form_of(ana, f"/admin/menu/{id_}")
    await ana.post(f"/admin/menu/{id_}", data={**form, "price": "111"})
    assert "111" in await text_of_answer(carla, "cuánto cuesta el nacatamal?")
    menu = house.home / "data" / "menu.csv"
    menu.write_text(menu.read_text(encoding="utf-8") + "Chilenos,15,,,,\n", encoding="utf-8")
    house.db.write_now(lambda conn: sync_menu(conn, house.home / "data", currency="NIO", now=MONDAY_TEN))
    assert product(house, "Nacatamal").price == 11100


async def test_two_people_who_change_the_same_are_told_and_nobodys_work_is_lost(ana: Panel, house: House) -> None:
    id_ = product(house, "Nacatamal").id
    first = await form_of(ana, f"/admin/menu/{id_}")
    await ana.post(f"/admin/menu/{id_}", data={**first, "price": "130"})
    late = await ana.post(
        f"/admin/menu/{id_}", data={**first, "price": "120", "description": "Con chile"}, headers=HTMX
    )
    assert late.status_code == 409
    assert "Ahora hay: 130.00" in late.text
    assert 'value="120"' in late.text
    assert product(house, "Nacatamal").price == 13000
    again = fields(late.text)
    assert (await ana.post(f"/admin/menu/{id_}", data=again)).status_code == 303
    assert (product(house, "Nacatamal").price, product(house, "Nacatamal").description) == (12000, "Con chile")


async def test_what_others_changed_elsewhere_in_the_product_stays(ana: Panel, house: House) -> None:
    id_ = count(house, "Nacatamal", 10).id
    first = await form_of(ana, f"/admin/menu/{id_}")
    count(house, "Nacatamal", 7)  # three were sold meanwhile
    assert (await ana.post(f"/admin/menu/{id_}", data={**first, "name": "Nacatamal leonés"})).status_code == 303
    assert product(house, "Nacatamal leonés").stock == 7


async def test_stock_by_variant_is_written_row_by_row(ana: Panel, house: House) -> None:
    form = await form_of(ana, "/admin/menu/new")
    typed = {**form, "name": "Gorra", "price": "200", "a0-name": "Talle", "a0-required": "1"}
    made = await ana.post("/admin/menu/new", data={**typed, "a0-v0-name": "S", "a0-v1-name": "M"})
    page = made.headers["location"]
    form = await form_of(ana, page)
    await ana.post(page, data={**form, "s0-stock": "4", "s1-stock": "0", "s1-price": "250"})
    gorra = product(house, "Gorra")
    assert [(v.options, v.stock, v.price) for v in gorra.variants] == [
        ({"talle": "s"}, Decimal(4), None), ({"talle": "m"}, Decimal(0), 25000),
    ]  # fmt: skip
    form = await form_of(ana, page)
    await ana.post(page, data={**form, "stock": "9"})
    assert [variant.stock for variant in product(house, "Gorra").variants] == [4, 0]
    form = await form_of(ana, page)
    form = {name: value for name, value in form.items() if not name.startswith("a0-v1")}  # M is sold no longer
    await ana.post(page, data=form)
    assert [variant.options for variant in product(house, "Gorra").variants] == [{"talle": "s"}]
    await ana.post(page, data={**await form_of(ana, page), "uncount": "1"})
    assert product(house, "Gorra").variants == ()


async def test_adding_a_row_keeps_what_was_typed_and_saves_nothing(ana: Panel, house: House) -> None:
    id_ = product(house, "Nacatamal").id
    form = await form_of(ana, f"/admin/menu/{id_}")
    more = await ana.post(f"/admin/menu/{id_}", data={**form, "name": "Otro nombre", "x0-name": "crema", "add": "x"})
    assert more.status_code == 200
    assert 'value="Otro nombre"' in more.text
    assert 'value="crema"' in more.text
    assert product(house, "Nacatamal").name == "Nacatamal"


async def test_a_fourth_best_seller_is_refused_in_words(ana: Panel, house: House) -> None:
    best = [one.name for one in house.db.read_now(all_products) if one.best_seller]
    plain = [one for one in house.db.read_now(all_products) if not one.best_seller]
    for one in plain[: 4 - len(best)] if len(best) < 4 else plain[:1]:
        form = await form_of(ana, f"/admin/menu/{one.id}")
        last = await ana.post(f"/admin/menu/{one.id}", data={**form, "best_seller": "1"})
    assert last.status_code == 422
    assert "sacá uno antes" in last.text


async def test_a_product_taken_off_the_menu_can_be_put_back(
    ana: Panel, beto: Panel, house: House, carla: Customer
) -> None:
    id_ = product(house, "Nacatamal").id
    assert (await beto.post(f"/admin/menu/{id_}/delete", data={})).status_code == 403
    gone = await ana.post(f"/admin/menu/{id_}/delete", data={}, headers=HTMX)
    assert f'action="/admin/menu/{id_}/restore"' in gone.text
    assert gone.headers["hx-push-url"] == "/admin/menu"
    assert not product(house, "Nacatamal").enabled
    assert "95" not in await text_of_answer(carla, "cuánto cuesta el nacatamal?")
    assert "Nacatamal" in (await ana.http.get("/admin/menu?show=gone")).text
    back = await ana.post(f"/admin/menu/{id_}/restore", data={"list": "1"}, headers=HTMX)
    assert f'id="prod-{id_}"' in back.text
    assert "95" in await text_of_answer(carla, "cuánto cuesta el nacatamal?")


async def test_the_staff_switch_and_count_and_nothing_else(beto: Panel, house: House) -> None:
    id_ = product(house, "Nacatamal").id
    page = (await beto.http.get("/admin/menu")).text
    assert f'action="/admin/menu/{id_}/available"' in page
    assert "/admin/menu/new" not in page
    assert f'href="/admin/menu/{id_}"' not in page
    for path in ("", "/delete", "/restore", "/photo/remove"):
        assert (await beto.post(f"/admin/menu/{id_}{path}", data={"name": "x"})).status_code == 403


@pytest.mark.parametrize("id_", ["0", "999999", "-1", "1x", "9" * 40, "٣"])
async def test_a_product_that_is_not_there_is_404(ana: Panel, id_: str) -> None:
    assert (await ana.http.get(f"/admin/menu/{id_}")).status_code == 404
    assert (await ana.http.get(f"/admin/menu/{id_}/stock")).status_code == 404
    for path in ("", "/stock", "/available", "/delete", "/restore", "/photo/remove"):
        assert (await ana.post(f"/admin/menu/{id_}{path}", data={"d": "1", "on": "1"})).status_code == 404, path


async def test_a_forged_or_broken_form_fails_in_words_and_changes_nothing(ana: Panel, house: House) -> None:
    naca = product(house, "Nacatamal")
    form = await form_of(ana, f"/admin/menu/{naca.id}")
    for base in ("[]", "{", "null", '{"options": 3}', "{}"):
        answer = await ana.post(f"/admin/menu/{naca.id}", data={**form, "base": base, "price": "1"})
        assert answer.status_code == 409, base
    bad = {
        "s0-options": '{"a": {"b": 1}}',
        "s1-options": '["x"]',
        "s2-options": "{",
        "s0-stock": "1",
        "x0-max": "muchos",
    }
    answer = await ana.post(f"/admin/menu/{naca.id}", data={**form, **bad, "x0-name": "queso"})
    assert answer.status_code == 422
    assert product(house, "Nacatamal") == naca


def picture(kind: str, size: tuple[int, int] = (1600, 900), **options: Any) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
async def test_a_photo_is_drawn_anew_in_two_sizes_and_shown_to_anybody(
    ana: Panel, house: House, http: httpx.AsyncClient, kind: str
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "secreto"
    id_ = product(house, "Nacatamal").id
    data = picture(kind, exif=exif) + b"<script>alert(1)</script>"
    put = await ana.post(f"/admin/menu/{id_}/photo", files={"photo": ("../x.svg", data, "image/svg+xml")})
    assert put.status_code == 303
    address = product(house, "Nacatamal").image
    assert address is not None
    shown = await http.get(address)
    assert shown.headers["content-type"] == f"image/{kind.lower()}"
    assert shown.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in shown.headers["cache-control"]
    assert b"secreto" not in shown.content
    assert b"<script>" not in shown.content
    assert Image.open(io.BytesIO(shown.content)).size == (1024, 576)
    small = re.search(r'src="(/photos/[^"]+)"', (await ana.http.get("/admin/menu")).text)
    assert small
    assert max(Image.open(io.BytesIO((await http.get(small[1])).content)).size) == 128
    removed = await ana.post(f"/admin/menu/{id_}/photo/remove", data={}, headers=HTMX)
    assert product(house, "Nacatamal").image is None
    assert address in removed.text
    await ana.post(f"/admin/menu/{id_}/photo/restore", data={"image": address})
    assert product(house, "Nacatamal").image == address


@pytest.mark.parametrize(
    "data",
    [b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"%PDF-1.4\n%%EOF", b"GIF89a" + b"\0" * 50, b"",
     b"\xff\xd8\xff<script>", picture("PNG")[:80], b"\x89PNG\r\n\x1a\n" + b"\0" * 40],
)  # fmt: skip
async def test_what_is_no_photo_is_refused_and_not_kept(ana: Panel, house: House, data: bytes) -> None:
    id_ = product(house, "Nacatamal").id
    answer = await ana.post(f"/admin/menu/{id_}/photo", files={"photo": ("a.png", data, "image/png")}, headers=HTMX)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert product(house, "Nacatamal").image is None
    assert not list((house.home / "var" / "files").rglob("*.*"))


async def test_no_other_file_is_shown_as_a_photo(ana: Panel, http: httpx.AsyncClient, house: House) -> None:
    folder = house.home / "var" / "files"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ("a" * 32 + ".jpg")).write_bytes(b"a customer's receipt")
    for name in ("a" * 32 + ".jpg", "../" + "a" * 32 + ".jpg", "..%2f..%2f.env", "x.jpg", "a" * 32 + ".svg", "", "%00"):
        assert (await http.get(f"/photos/{name}")).status_code == 404, name
    id_ = product(house, "Nacatamal").id
    for image in ("https://evil.test/x.jpg", "/photos/../x", "javascript:alert(1)", "/photos/" + "a" * 32 + "-s.jpg"):
        answer = await ana.post(f"/admin/menu/{id_}/photo/restore", data={"image": image})
        assert answer.status_code == 404, image


async def test_an_upload_without_the_token_is_refused_and_with_the_field_it_works_without_javascript(
    ana: Panel, house: House
) -> None:
    path = f"/admin/menu/{product(house, 'Nacatamal').id}/photo"
    files = {"photo": ("a.png", picture("PNG", (20, 20)), "image/png")}
    assert (await ana.http.post(path, files=files)).status_code == 403
    assert (await ana.http.post(path, files=files, data={"csrf_token": "x"})).status_code == 403
    assert (await ana.http.post(path, files=files, data={"csrf_token": ana.csrf})).status_code == 303


HOSTILE = '"><img src=x onerror=alert(1)><script>alert(1)</script>{{7*7}}'


async def test_hostile_names_stay_text_everywhere(ana: Panel, house: House) -> None:
    form = await form_of(ana, "/admin/menu/new")
    typed = {**form, "name": HOSTILE, "price": "5", "description": HOSTILE, "categories": HOSTILE, "x0-name": HOSTILE}
    made = await ana.post("/admin/menu/new", data=typed)
    page = made.headers["location"]
    for path in ("/admin/menu", "/admin/menu?order=price&q=onerror", page, f"{page}/stock"):
        shown = (await ana.http.get(path)).text
        assert "<img src=x" not in shown
        assert "{{7*7}}" in shown or path == "/admin/menu"
    off = await ana.post(f"{page}/delete", data={}, headers=HTMX)
    assert "<img src=x" not in off.text


async def test_a_page_of_a_thousand_products_takes_few_queries(ana: Panel, house: House) -> None:
    stock = dict(house.db.read_now(lambda conn: conn.execute(products.select().limit(1)).mappings().one()))
    rows = [
        {
            **stock,
            "id": 1000 + n,
            "sku": f"p{n}",
            "name": f"Producto {n}",
            "folded_name": f"producto {n}",
            "position": n,
        }
        for n in range(1000)
    ]
    house.db.write_now(lambda conn: conn.execute(insert(products), rows))
    await ana.http.get("/admin/menu")
    with queries(house.db) as seen:
        page = await ana.http.get("/admin/menu?show=selling&category=platos")
    assert page.status_code == 200
    assert len(seen) <= 15, seen
