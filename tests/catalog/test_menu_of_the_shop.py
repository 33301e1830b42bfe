"""The menu in the database: what customers read, what comes in by `import`, what goes out by `export`."""

from __future__ import annotations

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.catalog.service import (
    Wanted,
    all_products,
    as_menu_json,
    by_sku,
    categories,
    edit_product,
    export_menu,
    find,
    import_menu,
    menu_currency,
    switch_product,
)
from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact
from app.core.ownership import FileReport

MENU = {
    "currency": "NIO",
    "products": [
        {"sku": "nacatamal", "name": "Nacatamal", "price": "120.00", "categories": ["desayunos", "típicos"],
         "best_seller": True, "synonyms": ["nacatamales"],
         "options": [{"id": "size", "name": "tamaño", "required": False, "values": [
             {"id": "large", "name": "grande", "synonyms": ["familiar"], "price_delta": "40.00"}]}],
         "extras": [{"id": "cheese", "name": "queso", "price_delta": "10.00", "max": 3}],
         "variants": [{"options": {"size": "large"}, "sku": "N-L", "stock": 3, "price": "150.00"}]},
        {"name": "Queso duro", "price": "60", "unit": "libra", "stock": 2.5, "categories": ["lácteos"]},
        {"name": "Café | té", "price": "25.50", "description": "=HYPERLINK(1)", "image": "@foto",
         "categories": ["Bebidas", "con|barra"], "seasonal": True, "available": False},
        {"name": "+Combo", "price": 1000, "description": "dos\nlíneas; \"y\" comas, todas",
         "extras": [{"name": "chile", "included": True}, {"name": "sin sal"}]},
    ],
    "options": [{"name": "Para", "required": True, "values": [{"name": "llevar"}, {"name": "comer aquí"}]}],
    "extras": [{"name": "servilletas"}],
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def put(db: Database, folder: Path, menu: object, name: str = "menu.json", *, replace: bool = False) -> FileReport:
    path = folder / name
    path.write_text(menu if isinstance(menu, str) else json.dumps(menu), encoding="utf-8")
    return import_menu(db, path, replace=replace, currency="NIO")


def skus(db: Database) -> list[str]:
    return [product.sku for product in db.read_now(all_products)]


def test_a_product_is_read_with_exact_money_and_stock(db: Database, folder: Path) -> None:
    report = put(db, folder, MENU)
    assert (report.added, report.changed, report.removed, report.bad) == (4, 0, 0, [])
    nacatamal, queso, cafe, combo = db.read_now(all_products)
    assert (nacatamal.price, nacatamal.currency, nacatamal.sku) == (12000, "NIO", "nacatamal")
    assert (queso.sku, queso.unit, queso.stock) == ("queso-duro", "libra", Decimal("2.5"))
    assert [axis.id for axis in nacatamal.options] == ["size", "para"], "its own, then those of the whole menu"
    assert nacatamal.variant({"size": "large", "para": "llevar"}).price == 15000  # type: ignore[union-attr]
    assert nacatamal.in_stock({"size": "large"}) == 3
    assert not cafe.sellable
    assert combo.extra("chile").included  # type: ignore[union-attr]
    assert db.read_now(menu_currency) == "NIO"
    assert db.read_now(lambda conn: list(by_sku(conn, ["queso-duro", "no-hay"]))) == ["queso-duro"]


def test_products_are_found_by_what_is_asked(db: Database, folder: Path) -> None:
    put(db, folder, MENU)

    def found(limit: int = 10, offset: int = 0, **asked: object) -> list[str]:
        wanted = Wanted(**asked)  # type: ignore[arg-type]
        return [p.sku for p in db.read_now(lambda conn: find(conn, wanted, limit=limit, offset=offset))]

    assert found(words="familiares nacatamales") == []
    assert found(words="Nacatamal") == ["nacatamal"]
    assert found(words="lacteo") == ["queso-duro"]
    assert found(category="TIPICOS") == ["nacatamal"]
    assert found(max_price=6000) == ["queso-duro"]
    assert found(max_price=6000, available=None) == ["queso-duro", "cafe-te"]
    assert found(best_seller=True) == ["nacatamal"]
    assert found(seasonal=True, available=False) == ["cafe-te"]
    assert found(limit=1, offset=1) == ["queso-duro"]
    assert db.read_now(categories) == ["desayunos", "típicos", "lácteos", "Bebidas", "con|barra"]


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_what_goes_out_comes_in_again_as_the_same_menu(db: Database, folder: Path, form: str) -> None:
    put(db, folder, MENU)
    before = db.read_now(all_products)
    data = db.read_now(lambda conn: export_menu(conn, form))
    (folder / f"otra.{form}").write_bytes(data)
    again = import_menu(db, folder / f"otra.{form}", currency="NIO")
    assert (again.added, again.removed, again.bad) == (0, 0, [])
    assert [as_menu_json(product) for product in db.read_now(all_products)] == [as_menu_json(p) for p in before]
    assert db.read_now(lambda conn: export_menu(conn, form)) == data or form == "xlsx"


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_an_exported_menu_makes_the_same_shop_on_an_empty_database(db: Database, folder: Path, form: str) -> None:
    put(db, folder, MENU)
    wanted = [as_menu_json(product) for product in db.read_now(all_products)]
    (folder / f"otra.{form}").write_bytes(db.read_now(lambda conn: export_menu(conn, form)))
    from app.catalog.models import products, variants
    from app.core.facts import keep_fact

    def empty(conn: object) -> None:
        conn.execute(variants.delete())  # type: ignore[attr-defined]
        conn.execute(products.delete())  # type: ignore[attr-defined]
        keep_fact(conn, "menu_options", "[]")  # type: ignore[arg-type]
        keep_fact(conn, "menu_extras", "[]")  # type: ignore[arg-type]

    db.write_now(empty)
    assert import_menu(db, folder / f"otra.{form}", currency="NIO").added == 4
    assert [as_menu_json(product) for product in db.read_now(all_products)] == wanted


def test_an_exported_csv_holds_no_formula(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    text = db.read_now(lambda conn: export_menu(conn, "csv")).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline="")))
    assert [row["name"] for row in rows][3] == "'+Combo"
    assert rows[2]["description"] == "'=HYPERLINK(1)"
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "-", "@"))]


