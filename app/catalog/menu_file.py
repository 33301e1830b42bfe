"""Reads a menu (`menu.csv`, `menu.json`, XLSX) into checked rows; bad rows are set aside with their reasons."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.catalog import cells, shapes
from app.core.json_list import read_json
from app.core.money import is_currency
from app.core.ownership import Cells, Key
from app.core.tables import BadRow, cell_json, cell_list, complaint, read_table, yes_no
from app.core.text import clean, fold

MAX_NAME = 200
MAX_SKU = 80
MAX_TEXT = 4_000
REQUIRED = ("name", "price")
COLUMNS = {
    "name": ("name", "nombre", "producto", "product", "servicio"),
    "price": ("price", "precio", "valor"),
    "description": ("description", "descripcion", "desc", "detalle"),
    "available": ("available", "disponible", "hay"),
    "categories": ("categories", "category", "categorias", "categoria", "tags", "etiquetas"),
    "sku": ("sku", "codigo", "code", "id"),
    "stock": ("stock", "existencias", "existencia", "inventario", "cantidad"),
    "unit": ("unit", "unidad", "medida"),
    "best_seller": ("best seller", "bestseller", "mas vendido", "mas vendidos", "popular"),
    "seasonal": ("seasonal", "temporada", "de temporada"),
    "image": ("image", "imagen", "foto", "photo"),
    "options": ("options", "opciones"),
    "extras": ("extras", "extra", "agregados", "adicionales"),
    "synonyms": ("synonyms", "sinonimos", "tambien se llama", "alias"),
    "variants": ("variants", "variantes"),
}
ALIASES = {title: column for column, titles in COLUMNS.items() for title in titles}


@dataclass(frozen=True, slots=True)
class MenuRow:
    """A good row. `cells` holds only what the file says, as it is kept in the database: money in minor units of the
    menu's currency, stock in thousandths, `variants` beside `stock`."""

    line: int
    key: Key
    cells: Cells


