"""`data/menu.csv` beside the panel and the orders, step by step as CONTRACT 2, "Who owns a value", has it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from app.catalog.models import products, variants
from app.catalog.service import (
    Product,
    all_products,
    edit_product,
    export_menu,
    import_menu,
    switch_product,
    sync_menu,
)
from app.core.db import Database
from app.core.facts import fact
from app.core.ownership import FileReport

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
FIRST = "name,price,description,stock\nNacatamal,120,Rico,10\nCafé,25,Negro,\nPan,5,,50\n"


class Shop:
    """A shop with its data folder and database."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder

    def write(self, text: str, name: str = "menu.csv") -> FileReport:
        (self.folder / name).write_text(text, encoding="utf-8")
        return self.start()

    def start(self, currency: str = "NIO", fallback: str = "USD") -> FileReport:
        return self.db.write_now(
            lambda conn: sync_menu(conn, self.folder, currency=currency, fallback=fallback, now=NOW)
        )

    def product(self, name: str) -> Product:
        return next(product for product in self.all(off=True) if product.name == name)

    def all(self, off: bool = False) -> list[Product]:
        return self.db.read_now(lambda conn: all_products(conn, include_off=off))

    def names(self) -> list[str]:
        return [product.name for product in self.all()]

    def edit(self, sku: str, **cells: object) -> None:
        self.db.write_now(lambda conn: edit_product(conn, sku, now=NOW, **cells))

    def sell(self, sku: str, count: int) -> None:
        def work(conn: Connection) -> None:
            left = products.c.stock - count * 1000
            conn.execute(update(products).where(products.c.sku == sku).values(stock=left))

        self.db.write_now(work)

    def version(self) -> str:
        return self.db.read_now(lambda conn: fact(conn, "data_version", "0"))


@pytest.fixture
def shop(db: Database, tmp_path: Path) -> Shop:
    folder = tmp_path / "data"
    folder.mkdir()
    return Shop(db, folder)