def test_import_merges_by_sku_else_folded_name_and_keeps_what_the_file_does_not_say(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    report = put(db, folder, "sku,name,price\nnacatamal,Nacatamal de cerdo,130\n,QUESO DURO,65\n,Nuevo,1\n", "m.csv")
    assert (report.added, report.changed, report.removed) == (1, 2, 0)
    shop = {product.sku: product for product in db.read_now(all_products)}
    assert list(shop) == ["nacatamal", "queso-duro", "cafe-te", "combo", "nuevo"]
    assert (shop["nacatamal"].name, shop["nacatamal"].price, len(shop["nacatamal"].options)) == (
        "Nacatamal de cerdo",
        13000,
        2,
    )
    assert (shop["queso-duro"].name, shop["queso-duro"].stock) == ("QUESO DURO", Decimal("2.5"))


def test_a_row_that_got_a_code_is_still_the_product_of_its_name(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    report = put(db, folder, "sku,name,price\nQ-01,Queso duro,60\nQ-02,Queso duro,70\n", "m.csv")
    assert (report.added, report.changed) == (1, 1)
    assert skus(db) == ["nacatamal", "Q-01", "cafe-te", "combo", "Q-02"]


def test_two_names_with_one_slug_are_two_products(db: Database, folder: Path) -> None:
    put(db, folder, "name,price\nPan dulce,1\nPan-dulce,2\n", "m.csv")
    assert skus(db) == ["pan-dulce", "pan-dulce-2"]


def test_replace_also_takes_off_what_the_file_does_not_have_but_nothing_behind_a_bad_row(
    db: Database, folder: Path
) -> None:
    put(db, folder, MENU)
    report = put(db, folder, "name,price\nNacatamal,125\nQueso duro,caro\n", "m.csv", replace=True)
    assert (report.added, report.changed, report.removed, len(report.bad)) == (0, 1, 2, 1)
    assert skus(db) == ["nacatamal", "queso-duro"]
    assert [product.sku for product in db.read_now(lambda conn: all_products(conn, include_off=True))][2:] == [
        "cafe-te",
        "combo",
    ]
    back = put(db, folder, "name,price\nCafé | té,25.50\n", "m.csv")
    assert (back.added, back.changed) == (0, 1)
    assert "cafe-te" in skus(db)


def test_an_import_that_changes_nothing_says_so_and_leaves_the_version_of_the_data(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    version = db.read_now(lambda conn: fact(conn, "data_version"))
    report = put(db, folder, MENU)
    assert (report.added, report.changed, report.removed) == (0, 0, 0)
    assert db.read_now(lambda conn: fact(conn, "data_version")) == version
    put(db, folder, "name,price\nOtro,1\n", "m.csv")
    assert db.read_now(lambda conn: fact(conn, "data_version")) != version


def test_a_code_that_another_product_has_is_refused(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    with pytest.raises(UserError, match="ya es de otro producto"):
        db.write_now(lambda conn: edit_product(conn, "nacatamal", sku="queso-duro"))


def test_the_panel_edits_cells_as_they_are_written_in_the_file(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    db.write_now(lambda conn: edit_product(conn, "nacatamal", stock="grande=7", price="C$ 99", name="Naca"))
    product = db.read_now(lambda conn: by_sku(conn, ["nacatamal"]))["nacatamal"]
    assert (product.name, product.price, product.in_stock({"size": "large"})) == ("Naca", 9900, 7)
    db.write_now(lambda conn: edit_product(conn, "combo", stock=3))
    assert db.read_now(lambda conn: by_sku(conn, ["combo"]))["combo"].stock == 3
    with pytest.raises(UserError, match=r"price: .*; available: "):
        db.write_now(lambda conn: edit_product(conn, "nacatamal", price="gratis", available="a veces"))
    with pytest.raises(UserError, match="no hay ningún producto con el código «x»"):
        db.write_now(lambda conn: edit_product(conn, "x", price="1"))
    db.write_now(lambda conn: switch_product(conn, "combo", False))
    assert "combo" not in skus(db)
    db.write_now(lambda conn: edit_product(conn, "combo", price="2"))
    assert "combo" not in skus(db), "an edit does not put back what was taken off"


def test_another_currency_keeps_the_written_amounts(db: Database, folder: Path) -> None:
    put(db, folder, MENU)
    import_menu(db, folder / "menu.json", currency="CLP")
    shop = {product.sku: product for product in db.read_now(all_products)}
    assert {product.currency for product in shop.values()} == {"CLP"}
    assert (shop["nacatamal"].price, shop["nacatamal"].options[0].values[0].price_delta) == (120, 40)
    assert shop["nacatamal"].variants[0].price == 150
    assert shop["cafe-te"].price == 25, "its row has decimals that CLP has not: it is bad, and the old price is cut"


def test_a_file_of_another_kind_is_refused(db: Database, folder: Path) -> None:
    (folder / "menu.pdf").write_bytes(b"x")
    with pytest.raises(UserError, match=r"usá \.csv, \.json o \.xlsx"):
        import_menu(db, folder / "menu.pdf", currency="NIO")
    with pytest.raises(UserError, match="csv, json o xlsx"):
        db.read_now(lambda conn: export_menu(conn, "pdf"))
