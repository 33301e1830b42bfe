"""A person taken out of the orders they placed: the books stay, who it was goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, or_, select, update

from app.orders.models import orders
from app.orders.states import OVER

NOBODY = dict.fromkeys(("customer", "customer_name", "phone", "address", "note", "sought", "conversation_id"), "")


class StillServed(Exception):
    """They have an order under way, whose name and address the shop still needs; `number` is what people call it."""

    def __init__(self, number: str) -> None:
        super().__init__(number)
        self.number = number


def erase_customer(conn: Connection, lanes: Sequence[str], *, now: datetime) -> int:
    """Takes name, phone, address, note and the sender's lane out of all orders of these lanes; how many there were.

    Lines, sums and dates stay: they are the shop's books. Raises StillServed, and then nothing is changed.
    """
    theirs = orders.c.customer.in_(lanes)
    under_way = select(orders.c.number).where(theirs, orders.c.status.not_in(("draft", *OVER))).limit(1)
    if (number := conn.execute(under_way).scalar()) is not None:
        raise StillServed(number)
    return conn.execute(update(orders).where(theirs).values(**NOBODY, updated_at=now)).rowcount


def erase_old_customers(conn: Connection, before: datetime, limit: int) -> int:
    """Takes whoever placed it out of orders that were over, or never confirmed, before that moment; of how many."""
    named = or_(*(orders.c[column] != "" for column in NOBODY))
    old = (orders.c.updated_at < before, orders.c.status.in_(("draft", *OVER)), named)
    some = select(orders.c.id).where(*old).limit(limit)
    return conn.execute(update(orders).where(orders.c.id.in_(some)).values(NOBODY)).rowcount


def threads_under_way(conn: Connection) -> list[str]:
    """The conversations with an order the shop is still busy with."""
    query = select(orders.c.conversation_id).distinct().where(orders.c.status.not_in(("draft", *OVER)))
    return [id_ for id_ in conn.execute(query).scalars() if id_]
