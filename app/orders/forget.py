"""A person taken out of the orders they placed: the books stay, who it was goes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, select, update

from app.orders.models import orders
from app.orders.states import OVER


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
    nobody = {
        "customer": "",
        "customer_name": "",
        "phone": "",
        "address": "",
        "note": "",
        "sought": "",
        "conversation_id": "",
    }
    return conn.execute(update(orders).where(theirs).values(**nobody, updated_at=now)).rowcount
