"""Changing many prices at once: what each would be, all of them put, and put back."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from sqlalchemy import Connection, Select, select, update

from app.catalog.models import products, variants
from app.catalog.search import in_category
from app.core.facts import fact, keep_fact
from app.core.ids import new_token
from app.core.ownership import digest_of
from app.core.text import fold

LAST = "menu_last_reprice"  # the one that can be undone


@dataclass(frozen=True, slots=True)
class Raise:
    """A change of price in `category` ("": of all): by `percent`, else by `amount`, rounded to a multiple of `step`.

    `amount` and `step` are minor units; either way up or down. A price never falls below zero.
    """

    category: str = ""
    percent: Decimal | None = None
    amount: int = 0
    step: int = 1


@dataclass(frozen=True, slots=True)
class NewPrice:
    """One price that changes, of a product or of its variant of this key; minor units of `currency`."""

    product_id: int
    name: str
    variant: str
    currency: str
    was: int
    to: int


def raised(price: int, by: Raise, least: int = 0) -> int:
    """A price after the change; not under `least`, which is what its cheapest choices take off."""
    exact = Decimal(price) * (100 + by.percent) / 100 if by.percent is not None else Decimal(price + by.amount)
    steps = (exact / by.step).quantize(Decimal(1), ROUND_HALF_UP)
    return max(least, int(steps) * by.step)


def new_prices(conn: Connection, by: Raise) -> list[NewPrice]:
    """Every price that would change, in the menu's order."""
    which: Select[Any] = select(products).where(products.c.enabled)
    if fold(by.category):
        which = which.where(in_category(conn, fold(by.category)))
    rows = conn.execute(which.order_by(products.c.position, products.c.id)).mappings().all()
    own: dict[int, list[tuple[str, int]]] = {}
    for variant in conn.execute(
        select(variants).where(variants.c.price.is_not(None)).order_by(variants.c.id)
    ).mappings():
        own.setdefault(variant["product_id"], []).append((variant["key"], variant["price"]))
    found = [
        NewPrice(row["id"], row["name"], key, row["currency"], price, raised(price, by, _least(row["options"])))
        for row in rows
        for key, price in [("", row["price"]), *own.get(row["id"], [])]
    ]
    return [one for one in found if one.was != one.to]


def seen_as(prices: Sequence[NewPrice]) -> str:
    """What a preview is recognised by when it is to be put."""
    return digest_of(json.dumps([asdict(one) for one in prices], sort_keys=True))


def reprice(conn: Connection, by: Raise, seen: str, *, now: datetime) -> str:
    """Puts the prices of a preview; the token that undoes it, "" where they are no longer as they were seen."""
    prices = new_prices(conn, by)
    if not prices or seen_as(prices) != seen:
        return ""
    for one in prices:
        _put(conn, one.product_id, one.variant, one.was, one.to, now)
    token = new_token(16)
    done = [[one.product_id, one.variant, one.was, one.to] for one in prices]
    keep_fact(conn, LAST, json.dumps({"token": token, "prices": done}))
    return token


def undo_reprice(conn: Connection, token: str, *, now: datetime) -> int | None:
    """Puts the last change back where nobody changed the price since; how many, None where it is not the last."""
    last = json.loads(fact(conn, LAST, "{}"))
    if not token or last.get("token") != token:
        return None
    keep_fact(conn, LAST, "{}")
    return sum(_put(conn, id_, variant, to, was, now) for id_, variant, was, to in last["prices"])


def _least(options: Sequence[dict[str, Any]]) -> int:
    """The price under which the product, at its cheapest choices, would cost less than nothing."""
    return -sum(min(0, *(int(value["price_delta"]) for value in axis["values"])) for axis in options)


def _put(conn: Connection, product_id: int, variant: str, was: int, to: int, now: datetime) -> bool:
    """A price where it is still what it was; marked as a person's."""
    if variant:
        mine = (variants.c.product_id == product_id, variants.c.key == variant, variants.c.price == was)
        return conn.execute(update(variants).where(*mine).values(price=to)).rowcount == 1
    row = conn.execute(
        select(products.c.edited_fields).where(products.c.id == product_id, products.c.price == was)
    ).first()
    if row is None:
        return False
    values = {"price": to, "updated_at": now, "edited_fields": sorted({*row.edited_fields, "price"})}
    conn.execute(update(products).where(products.c.id == product_id).values(**values))
    return True
