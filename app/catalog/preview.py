"""What a menu file would change, seen before it is taken in: it is taken in by the same code, looked at and let go."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from app.catalog.load import put_menu
from app.catalog.menu_file import Menu
from app.catalog.models import products, variants
from app.catalog.sheet import COLUMNS, sheet_of
from app.core.ownership import FileReport, digest_of

Sheet = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ChangedCell:
    """One cell of a product: what is there, and what the file says."""

    column: str
    was: Any
    to: Any


@dataclass(frozen=True, slots=True)
class ChangedProduct:
    name: str
    cells: list[ChangedCell]


@dataclass(frozen=True, slots=True)
class Differences:
    """What taking a file in would do. `missing`: on the menu and not in the file; `report` has the bad rows.

    `seen`: what this is recognised by when it is to be done.
    """

    report: FileReport
    new: list[Sheet] = field(default_factory=list)
    changed: list[ChangedProduct] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    seen: str = ""


def differences(conn: Connection, menu: Menu, name: str, *, replace: bool, now: datetime) -> Differences:
    """Takes the menu in, compares, and undoes it all. `replace`: what is missing would leave the menu."""
    before = _sheets(conn)
    savepoint = conn.begin_nested()
    try:
        report = put_menu(conn, menu, name, replace=replace, now=now)
        after = _sheets(conn)
    finally:
        savepoint.rollback()
    new = [sheet for id_, sheet in after.items() if id_ not in before]
    changed = [found for id_, sheet in before.items() if (found := _changed(sheet, after[id_])) is not None]
    gone = [sheet["name"] for id_, sheet in before.items() if sheet["enabled"] and not after[id_]["enabled"]]
    missing = gone if replace else _missing(before, menu)
    shown = json.dumps([new, [asdict(one) for one in changed], gone], sort_keys=True, ensure_ascii=False)
    return Differences(report, new, changed, missing, digest_of(shown))


def _changed(was: Sheet, now: Sheet) -> ChangedProduct | None:
    columns = [*COLUMNS, "available", "image"]
    cells = [ChangedCell(column, was[column], now[column]) for column in columns if was[column] != now[column]]
    if now["enabled"] and not was["enabled"]:
        cells.append(ChangedCell("enabled", False, True))
    return ChangedProduct(was["name"], cells) if cells else None


def _missing(before: Mapping[int, Sheet], menu: Menu) -> list[str]:
    """What is on the menu and, by code and name, not in the file."""
    keys = [row.key for row in menu.rows] + [key for key, _ in menu.bad_keys]
    codes, names = {key.strong for key in keys}, {key.weak for key in keys}
    left = (one for one in before.values() if one["enabled"])
    return [one["name"] for one in left if one["sku"] not in codes and one["folded_name"] not in names]


def _sheets(conn: Connection) -> dict[int, Sheet]:
    """Every product as a form shows it, and what a form does not."""
    of_product: dict[int, list[Mapping[Any, Any]]] = {}
    for variant in conn.execute(select(variants).order_by(variants.c.id)).mappings():
        of_product.setdefault(variant["product_id"], []).append(variant)
    rows = conn.execute(select(products).order_by(products.c.position, products.c.id)).mappings()
    more = ("available", "image", "enabled", "folded_name", "currency")
    return {
        row["id"]: {**sheet_of(row, of_product.get(row["id"], [])), **{part: row[part] for part in more}}
        for row in rows
    }
