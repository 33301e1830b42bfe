"""Whether the books are right: sums, states, numbers, stock, coupons and notices of every order. Reads only."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import Connection, select

from app.catalog import service as catalog
from app.catalog.service import Shelf
from app.core.models import jobs
from app.core.money import parse_money
from app.core.text import fold
from app.orders.models import coupon_uses, orders
from app.orders.order import Order
from app.orders.place import of_rows
from app.orders.pricing import half_up
from app.orders.read import OrderEvent, every, histories
from app.orders.states import is_person, may_amend, may_move
from app.payments import service as payments
from app.payments.service import PaymentEvent


@dataclass(frozen=True, slots=True)
class Books:
    """What was found. `stock` None: nobody said what there was at the start. `problems`: one line each."""

    orders: bool
    totals: bool
    stock: bool | None
    notices: bool
    problems: tuple[str, ...] = ()

    @property
    def are_right(self) -> bool:
        return not self.problems


def check_books(conn: Connection, at_start: Mapping[Shelf, int] | None = None) -> Books:
    """Looks at every order. `at_start`: the stock levels before the first of them was placed."""
    found = [order for order in every(conn) if order.number]
    wrong = {
        "orders": [*_states(conn, found), *_numbers(found), *_coupons(conn, found)],
        "totals": [problem for order in found for problem in _sums(order)],
        "stock": list(_stock(conn, at_start)),
        "notices": list(_notices(conn, found)),
    }
    right = {page: not problems for page, problems in wrong.items()}
    told = tuple(problem for problems in wrong.values() for problem in problems)
    stock = None if at_start is None and right["stock"] else right["stock"]
    return Books(right["orders"], right["totals"], stock, right["notices"], told)


def _sums(order: Order) -> Iterator[str]:
    lines = [parse_money(line["total"], order.currency) for line in order.lines]
    for line, total in zip(order.lines, lines, strict=True):
        unit_price = parse_money(line["unit_price"], order.currency)
        if total != half_up(unit_price * Fraction(str(line["qty"]))):
            yield f"{order.id}: {line['qty']} × {line['unit_price']} is not {line['total']}"
    if order.subtotal != sum(lines) or not 0 <= order.discount <= order.subtotal:
        yield f"{order.id}: its lines come to {sum(lines)}, less {order.discount}, not to {order.subtotal}"
    added = order.tax if order.tax_added else 0
    if order.total != order.subtotal - order.discount + order.delivery_fee + added:
        yield f"{order.id}: its parts do not make {order.total}"
    if order.payment.amount != order.total:
        yield f"{order.id}: {order.total} is owed, {order.payment.amount} is asked for"


def _states(conn: Connection, found: Sequence[Order]) -> Iterator[str]:
    """The events of each order and payment, played again, lead to where it is."""
    events = histories(conn)
    for order in found:
        reached = _replayed(events.get(order.id, ()), "draft")
        if reached != order.status:
            yield f"{order.id}: its events lead to {reached!r}, it is {order.status!r}"
    paid = payments.history(conn)
    for order in found:
        reached = _replayed(paid.get(order.payment.id, ()), "")
        if reached != order.payment.status:
            yield f"{order.id}: its payment's events lead to {reached!r}, it is {order.payment.status!r}"


def _replayed(events: Sequence[OrderEvent | PaymentEvent], start: str) -> str:
    """Where the events lead; what does not follow on another ends it with what is wrong."""
    status = start
    for event in events:
        if event.refused:
            continue
        legal = isinstance(event, PaymentEvent) or _is_legal(event)
        if event.from_status != status or not legal:
            return f"{event.from_status} -> {event.to_status} after {status}"
        status = event.to_status
    return status


def _is_legal(event: OrderEvent) -> bool:
    if event.from_status == event.to_status:
        return may_amend(event.to_status, event.by)
    return may_move(event.from_status, event.to_status, is_person(event.by))


def _numbers(found: Sequence[Order]) -> Iterator[str]:
    given = Counter((order.branch, order.day, order.number) for order in found)
    yield from (f"number {number} was given {times} times on {day}" for (_, day, number), times in given.items() if times > 1)  # fmt: skip


def _coupons(conn: Connection, found: Sequence[Order]) -> Iterator[str]:
    standing = Counter(fold(order.coupon) for order in found if order.coupon and order.status != "cancelled")
    counted = {row.code: row.used for row in conn.execute(select(coupon_uses))}
    for code in {*standing, *counted}:
        if counted.get(code, 0) != standing[code]:
            yield f"coupon {code} counts {counted.get(code, 0)} uses, {standing[code]} orders have it"


def _stock(conn: Connection, at_start: Mapping[Shelf, int] | None) -> Iterator[str]:
    """Nothing below zero; what is there and what standing orders took is what there was."""
    levels = catalog.stock_levels(conn)
    yield from (f"{shelf} has {level}" for shelf, level in levels.items() if level < 0)
    if at_start is None:
        return
    sold: Counter[Shelf] = Counter()
    standing = select(orders.c.taken_json).where(orders.c.status != "cancelled")
    for (rows,) in conn.execute(standing):
        sold.update(of_rows(rows))
    for shelf, start in at_start.items():
        if levels.get(shelf, 0) + sold[shelf] != start:
            yield f"{shelf} had {start}; {sold[shelf]} were sold and {levels.get(shelf, 0)} are left"


def _notices(conn: Connection, found: Sequence[Order]) -> Iterator[str]:
    """The owner is told of each order once."""
    told = Counter(key for (key,) in conn.execute(select(jobs.c.key).where(jobs.c.kind == "notice")))
    yield from (f"{order.id}: {told[key]} notices" for order in found if told[key := f"order:{order.id}"] != 1)
