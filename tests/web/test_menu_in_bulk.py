"""Many products at once: prices seen before they are put, files seen before they are taken in, files given out."""

from __future__ import annotations

import csv
import io
import json
import re
from decimal import Decimal
from html import unescape
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from app.catalog.reprice import Raise, raised
from app.catalog.service import Product, all_products
from app.wiring import House

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}
PRICES, IMPORT = "/admin/menu/prices", "/admin/menu/import"
PAYLOADS = ["=cmd|' /C calc'!A0", "+34 600 000 000", "-12.50", "@maria", "\t=1+1", "\r=1+1"]


def menu(house: House) -> dict[str, Product]:
    return {one.name: one for one in house.db.read_now(lambda conn: all_products(conn, include_off=True))}


def hidden(page: str, action: str) -> dict[str, str]:
    """The hidden fields of the form that goes there."""
    form = page[page.index(f'method="post" action="{action}"') :]
    form = form[: form.index("</form>")]
    return {
        name: unescape(value)
        for name, value in re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
    }


async def look(panel: Panel, data: bytes, name: str = "menu.csv", **more: str) -> httpx.Response:
    return await panel.post(IMPORT, files={"file": (name, data, "text/csv")}, data=more, headers={})


@pytest.mark.parametrize(
    ("price", "by", "after"),
    [
        (9500, Raise(percent=Decimal(10)), 10450),
        (9500, Raise(percent=Decimal(10), step=500), 10500),
        (9500, Raise(percent=Decimal("-3.5"), step=100), 9200),
        (9500, Raise(amount=-20000), 0),
        (25, Raise(percent=Decimal(2)), 26),  # 25.5 goes up
    ],
)
def test_a_price_is_raised_and_rounded(price: int, by: Raise, after: int) -> None:
    assert raised(price, by) == after


async def test_prices_are_seen_before_they_change_then_told_to_customers_and_put_back(
    ana: Panel, beto: Panel, house: House, carla: Customer
) -> None:
    before = menu(house)
    asked = {"category": "desayunos", "kind": "percent", "value": "10", "step": "5"}
    page = (await ana.http.get(PRICES, params=asked)).text
    assert "C$ 105" in page
    assert menu(house) == before
    assert (await beto.http.get(PRICES)).status_code == 403
    done = await ana.post(PRICES, data=hidden(page, PRICES), headers=HTMX)
    assert menu(house)["Nacatamal"].price == 10500
    assert menu(house)["Indio viejo"].price == before["Indio viejo"].price
    assert "105" in " ".join(
        reply["text"] for reply in (await carla.say("cuánto cuesta el nacatamal?")).json()["replies"]
    )
    undo = hidden(done.text, PRICES + "/undo")
    assert "Volvieron" in (await ana.post(PRICES + "/undo", data=undo, headers=HTMX)).text
    assert menu(house) == before
    assert "ya no se puede" in (await ana.post(PRICES + "/undo", data=undo, headers=HTMX)).text


async def test_prices_that_changed_since_they_were_seen_are_not_put(ana: Panel, house: House) -> None:
    asked = {"kind": "amount", "value": "C$ 5", "category": "desayunos"}
    seen = hidden((await ana.http.get(PRICES, params=asked)).text, PRICES)
    other = hidden((await ana.http.get(PRICES, params={**asked, "value": "1"})).text, PRICES)
    await ana.post(PRICES, data=other)
    late = await ana.post(PRICES, data=seen)
    assert late.status_code == 409
    assert "mientras mirabas" in late.text
    assert menu(house)["Nacatamal"].price == 9600


@pytest.mark.parametrize("value", ["mucho", "-95", "1e9", "NaN", "501", "<script>", "€ 5"])
async def test_a_change_that_cannot_be_read_is_said_in_words(ana: Panel, house: House, value: str) -> None:
    kind = "amount" if value.startswith("€") else "percent"
    page = await ana.http.get(PRICES, params={"value": value, "kind": kind, "step": "7"})
    assert page.status_code == 422
    assert 'aria-invalid="true"' in page.text
    assert "<script>alert" not in page.text


