"""What is counted as orders are placed: the day's numbers, and how often a coupon was used. One statement each."""

from __future__ import annotations

from sqlalchemy import Connection, update

from app.core.db import insert_into
from app.core.text import fold
from app.orders.models import coupon_uses, order_numbers

DIGITS = 4  # of a number people say: 0001


def next_number(conn: Connection, branch: str, day: str) -> str:
    """The next free number of the branch on that day; given back where the transaction does not hold."""
    row = insert_into(order_numbers, conn.dialect.name).values(branch=branch, day=day, last=1)
    counted = row.on_conflict_do_update(
        index_elements=["branch", "day"], set_={"last": order_numbers.c.last + 1}
    ).returning(order_numbers.c.last)
    return str(conn.execute(counted).scalar_one()).zfill(DIGITS)


def use_coupon(conn: Connection, code: str, uses: int | None) -> bool:
    """Counts one use of a coupon; False where it has been used `uses` times (None: as often as one likes)."""
    if uses == 0:
        return False
    row = insert_into(coupon_uses, conn.dialect.name).values(code=fold(code), used=1)
    counted = row.on_conflict_do_update(
        index_elements=["code"],
        set_={"used": coupon_uses.c.used + 1},
        where=None if uses is None else coupon_uses.c.used < uses,
    ).returning(coupon_uses.c.used)
    return conn.execute(counted).first() is not None


def give_back_coupon(conn: Connection, code: str) -> None:
    """Takes one use back: the order that had it is cancelled."""
    there = (coupon_uses.c.code == fold(code), coupon_uses.c.used > 0)
    conn.execute(update(coupon_uses).where(*there).values(used=coupon_uses.c.used - 1))
