"""Changes what is in an order that is not made yet: its lines and its note, priced and stocked as when it was placed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Literal

from sqlalchemy import Connection, select, update

from app.catalog import service as catalog
from app.catalog.service import Wish
from app.core.errors import NotAllowed
from app.orders.board import last_events
from app.orders.counters import give_back_coupon
from app.orders.discounts import discount_for
from app.orders.events import known, note, tell_customer
from app.orders.models import orders
from app.orders.order import Order
from app.orders.place import as_rows, of_rows, take
from app.orders.pricing import HUNDRED, Bill, HasPercent, Priced, as_agreed, bill
from app.orders.read import locked
from app.orders.states import may_amend
from app.orders.ticket import items
from app.payments import service as payments
from app.settings import Settings

NOTE_MOST = 500
LONGEST_QUANTITY = 12


class Overtaken(Exception):
    """Somebody changed the order since it was looked at. `order`: as it is now."""

    def __init__(self, order: Order) -> None:
        super().__init__(order.id)
        self.order = order


class CannotAmend(Exception):
    """`why`: nothing would be left of it (`empty`), its total would change after it was paid (`paid`), or what is added
    is sold in other money by now (`currency`)."""

    def __init__(self, why: Literal["empty", "paid", "currency"]) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Amendment:
    """What an order is to become. `quantities`: of each of its lines, in their order; 0 takes it away. `added`: at
    today's prices, which are in `currency`. `seen`: the last event of the order that whoever changes it saw."""

    quantities: Sequence[Decimal]
    added: Sequence[Priced]
    note: str
    seen: str
    currency: str


@dataclass(frozen=True, slots=True)
class Amended:
    """The order as it would be; `coupon` is gone where the lines no longer come to its minimum."""

    lines: tuple[Priced, ...]
    bill: Bill
    coupon: str


@dataclass(frozen=True, slots=True)
class _Agreed:
    """A discount the shop no longer has, as it was agreed."""

    percent: Decimal


def amended(order: Order, change: Amendment, settings: Settings) -> Amended:
    """Pure. What stays keeps its price. Raises ValueError for a quantity nothing can be sold in, and CannotAmend."""
    if change.added and change.currency != order.currency:
        raise CannotAmend("currency")
    names = order.names or ({},) * len(order.lines)
    kept = [
        as_agreed(line, called, order.currency).of(qty)
        for line, called, qty in zip(order.lines, names, change.quantities, strict=True)
        if qty
    ]
    lines = _merged([*kept, *change.added])
    if not lines:
        raise CannotAmend("empty")
    discount = _discount(order, sum(line.total for line in lines), settings)
    made = bill(lines, fee=order.delivery_fee, discount=discount, tax=settings.orders.tax)
    return Amended(lines, made, order.coupon if discount is not None else "")


def amend(
    conn: Connection, id_: str, change: Amendment, *, by: str, cause: str, now: datetime, settings: Settings
) -> Order:  # fmt: skip
    """Makes it so, once for each `cause`, and tells the customer once.

    Raises NoSuchOrder, NotAllowed (kept as refused, see `attempt`), Overtaken, CannotAmend, ValueError, and SoldOut where
    what is added is not there; then nothing has changed.
    """
    order = locked(conn, id_)
    before = known(conn, id_, cause)
    if before is False:
        return order
    if before or not may_amend(order.status, by):
        if not before:
            note(conn, order, order.status, by=by, why="", cause=cause, now=now, refused=True)
        raise NotAllowed(order.status, order.status)
    if last_events(conn, [id_]).get(id_, "") != change.seen:
        raise Overtaken(order)
    made = amended(order, change, settings)
    if made.bill.total != order.total and order.payment.id and not payments.can_change_amount(order.payment):
        raise CannotAmend("paid")
    with conn.begin_nested():
        _write(conn, order, change, made, now, settings)
    event = note(conn, order, order.status, by=by, why="; ".join(items(order, order.language)), cause=cause, now=now)
    tell_customer(conn, order, order.status, event, now)
    return locked(conn, id_)


def quantity_of(written: str) -> Decimal:
    """A quantity as people write it: `2`, `1.5`, `1,5`; empty is none. Raises ValueError."""
    text = written.strip().replace(",", ".")
    if len(text) > LONGEST_QUANTITY:
        raise ValueError(written)
    try:
        found = Decimal(text or 0)
    except InvalidOperation:
        raise ValueError(written) from None
    if not found.is_finite() or found < 0:
        raise ValueError(written)
    return found


def _write(
    conn: Connection, order: Order, change: Amendment, made: Amended, now: datetime, settings: Settings
) -> None:  # fmt: skip
    """The row, its stock and coupon, and what is asked for it."""
    sums = ("subtotal", "discount", "tax", "tax_added", "total")
    values: dict[str, Any] = {name: getattr(made.bill, name) for name in sums}
    if made.coupon != order.coupon:
        give_back_coupon(conn, order.coupon)
    conn.execute(
        update(orders)
        .where(orders.c.id == order.id)
        .values(
            **values, coupon=made.coupon, note=change.note.strip()[:NOTE_MOST], updated_at=now,
            items_json=[line.as_json(order.currency) for line in made.lines],
            names_json=[dict(line.names) for line in made.lines],
            taken_json=as_rows(_restocked(conn, order, change, settings)),
        )
    )  # fmt: skip
    if order.payment.id and made.bill.total != order.total:
        payments.change_amount(conn, order.payment, made.bill.total, now)


def _restocked(conn: Connection, order: Order, change: Amendment, settings: Settings) -> dict[catalog.Shelf, int]:
    """Gives back what is wanted less, then takes what is wanted more; all that the order has taken then."""
    had = [as_agreed(line, {}, order.currency) for line in order.lines]
    differences = [(line, qty - line.line.qty) for line, qty in zip(had, change.quantities, strict=True)]
    less = [Wish(line.line.product_id, dict(line.line.options), -by) for line, by in differences if by < 0]
    more = [replace(line, line=line.line.of(by)) for line, by in differences if by > 0]
    taken = of_rows(conn.execute(select(orders.c.taken_json).where(orders.c.id == order.id)).scalar_one())
    left = Counter(catalog.return_some(conn, less, taken))
    left.update(take(conn, [*more, *change.added], order.branch, settings))
    return dict(left)


def _merged(lines: Sequence[Priced]) -> tuple[Priced, ...]:
    """Equal lines of the same price are one."""
    kept: list[Priced] = []
    for line in lines:
        same = (at for at, one in enumerate(kept) if one.line.is_like(line.line) and one.unit_price == line.unit_price)
        at = next(same, None)
        if at is None:
            kept.append(line)
        else:
            kept[at] = kept[at].of(kept[at].line.qty + line.line.qty)
    return tuple(kept)


def _discount(order: Order, subtotal: int, settings: Settings) -> HasPercent | None:
    """The discount of the order's coupon on the day it was placed; what the shop no longer has stays as it was agreed."""
    if not order.coupon:
        return None
    found = discount_for(
        order.coupon, settings.orders.discounts, subtotal=subtotal, currency=order.currency,
        day=date.fromisoformat(order.day),
    )  # fmt: skip
    if not isinstance(found, str):
        return found
    return None if found == "minimum" else _Agreed(Decimal(HUNDRED * order.discount) / (order.subtotal or 1))
