"""Takes units off the shelf and puts them back: every take is a conditional UPDATE that cannot go below zero.

What is counted by variant is taken from the variant's row, what is not from the product's; what nobody counts is there.
Rows are taken in one order by everybody, so that two orders never wait for each other.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import product as combinations
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, select, update

from app.catalog.models import products, variants
from app.catalog.product import THOUSANDTHS, Product
from app.catalog.read import by_sku

TRIES = 5  # to plan again after another order took what was counted on


class Shelf(NamedTuple):
    """Where units are counted: a product's own row, or that of its variant of this key."""

    product_id: int
    variant: str = ""


@dataclass(frozen=True, slots=True)
class Wish:
    """So much of a product with these choices: axis id -> value ids; what may be any is absent."""

    sku: str
    options: Mapping[str, Sequence[str]]
    qty: Decimal


class OutOfStock(Exception):
    """Not all of it is there. `left`: sku -> how much can be had of what was wished for."""

    def __init__(self, left: Mapping[str, Decimal]) -> None:
        super().__init__(", ".join(left))
        self.left = dict(left)


def take_stock(conn: Connection, wishes: Sequence[Wish]) -> dict[Shelf, int]:
    """Takes all of it or nothing, and says from where, in thousandths. Raises OutOfStock."""
    for _ in range(TRIES):
        plan = _plan(by_sku(conn, (wish.sku for wish in wishes)), wishes)
        savepoint = conn.begin_nested()
        if all(_take(conn, shelf, plan[shelf]) for shelf in sorted(plan)):
            savepoint.commit()
            return plan
        savepoint.rollback()
    raise OutOfStock({wish.sku: Decimal(0) for wish in wishes})


def return_stock(conn: Connection, taken: Mapping[Shelf, int]) -> None:
    """Puts back what was taken, where it is still counted."""
    for shelf in sorted(taken):
        table = variants if shelf.variant else products
        conn.execute(update(table).where(*_row(shelf), table.c.stock.is_not(None)).values(
            stock=table.c.stock + taken[shelf]
        ))  # fmt: skip


def return_some(conn: Connection, wishes: Sequence[Wish], taken: Mapping[Shelf, int]) -> dict[Shelf, int]:
    """Puts back so much of what was taken, each wish where units with its choices are counted; what is still taken.

    Never more than was taken from a shelf: what nobody counted when it was sold does not come back as stock.
    """
    known = by_sku(conn, (wish.sku for wish in wishes))
    left, back = dict(taken), dict[Shelf, int]()
    for wish in wishes:
        product = known.get(wish.sku)
        for shelves, wanted in _shares(product, wish) if product is not None else ():
            for shelf in shelves:
                some = min(left.get(shelf, 0), wanted)
                wanted -= some
                if some:
                    left[shelf] -= some
                    back[shelf] = back.get(shelf, 0) + some
    return_stock(conn, back)
    return {shelf: qty for shelf, qty in left.items() if qty}


def stock_levels(conn: Connection) -> dict[Shelf, int]:
    """What is counted, in thousandths."""
    own = select(products.c.id, products.c.stock).where(products.c.stock.is_not(None))
    by_variant = select(variants.c.product_id, variants.c.key, variants.c.stock).where(variants.c.stock.is_not(None))
    levels = {Shelf(row.id): row.stock for row in conn.execute(own)}
    return levels | {Shelf(row.product_id, row.key): row.stock for row in conn.execute(by_variant)}


def _take(conn: Connection, shelf: Shelf, thousandths: int) -> bool:
    table = variants if shelf.variant else products
    enough = conn.execute(
        update(table).where(*_row(shelf), table.c.stock >= thousandths).values(stock=table.c.stock - thousandths)
    )
    return enough.rowcount == 1


def _row(shelf: Shelf) -> tuple[ColumnElement[bool], ...]:
    if shelf.variant:
        return (variants.c.product_id == shelf.product_id, variants.c.key == shelf.variant)
    return (products.c.id == shelf.product_id,)


def _plan(known: Mapping[str, Product], wishes: Sequence[Wish]) -> dict[Shelf, int]:
    """How much to take from which shelf; what one wish takes is not there for the next."""
    free: dict[Shelf, int | None] = {}
    plan: dict[Shelf, int] = {}
    short: dict[str, Decimal] = {}
    for wish in wishes:
        product = known.get(wish.sku)
        if product is None or not product.available:
            short[wish.sku] = Decimal(0)
            continue
        levels: dict[Shelf, int | None] = {}
        lacking = 0
        for shelves, wanted in _shares(product, wish):
            levels |= shelves
            free = shelves | free
            lacking += _spread(free, plan, shelves, wanted)
        if lacking:
            short[wish.sku] = Decimal(sum(level or 0 for level in levels.values())) / THOUSANDTHS
    if short:
        raise OutOfStock(short)
    return plan


def _spread(free: dict[Shelf, int | None], plan: dict[Shelf, int], shelves: Iterable[Shelf], wanted: int) -> int:
    """Plans `wanted` from these shelves, one after the other; what they lack."""
    for shelf in shelves:
        left = free[shelf]
        if left is None:
            return 0
        some = min(left, wanted)
        free[shelf] = left - some
        wanted -= some
        if some:
            plan[shelf] = plan.get(shelf, 0) + some
    return wanted


def _shares(product: Product, wish: Wish) -> Iterator[tuple[dict[Shelf, int | None], int]]:
    """The shelves that fit and how much of them: a line of two flavours takes half of each."""
    counted = {axis for variant in product.variants for axis in variant.options}
    chosen = {axis: values for axis, values in wish.options.items() if axis in counted and values}
    mixes = [dict(zip(chosen, mix, strict=True)) for mix in combinations(*chosen.values())]
    each, rest = divmod(int(wish.qty * THOUSANDTHS), len(mixes))
    for at, mix in enumerate(mixes):
        yield _shelves(product, mix), each + (rest if at == 0 else 0)


def _shelves(product: Product, chosen: Mapping[str, str]) -> dict[Shelf, int | None]:
    """Where units with these choices are counted; whatever was not chosen may be any. None: not counted."""
    fitting = [
        v for v in product.variants if all(chosen.get(axis, value) == value for axis, value in v.options.items())
    ]
    shelves = {Shelf(product.id, v.key): _thousandths(v.stock) for v in fitting if v.stock is not None}
    if len(shelves) == len(fitting) > 0:
        return shelves
    return {**shelves, Shelf(product.id): _thousandths(product.stock)}


def _thousandths(units: Decimal | None) -> int | None:
    return None if units is None else int(units * THOUSANDTHS)
