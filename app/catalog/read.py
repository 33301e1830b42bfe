"""Reads products from the database: every price and stock a customer is told comes from here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

from sqlalchemy import Connection, RowMapping, Select, func, select

from app.catalog.models import products, variants
from app.catalog.product import THOUSANDTHS, Extra, OptionAxis, OptionValue, Product, Variant
from app.core.facts import fact
from app.core.models import facts
from app.core.text import fold

CURRENCY_FACT = "menu_currency"  # the one menu.json names, "" where it names none
MOST_IDS = 400  # in one query; more are read with all the others
SHARED_FACTS = {"options": "menu_options", "extras": "menu_extras"}  # what the menu gives to every product


class Common(NamedTuple):
    """What the menu gives to every product, as its JSON has it."""

    options: list[dict[str, Any]]
    extras: list[dict[str, Any]]


def all_products(conn: Connection, include_off: bool = False) -> list[Product]:
    """Every product in the menu's order; those switched off too if asked."""
    query = select(products).order_by(products.c.position, products.c.id)
    return _products(conn, query if include_off else query.where(products.c.enabled))


def count_products(conn: Connection) -> tuple[int, int]:
    """How many are on the menu, and how many of them customers may have today."""
    query = select(func.count(), func.count().filter(products.c.available)).where(products.c.enabled)
    found, on_sale = conn.execute(query.select_from(products)).one()
    return int(found), int(on_sale)


def by_sku(conn: Connection, skus: Iterable[str], common: Common | None = None) -> dict[str, Product]:
    """The products of these skus that are switched on."""
    wanted = list(dict.fromkeys(skus))
    if not wanted:
        return {}
    found = _products(conn, select(products).where(products.c.enabled, products.c.sku.in_(wanted)), common)
    return {product.sku: product for product in found}


def by_id(conn: Connection, ids: Sequence[int], common: Common | None = None) -> list[Product]:
    """The products of these ids, in their order."""
    if not ids:
        return []
    query = select(products)
    found = _products(conn, query.where(products.c.id.in_(ids)) if len(ids) <= MOST_IDS else query, common)
    known = {product.id: product for product in found}
    return [known[at] for at in ids if at in known]


def categories(conn: Connection, *, every_spelling: bool = False, enabled: bool = True) -> list[str]:
    """The categories in use, in the menu's order; one spelling each unless all are wanted."""
    query = select(products.c.categories).where(products.c.enabled.is_(enabled))
    query = query.order_by(products.c.position, products.c.id)
    named = list(dict.fromkeys(name for (names,) in conn.execute(query) for name in names))
    return named if every_spelling else list({fold(name): name for name in reversed(named)}.values())[::-1]


def menu_currency(conn: Connection) -> str:
    """The currency menu.json names, "" where it names none."""
    return fact(conn, CURRENCY_FACT)


def shared(conn: Connection, part: str) -> list[dict[str, Any]]:
    """The `options` or `extras` that apply to every product."""
    kept: list[dict[str, Any]] = json.loads(fact(conn, SHARED_FACTS[part], "[]"))
    return kept


def common_parts(conn: Connection) -> Common:
    """The options and extras that apply to every product, in one read."""
    query = select(facts.c.key, facts.c.value).where(facts.c.key.in_(SHARED_FACTS.values()))
    kept = {row.key: row.value for row in conn.execute(query)}
    return Common(*(json.loads(kept.get(SHARED_FACTS[part], "[]")) for part in Common._fields))


def own_and_shared(own: Sequence[dict[str, Any]], common: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """A product's own options or extras, then those of the menu that it does not have itself."""
    ids = {item["id"] for item in own}
    return [*own, *(item for item in common if item["id"] not in ids)]


def _products(conn: Connection, query: Select[Any], common: Common | None = None) -> list[Product]:
    rows = conn.execute(query).mappings().all()
    if not rows:
        return []
    of_product: dict[int, list[RowMapping]] = {}
    wanted = select(variants).order_by(variants.c.id)
    if len(rows) <= MOST_IDS:
        wanted = wanted.where(variants.c.product_id.in_([row["id"] for row in rows]))
    for variant in conn.execute(wanted).mappings():
        of_product.setdefault(variant["product_id"], []).append(variant)
    options, extras = common or common_parts(conn)
    return [_product(row, of_product.get(row["id"], ()), options, extras) for row in rows]


def _product(
    row: RowMapping,
    of_product: Sequence[RowMapping],
    options: Sequence[dict[str, Any]],
    extras: Sequence[dict[str, Any]],
) -> Product:
    return Product(
        id=row["id"],
        sku=row["sku"],
        name=row["name"],
        price=row["price"],
        currency=row["currency"],
        description=row["description"],
        available=row["available"],
        stock=_quantity(row["stock"]),
        unit=row["unit"] or None,
        categories=tuple(row["categories"]),
        best_seller=row["best_seller"],
        seasonal=row["seasonal"],
        image=row["image"] or None,
        synonyms=tuple(row["synonyms"]),
        options=tuple(_axis(item) for item in own_and_shared(row["options"], options)),
        extras=tuple(_extra(item) for item in own_and_shared(row["extras"], extras)),
        variants=tuple(
            Variant(item["key"], item["options"], item["sku"], _quantity(item["stock"]), item["price"])
            for item in of_product
        ),
        enabled=row["enabled"],
    )


def _axis(item: Mapping[str, Any]) -> OptionAxis:
    values = tuple(OptionValue(v["id"], v["name"], tuple(v["synonyms"]), v["price_delta"]) for v in item["values"])
    return OptionAxis(item["id"], item["name"], item["required"], values)


def _extra(item: Mapping[str, Any]) -> Extra:
    return Extra(item["id"], item["name"], tuple(item["synonyms"]), item["price_delta"], item["max"], item["included"])


def _quantity(thousandths: int | None) -> Decimal | None:
    if thousandths is None:
        return None
    whole, rest = divmod(thousandths, THOUSANDTHS)
    return Decimal(whole) if not rest else Decimal(thousandths) / THOUSANDTHS
