"""Gives the menu out: as CSV, XLSX, or JSON, so that importing it again gives the same menu."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, select

from app.catalog import cells, read, shapes
from app.catalog.models import products, variants
from app.catalog.product import THOUSANDTHS, Product
from app.core.errors import UserError
from app.core.money import decimal_string
from app.core.tables import FORMATS, Value, complaint, list_cell, write_json, write_table

COLUMNS = (
    "name", "price", "description", "available", "categories", "sku", "stock", "unit", "best_seller", "seasonal",
    "image", "options", "extras", "synonyms",
)  # fmt: skip


def export_menu(conn: Connection, form: str) -> bytes:
    """The products that are switched on, as `csv`, `json` or `xlsx`."""
    if form not in FORMATS:
        raise UserError(complaint("unknown_export", form=form))
    if form == "json":
        return write_json(_menu_json(conn))
    columns, rows = _table(conn)
    return write_table(columns, rows, form, "menu")


def as_menu_json(product: Product) -> dict[str, Any]:
    """A product as in menu.json, with what the menu gives to every product among its own."""
    items = [
        {part: getattr(extra, part) for part in ("id", "name", "synonyms", "price_delta", "max", "included")}
        for extra in product.extras
    ]
    axes = [
        {
            "id": axis.id, "name": axis.name, "required": axis.required,
            "values": [
                {"id": v.id, "name": v.name, "synonyms": list(v.synonyms), "price_delta": v.price_delta}
                for v in axis.values
            ],
        }
        for axis in product.options
    ]  # fmt: skip
    listed = [
        {"options": v.options, "sku": v.sku, "stock": _thousandths(v.stock), "price": v.price} for v in product.variants
    ]
    own = {
        **{part: getattr(product, part) for part in ("sku", "name", "price", "currency", "description", "available")},
        **{part: getattr(product, part) for part in ("unit", "best_seller", "seasonal", "image")},
        "categories": list(product.categories),
        "synonyms": list(product.synonyms),
        "stock": _thousandths(product.stock),
        "variants": listed,
    }
    return _product_json(own, axes, [{**item, "synonyms": list(item["synonyms"])} for item in items])


def _menu_json(conn: Connection) -> dict[str, Any]:
    rows = _rows(conn)
    currency = rows[0]["currency"] if rows else read.menu_currency(conn)
    return {
        "currency": currency,
        "products": [_product_json(row, row["options"], row["extras"]) for row in rows],
        "options": shapes.options_json(read.shared(conn, "options"), currency),
        "extras": shapes.extras_json(read.shared(conn, "extras"), currency),
    }


def _product_json(row: Mapping[str, Any], options: list[Any], extras: list[Any]) -> dict[str, Any]:
    currency = row["currency"]
    return {
        "sku": row["sku"],
        "name": row["name"],
        "price": decimal_string(row["price"], currency),
        "description": row["description"],
        "categories": row["categories"],
        "unit": row["unit"] or None,
        "available": row["available"],
        "stock": shapes.quantity_number(row["stock"]),
        "best_seller": row["best_seller"],
        "seasonal": row["seasonal"],
        "image": row["image"] or None,
        "synonyms": row["synonyms"],
        "options": shapes.options_json(options, currency),
        "extras": shapes.extras_json(extras, currency),
        "variants": shapes.variants_json(row["variants"], currency),
    }


def _table(conn: Connection) -> tuple[list[str], list[list[Value]]]:
    """The menu as rows of text; what applies to every product is written with each, for a table has no top."""
    options, extras = read.shared(conn, "options"), read.shared(conn, "extras")
    rows: list[list[Value]] = []
    listed: list[str] = []
    for row in _rows(conn):
        own = {**row, "options": read.own_and_shared(row["options"], options)}
        own["extras"] = read.own_and_shared(row["extras"], extras)
        written, variants_cell = _cells(own)
        rows.append(written)
        listed.append(variants_cell)
    if any(listed):
        return [*COLUMNS, "variants"], [[*row, more] for row, more in zip(rows, listed, strict=True)]
    return list(COLUMNS), rows


def _cells(row: Mapping[str, Any]) -> tuple[list[Value], str]:
    currency = row["currency"]
    stock = cells.stock_cell(row["stock"], row["variants"], row["unit"], row["options"])
    listed = ""
    if stock is None:
        stock = shapes.quantity_text(row["stock"])
        listed = json.dumps(shapes.variants_json(row["variants"], currency), ensure_ascii=False)
    written: dict[str, Value] = {
        **{name: row[name] for name in ("name", "description", "available", "sku", "unit", "image")},
        **{name: row[name] for name in ("best_seller", "seasonal")},
        "price": decimal_string(row["price"], currency),
        "categories": list_cell(row["categories"]),
        "synonyms": list_cell(row["synonyms"]),
        "stock": stock,
        "options": cells.options_cell(row["options"], currency),
        "extras": cells.extras_cell(row["extras"], currency),
    }
    return [written[name] for name in COLUMNS], listed


def _rows(conn: Connection) -> list[dict[str, Any]]:
    query = select(products).order_by(products.c.position, products.c.id)
    of_product: dict[int, list[dict[str, Any]]] = {}
    for variant in conn.execute(select(variants).order_by(variants.c.id)).mappings():
        item = {part: variant[part] for part in ("options", "sku", "stock", "price")}
        of_product.setdefault(variant["product_id"], []).append(item)
    found = conn.execute(query.where(products.c.enabled)).mappings()
    return [{**row, "variants": of_product.get(row["id"], [])} for row in found]


def _thousandths(quantity: Decimal | None) -> int | None:
    return None if quantity is None else int(quantity * THOUSANDTHS)
