"""Writes products: one row's cells into the database, and what goes with them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.catalog import read
from app.catalog.menu_file import slug
from app.catalog.models import products, variants
from app.catalog.shapes import variant_key
from app.core.facts import fact, keep_fact
from app.core.money import minor_digits
from app.core.ownership import Cells, Key, bump_data_version
from app.core.tables import complaint
from app.core.text import fold

DEFAULTS: Cells = {
    "description": "", "available": True, "stock": None, "unit": "", "categories": [], "best_seller": False,
    "seasonal": False, "image": "", "synonyms": [], "options": [], "extras": [],
}  # fmt: skip


@dataclass(slots=True)
class Shelf:
    """The products in the database while a file is taken in: what is there, and under which code."""

    conn: Connection
    now: datetime
    currency: str
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    skus: dict[str, int] = field(default_factory=dict)

    @classmethod
    def open(cls, conn: Connection, now: datetime, currency: str) -> Shelf:
        rows = {row["id"]: dict(row) for row in conn.execute(select(products).order_by(products.c.id)).mappings()}
        return cls(conn, now, currency, rows, {row["sku"]: at for at, row in rows.items()})

    def keys(self) -> tuple[list[int], list[Key]]:
        """The products and what they are known by."""
        keys = [Key(row["sku"], row["folded_name"], row["sku"] == slug(row["name"])) for row in self.rows.values()]
        return list(self.rows), keys

    def add(self, cells: Cells) -> int:
        """A new product of these cells; its id."""
        sku = cells.get("sku") or self._free_sku(cells["name"])
        self._refuse_taken(sku, None)
        columns = _columns({**DEFAULTS, **cells, "sku": sku})
        columns |= {"currency": self.currency, "enabled": True, "edited_fields": [], "position": len(self.rows)}
        columns |= {"created_at": self.now, "updated_at": self.now}
        done = self.conn.execute(insert(products).values(**columns))
        product_id = int(done.inserted_primary_key[0])  # type: ignore[index]
        self.rows[product_id] = {"id": product_id, **columns}
        self.skus[sku] = product_id
        put_variants(self.conn, product_id, cells.get("variants", []), [])
        return product_id

    def change(self, product_id: int, cells: Cells, last: Cells | None = None) -> bool:
        """Puts these cells into a product and switches it on; False if it said so already.

        `last`: what the file said before, so that a variant whose own stock did not change keeps the one it has.
        """
        row = self.rows[product_id]
        if cells.get("sku"):
            self._refuse_taken(cells["sku"], product_id)
        columns = {name: value for name, value in _columns(cells).items() if row[name] != value}
        if not row["enabled"]:
            columns["enabled"] = True
        edited = [name for name in row["edited_fields"] if name not in cells]
        if edited != row["edited_fields"]:
            columns["edited_fields"] = edited
        moved = "variants" in cells and put_variants(
            self.conn, product_id, cells["variants"], None if last is None else last.get("variants", [])
        )
        if columns:
            self._update(product_id, columns)
        return bool(columns.keys() - {"edited_fields"}) or moved

    def switch_off(self, product_id: int) -> bool:
        """Takes a product off the menu; False if it was off already."""
        if product_id not in self.rows or not self.rows[product_id]["enabled"]:
            return False
        self._update(product_id, {"enabled": False})
        return True

    def order(self, product_ids: Sequence[int]) -> None:
        """Puts these products in this order, the others after them."""
        rest = [product_id for product_id in self.rows if product_id not in set(product_ids)]
        moves = [
            {"at": product_id, "place": place}
            for place, product_id in enumerate([*product_ids, *sorted(rest, key=lambda at: self.rows[at]["position"])])
            if self.rows[product_id]["position"] != place
        ]
        if moves:
            query = update(products).where(products.c.id == bindparam("at")).values(position=bindparam("place"))
            self.conn.execute(query, moves)

    def _update(self, product_id: int, columns: dict[str, Any]) -> None:
        columns["updated_at"] = self.now
        self.conn.execute(update(products).where(products.c.id == product_id).values(**columns))
        row = self.rows[product_id]
        if "sku" in columns:
            self.skus.pop(row["sku"], None)
            self.skus[columns["sku"]] = product_id
        row.update(columns)

    def _free_sku(self, name: str) -> str:
        base, number = slug(name), 2
        sku = base
        while sku in self.skus:
            sku, number = f"{base}-{number}", number + 1
        return sku

    def _refuse_taken(self, sku: str, product_id: int | None) -> None:
        holder = self.skus.get(sku, product_id)
        if holder != product_id and holder is not None:
            raise ValueError(complaint("row.sku_taken", sku=sku[:40], name=self.rows[holder]["name"]))


def put_variants(
    conn: Connection, product_id: int, wanted: Sequence[Mapping[str, Any]], last: Sequence[Mapping[str, Any]] | None
) -> bool:
    """Makes the product's variants those wanted; False if they were.

    Of a variant that was there, only what differs from `last` is put; all of it where there is no last.
    """
    there = {
        row["key"]: row for row in conn.execute(select(variants).where(variants.c.product_id == product_id)).mappings()
    }
    before = {variant_key(item["options"]): item for item in last or ()}
    moved = False
    for item in wanted:
        key = variant_key(item["options"])
        parts = {part: item[part] for part in ("sku", "stock", "price")}
        if key not in there:
            conn.execute(insert(variants).values(product_id=product_id, key=key, options=item["options"], **parts))
            moved = True
            continue
        row = there.pop(key)
        said = before.get(key, {})
        new = {p: v for p, v in parts.items() if row[p] != v and (p not in said or said[p] != v)}
        if new:
            conn.execute(update(variants).where(variants.c.id == row["id"]).values(**new))
            moved = True
    if there:
        conn.execute(delete(variants).where(variants.c.id.in_([row["id"] for row in there.values()])))
    return moved or bool(there)


def put_shared(conn: Connection, part: str, items: Sequence[Mapping[str, Any]]) -> bool:
    """Keeps the options or extras that apply to every product; False if they were so."""
    said = json.dumps(items, ensure_ascii=False)
    if fact(conn, read.SHARED_FACTS[part], "[]") == said:
        return False
    keep_fact(conn, read.SHARED_FACTS[part], said)
    return True


def set_currency(conn: Connection, currency: str, *, now: datetime) -> bool:
    """Makes `currency` that of every price; the written amounts stay (120.00 stays 120.00). False if it was so.

    Where the new currency has fewer decimals the amount is cut: 120.50 becomes 120.
    """
    there = [name for (name,) in conn.execute(select(products.c.currency).distinct())]
    if all(name == currency for name in there):
        return False
    for row in conn.execute(select(products).where(products.c.currency != currency)).mappings().all():
        shift = minor_digits(currency) - minor_digits(row["currency"])
        new: dict[str, Any] = {"currency": currency, "updated_at": now}
        if shift:
            new |= {"price": _shifted(row["price"], shift), "options": _repriced(row["options"], shift)}
            new["extras"] = _repriced(row["extras"], shift)
            for variant in conn.execute(select(variants).where(variants.c.product_id == row["id"])).mappings().all():
                if variant["price"] is not None:
                    price = _shifted(variant["price"], shift)
                    conn.execute(update(variants).where(variants.c.id == variant["id"]).values(price=price))
        conn.execute(update(products).where(products.c.id == row["id"]).values(**new))
    if there and (shift := minor_digits(currency) - minor_digits(there[0])):
        for part in read.SHARED_FACTS:
            put_shared(conn, part, _repriced(read.shared(conn, part), shift))
    bump_data_version(conn)
    return True


def repriced_cells(cells: Cells, shift: int) -> Cells:
    """A row's cells in a currency with `shift` more decimals."""
    new = dict(cells)
    if "price" in new:
        new["price"] = _shifted(new["price"], shift)
    for part in ("options", "extras"):
        if part in new:
            new[part] = _repriced(new[part], shift)
    if "variants" in new:
        priced = [item["price"] for item in new["variants"]]
        moved = [None if price is None else _shifted(price, shift) for price in priced]
        new["variants"] = [{**item, "price": price} for item, price in zip(new["variants"], moved, strict=True)]
    return new


def _columns(cells: Cells) -> dict[str, Any]:
    """Cells as columns of the table."""
    columns = {name: value for name, value in cells.items() if name != "variants"}
    if "name" in columns:
        columns["folded_name"] = fold(columns["name"])
    if "categories" in columns:
        columns["tags"] = "|".join(columns["categories"])
    return columns


def _shifted(minor: int, shift: int) -> int:
    if shift >= 0:
        return int(minor * 10**shift)
    cut = abs(minor) // int(10**-shift)
    return -cut if minor < 0 else cut


def _repriced(items: Sequence[Mapping[str, Any]], shift: int) -> list[dict[str, Any]]:
    """Options or extras with every price difference moved by `shift` decimals."""
    moved = []
    for item in items:
        new = dict(item)
        if "price_delta" in new:
            new["price_delta"] = _shifted(new["price_delta"], shift)
        if "values" in new:
            new["values"] = _repriced(new["values"], shift)
        moved.append(new)
    return moved
