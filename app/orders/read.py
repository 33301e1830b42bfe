"""Reads orders from the database, each with the payment that counts."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, func, or_, select

from app.core.text import fold
from app.orders.counters import DIGITS
from app.orders.models import order_events, orders
from app.orders.order import NoSuchOrder, Order
from app.orders.states import OVER
from app.payments import service as payments

PAGE = 50
AT_ONCE = 100
NUMBER = re.compile(r"(#?)([0-9]{1,9})")
PHONE = re.compile(r"[0-9 +().-]+")
SAME_NAME = {field.name for field in fields(Order)} & set(orders.c.keys()) - {"lines", "names", "number"}


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Something that was done to an order, or was refused: by whom, why and because of what."""

    id: str
    from_status: str
    to_status: str
    by: str
    why: str
    cause: str
    refused: bool
    at: datetime


@dataclass(frozen=True, slots=True)
class Sought:
    """Which orders are looked for. Days as 2026-11-23, both included; `text`: a number, or part of a name or phone."""

    status: str = ""
    payment: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    branch: str = ""


def find(conn: Connection, id_: str) -> Order | None:
    """The order of this id."""
    return _first(conn, select(orders).where(orders.c.id == id_))


def by_number(conn: Connection, number: str, branch: str = "", day: str = "") -> Order | None:
    """The order people call so: of that day (as 2026-11-23), else the newest of that number."""
    query = select(orders).where(orders.c.number == number, orders.c.branch == branch)
    if day:
        query = query.where(orders.c.day == day)
    return _first(conn, query.order_by(orders.c.placed.desc()).limit(1))


def last_of(conn: Connection, customer: str) -> Order | None:
    """The customer's newest order, however it stands."""
    return _first(conn, _of(customer).order_by(orders.c.placed.desc()).limit(1))


def open_orders_of(conn: Connection, customer: str) -> list[Order]:
    """The customer's orders that are under way, oldest first."""
    return all_of(conn, _of(customer).where(orders.c.status.not_in(OVER)).order_by(orders.c.placed))


def listed(conn: Connection, status: str = "", after: str = "", limit: int = 100) -> list[Order]:
    """Orders oldest first, at most `limit`: those of a status, and only those placed after the order `after`."""
    query = select(orders).order_by(orders.c.placed).limit(limit)
    if status:
        query = query.where(orders.c.status == status)
    if after:
        seen = select(orders.c.placed).where(orders.c.id == after).scalar_subquery()
        query = query.where(orders.c.placed > seen)
    return all_of(conn, query)


def count_new(conn: Connection) -> int:
    """How many confirmed orders nobody has taken up."""
    return int(
        conn.execute(select(func.count()).select_from(orders).where(orders.c.status == "confirmed")).scalar_one()
    )


def last_change(conn: Connection) -> str:
    """Differs whenever something happened to an order or its payment since."""
    moved: str | None = conn.execute(select(func.max(order_events.c.id))).scalar()
    return f"{moved or ''} {payments.last_change(conn)}"


def every(conn: Connection) -> Iterator[Order]:
    """Every order, oldest first."""
    return matching(conn, Sought())


def matching(conn: Connection, sought: Sought) -> Iterator[Order]:
    """Every order that is looked for, oldest first."""
    query, after = select(orders).where(*_found_by(sought)).order_by(orders.c.placed).limit(AT_ONCE), ""
    while rows := conn.execute(query.where(orders.c.placed > after)).mappings().all():
        yield from with_payments(conn, rows)
        after = rows[-1]["placed"]


def page_of(conn: Connection, sought: Sought, before: str = "", limit: int = PAGE) -> tuple[list[Order], str]:
    """The newest of those looked for, of what was placed `before`; and where the next page begins, "" on the last."""
    query = select(orders).where(*_found_by(sought)).order_by(orders.c.placed.desc()).limit(limit + 1)
    rows = conn.execute(query.where(orders.c.placed < before) if before else query).mappings().all()
    return with_payments(conn, rows[:limit]), rows[limit - 1]["placed"] if len(rows) > limit else ""


def history(conn: Connection, id_: str) -> tuple[OrderEvent, ...]:
    """What happened to an order, oldest first; what was refused is among it."""
    return histories(conn, id_).get(id_, ())


def histories(conn: Connection, id_: str = "") -> dict[str, tuple[OrderEvent, ...]]:
    """The same of every order, by its id."""
    query = select(order_events).order_by(order_events.c.id)
    names = [field.name for field in fields(OrderEvent)]
    found: dict[str, list[OrderEvent]] = {}
    for row in conn.execute(query.where(order_events.c.order_id == id_) if id_ else query).mappings():
        found.setdefault(row["order_id"], []).append(OrderEvent(**{name: row[name] for name in names}))
    return {order_id: tuple(events) for order_id, events in found.items()}


def locked(conn: Connection, id_: str) -> Order:
    """The order, its row held until the transaction ends, so that one after the other changes it."""
    order = _first(conn, select(orders).where(orders.c.id == id_).with_for_update())
    if order is None:
        raise NoSuchOrder
    return order


def with_payments(conn: Connection, rows: Sequence[RowMapping]) -> list[Order]:
    """The rows as orders, in their order, their payments read at once."""
    paid = payments.of_orders(conn, [row["id"] for row in rows])
    return [_order(row, paid.get(row["id"])) for row in rows]


def _found_by(sought: Sought) -> Iterator[ColumnElement[bool]]:
    if sought.status:
        yield orders.c.status == sought.status
    if sought.payment:
        yield orders.c.id.in_(payments.orders_in(sought.payment))
    if sought.branch:
        yield orders.c.branch == sought.branch
    if sought.since:
        yield orders.c.day >= sought.since
    if sought.until:
        yield orders.c.day <= sought.until
    text = fold(sought.text)
    if text:
        yield _named(text)


def _named(text: str) -> ColumnElement[bool]:
    """`#151` is a number; `151` may also be part of a phone; anything else is part of a name."""
    number, digits = NUMBER.fullmatch(text), re.sub(r"[^0-9]", "", text)
    if number is not None and number[1]:
        return orders.c.number == number[2].zfill(DIGITS)
    named = orders.c.sought.contains(text, autoescape=True)
    if digits and PHONE.fullmatch(text):
        named = or_(named, orders.c.sought.contains(digits))
    return or_(orders.c.number == text.zfill(DIGITS), named) if number is not None else named


def _of(customer: str) -> Select[Any]:
    return select(orders).where(orders.c.customer == customer)


def _first(conn: Connection, query: Select[Any]) -> Order | None:
    return next(iter(all_of(conn, query)), None)


def all_of(conn: Connection, query: Select[Any]) -> list[Order]:
    """The orders a query of the table finds, each with its payment."""
    rows: Sequence[RowMapping] = conn.execute(query).mappings().all()
    return with_payments(conn, rows)


def _order(row: RowMapping, payment: payments.Payment | None) -> Order:
    """`payment` None: an order of a version before there were payments."""
    unpaid = payments.Payment("", row["id"], "", "unpaid", row["total"], row["currency"])
    return Order(
        **{name: row[name] for name in SAME_NAME},
        number=row["number"] or "", name=row["customer_name"], lines=tuple(row["items_json"]),
        names=tuple(row["names_json"]), payment=payment or unpaid,
    )  # fmt: skip
