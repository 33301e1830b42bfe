"""The menu as the panel lists it: filtered and sorted in SQL, a page at a time, and how many there are of each kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, func, or_, select

from app.catalog.models import products
from app.catalog.product import Product
from app.catalog.read import by_id
from app.catalog.search import in_category, sellable_now, with_words
from app.core.text import fold

PAGE = 18  # a page of the menu weighs less than 10 KB on the wire then; the next comes as one scrolls
UNCOUNTED = 10**15  # where stock that is not counted sorts: after any that is

# Every key goes up, so that a page begins where the one before ended; the id settles what is equal.
ORDERS: dict[str, ColumnElement[Any]] = {
    "menu": products.c.position,
    "name": products.c.folded_name,
    "price": products.c.price,
    "dear": -products.c.price,
    "left": func.coalesce(products.c.stock, UNCOUNTED),
}
SHOWING = ("", "selling", "out", "off", "best", "season", "gone")


@dataclass(frozen=True, slots=True)
class Asked:
    """What of the menu is to be listed. `show`: one of SHOWING, `gone` are those taken off the menu."""

    words: str = ""
    category: str = ""
    show: str = ""
    order: str = "menu"


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of products; `count` fit in all, `after` is the id the next page begins behind, 0 on the last."""

    products: list[Product]
    count: int
    after: int


@dataclass(frozen=True, slots=True)
class Kinds:
    """How many products there are on the menu, of each category (as it is spelled first) and of each kind shown."""

    all: int
    categories: dict[str, int] = field(default_factory=dict)
    shown: dict[str, int] = field(default_factory=dict)


def listed(conn: Connection, asked: Asked, after: int = 0, limit: int = PAGE) -> Listed:
    """The products that fit, from behind the one of id `after` on."""
    key = ORDERS.get(asked.order, ORDERS["menu"])
    query = _fitting(conn, asked).order_by(key, products.c.id)
    if fold(asked.words):  # which SQL cannot fold: all that fit are read lightly
        fitting = with_words(conn, query, asked.words)
        count, rest = len(fitting), fitting[fitting.index(after) + 1 :] if after in fitting else fitting
    else:
        count = conn.execute(query.order_by(None).with_only_columns(func.count())).scalar_one()
        if after:
            at = select(key).where(products.c.id == after).scalar_subquery()
            query = query.where(or_(key > at, and_(key == at, products.c.id > after)))
        rest = [row.id for row in conn.execute(query.with_only_columns(products.c.id).limit(limit + 1))]
    return Listed(by_id(conn, rest[:limit]), count, rest[limit - 1] if len(rest) > limit else 0)


def kinds(conn: Connection) -> Kinds:
    """The counts beside the filters, in two reads."""
    by_tags = select(products.c.tags, func.count().label("many")).where(products.c.enabled).group_by(products.c.tags)
    grouped = conn.execute(by_tags.order_by(func.min(products.c.position))).all()
    spelled: dict[str, str] = {}
    counts: Counter[str] = Counter()
    for row in grouped:
        for group in dict.fromkeys(fold(name) for name in row.tags.split("|") if name):
            counts[group] += row.many
        for name in filter(None, row.tags.split("|")):
            spelled.setdefault(fold(name), name)
    sums = [func.coalesce(func.sum(case((_shown(show), 1), else_=0)), 0).label(show) for show in SHOWING if show]
    shown = dict(conn.execute(select(*sums)).mappings().one())
    return Kinds(sum(row.many for row in grouped), {spelled[group]: counts[group] for group in spelled}, shown)


def _fitting(conn: Connection, asked: Asked) -> Select[Any]:
    query = select(products).where(_shown(asked.show))
    if fold(asked.category):
        query = query.where(in_category(conn, fold(asked.category), enabled=asked.show != "gone"))
    return query


def _shown(show: str) -> ColumnElement[bool]:
    if show == "gone":
        return ~products.c.enabled
    kind = {
        "selling": sellable_now(),
        "out": and_(products.c.available, ~sellable_now()),
        "off": ~products.c.available,
        "best": products.c.best_seller.is_(True),
        "season": products.c.seasonal.is_(True),
    }.get(show)
    return products.c.enabled if kind is None else and_(products.c.enabled, kind)
