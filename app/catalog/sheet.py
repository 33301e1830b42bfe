"""A product as a form writes it: texts, and rows of texts, money and stock as in `menu.csv`. Both ways.

An empty price difference is none, an empty stock is not counted; lists in a text are separated by commas.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from app.catalog.shapes import quantity_text
from app.core.money import decimal_string
from app.core.tables import list_cell
from app.core.text import fold

TEXTS = ("name", "price", "description", "unit", "sku", "stock")
LISTS = ("categories", "synonyms")
FLAGS = ("best_seller", "seasonal")
ROWS = ("options", "extras", "variants")
COLUMNS = (*TEXTS, *LISTS, *FLAGS, *ROWS)
BETWEEN = re.compile(r"[,;|\n]")

Sheet = dict[str, Any]

EMPTY: Sheet = {
    **dict.fromkeys((*TEXTS, *LISTS), ""), **dict.fromkeys(FLAGS, False), "options": [], "extras": [], "variants": [],
}  # fmt: skip


def sheet_of(row: Mapping[Any, Any], variants: Sequence[Mapping[Any, Any]]) -> Sheet:
    """A product's row and its variants' as a form shows them."""
    currency = row["currency"]
    return {
        **{column: row[column] for column in ("name", "description", "unit", "sku", *FLAGS)},
        **{column: ", ".join(row[column]) for column in LISTS},
        "price": decimal_string(row["price"], currency),
        "stock": quantity_text(row["stock"]),
        "options": [
            {
                **{part: axis[part] for part in ("id", "name", "required")},
                "values": [_named(value, currency) for value in axis["values"]],
            }
            for axis in row["options"]
        ],
        "extras": [
            {**_named(extra, currency), "max": str(extra["max"] or ""), "included": extra["included"]}
            for extra in row["extras"]
        ],
        "variants": [
            {
                "options": dict(sorted(variant["options"].items())),
                "sku": variant["sku"],
                "stock": quantity_text(variant["stock"]),
                "price": "" if variant["price"] is None else decimal_string(variant["price"], currency),
            }
            for variant in variants
        ],
    }


def written(sheet: Sheet, columns: Iterable[str]) -> dict[str, str]:
    """These columns of a form as `menu.csv` writes them; of its variants those whose choices there still are."""
    cells = {}
    for column in columns:
        value = sheet[column]
        if column in LISTS:
            cells[column] = list_cell([item for part in BETWEEN.split(value) if (item := part.strip())])
        elif column in FLAGS:
            cells[column] = "true" if value else "false"
        elif column == "options":
            cells[column] = json.dumps([{**axis, "values": _listed(axis["values"])} for axis in value])
        elif column == "extras":
            cells[column] = json.dumps([{**extra, "max": _count(extra["max"])} for extra in _listed(value)])
        elif column == "variants":
            cells[column] = json.dumps([{**variant, "price": variant["price"] or None} for variant in value])
        else:
            cells[column] = value
    return cells


def still_there(variants: Sequence[Mapping[str, Any]], options: Sequence[Mapping[str, Any]]) -> list[Any]:
    """The variants whose every choice is among these options."""
    ids = {axis["id"] or fold(axis["name"]): {v["id"] or fold(v["name"]) for v in axis["values"]} for axis in options}
    return [one for one in variants if all(value in ids.get(axis, ()) for axis, value in one["options"].items())]


def _named(item: Mapping[str, Any], currency: str) -> dict[str, str]:
    delta = decimal_string(item["price_delta"], currency) if item["price_delta"] else ""
    return {"id": item["id"], "name": item["name"], "synonyms": ", ".join(item["synonyms"]), "price_delta": delta}


def _listed(items: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{**item, "synonyms": [p.strip() for p in BETWEEN.split(item["synonyms"]) if p.strip()]} for item in items]


def _count(text: str) -> int | str | None:
    return int(text) if text.isdecimal() and len(text) < 6 else text or None