async def test_a_file_is_seen_cell_by_cell_before_it_is_taken_in(ana: Panel, house: House, carla: Customer) -> None:
    before = menu(house)
    data = "nombre;precio;disponible\nNacatamal;99;sí\nRaspado;25;sí\nYuca;caro;sí\n".encode("latin-1")
    page = await look(ana, data, "precios de hoy.csv")
    assert page.status_code == 200, page.text
    text = unescape(re.sub(r"<[^>]+>|\s+", " ", page.text))
    assert "1 nuevos" in text
    assert "95.00" in text
    assert "99" in text
    assert "Línea 4" in text
    assert "no están en el archivo" in text.lower()
    assert menu(house) == before
    done = await ana.post(IMPORT + "/apply", data=hidden(page.text, IMPORT + "/apply"), headers=HTMX)
    assert "1 nuevos, 1 cambiados" in done.text
    assert (menu(house)["Nacatamal"].price, menu(house)["Raspado"].price) == (9900, 2500)
    assert menu(house)["Indio viejo"] == before["Indio viejo"]
    assert "25" in " ".join(reply["text"] for reply in (await carla.say("cuánto cuesta el raspado?")).json()["replies"])
    assert not list((house.home / "var" / "import").iterdir())


async def test_a_file_may_replace_the_menu_and_says_what_leaves_it(ana: Panel, house: House) -> None:
    page = await look(ana, b"name,price\nNacatamal,95\n", replace="1")
    assert "Salen del menú" in page.text
    sent = hidden(page.text, IMPORT + "/apply")
    assert (await ana.post(IMPORT + "/apply", data=sent)).status_code == 303
    assert [one.name for one in menu(house).values() if one.enabled] == ["Nacatamal"]
    assert (await ana.post(IMPORT + "/apply", data=sent)).status_code == 404


async def test_a_menu_that_changed_since_the_file_was_seen_is_shown_again(ana: Panel, house: House) -> None:
    first = await look(ana, b"name,price\nNacatamal,99\n")
    other = await look(ana, b"name,price\nNacatamal,101\n")
    await ana.post(IMPORT + "/apply", data=hidden(other.text, IMPORT + "/apply"))
    late = await ana.post(IMPORT + "/apply", data=hidden(first.text, IMPORT + "/apply"))
    assert late.status_code == 409
    assert "mientras mirabas" in late.text
    assert menu(house)["Nacatamal"].price == 10100


@pytest.mark.parametrize(
    ("name", "data"),
    [("menu.exe", b"x"), ("menu.csv", b""), ("menu.xlsx", b"no es un libro"), ("menu.json", b"{"), ("menu.csv", b"a,b\n1,2\n"),
     ("menu", b"name,price\nx,1\n"), ("menu.csv", b"name,price\n" + b"\0" * 400)],
)  # fmt: skip
async def test_a_file_that_is_no_menu_is_refused_in_words(ana: Panel, house: House, name: str, data: bytes) -> None:
    before = menu(house)
    answer = await look(ana, data, name)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert menu(house) == before


@pytest.mark.parametrize("file", ["../../config.yaml", "a" * 22 + ".csv", "", "menu.csv", "/etc/passwd"])
async def test_no_other_file_is_taken_in(ana: Panel, file: str) -> None:
    answer = await ana.post(IMPORT + "/apply", data={"file": file, "title": "x.csv", "seen": "x"})
    assert answer.status_code == 404


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
async def test_what_is_given_out_can_be_taken_in_and_changes_nothing(ana: Panel, house: House, form: str) -> None:
    given = await ana.http.get(f"/admin/menu/export?format={form}")
    assert given.headers["content-disposition"] == f'attachment; filename="menu.{form}"'
    page = await look(ana, given.content, f"menu.{form}")
    assert "0 nuevos" in page.text
    assert "0 cambian" in page.text
    assert (await ana.http.get("/admin/menu/export?format=pdf")).status_code == 422


async def test_no_cell_that_is_given_out_can_run(ana: Panel, house: House, tmp_path: Path) -> None:
    rows = [{"name": f"P{n}", "price": "1", "description": text, "synonyms": [text]} for n, text in enumerate(PAYLOADS)]
    page = await look(ana, json.dumps({"products": rows}).encode(), "menu.json")
    await ana.post(IMPORT + "/apply", data=hidden(page.text, IMPORT + "/apply"))
    given = (await ana.http.get("/admin/menu/export?format=csv")).content.decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(given)) for cell in row]
    assert not [cell for cell in cells if cell[:1] in tuple("=+-@\t\r")]
    book = load_workbook(io.BytesIO((await ana.http.get("/admin/menu/export?format=xlsx")).content))
    assert "f" not in {cell.data_type for row in book.active.iter_rows() for cell in row}
    again = await look(ana, given.encode(), "menu.csv")
    assert "0 cambian" in again.text


async def test_hostile_cells_stay_text_in_the_preview(ana: Panel) -> None:
    bad = '"<img src=x onerror=alert(1)>",5,<script>alert(1)</script>\n<script>alert(2)</script>,nada,\n'
    page = await look(ana, f"name,price,description\n{bad}".encode(), "<script>.csv")
    assert page.status_code == 200
    assert "<img src=x" not in page.text
    assert "<script>alert" not in page.text
