"""What other rooms may ask of payments: begin one, read it, and settle it step by step, each step kept with its cause."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime

from sqlalchemy import Connection, RowMapping, Select, func, insert, select, update

from app.core.errors import NotAllowed
from app.core.ids import new_id
from app.payments.base import Due, PaymentStart, Provider
from app.payments.models import payment_events, payments
from app.payments.registry import offered, provider_of
from app.payments.states import ASKED, HELD, may_move
from app.settings import Settings

__all__ = [
    "Due", "Payment", "PaymentEvent", "PaymentStart", "Provider", "add_proof", "begin", "can_change_amount", "cause_of",
    "change_amount", "count", "history", "last_change", "may_move", "move", "of_orders", "offered", "orders_in", "start", "undo",
]  # fmt: skip

MOST_READ = 400  # orders in one query


@dataclass(frozen=True, slots=True)
class Payment:
    """How an order is paid. `proofs`: attachments' ids; `expires_at`: until when the order waits for it, if it does."""

    id: str
    order_id: str
    method: str
    status: str
    amount: int
    currency: str
    url: str = ""
    proofs: tuple[str, ...] = ()
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class PaymentEvent:
    """A step of a payment, or one that was refused."""

    id: str
    from_status: str
    to_status: str
    by: str
    why: str
    cause: str
    refused: bool
    at: datetime


def start(due: Due, method: str, settings: Settings) -> PaymentStart:
    """How a payment by this method begins."""
    return provider_of(method).start(due, settings)


def begin(
    conn: Connection, due: Due, method: str, began: PaymentStart, *, by: str, cause: str, now: datetime,
    expires_at: datetime | None = None,
) -> Payment:  # fmt: skip
    """Stores an order's payment as its provider began it."""
    payment = Payment(
        new_id(), due.order_id, method, began.status, due.amount, due.currency, began.url, expires_at=expires_at
    )
    conn.execute(
        insert(payments).values(
            id=payment.id, order_id=due.order_id, method=method, status=began.status, amount=due.amount,
            currency=due.currency, url=began.url, proofs=[], expires_at=expires_at, created_at=now, updated_at=now,
        )
    )  # fmt: skip
    _note(conn, payment.id, "", began.status, by=by, why="", cause=cause, now=now)
    return payment


def of_orders(conn: Connection, order_ids: Sequence[str]) -> dict[str, Payment]:
    """The payment that counts of each order: its newest."""
    found: dict[str, Payment] = {}
    for at in range(0, len(order_ids), MOST_READ):
        some = order_ids[at : at + MOST_READ]
        query = select(payments).where(payments.c.order_id.in_(some)).order_by(payments.c.id)
        found |= {row["order_id"]: _payment(row) for row in conn.execute(query).mappings()}
    return found


def orders_in(status: str) -> Select[tuple[str]]:
    """The ids of the orders whose payment stands so, for a query of theirs."""
    return select(payments.c.order_id).where(payments.c.status == status)


def count(conn: Connection, status: str) -> int:
    """How many payments stand so."""
    return int(conn.execute(select(func.count()).select_from(payments).where(payments.c.status == status)).scalar_one())


def move(
    conn: Connection, payment: Payment, to: str, *, by: str, why: str = "", cause: str, now: datetime
) -> str | None:  # fmt: skip
    """Takes the payment to another status; the event's id, or None where this cause was applied before.

    Raises NotAllowed for what the status does not allow, and keeps it as refused: who catches that inside the
    transaction keeps the record. The caller holds the order's row, so nobody moves the payment meanwhile.
    """
    known = conn.execute(
        select(payment_events.c.refused).where(
            payment_events.c.payment_id == payment.id, payment_events.c.cause == cause
        )
    ).scalar()
    if known is False:
        return None
    if known or not may_move(payment.status, to):
        if not known:
            _note(conn, payment.id, payment.status, to, by=by, why=why, cause=cause, now=now, refused=True)
        raise NotAllowed(payment.status, to)
    _change(conn, payment, now, status=to)
    return _note(conn, payment.id, payment.status, to, by=by, why=why, cause=cause, now=now)


