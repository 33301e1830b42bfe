"""The orders as the counter sees them: what is under way in three lanes, how late each is, and the day's figures."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import Connection, func, select

from app.orders.models import order_events, orders
from app.orders.order import Order
from app.orders.read import with_payments
from app.settings import Settings

LANES = ("confirmed", "preparing", "ready")
LANE_MOST = 30  # tickets shown in a lane; a person works on fewer
FRESH = timedelta(minutes=10)
USUAL_MINUTES = 30  # what is promised where the shop's sheet does not say
AMOUNT = re.compile(r"(\d{1,3})\s*(h)?")  # minutes, or hours

Haste = Literal["later", "fresh", "soon", "late"]


@dataclass(frozen=True, slots=True)
class Lane:
    """The orders of one status, oldest first; `count` is how many there are, shown or not."""

    status: str
    orders: tuple[Order, ...]
    count: int


@dataclass(frozen=True, slots=True)
class Day:
    """What came in on a day: orders that stand, what they come to in minor units, and how many were delivered."""

    orders: int = 0
    sold: int = 0
    delivered: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How an order keeps to its time. `minutes`: since it came in; of a pre-order that is late, since it was due."""

    haste: Haste
    minutes: int
    promised: int


def lanes(conn: Connection) -> tuple[Lane, ...]:
    """All that is under way, from whatever day."""
    query = select(orders.c.status, func.count()).where(orders.c.status.in_(LANES)).group_by(orders.c.status)
    counts: dict[str, int] = {row[0]: row[1] for row in conn.execute(query)}
    rows = [
        row
        for status in LANES
        for row in conn.execute(
            select(orders).where(orders.c.status == status).order_by(orders.c.placed).limit(LANE_MOST)
        ).mappings()
    ]
    found = with_payments(conn, rows)
    return tuple(
        Lane(status, tuple(one for one in found if one.status == status), counts.get(status, 0)) for status in LANES
    )


def of_day(conn: Connection, day: str) -> Day:
    """The figures of a day of the shop's (as 2026-11-23)."""
    query = select(orders.c.status, func.count(), func.sum(orders.c.total)).where(orders.c.day == day)
    figures = {status: (count, int(total)) for status, count, total in conn.execute(query.group_by(orders.c.status))}
    standing = [figure for status, figure in figures.items() if status not in ("draft", "cancelled")]
    return Day(
        sum(count for count, _ in standing), sum(total for _, total in standing), figures.get("delivered", (0, 0))[0]
    )


def pace(order: Order, now: datetime, settings: Settings) -> Pace:
    """Fresh for ten minutes, then soon, and late once more time has passed than was promised.

    A pre-order waits for its hour. What is ready for whoever picks it up is late no more.
    """
    promised = promised_minutes(order, settings)
    if order.due is not None:
        return _of_preorder(order.due, now, promised)
    since = now - order.created_at
    minutes = max(0, int(since.total_seconds() // 60))
    waits_for_customer = order.status == "ready" and order.fulfilment == "pickup"
    late = since > timedelta(minutes=promised) and not waits_for_customer
    return Pace("late" if late else "fresh" if since < FRESH else "soon", minutes, promised)


def promised_minutes(order: Order, settings: Settings) -> int:
    """The longest time the shop tells its customers: `25 a 35 minutos` is 35."""
    words = settings.delivery.eta if order.fulfilment == "delivery" else settings.profile(order.branch).waiting
    said = [int(amount) * (60 if hours else 1) for amount, hours in AMOUNT.findall(words.lower())]
    return max(said, default=USUAL_MINUTES) or USUAL_MINUTES


def last_events(conn: Connection, order_ids: Sequence[str]) -> dict[str, str]:
    """The id of the last thing that was done to each order, or refused: whoever changes it says which they saw."""
    query = select(order_events.c.order_id, func.max(order_events.c.id)).where(order_events.c.order_id.in_(order_ids))
    return {row[0]: row[1] for row in conn.execute(query.group_by(order_events.c.order_id))}


def _of_preorder(due: datetime, now: datetime, promised: int) -> Pace:
    if now > due:
        return Pace("late", int((now - due).total_seconds() // 60), promised)
    soon = due - now <= timedelta(minutes=promised)
    return Pace("soon" if soon else "later", 0, promised)
