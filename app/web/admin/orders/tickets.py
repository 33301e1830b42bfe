"""An order as a page shows it: its ticket, what can be done with it next, and the board of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.core.ids import new_id
from app.orders import service as orders
from app.orders.service import Order, Pace, Row
from app.payments import service as payments
from app.web.admin.frame import text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

ONCE = re.compile(r"[0-9A-Za-z]{1,40}")
NEXT = {"confirmed": "preparing", "preparing": "ready", "ready": "delivered"}
CHANNEL_ICONS = {"web": "globe", "console": "flask-conical", "telegram": "send", "panel": "store", "phone": "phone"}
PAY_LOOKS = {
    "paid": ("ok", "shield-check"),
    "to_verify": ("warn", "eye"),
    "pending": ("warn", "clock"),
    "unpaid": ("warn", "wallet"),
    "failed": ("bad", "circle-alert"),
    "refund_due": ("bad", "undo-2"),
    "partly_refunded": ("warn", "undo-2"),
    "refunded": ("", "undo-2"),
}
BY_PERSON = ("paid", "pending", "failed", "refund_due", "partly_refunded", "refunded")
BY_NAME = {orders.CUSTOMER: "customer", orders.EXPIRY: "expiry", orders.PAYMENT: "payment"}


@dataclass(frozen=True)
class Ticket:
    """`next`: the status its main button leads to; `back`: one column back; `settles`: what its payment may become."""

    order: Order
    rows: list[Row]
    pace: Pace
    clock: str
    method: str
    pay_kind: str
    pay_icon: str
    channel_icon: str
    place: str  # of a shop with branches: which
    next: str
    back: str
    settles: tuple[str, ...]
    can_amend: bool
    can_cancel: bool


def ticket(call: Call, order: Order, now: datetime) -> Ticket:
    """The order with all that its page needs of it."""
    settings, language = call.settings, call.language
    pace = orders.pace(order, now, settings)
    kind, icon = PAY_LOOKS[order.payment.status]
    under_way = order.status not in orders.OVER
    return Ticket(
        order=order, rows=orders.rows(order, language), pace=pace, clock=_clock(call, pace),
        method=orders.method_words(order, language), pay_kind=kind, pay_icon=icon,
        channel_icon=CHANNEL_ICONS.get(order.channel, "message-circle-more"),
        place=settings.profile(order.branch).name if settings.branches else "",
        next=NEXT.get(order.status, ""), back=orders.BACK.get(order.status, ""),
        settles=tuple(to for to in BY_PERSON if order.payment.id and payments.may_move(order.payment.status, to)),
        can_amend=order.status in orders.AMENDED, can_cancel=under_way,
    )  # fmt: skip


async def board_values(call: Call) -> dict[str, Any]:
    """All that the board shows."""
    now = call.house.clock.now()
    day = today(call, now)
    lanes, figures, refunds = await call.house.db.read(
        lambda conn: (orders.lanes(conn), orders.of_day(conn, day), payments.count(conn, "refund_due"))
    )
    shown = [(lane, [ticket(call, order, now) for order in lane.orders]) for lane in lanes]
    late = [one for _, tickets in shown for one in tickets if one.pace.haste == "late"]
    return {
        "lanes": shown, "figures": figures, "late": late, "day": day, "currency": call.house.currency(),
        "refunds": refunds, "once": new_id(), "at": "board", "notice": "", "close": False, "focus": "",
    }  # fmt: skip


async def order_values(call: Call, id_: str) -> dict[str, Any]:
    """All that an order's own page shows; 404 where there is none."""
    language = call.language

    def read(conn: Connection) -> Any:
        order = orders.find(conn, id_)
        if order is None:
            return None
        paid = payments.history(conn, order.payment.id).get(order.payment.id, ()) if order.payment.id else ()
        return order, orders.history(conn, id_), paid

    found = await call.house.db.read(read)
    if found is None:
        raise problem(404, "order", language=language)
    order, moved, paid = found
    zone = call.settings.profile(order.branch).timezone
    message = orders.as_message(order, language, zone)
    steps = [("order", event) for event in moved] + [("paid", event) for event in paid if event.from_status]
    return {
        "ticket": ticket(call, order, call.house.clock.now()), "order": order,
        "sums": orders.sums(order, language), "lines": list(zip(order.lines, orders.rows(order, language), strict=True)),
        "steps": sorted(steps, key=lambda step: step[1].at), "message": message,
        "to_anybody": orders.whatsapp_link("", message),
        "to_customer": orders.whatsapp_link(order.phone, text(call, "orders.hello", number=order.number))
        if order.phone.startswith("+") else "",
        "mail_on": bool(call.settings.env.smtp_url), "once": new_id(), "at": "page", "notice": "", "close": False, "focus": "",
        "by_words": lambda by: by_words(call, by),
    }  # fmt: skip


def today(call: Call, now: datetime) -> str:
    """The shop's own day, as 2026-11-23."""
    return now.astimezone(call.settings.profile().timezone).date().isoformat()


def once(call: Call) -> str:
    """What makes two presses of the same button one."""
    said = call.field("once")
    return said if ONCE.fullmatch(said) else new_id()


def by_words(call: Call, by: str) -> str:
    """Who did something, in words: a person by their name."""
    return text(call, f"orders.by_{BY_NAME[by]}") if by in BY_NAME else by


def _clock(call: Call, pace: Pace) -> str:
    """`12 min`, `3 h`, `2 días`, and whether that is late."""
    minutes = pace.minutes
    if pace.haste == "later":
        return text(call, "orders.clock_later")
    if minutes < 120:
        said = text(call, "orders.clock_min", count=minutes)
    elif minutes < 48 * 60:
        said = text(call, "orders.clock_h", count=minutes // 60)
    else:
        said = text(call, "orders.clock_days", count=minutes // (24 * 60))
    return text(call, "orders.clock_late", time=said) if pace.haste == "late" else said
