"""Orders as files: CONTRACT 4's columns, nothing a spreadsheet would run, and everything back as it was."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from app.core.errors import UserError
from app.core.tables import unguard
from app.nlu.service import Line, SaidExtra
from app.orders import service as orders
from tests.orders.conftest import Shop

COLUMNS = (
    "number,created_at,status,customer_name,phone,channel,fulfilment,address,items,subtotal,delivery_fee,discount,total,"
    "currency,payment_method,payment_status"
)
EVIL = ['=HYPERLINK("http://evil")', "+505 8888 0000", "-2+3+cmd|' /C calc'!A0", "@SUM(1)", "'=1", "\tx", 'a,"b"\nc']


def exported(shop: Shop, form: str) -> bytes:
    return shop.db.read_now(lambda conn: orders.export_orders(conn, form))


def test_a_csv_has_the_columns_of_the_contract_and_a_row_for_each_order(shop: Shop) -> None:
    line = Line("nacatamal", Decimal(2), extras=(SaidExtra(kind="add", id="queso"), SaidExtra(kind="no", id="cebolla")))
    first = shop.order(line, Line("queso-duro", Decimal("1.5")), code="LUNES", fee=2500, method="transfer")
    shop.move(shop.order("cafe", name="Dario", phone=""), "cancelled")
    content = exported(shop, "csv")
    assert content.startswith(b"\xef\xbb\xbf")
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))
    assert ",".join(header) == COLUMNS
    assert [row[0] for row in rows] == ["0001", "0002"]
    told = dict(zip(header, map(unguard, rows[0]), strict=True))
    assert told == {
        "number": "0001", "created_at": "2026-11-23T16:00:00+00:00", "status": "confirmed", "customer_name": "Carla",
        "phone": "+50588881111", "channel": "web", "fulfilment": "pickup", "address": "",
        "items": "2 Nacatamal (con queso, sin cebolla); 1.5 lb de Queso duro", "subtotal": "395.00", "delivery_fee": "25.00",
        "discount": "39.50", "total": "380.50", "currency": "NIO", "payment_method": "transfer", "payment_status": "pending",
    }  # fmt: skip
    assert first.total == 38050
    assert rows[1][2:5] == ["cancelled", "Dario", ""]


@pytest.mark.parametrize("text", EVIL)
def test_no_cell_of_a_file_can_run_and_each_comes_back_as_it_was_written(shop: Shop, text: str) -> None:
    shop.order(Line("cafe", Decimal(1), note=text), name=text, phone=text, address=text, method=text)
    header, row = csv.reader(io.StringIO(exported(shop, "csv").decode("utf-8-sig"), newline=""))
    assert not [cell for cell in row if cell[:1] in tuple("=+-@\t\r")]
    told = dict(zip(header, map(unguard, row), strict=True))
    assert [told[name] for name in ("customer_name", "phone", "address", "payment_method")] == [text] * 4
    sheet = load_workbook(io.BytesIO(exported(shop, "xlsx"))).active
    cells = {header[at]: cell for at, cell in enumerate(sheet[2])}
    assert {cell.data_type for cell in cells.values() if isinstance(cell.value, str)} == {"s"}, "text, no formula"
    assert unguard(cells["customer_name"].value) == text
    assert (cells["total"].value, cells["number"].value) == (25, "0001")


def test_json_holds_the_lines_themselves(shop: Shop) -> None:
    order = shop.order(Line("nacatamal", Decimal(2)))
    (told,) = json.loads(exported(shop, "json"))
    assert list(told) == COLUMNS.split(",")
    assert told["items"] == orders.as_json(order)["lines"]
    assert (told["total"], told["number"]) == ("240.00", "0001")


def test_many_orders_are_all_there_once(shop: Shop) -> None:
    for _ in range(205):
        shop.order("cafe")
    rows = list(csv.reader(io.StringIO(exported(shop, "csv").decode("utf-8-sig"), newline="")))[1:]
    assert [row[0] for row in rows] == [f"{n:04}" for n in range(1, 206)]


def test_a_shop_without_orders_gives_a_header_and_an_unknown_form_is_refused(shop: Shop) -> None:
    assert exported(shop, "csv").decode("utf-8-sig").strip() == COLUMNS
    assert json.loads(exported(shop, "json")) == []
    with pytest.raises(UserError):
        exported(shop, "pdf")
