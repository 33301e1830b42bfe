"""Places an order: its stock, its coupon, its number, its payment and its notices, all of it or nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, update

from app.catalog import service as catalog
from app.catalog.service import OutOfStock, Shelf, Wish
from app.core import jobs
from app.core.db import insert_new
from app.core.ids import new_id
from app.core.text import fold
from app.orders.counters import next_number, use_coupon
from app.orders.discounts import of_code
from app.orders.models import order_events, orders
from app.orders.order import Draft, Order
from app.orders.pricing import Priced
from app.orders.read import find
from app.orders.states import CUSTOMER
from app.payments import service as payments
from app.payments.service import Due
from app.settings import Settings


class SoldOut(Exception):
    """Not all of it is there any more. `short`: product name -> how much is left of what was wanted."""

    def __init__(self, short: Mapping[str, Decimal]) -> None:
        super().__init__(", ".join(short))
        self.short = dict(short)


class CouponSpent(Exception):
    """The coupon has been used as often as it may be."""


def place(
    conn: Connection, draft: Draft, settings: Settings, *, now: datetime, cause: str, by: str = CUSTOMER
) -> Order:  # fmt: skip
    """Places the order its customer said yes to; the same draft again is the same order, whatever it holds by then.

    Runs in the caller's transaction, under a savepoint: where it raises SoldOut or CouponSpent nothing was changed.
    """
    with conn.begin_nested():
        if insert_new(conn, orders, **_row(draft, settings, now)):
            _fill(conn, draft, settings, now=now, cause=cause, by=by)
    order = find(conn, draft.id)
    assert order is not None, "it was stored above, or by whoever placed the draft before"
    return order


def _fill(conn: Connection, draft: Draft, settings: Settings, *, now: datetime, cause: str, by: str) -> None:
    """What goes with a new order. The day's number comes last: whoever has it makes the others of the day wait."""
    taken = take(conn, draft.lines, draft.branch, settings)
    if draft.coupon:
        discount = of_code(draft.coupon, settings.orders.discounts)
        if not use_coupon(conn, draft.coupon, discount.uses if discount is not None else None):
            raise CouponSpent(draft.coupon)
    number = next_number(conn, draft.branch, _day(draft, settings, now))
    conn.execute(update(orders).where(orders.c.id == draft.id).values(number=number, taken_json=as_rows(taken)))
    conn.execute(
        insert(order_events).values(
            id=new_id(), order_id=draft.id, from_status="draft", to_status="confirmed", by=by, why="", cause=cause,
            refused=False, at=now,
        )
    )  # fmt: skip
    _begin_payment(conn, draft, number, settings, now=now, cause=cause, by=by)
    notice(conn, "order", draft.id, now)


def notice(conn: Connection, event: str, order_id: str, now: datetime) -> None:
    """Tells the owner of an order, once for each `event`: placed, called off, to be verified, to be refunded."""
    jobs.put(conn, "notice", f"{event}:{order_id}", {"what": "order", "order_id": order_id}, now=now, lane="notice")


def as_rows(taken: Mapping[Shelf, int]) -> list[dict[str, Any]]:
    """What was taken from the shelves, as the order's row keeps it; `of_rows` reads it back."""
    return [{"product_id": shelf.product_id, "variant": shelf.variant, "qty": taken[shelf]} for shelf in taken]


def of_rows(rows: Sequence[Mapping[str, Any]]) -> dict[Shelf, int]:
    """What an order took: shelf -> thousandths."""
    return {Shelf(row["product_id"], row["variant"]): row["qty"] for row in rows}


def who_sought(name: str, phone: str) -> str:
    """What an order is found by, beside its number: the folded name and the phone's digits."""
    return f"{fold(name)} {re.sub('[^0-9]', '', phone)}"


def take(conn: Connection, lines: Sequence[Priced], branch: str, settings: Settings) -> dict[Shelf, int]:
    """Takes the lines' stock, all of it or nothing: shelf -> thousandths. Raises SoldOut."""
    names = {priced.line.product_id: priced.name for priced in lines}
    off = [sku for sku in names if sku in settings.profile(branch).unavailable]
    if off:
        raise SoldOut({names[sku]: Decimal(0) for sku in off})
    try:
        return catalog.take_stock(conn, [_wish(priced) for priced in lines])
    except OutOfStock as error:
        raise SoldOut({names[sku]: left for sku, left in error.left.items()}) from error


def _wish(priced: Priced) -> Wish:
    return Wish(priced.line.product_id, dict(priced.line.options), priced.line.qty)


def _begin_payment(
    conn: Connection, draft: Draft, number: str, settings: Settings, *, now: datetime, cause: str, by: str
) -> None:
    due = Due(draft.id, number, draft.bill.total, draft.currency, draft.language)
    start = payments.start(due, draft.method, settings)
    expires_at = now + timedelta(minutes=settings.orders.hold_minutes) if start.waits else None
    payments.begin(conn, due, draft.method, start, by=by, cause=cause, now=now, expires_at=expires_at)
    if expires_at is not None:
        jobs.put(conn, "order_expiry", draft.id, {"order_id": draft.id}, now=now, run_at=expires_at)


def _day(draft: Draft, settings: Settings, now: datetime) -> str:
    """The shop's own day."""
    return now.astimezone(settings.profile(draft.branch).timezone).date().isoformat()


def _row(draft: Draft, settings: Settings, now: datetime) -> dict[str, Any]:
    bill = draft.bill
    same = ("branch", "customer", "phone", "channel", "conversation_id", "language", "currency", "fulfilment", "address",
            "zone", "coupon", "note", "due")  # fmt: skip
    sums = ("subtotal", "delivery_fee", "discount", "tax", "tax_added", "total")
    return {
        **{name: getattr(draft, name) for name in same},
        **{name: getattr(bill, name) for name in sums},
        "id": draft.id,
        "placed": new_id(),
        "number": None,
        "day": _day(draft, settings, now),
        "status": "confirmed",
        "cancel_reason": "",
        "customer_name": draft.name,
        "sought": who_sought(draft.name, draft.phone),
        "items_json": [line.as_json(draft.currency) for line in draft.lines],
        "names_json": [dict(line.names) for line in draft.lines],
        "taken_json": [],
        "created_at": now,
        "updated_at": now,
    }
