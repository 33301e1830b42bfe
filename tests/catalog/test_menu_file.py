"""menu.csv and menu.json as CONTRACT 2 has them: everything they can say, and every way of getting it wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.catalog import cells, shapes
from app.catalog.menu_file import Menu, parse_menu, slug
from app.core.text import fold


def menu(text: str, name: str = "menu.csv", currency: str = "NIO") -> Menu:
    return parse_menu(text.encode(), name, currency)


def one(cell: str, column: str, currency: str = "NIO") -> Any:
    """What a single cell of a product becomes."""
    parsed = parse_menu(f'name;price;{column}\nA;10;"{cell}"\n'.encode(), "menu.csv", currency)
    assert not parsed.bad, parsed.bad
    return parsed.rows[0].cells[column]


def refused(line: str, header: str = "name;price;options;extras;stock;unit;available") -> str:
    parsed = menu(f"{header}\n{line}\n")
    assert not parsed.rows
    assert [bad.line for bad in parsed.bad] == [2]
    return parsed.bad[0].reason


def test_a_row_says_everything_the_contract_has() -> None:
    row = menu(
        "name,price,description,available,categories,sku,stock,unit,best_seller,seasonal,image,options,extras,synonyms\n"
        'Queso,"C$ 1,240",Duro,,lácteos|quesos,Q-1,"2,5",kilo,x,sí,q.png,Corte?: bloque|rallado:+10,sal:+1,quesito|cuajada\n'
    ).rows[0]
    assert row.cells == {
        "name": "Queso", "price": 124000, "description": "Duro", "available": True, "categories": ["lácteos", "quesos"],
        "sku": "Q-1", "stock": 2500, "variants": [], "unit": "kilo", "best_seller": True, "seasonal": True,
        "image": "q.png", "synonyms": ["quesito", "cuajada"],
        "options": [{"id": "corte", "name": "Corte", "required": False, "values": [
            {"id": "bloque", "name": "bloque", "synonyms": [], "price_delta": 0},
            {"id": "rallado", "name": "rallado", "synonyms": [], "price_delta": 1000}]}],
        "extras": [{"id": "sal", "name": "sal", "synonyms": [], "price_delta": 100, "max": None, "included": False}],
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "minor"), [("120", 12000), ("120.00", 12000), ("C$ 1,240", 124000), ("1.240,50", 124050)]
)
def test_prices_are_read_as_people_write_them(said: str, minor: int) -> None:
    assert menu(f'name;price\nA;"{said}"\n').rows[0].cells["price"] == minor


def test_titles_may_be_spanish_and_tags_are_categories() -> None:
    row = menu("nombre;precio;etiquetas;más vendido;temporada;código\nPan;5;panadería;1;no;p1\n").rows[0]
    assert (row.cells["categories"], row.cells["best_seller"], row.cells["seasonal"]) == (["panadería"], True, False)
    assert row.key.strong == "p1"


def test_only_what_the_file_says_is_among_the_cells() -> None:
    assert menu("name,price,sku\nPan,5,\n").rows[0].cells == {"name": "Pan", "price": 500}


def test_options_have_prices_and_need_not_be_chosen_where_they_say_so() -> None:
    axes = one("Talla: S|M|L:+40; Color?: rojo|azul", "options")
    assert [(axis["id"], axis["required"]) for axis in axes] == [("talla", True), ("color", False)]
    assert [(value["id"], value["price_delta"]) for value in axes[0]["values"]] == [("s", 0), ("m", 0), ("l", 4000)]


@pytest.mark.parametrize(
    ("value", "name", "delta"),
    [
        ("L: + C$ 40", "L", 4000),
        ("chico:-5", "chico", -500),
        ("2:1", "2:1", 0),
        ("L:40", "L:40", 0),
        ("a:b:+1", "a:b", 100),
    ],
)
def test_a_price_in_an_option_is_what_follows_a_signed_colon(value: str, name: str, delta: int) -> None:
    read = one(f"X: {value}", "options")[0]["values"][0]
    assert (read["name"], read["price_delta"]) == (name, delta)


def test_extras_are_added_at_a_price_or_come_with_it() -> None:
    read = one("queso:+10|Crema Agria:+5|sin cebolla|sin gluten:+20", "extras")
    assert [(extra["id"], extra["price_delta"], extra["included"]) for extra in read] == [
        ("queso", 1000, False), ("crema agria", 500, False), ("cebolla", 0, True), ("sin gluten", 2000, False),
    ]  # fmt: skip


@pytest.mark.parametrize("stock", ["M/azul=3|L/azul=0", "azul/M=3|azul/L=0", " m / AZUL = 3 | l/azul=0"])
def test_stock_may_be_counted_by_variant_in_either_order(stock: str) -> None:
    header = "name;price;stock;options\n"
    row = menu(f'{header}A;10;{stock};"Talla: S|M|L:+40; Color?: rojo|azul"\n').rows[0]
    assert row.cells["stock"] is None
    assert [(variant["options"], variant["stock"]) for variant in row.cells["variants"]] == [
        ({"talla": "m", "color": "azul"}, 3000), ({"talla": "l", "color": "azul"}, 0),
    ]  # fmt: skip


def test_a_value_may_hold_a_slash_itself() -> None:
    row = menu('name;price;stock;options\nA;10;1/2 litro=4;"Tamaño: 1/2 litro|1 litro"\n').rows[0]
    assert row.cells["variants"][0]["options"] == {"tamano": "1/2 litro"}


@pytest.mark.parametrize(
    ("stock", "unit", "thousandths"),
    [
        ("", "", None),
        ("12", "", 12000),
        ("1,240", "", 1240000),
        ("1.250", "kilo", 1250),
        ("0,5", "libra", 500),
        ("0", "", 0),
    ],
)
def test_stock_is_counted_in_thousandths_and_empty_is_not_counted(stock: str, unit: str, thousandths: int) -> None:
    row = menu(f"name;price;stock;unit\nA;10;{stock};{unit}\n").rows[0]
    assert (row.cells["stock"], row.cells["unit"]) == (thousandths, unit)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("A;caro;;;;;", "price: no entiendo el precio"),
        (";10;;;;;", "name: falta"),
        ("A;;;;;;", "price: falta"),
        ("A;-5;;;;;", "price: "),
        ("A;1.505;;;;;;sobra", "8 celdas"),
        ('A;"10,555.555";;;;;', "price: "),
        ("A;10;;;;;quizás", "available: «quizás» no es sí ni no"),
        ("A;10;;;-1;;", "stock: no puede ser negativo"),
        ("A;10;;;muchos;;", "stock: «muchos» no es una cantidad"),
        ("A;10;;;1e5;;", "stock: «1e5» no es una cantidad"),
        ("A;10;;;2.5;;", "stock: lleva decimales"),
        ("A;10;;;2.5555;kilo;", "stock: lleva más de tres decimales"),
        ("A;10;;;M=3;;", "stock: no encuentro «M=3» entre las opciones"),
        ("A;10;;;;arroba;", "unit: no conozco la unidad «arroba»"),
        ("A;10;S|M;;;;", "options: «S|M» no se entiende"),
        ("A;10;Talla: |;;;;", "options: «Talla» no tiene valores"),
        ("A;10;Talla: S|s;;;;", "options: «s» está dos veces"),
        ("A;10;;queso|Queso;;;", "extras: «Queso» está dos veces"),
        ("A;10;Talla: S:-20;;;;", "menos de cero"),
        ("A;10;Talla: S:+mucho9;;;;", "options: "),
        ("A" * 201 + ";10;;;;;", "name: es más largo que 200 letras"),
        ("A;x;;;y;z;", "price: "),
    ],
)
def test_a_bad_row_is_told_with_its_line_its_column_and_why(line: str, words: str) -> None:
    assert words in refused(line)


def test_all_that_is_wrong_with_a_row_is_told_at_once_by_the_titles_of_the_file() -> None:
    reason = refused("A;x;-1;arroba", "nombre;precio;existencias;unidad")
    assert [part.split(":")[0].strip() for part in reason.split(";") if ":" in part][:1] == ["unidad"]
    assert all(title + ":" in reason for title in ("precio", "unidad", "existencias"))


def test_good_rows_are_kept_beside_bad_ones_and_those_that_come_twice() -> None:
    parsed = menu("name,price,sku\nPan,5,\nMalo,x,\nPAN,6,\nA,1,k\nB,2,k\nPan,7,otro\n")
    assert [row.line for row in parsed.rows] == [2, 5, 7]
    assert [(bad.line, bad.reason.split(":")[0]) for bad in parsed.bad] == [
        (3, "price"), (4, "name"), (6, "el código «k» ya está en la línea 5"),
    ]  # fmt: skip


EXAMPLE = """{"currency": "NIO",
 "products": [{"sku": "nacatamal", "name": "Nacatamal", "price": "120.00", "description": "", "categories": ["desayunos"], "unit": null,
   "available": true, "stock": null, "best_seller": true, "seasonal": false, "image": null, "synonyms": ["nacatamales"],
   "options": [{"id": "size", "name": "tamaño", "required": false,
                "values": [{"id": "large", "name": "grande", "synonyms": ["familiar"], "price_delta": "40.00"}]}],
   "extras":  [{"id": "cheese", "name": "queso", "synonyms": [], "price_delta": "10.00", "max": 3, "included": false}],
   "variants": [{"options": {"size": "large"}, "sku": null, "stock": 3, "price": null}]}],
 "options": [], "extras": []}"""


def test_the_example_of_the_contract_is_read_whole() -> None:
    parsed = menu(EXAMPLE, "menu.json", "")
    assert (parsed.currency, parsed.said, parsed.bad, parsed.warnings) == ("NIO", "NIO", [], [])
    assert parsed.shared == {"options": [], "extras": []}
    cells_read = parsed.rows[0].cells
    assert cells_read["options"][0]["values"] == [
        {"id": "large", "name": "grande", "synonyms": ["familiar"], "price_delta": 4000}
    ]
    assert cells_read["extras"][0] == {
        "id": "cheese", "name": "queso", "synonyms": [], "price_delta": 1000, "max": 3, "included": False,
    }  # fmt: skip
    assert cells_read["variants"] == [{"options": {"size": "large"}, "sku": "", "stock": 3000, "price": None}]
    assert (cells_read["unit"], cells_read["stock"], cells_read["image"]) == ("", None, "")


def test_only_name_and_price_are_needed_in_json_and_numbers_are_exact() -> None:
    parsed = menu('{"products": [{"name": "A", "price": 0.1}, {"name": "B", "price": 7}]}', "menu.json", "")
    assert parsed.currency == "USD"
    assert [row.cells for row in parsed.rows] == [{"name": "A", "price": 10}, {"name": "B", "price": 700}]


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ("3", "acá va un objeto"),
        ('{"name": "A"}', "price: falta"),
        ('{"name": null, "price": 1}', "name: falta"),
        ('{"name": "A", "price": true}', "price: acá va un texto"),
        ('{"name": "A", "price": [1]}', "price: acá va un texto"),
        ('{"name": "A", "price": 1, "categories": {"a": 1}}', "categories: acá va una lista"),
        ('{"name": "A", "price": 1, "available": "tal vez"}', "available: «tal vez»"),
        ('{"name": "A", "price": 1, "stock": -1}', "stock: no puede ser negativo"),
        ('{"name": "A", "price": 1, "stock": 1.5}', "stock: lleva decimales"),
        ('{"name": "A", "price": 1, "options": [{"name": "x", "values": []}]}', "options: «x» no tiene valores"),
        ('{"name": "A", "price": 1, "options": "Talla"}', "options: acá va una lista"),
        ('{"name": "A", "price": 1, "extras": [{"name": "q", "max": 0}]}', "extras: «0»"),
        ('{"name": "A", "price": 1, "extras": [{"price_delta": 1}]}', "extras: name: falta"),
        ('{"name": "A", "price": 1, "variants": [{"options": {"size": "xl"}}]}', "variants: no encuentro «xl»"),
        ('{"name": "A", "price": 1, "variants": [{"options": []}]}', "variants: "),
    ],
)
def test_a_bad_product_of_json_is_told_with_its_line(product: str, words: str) -> None:
    parsed = menu('{"products": [\n{"name": "Bueno", "price": "1"},\n' + product + "]}", "menu.json")
    assert [row.cells["name"] for row in parsed.rows] == ["Bueno"]
    assert [bad.line for bad in parsed.bad] == [3]
    assert words in parsed.bad[0].reason


def test_variants_may_be_of_options_that_every_product_has() -> None:
    text = """{"options": [{"name": "Talla", "values": [{"name": "M"}]}],
      "products": [{"name": "A", "price": 1, "variants": [{"options": {"talla": "m"}, "stock": 2, "price": "9.50"}]}]}"""
    parsed = menu(text, "menu.json")
    assert not parsed.bad
    assert parsed.rows[0].cells["variants"][0]["price"] == 950
    assert parsed.shared["options"][0]["id"] == "talla"


@pytest.mark.parametrize(
    ("said", "shop", "used", "warned"),
    [
        ("nio", "", "NIO", 0),
        ("USD", "NIO", "NIO", 1),
        ("", "", "HNL", 0),
        ("PESOS", "", "HNL", 1),
        ("NIO", "NIO", "NIO", 0),
    ],
)
def test_the_currency_is_the_shops_else_the_files_else_the_countrys(
    said: str, shop: str, used: str, warned: int
) -> None:
    text = json.dumps({"currency": said, "products": [{"name": "A", "price": "1"}]})
    parsed = parse_menu(text.encode(), "menu.json", shop, "HNL")
    assert (parsed.currency, len(parsed.warnings)) == (used, warned)


def test_decimals_beyond_the_currency_are_refused_unless_zero() -> None:
    parsed = parse_menu(b"name;price\nA;120.00\nB;120.50\n", "menu.csv", "CLP")
    assert [row.cells["price"] for row in parsed.rows] == [120]
    assert "CLP" in parsed.bad[0].reason


def test_a_slug_is_the_folded_name_in_dashes() -> None:
    assert slug("  Fresco de Cacao (½ litro) ") == "fresco-de-cacao-1-2-litro"
    assert slug("¡¿?!") == "producto"


NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=12).filter(
    lambda text: fold(text).strip()
)
DELTAS = st.integers(-500, 5000)


def named(name: str) -> dict[str, Any]:
    return {"id": fold(name), "name": " ".join(name.split()).strip(), "synonyms": []}


@st.composite
def axes(draw: st.DrawFn) -> list[dict[str, Any]]:
    names = draw(st.lists(NAMES, max_size=3, unique_by=fold))
    return [
        {
            "id": fold(name), "name": name.strip(), "required": draw(st.booleans()),
            "values": [
                {**named(value), "price_delta": draw(DELTAS)}
                for value in draw(st.lists(NAMES, min_size=1, max_size=3, unique_by=fold))
            ],
        }
        for name in names
    ]  # fmt: skip


@settings(deadline=None)
@given(axes())
def test_any_options_come_back_from_their_cell_as_they_were(options: list[dict[str, Any]]) -> None:
    assert cells.options_of(cells.options_cell(options, "NIO"), "NIO") == options


@settings(deadline=None)
@given(st.lists(NAMES, max_size=4, unique_by=fold), st.data())
def test_any_extras_come_back_from_their_cell_as_they_were(names: list[str], data: st.DataObject) -> None:
    extras = [
        {**named(name), "price_delta": data.draw(DELTAS), "max": data.draw(st.none() | st.integers(1, 9)),
         "included": data.draw(st.booleans())}
        for name in names
    ]  # fmt: skip
    assert cells.extras_of(cells.extras_cell(extras, "NIO"), "NIO") == extras


@settings(deadline=None)
@given(axes(), st.data())
def test_stock_by_variant_comes_back_from_its_cell_or_asks_for_a_column_of_its_own(
    options: list[dict[str, Any]], data: st.DataObject
) -> None:
    variants = []
    for axis in options[:1]:
        for value in axis["values"]:
            left = data.draw(st.none() | st.integers(0, 10**6).map(lambda units: units * 1000))
            variants.append({"options": {axis["id"]: value["id"]}, "sku": "", "stock": left, "price": None})
    cell = cells.stock_cell(None, variants, "", options)
    listed = shapes.variants_json(variants, "NIO")
    again = shapes.variants_of_json(json.loads(json.dumps(listed)), "NIO", "", options)
    assert again == variants
    assert cell is None or cells.stock_of(cell, "", options) == (None, variants)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_no_cell_makes_the_parsers_fail_otherwise_than_in_words(text: str) -> None:
    for parse in (
        lambda: cells.options_of(text, "NIO"),
        lambda: cells.extras_of(text, "NIO"),
        lambda: cells.stock_of(text, "", []),
        lambda: shapes.price_of(text, "NIO"),
        lambda: shapes.unit_of(text),
    ):
        with suppress(ValueError):
            parse()