def can_change_amount(payment: Payment) -> bool:
    """Whether what is asked for may still become more or less: nothing was paid, and no page elsewhere says how much."""
    return payment.status in ASKED and not payment.url


def change_amount(conn: Connection, payment: Payment, amount: int, now: datetime) -> None:
    """Asks for another amount. The caller holds the order's row."""
    if not can_change_amount(payment):
        raise NotAllowed(payment.status, payment.status)
    _change(conn, payment, now, amount=amount)


def undo(conn: Connection, payment: Payment, *, by: str, cause: str, now: datetime) -> str | None:
    """What its order's cancelling makes of a payment: money the shop has is owed back, what was awaited is off."""
    to = "refund_due" if payment.status in HELD else "failed" if payment.status == "pending" else ""
    return move(conn, payment, to, by=by, cause=cause, now=now) if to else None


def add_proof(conn: Connection, payment: Payment, file: str, *, by: str, cause: str, now: datetime) -> bool:
    """Keeps what the customer sent as proof, for a person to look at; False where no proof is awaited."""
    awaited = payment.status == "to_verify" or may_move(payment.status, "to_verify")
    if not provider_of(payment.method).takes_proof or not awaited:
        return False
    _change(conn, payment, now, proofs=list(dict.fromkeys((*payment.proofs, file))))
    if payment.status != "to_verify":
        move(conn, payment, "to_verify", by=by, cause=cause, now=now)
    return True


def history(conn: Connection, payment_id: str = "") -> dict[str, tuple[PaymentEvent, ...]]:
    """What happened to a payment, or to every one, oldest first, by its id; what was refused is among it."""
    query = select(payment_events).order_by(payment_events.c.id)
    names = [field.name for field in fields(PaymentEvent)]
    found: dict[str, list[PaymentEvent]] = {}
    for row in conn.execute(query.where(payment_events.c.payment_id == payment_id) if payment_id else query).mappings():
        found.setdefault(row["payment_id"], []).append(PaymentEvent(**{name: row[name] for name in names}))
    return {id_: tuple(events) for id_, events in found.items()}


def last_change(conn: Connection) -> str:
    """Differs whenever something happened to a payment since."""
    return str(conn.execute(select(func.max(payment_events.c.id))).scalar() or "")


def cause_of(provider: str, payment_id: str, transition: str) -> str:
    """What a provider's report is known by: the same transition of the same payment of theirs is one cause (P-02)."""
    return f"{provider}:{payment_id}:{transition}"


def _change(conn: Connection, payment: Payment, now: datetime, **values: object) -> None:
    still = (payments.c.id == payment.id, payments.c.status == payment.status)
    changed = conn.execute(update(payments).where(*still).values(updated_at=now, **values))
    if changed.rowcount != 1:
        raise RuntimeError(f"payment {payment.id} moved under its order's lock")


def _note(
    conn: Connection, payment_id: str, before: str, to: str, *, by: str, why: str, cause: str, now: datetime,
    refused: bool = False,
) -> str:  # fmt: skip
    last = conn.execute(select(func.max(payment_events.c.id)).where(payment_events.c.payment_id == payment_id)).scalar()
    event = new_id(after=last or "")
    conn.execute(
        insert(payment_events).values(
            id=event, payment_id=payment_id, from_status=before, to_status=to, by=by, why=why, cause=cause,
            refused=refused, at=now,
        )
    )  # fmt: skip
    return event


def _payment(row: RowMapping) -> Payment:
    return Payment(
        id=row["id"], order_id=row["order_id"], method=row["method"], status=row["status"], amount=row["amount"],
        currency=row["currency"], url=row["url"], proofs=tuple(row["proofs"]), expires_at=row["expires_at"],
    )  # fmt: skip
