"""Takes an order from one status to another, settles its payment, and lets one expire that waits for money too long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from app.catalog import service as catalog
from app.core import jobs
from app.core.errors import NotAllowed
from app.core.jobs import Job
from app.orders.counters import give_back_coupon
from app.orders.events import known, note, tell_customer
from app.orders.models import orders
from app.orders.order import Order
from app.orders.place import notice, of_rows
from app.orders.read import locked
from app.orders.states import CUSTOMER, EXPIRY, PAYMENT, is_person, may_move
from app.payments import service as payments
from app.settings import Settings

EXPIRED = "expired"  # the reason of an order that waited for its payment too long


def move(
    conn: Connection, id_: str, to: str, *, by: str, why: str = "", cause: str, now: datetime, settings: Settings
) -> Order:  # fmt: skip
    """Takes the order to another status, once for each `cause`; cancelling gives back stock and coupon.

    `by`: CUSTOMER, EXPIRY, PAYMENT, or the name of a person. Raises NoSuchOrder, and NotAllowed for what the order's
    status or `by` does not allow; that is kept as refused where the caller's transaction goes on (`attempt`).
    """
    order = locked(conn, id_)
    before = known(conn, id_, cause)
    if before is False:
        return order
    if before or not _may(order, to, by, now, settings):
        if not before:
            note(conn, order, to, by=by, why=why, cause=cause, now=now, refused=True)
        raise NotAllowed(order.status, to)
    reason = {"cancel_reason": why} if to == "cancelled" else {}
    conn.execute(update(orders).where(orders.c.id == id_).values(status=to, updated_at=now, **reason))
    event = note(conn, order, to, by=by, why=why, cause=cause, now=now)
    if to == "cancelled":
        _give_back(conn, order, by=by, cause=cause, now=now)
    if by != CUSTOMER:
        tell_customer(conn, order, to, event, now)
    return locked(conn, id_)


def attempt(act: Callable[[], Order]) -> Order | NotAllowed:
    """What `act` comes to; its refusal is given back instead of raised, so that the transaction that keeps it is committed."""
    try:
        return act()
    except NotAllowed as refusal:
        return refusal


def cancel(
    conn: Connection, id_: str, *, by: str, why: str = "", cause: str, now: datetime, settings: Settings
) -> Order:  # fmt: skip
    """`move` to cancelled."""
    return move(conn, id_, "cancelled", by=by, why=why, cause=cause, now=now, settings=settings)


def customer_may_cancel(order: Order, settings: Settings, now: datetime) -> bool:
    """Whether its customer may still call it off alone: for some minutes, and while nobody has begun with it."""
    since = now - order.created_at
    return order.status == "confirmed" and since < timedelta(minutes=settings.orders.cancel_minutes)


def proof_sent(conn: Connection, id_: str, *, file: str, cause: str, now: datetime) -> bool:
    """The customer says it is paid and shows it: a person has to look, and the order expires no more.

    False where no proof is awaited. One that comes after the order expired is kept, and the owner told.
    """
    order = locked(conn, id_)
    if not payments.add_proof(conn, order.payment, file, by=CUSTOMER, cause=cause, now=now):
        return False
    notice(conn, "proof", id_, now)
    return True


def settle(
    conn: Connection, id_: str, to: str, *, by: str, cause: str, now: datetime, why: str = ""
) -> Order:  # fmt: skip
    """Takes the order's payment to another status, once for each `cause`. Money for a cancelled order is owed back.

    Raises NoSuchOrder and NotAllowed as `move` does.
    """
    order = locked(conn, id_)
    if not order.payment.id:
        raise NotAllowed(order.payment.status, to)
    event = payments.move(conn, order.payment, to, by=by, why=why, cause=cause, now=now)
    if event is None:
        return order
    order = locked(conn, id_)
    if order.status == "cancelled" and to == "paid":
        payments.undo(conn, order.payment, by=PAYMENT, cause=f"{cause}:late", now=now)
        notice(conn, "refund", id_, now)
        order = locked(conn, id_)
    if by != CUSTOMER:
        tell_customer(conn, order, order.status, event, now, payment=order.payment.status)
    return order


def expire(conn: Connection, job: Job, *, now: datetime, settings: Settings) -> Order | None:
    """Does an `order_expiry` job: calls the order off if it still waits for its payment. None: it does not.

    An order somebody began to prepare is a person's to call off.
    """
    order = locked(conn, job.payload["order_id"])
    waits = order.status == "confirmed" and order.payment.status == "pending"
    if waits:
        order = cancel(conn, order.id, by=EXPIRY, why=EXPIRED, cause=f"expiry:{job.key}", now=now, settings=settings)
    jobs.finish(conn, job, now=now)
    return order if waits else None


def _may(order: Order, to: str, by: str, now: datetime, settings: Settings) -> bool:
    if by == CUSTOMER:
        return to == "cancelled" and customer_may_cancel(order, settings, now)
    return may_move(order.status, to, is_person(by))


def _give_back(conn: Connection, order: Order, *, by: str, cause: str, now: datetime) -> None:
    """What a cancelled order held: its stock, its coupon's use, and the money or the waiting for it."""
    taken = conn.execute(select(orders.c.taken_json).where(orders.c.id == order.id)).scalar_one()
    catalog.return_stock(conn, of_rows(taken))
    if order.coupon:
        give_back_coupon(conn, order.coupon)
    if order.payment.id:
        payments.undo(conn, order.payment, by=by, cause=f"cancelled:{cause}", now=now)
    if not is_person(by):
        notice(conn, "cancelled", order.id, now)
