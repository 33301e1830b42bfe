"""What happened to an order, kept with its cause, and the customer's news of it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, insert, select

from app.core import jobs
from app.core.ids import new_id
from app.orders.models import order_events
from app.orders.order import Order


def known(conn: Connection, id_: str, cause: str) -> bool | None:
    """Whether this cause was refused; None where it is new."""
    same = (order_events.c.order_id == id_, order_events.c.cause == cause)
    refused: bool | None = conn.execute(select(order_events.c.refused).where(*same)).scalar()
    return refused


def note(
    conn: Connection, order: Order, to: str, *, by: str, why: str, cause: str, now: datetime, refused: bool = False
) -> str:  # fmt: skip
    last = conn.execute(select(func.max(order_events.c.id)).where(order_events.c.order_id == order.id)).scalar()
    event = new_id(after=last or "")
    conn.execute(
        insert(order_events).values(
            id=event, order_id=order.id, from_status=order.status, to_status=to, by=by, why=why, cause=cause,
            refused=refused, at=now,
        )
    )  # fmt: skip
    return event


def tell_customer(
    conn: Connection, order: Order, status: str, event: str, now: datetime, payment: str = ""
) -> None:  # fmt: skip
    """One job for each change: what it says to the customer is the talk's to know. `payment`: it is about the money."""
    payload = {"order_id": order.id, "status": status, "event": event, **({"payment": payment} if payment else {})}
    jobs.put(conn, "order_news", event, payload, now=now, lane=f"order:{order.id}")
