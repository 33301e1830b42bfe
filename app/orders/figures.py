"""What was ordered on days of the shop's, counted for whoever makes figures of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.core.money import parse_money
from app.orders.models import orders


@dataclass(frozen=True, slots=True)
class Taken:
    """How many orders of a status a channel of a branch has on a day, and what they come to, minor units."""

    channel: str
    branch: str
    status: str
    count: int
    total: int


@dataclass(frozen=True, slots=True)
class SoldOf:
    """A product in orders that stand: how much of it, in how many orders, and what it came to, minor units."""

    product_id: str
    name: str
    qty: Decimal
    orders: int
    total: int


def taken_on(conn: Connection, day: str) -> list[Taken]:
    """The orders of a day (as 2026-11-23)."""
    columns = orders.c
    query = select(columns.channel, columns.branch, columns.status, func.count(), func.sum(columns.total))
    query = query.where(columns.day == day, columns.status != "draft")
    rows = conn.execute(query.group_by(columns.channel, columns.branch, columns.status))
    return [Taken(row[0], row[1], row[2], row[3], int(row[4])) for row in rows]


def threads_that_ordered(conn: Connection, since: str, until: str) -> set[str]:
    """The conversations with an order that stands, of these days, both included."""
    query = select(orders.c.conversation_id).where(*_standing(since, until))
    return set(conn.execute(query).scalars())


def sold_by_product(conn: Connection, since: str, until: str, channel: str = "", branch: str = "") -> list[SoldOf]:
    """The products of the orders that stand of these days, what came to most first."""
    where = _standing(since, until)
    where += [orders.c.channel == channel] if channel else []
    where += [orders.c.branch == branch] if branch else []
    qty: Counter[str] = Counter()
    count: Counter[str] = Counter()
    total: Counter[str] = Counter()
    names: dict[str, str] = {}
    for items, currency in conn.execute(select(orders.c.items_json, orders.c.currency).where(*where)):
        for line in items:
            id_ = str(line["product_id"])
            names[id_] = line["name"]
            qty[id_] += _amount(line)
            total[id_] += parse_money(line["total"], currency)
        count.update({str(line["product_id"]) for line in items})
    return [SoldOf(id_, names[id_], Decimal(qty[id_]), count[id_], total[id_]) for id_, _ in total.most_common()]


def _amount(line: Mapping[str, Any]) -> Any:
    return Decimal(str(line["qty"]))


def _standing(since: str, until: str) -> list[ColumnElement[bool]]:
    return [orders.c.day >= since, orders.c.day <= until, orders.c.status.not_in(("draft", "cancelled"))]
