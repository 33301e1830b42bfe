"""What one person has ordered, from wherever they wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from app.orders.models import orders
from app.orders.order import Order
from app.orders.read import all_of

LAST = 5


@dataclass(frozen=True, slots=True)
class Custom:
    """The newest orders, how many stand in all, and what they come to by currency (minor units)."""

    newest: tuple[Order, ...]
    count: int
    spent: Mapping[str, int]


def custom_of(conn: Connection, customers: Sequence[str]) -> Custom:
    """Of the senders' lanes. Cancelled ones are among the newest, and counted nowhere."""
    theirs = orders.c.customer.in_(customers)
    newest = all_of(conn, select(orders).where(theirs).order_by(orders.c.placed.desc()).limit(LAST))
    sums = conn.execute(
        select(orders.c.currency, func.count(), func.sum(orders.c.total))
        .where(theirs, orders.c.status != "cancelled")
        .group_by(orders.c.currency)
    ).all()
    return Custom(tuple(newest), sum(row[1] for row in sums), {row[0]: int(row[2]) for row in sums})