def counts(report: FileReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.removed


def test_an_unchanged_file_is_not_read_again(shop: Shop) -> None:
    assert counts(shop.write(FIRST)) == (3, 0, 0)
    version = shop.version()
    again = shop.start()
    assert (again.read, counts(again), shop.version()) == (False, (0, 0, 0), version)


def test_no_file_says_nothing_and_changes_nothing(shop: Shop) -> None:
    assert not shop.start().read
    shop.write(FIRST)
    (shop.folder / "menu.csv").unlink()
    assert not shop.start().read
    assert shop.names() == ["Nacatamal", "Café", "Pan"]


def test_what_the_panel_changed_wins_until_the_same_cell_changes_in_the_file(shop: Shop) -> None:
    shop.write(FIRST)
    shop.edit("nacatamal", price="150", description="Con cerdo")
    shop.write(FIRST.replace("Negro", "Del norte"))
    assert (shop.product("Nacatamal").price, shop.product("Nacatamal").description) == (15000, "Con cerdo")
    assert shop.product("Café").description == "Del norte"

    shop.write(FIRST.replace("Rico", "Grande"))
    assert shop.product("Nacatamal").price == 15000, "its row changed, but not this cell"
    assert shop.product("Nacatamal").description == "Grande"

    shop.write(FIRST.replace("120", "130"))
    assert shop.product("Nacatamal").price == 13000


def test_stock_is_applied_only_where_its_own_cell_changed(shop: Shop) -> None:
    shop.write(FIRST)
    shop.sell("nacatamal", 4)
    shop.write(FIRST.replace("120", "130"))
    assert shop.product("Nacatamal").stock == 6
    shop.write(FIRST.replace("Rico,10", "Rico,10.0").replace("Negro", "x"))
    assert shop.product("Nacatamal").stock == 6, "written another way it is the same stock"
    shop.write(FIRST.replace("Rico,10", "Rico,20"))
    assert shop.product("Nacatamal").stock == 20


def test_stock_of_one_variant_leaves_the_others_as_they_were_sold(shop: Shop) -> None:
    text = 'name;price;options;stock\nCamisa;10;"Talla: S|M";S=5|M=5\n'
    shop.write(text)
    camisa = shop.product("Camisa")
    shop.db.write_now(
        lambda conn: conn.execute(update(variants).where(variants.c.key == camisa.variants[0].key).values(stock=2000))
    )
    report = shop.write(text.replace("M=5", "M=9"))
    assert counts(report) == (0, 1, 0)
    assert [variant.stock for variant in shop.product("Camisa").variants] == [2, 9]
    shop.write(text.replace("S=5|M=5", "M=9"))
    assert [variant.stock for variant in shop.product("Camisa").variants] == [9]
    shop.write(text.replace("S=5|M=5", "4"))
    assert (shop.product("Camisa").variants, shop.product("Camisa").stock) == ((), 4)


def test_a_row_that_left_is_switched_off_and_comes_back_as_it_was(shop: Shop) -> None:
    shop.write(FIRST)
    shop.sell("pan", 20)
    shop.edit("pan", price="6")
    gone = shop.write(FIRST.replace("Pan,5,,50\n", ""))
    assert counts(gone) == (0, 0, 1)
    assert shop.names() == ["Nacatamal", "Café"]
    assert not shop.product("Pan").enabled
    back = shop.write(FIRST)
    assert counts(back) == (0, 1, 0)
    pan = shop.product("Pan")
    assert (pan.enabled, pan.stock, pan.price) == (True, 30, 600), "neither the stock nor the panel's price went back"


def test_a_bad_row_keeps_its_previous_good_version(shop: Shop) -> None:
    shop.write(FIRST)
    report = shop.write(FIRST.replace("120", "ciento veinte").replace("Negro", "Molido"))
    assert counts(report) == (0, 1, 0)
    assert [(bad.line, bad.reason[:6]) for bad in report.bad] == [(2, "price:")]
    assert (shop.product("Nacatamal").price, shop.product("Café").description) == (12000, "Molido")
    assert [bad.line for bad in shop.start().bad] == [2], "it is told at the next start too"
    shop.sell("nacatamal", 3)
    shop.write(FIRST)
    assert shop.product("Nacatamal").stock == 7, "mended, it says what it said before"


def test_nothing_is_switched_off_while_a_row_cannot_be_recognised(shop: Shop) -> None:
    shop.write(FIRST)
    report = shop.write('name,price,description,stock\nNacatamal,120,Rico,10\n"Caf,25,Negro,\n')
    assert (counts(report), len(report.bad), len(report.warnings)) == ((0, 0, 0), 1, 1)
    assert shop.names() == ["Nacatamal", "Café", "Pan"]
    assert counts(shop.write("name,price,description,stock\nNacatamal,120,Rico,10\nCafé,25,Negro,\n")) == (0, 0, 1)
    assert shop.names() == ["Nacatamal", "Café"]


def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(shop: Shop) -> None:
    shop.write(FIRST)
    for text, words in (("", "está vacío"), ("hola\nPan\n", "falta la columna «name»")):
        report = shop.write(text)
        assert words in report.problem
        assert shop.names() == ["Nacatamal", "Café", "Pan"]
    shop.write(FIRST.replace("Pan,5,,50\n", ""))
    assert shop.names() == ["Nacatamal", "Café"]


def test_products_of_the_panel_and_of_imports_are_left_alone(shop: Shop, tmp_path: Path) -> None:
    shop.write(FIRST)
    (tmp_path / "mas.csv").write_text("name,price,sku\nTamal,15,t-1\nPan,7,\n", encoding="utf-8")
    import_menu(shop.db, tmp_path / "mas.csv", currency="NIO", now=NOW)
    shop.write(FIRST.replace("Negro", "Fuerte"))
    assert shop.names() == ["Nacatamal", "Café", "Pan", "Tamal"]
    assert shop.product("Pan").price == 700
    report = shop.write(FIRST + "Tamal,16,,\n")
    assert counts(report) == (0, 2, 0), "a new row for a product that is there already is that product"
    assert (shop.product("Tamal").sku, shop.product("Tamal").price) == ("t-1", 1600)


def test_a_product_renamed_in_the_panel_is_still_that_of_its_row(shop: Shop) -> None:
    shop.write(FIRST)
    shop.edit("pan", name="Pan simple")
    assert counts(shop.write(FIRST.replace("Pan,5,,50", "Pan,6,,50"))) == (0, 1, 0)
    assert shop.product("Pan simple").price == 600
    assert shop.names() == ["Nacatamal", "Café", "Pan simple"]


def test_a_code_given_later_is_a_change_of_that_cell(shop: Shop) -> None:
    shop.write("name,price\nPan,5\nCafé,25\n")
    report = shop.write("sku,name,price\nP-1,Pan,5\n,Café,25\n")
    assert counts(report) == (0, 1, 0)
    assert [product.sku for product in shop.all()] == ["P-1", "cafe"]
    shop.write("sku,name,price\nP-1,Pan dulce,5\n,Café,25\n")
    assert [(product.sku, product.name) for product in shop.all()] == [("P-1", "Pan dulce"), ("cafe", "Café")]


def test_a_code_that_another_product_has_is_a_bad_row(shop: Shop, tmp_path: Path) -> None:
    shop.write("name,price\nPan,5\n")
    (tmp_path / "mas.csv").write_text("name,price,sku\nTamal,15,t-1\n", encoding="utf-8")
    import_menu(shop.db, tmp_path / "mas.csv", currency="NIO", now=NOW)
    report = shop.write("name,price,sku\nPan,5,t-1\n")
    assert [bad.line for bad in report.bad] == [2]
    assert sorted(product.sku for product in shop.all()) == ["pan", "t-1"]


def test_what_was_switched_off_in_the_panel_stays_off(shop: Shop) -> None:
    shop.write(FIRST)
    shop.db.write_now(lambda conn: switch_product(conn, "pan", False))
    shop.write(FIRST.replace("Rico", "Grande"))
    assert shop.names() == ["Nacatamal", "Café"]


def test_a_column_that_left_takes_nothing_away(shop: Shop) -> None:
    shop.write(FIRST)
    shop.write("name,price\nNacatamal,120\nCafé,26\nPan,5\n")
    assert (shop.product("Nacatamal").description, shop.product("Nacatamal").stock) == ("Rico", 10)
    shop.sell("nacatamal", 1)
    shop.write(FIRST.replace("25", "26"))
    assert shop.product("Nacatamal").stock == 9, "back again it says what it said before"


def test_the_menu_follows_the_order_of_the_file(shop: Shop) -> None:
    shop.write(FIRST)
    head, *rows = FIRST.splitlines()
    shop.write("\n".join([head, "Avena,10,,", *reversed(rows)]) + "\n")
    assert shop.names() == ["Avena", "Pan", "Café", "Nacatamal"]


def test_menu_json_wins_over_menu_csv_with_a_warning(shop: Shop) -> None:
    shop.write(FIRST)
    text = json.dumps(
        {
            "currency": "NIO",
            "products": [{"name": "Nacatamal", "price": "120.00", "stock": 10}, {"name": "Té", "price": 9}],
        }
    )
    shop.sell("nacatamal", 2)
    report = shop.write(text, "menu.json")
    assert (counts(report), len(report.warnings)) == ((1, 0, 2), 1)
    assert "menu.json" in report.warnings[0]
    assert shop.names() == ["Nacatamal", "Té"]
    assert shop.product("Nacatamal").stock == 8, "the same menu in another form is no change"


def test_options_of_the_whole_menu_change_with_the_file(shop: Shop) -> None:
    menu = {"products": [{"name": "A", "price": 1}], "extras": [{"name": "queso", "price_delta": "10"}]}
    shop.write(json.dumps(menu), "menu.json")
    assert [extra.price_delta for extra in shop.product("A").extras] == [1000]
    version = shop.version()
    menu["extras"] = []
    shop.write(json.dumps(menu), "menu.json")
    assert shop.product("A").extras == ()
    assert shop.version() != version


def test_the_currency_is_the_configs_else_menu_jsons_else_the_countrys(shop: Shop) -> None:
    shop.write("name,price\nPan,5.50\n")
    assert shop.product("Pan").currency == "NIO"
    shop.start(currency="", fallback="HNL")
    assert (shop.product("Pan").currency, shop.product("Pan").price) == ("HNL", 550)
    (shop.folder / "menu.json").write_text('{"currency": "USD", "products": [{"name": "Pan", "price": "5.50"}]}')
    shop.start(currency="", fallback="HNL")
    assert (shop.product("Pan").currency, shop.product("Pan").price) == ("USD", 550)
    shop.edit("pan", price="7")
    shop.start(currency="KWD", fallback="HNL")
    assert (shop.product("Pan").currency, shop.product("Pan").price) == ("KWD", 7000), (
        "the panel's price in its decimals"
    )


def test_the_files_own_export_is_no_change(shop: Shop) -> None:
    shop.write(FIRST)
    shop.sell("pan", 1)
    (shop.folder / "menu.csv").write_bytes(shop.db.read_now(lambda conn: export_menu(conn, "csv")))
    shop.start()
    assert [(p.name, p.stock) for p in shop.all()] == [("Nacatamal", 10), ("Café", None), ("Pan", 49)]


def test_several_thousand_products_are_taken_in_within_seconds(shop: Shop) -> None:
    rows = "".join(f"Producto {number},{number},,{number}\n" for number in range(1, 3001))
    import time

    began = time.process_time()
    assert shop.write("name,price,description,stock\n" + rows).added == 3000
    assert counts(shop.write("name,price,description,stock\nNuevo,1,,\n" + rows)) == (1, 0, 0)
    assert time.process_time() - began < 20
    assert shop.product("Producto 7").stock == Decimal(7)