@dataclass(slots=True)
class Menu:
    """A file's good rows and bad ones. `bad_keys`: of the bad, what they are known by, and whether that is sure.

    `shared`: `options` and `extras` for every product, where the file has them. `said`: the currency it names.
    """

    currency: str
    rows: list[MenuRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    bad_keys: list[tuple[Key, bool]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    shared: Cells = field(default_factory=dict)
    said: str = ""


class WrongCells(ValueError):
    """Cells that cannot be used. `wrong`: why, by column; as a text it names each by its title in the file."""

    def __init__(self, wrong: Mapping[str, str], titles: Mapping[str, str]) -> None:
        named = (complaint("row.in_column", column=titles.get(c, c), why=why) for c, why in wrong.items())
        super().__init__("; ".join(named))
        self.wrong = dict(wrong)


def parse_menu(data: bytes, name: str, currency: str = "", fallback: str = "USD") -> Menu:
    """A menu file's content -> Menu.

    `currency`: the shop's, where its configuration says one; else the file's own, else `fallback`. UserError where
    nothing of the file can be used.
    """
    if name.lower().endswith(".json"):
        return _parse_json(data, name, currency, fallback)
    menu = Menu(currency or fallback)
    table = read_table(data, name, ALIASES, REQUIRED)
    menu.bad += [*table.twice, *table.bad]
    menu.bad_keys += [(key_of(_words(row.cells)), False) for row in table.bad]
    for row in table.rows:
        _take(menu, row.line, row.cells, table.columns, lambda said: read_cells(said, menu.currency, table.columns))
    return _in_order(menu)


def read_cells(
    said: Mapping[str, str], currency: str, titles: Mapping[str, str] | None = None, known: Cells | None = None
) -> Cells:
    """Cells as written in `menu.csv` -> checked values. WrongCells names every column that is wrong.

    `known`: the unit and options of the product where the cells do not say them; `shared`, what the menu gives to all.
    """
    read = _Reader(titles or {})
    plain = {column: text.strip() for column, text in said.items()}
    if "unit" in plain:
        read.column("unit", lambda: shapes.unit_of(plain["unit"]))
    for column in ("name", "sku", "description", "image"):
        if column in plain:
            read.column(column, lambda column=column: _text(plain[column], column))  # type: ignore[misc]
    if "price" in plain:
        read.column("price", lambda: shapes.price_of(plain["price"], currency))
    for column, default in (("available", True), ("best_seller", False), ("seasonal", False)):
        if column in plain:
            read.column(column, lambda column=column, default=default: yes_no(plain[column], default))  # type: ignore[misc]
    for column in ("categories", "synonyms"):
        if column in plain:
            read.column(column, lambda column=column: shapes.texts(cell_list(plain[column])))  # type: ignore[misc]
    if "options" in plain:
        read.column("options", lambda: cells.options_of(plain["options"], currency))
    if "extras" in plain:
        read.column("extras", lambda: cells.extras_of(plain["extras"], currency))
    before = {"unit": "", "options": [], "shared": [], **(known or {})}
    unit, options = (read.cells.get(part, before[part]) for part in ("unit", "options"))
    options = [*options, *before["shared"]]
    if "stock" in plain and "options" not in read.wrong:
        read.column("stock", lambda: cells.stock_of(plain["stock"], unit, options))
        if "stock" in read.cells:
            read.cells["stock"], read.cells["variants"] = read.cells["stock"]
    if plain.get("variants") and "options" not in read.wrong:
        listed = lambda: shapes.variants_of_json(cell_json(plain["variants"]), currency, unit, options)  # noqa: E731
        read.column("variants", listed)
    return read.done()


def slug(name: str) -> str:
    """A name as an id: `Fresco de cacao` is `fresco-de-cacao`."""
    return re.sub(r"[^\w]+", "-", fold(name)).strip("-_")[:MAX_SKU] or "producto"


def key_of(said: Mapping[str, Any]) -> Key:
    """What a row is known by: its sku, else its folded name (with the code its name would give)."""
    name, sku = fold(str(said.get("name") or "")), str(said.get("sku") or "").strip()
    if sku:
        return Key(sku, name)
    return Key(slug(name) if name else "", name, soft=True)


class _Reader:
    """Reads a row's cells one by one, gathering what is wrong with each."""

    def __init__(self, titles: Mapping[str, str]) -> None:
        self.titles = titles
        self.cells: Cells = {}
        self.wrong: dict[str, str] = {}

    def column(self, column: str, parse: Callable[[], Any]) -> None:
        try:
            self.cells[column] = parse()
        except (ValueError, TypeError, RecursionError) as error:
            self.wrong[column] = str(error)

    def done(self) -> Cells:
        if not self.wrong and _lowest_price(self.cells) < 0:
            self.wrong["options"] = complaint("row.below_zero")
        if self.wrong:
            raise WrongCells(self.wrong, self.titles)
        if not self.cells.get("sku", "-"):
            del self.cells["sku"]  # an empty code says nothing
        return self.cells


def _parse_json(data: bytes, name: str, currency: str, fallback: str) -> Menu:
    top, items = read_json(data, name, "products")
    menu = _menu_in_its_currency(top.get("currency"), currency, fallback)
    try:
        if "options" in top:
            menu.shared["options"] = shapes.options_of_json(top["options"], menu.currency)
        if "extras" in top:
            menu.shared["extras"] = shapes.extras_of_json(top["extras"], menu.currency)
    except ValueError as error:
        menu.bad.append(BadRow(1, str(error)))
    for line, item in items:
        if not isinstance(item, dict):
            menu.bad.append(BadRow(line, complaint("row.not_an_object", fields='name" y "price')))
            menu.bad_keys.append((Key("", ""), False))
            continue
        _take(menu, line, _cleaned(item), {}, lambda said: _read_object(said, menu.currency, menu.shared))
    return _in_order(menu)


def _menu_in_its_currency(said: object, currency: str, fallback: str) -> Menu:
    named = str(said or "").strip().upper()
    if named and not is_currency(named):
        used = currency or fallback
        return Menu(used, warnings=[complaint("unknown_currency", value=str(said)[:20], currency=used)])
    menu = Menu(currency or named or fallback, said=named)
    if named and named != menu.currency:
        menu.warnings.append(complaint("currency_differs", file_currency=named, currency=menu.currency))
    return menu


def _read_object(item: Mapping[str, Any], currency: str, shared: Cells) -> Cells:
    """A product of menu.json -> checked values."""
    read = _Reader({})
    for column in ("name", "sku", "description", "image"):
        if column in item:
            read.column(column, lambda column=column: _text(shapes.text_of(item[column]), column))  # type: ignore[misc]
    if "unit" in item:
        read.column("unit", lambda: shapes.unit_of(shapes.text_of(item["unit"])))
    read.column("price", lambda: shapes.price_of(shapes.amount_of(item.get("price")), currency))
    for column, default in (("available", True), ("best_seller", False), ("seasonal", False)):
        if column in item:
            read.column(column, lambda column=column, default=default: shapes.flag(item[column], default))  # type: ignore[misc]
    for column in ("categories", "synonyms"):
        if column in item:
            read.column(column, lambda column=column: shapes.texts(item[column]))  # type: ignore[misc]
    if "categories" not in item and "tags" in item:
        read.column("categories", lambda: shapes.texts(item["tags"]))
    if "options" in item:
        read.column("options", lambda: shapes.options_of_json(item["options"], currency))
    if "extras" in item:
        read.column("extras", lambda: shapes.extras_of_json(item["extras"], currency))
    unit, options = read.cells.get("unit", ""), [*read.cells.get("options", []), *shared.get("options", [])]
    if "stock" in item:
        read.column("stock", lambda: shapes.quantity_of(shapes.amount_of(item["stock"]), unit))
    if "variants" in item and "options" not in read.wrong:
        read.column("variants", lambda: shapes.variants_of_json(item["variants"], currency, unit, options))
    return read.done()


def _take(
    menu: Menu, line: int, said: Mapping[str, Any], titles: Mapping[str, str], read: Callable[[Any], Cells]
) -> None:
    """Puts a row among the good ones, or among the bad with every reason."""
    key = key_of(_words(said))
    try:
        missing = [column for column in REQUIRED if said.get(column) is None or not str(said[column]).strip()]
        if missing or not key.weak:
            why = complaint("row.missing")
            columns = missing or ["name"]
            raise ValueError("; ".join(complaint("row.in_column", column=titles.get(c, c), why=why) for c in columns))
        row = MenuRow(line, key, read(said))
    except ValueError as error:
        menu.bad.append(BadRow(line, str(error)))
        menu.bad_keys.append((key, bool(key.weak)))
    else:
        menu.rows.append(row)


def _in_order(menu: Menu) -> Menu:
    """Sets rows aside that come twice; the bad ones are told by line."""
    skus: dict[str, int] = {}
    names: dict[str, int] = {}
    rows = []
    for row in menu.rows:
        again = names.get(row.key.weak) if row.key.soft else skus.get(row.key.strong)
        if again is None:
            rows.append(row)
            names.setdefault(row.key.weak, row.line)
            if not row.key.soft:
                skus[row.key.strong] = row.line
        elif row.key.soft:
            why = complaint("row.repeated", line=again)
            menu.bad.append(BadRow(row.line, complaint("row.in_column", column="name", why=why)))
        else:
            menu.bad.append(BadRow(row.line, complaint("row.sku_repeated", sku=row.key.strong[:40], line=again)))
    menu.rows = rows
    menu.bad.sort(key=lambda bad: bad.line)
    return menu


def _words(said: Mapping[str, Any]) -> dict[str, str]:
    """The cells a row is known by, where they are texts at all."""
    return {part: str(said[part]) for part in ("name", "sku") if isinstance(said.get(part), str | int)}


def _text(text: str, column: str) -> str:
    limit = {"name": MAX_NAME, "sku": MAX_SKU}.get(column, MAX_TEXT)
    if len(text) > limit:
        raise ValueError(complaint("row.too_long", limit=limit))
    return " ".join(text.split()) if column in ("name", "sku") else text


def _lowest_price(read: Cells) -> int:
    """What the product costs at its cheapest choices."""
    prices = [read.get("price", 0), *(v["price"] for v in read.get("variants", []) if v["price"] is not None)]
    cheapest = sum(min(0, *(value["price_delta"] for value in axis["values"])) for axis in read.get("options", []))
    return int(min(prices) + cheapest)


def _cleaned(value: Any) -> Any:
    """The same JSON with every text fit to be stored."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, list):
        return [_cleaned(item) for item in value]
    if isinstance(value, dict):
        return {clean(str(key)): _cleaned(item) for key, item in value.items()}
    return value
