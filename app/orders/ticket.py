"""An order as plain text, to be sent to whoever makes, brings or keeps it, and the link that opens WhatsApp with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from app.core.i18n import Texts
from app.core.money import parse_money, show
from app.orders.order import Order

WA_ME = "https://wa.me/"  # faq.whatsapp.com/5913398998672934: the number's digits only, country first
OWN_METHODS = ("cash", "transfer", "stripe", "paypal", "mercadopago")


@dataclass(frozen=True, slots=True)
class Row:
    """A line in words: how much, of what, and how it is made."""

    qty: str
    name: str
    details: tuple[str, ...] = ()


def as_message(order: Order, language: str, zone: tzinfo = UTC) -> str:
    """All of the order, one thing a line; `zone` is the shop's, for when a pre-order is due."""
    say = _Words(language)
    told = [say("head", number=order.number)]
    for line, item in zip(order.lines, items(order, language), strict=True):
        total = parse_money(line["total"], order.currency)
        told.append(say("line", item=item, price=say.money(total, order.currency)))
    told += [*_sums(order, say), *_where(order, say, zone)]
    told.append(say("payment", method=_method(order, say), status=say(f"paid.{order.payment.status}")))
    return "\n".join([*told, *([say("note", note=order.note)] if order.note else [])])


def items(order: Order, language: str) -> list[str]:
    """Each line in words: `2 Nacatamal (grande, sin cebolla)`."""
    say = _Words(language)
    return [_item(row, say) for row in rows(order, language)]


def rows(order: Order, language: str) -> list[Row]:
    """Each line in parts."""
    say = _Words(language)
    names = order.names or ({},) * len(order.lines)
    return [_row(line, called, say) for line, called in zip(order.lines, names, strict=True)]


def sums(order: Order, language: str) -> list[str]:
    """What makes the total, and the total: a line each."""
    return list(_sums(order, _Words(language)))


def method_words(order: Order, language: str) -> str:
    """How it is paid, in words."""
    return _method(order, _Words(language))


def whatsapp_link(phone: str, text: str) -> str:
    """Opens a chat with that number and the text in it. `phone` with its country's code."""
    return f"{WA_ME}{re.sub(r'[^0-9]', '', phone)}?text={quote(text, safe='')}"


class _Words:
    """The ticket's texts in one language."""

    def __init__(self, language: str) -> None:
        self.language = language

    def __call__(self, key: str, **values: Any) -> str:
        return self.any(f"ticket.{key}", **values)

    def any(self, key: str, **values: Any) -> str:
        return Texts.load("bot").say(key, self.language, **values)

    def money(self, minor: int, currency: str) -> str:
        return show(minor, currency, self.language)


def _row(line: Mapping[str, Any], names: Mapping[str, str], say: _Words) -> Row:
    qty, unit = Decimal(str(line["qty"])), line["unit"]
    name = say.any(f"unit.{unit}{'s' if qty > 1 else ''}_of", name=line["name"]) if unit else line["name"]
    return Row(f"{qty.normalize():f}", name, tuple(_details(line, names, say)))


def _item(row: Row, say: _Words) -> str:
    item = say.any("order.item", qty=row.qty, name=row.name)
    return f"{item} ({', '.join(row.details)})" if row.details else item


def _details(line: Mapping[str, Any], names: Mapping[str, str], say: _Words) -> Iterator[str]:
    """Its choices and extras, by the names they had when it was ordered."""
    for axis, chosen in line["options"].items():
        values = chosen if isinstance(chosen, list) else [chosen]
        yield say("and").join(names.get(f"{axis}:{value}", value) for value in values)
    for refused in line["without_options"]:
        yield say("without", name=names.get(refused, refused.partition(":")[2]))
    for extra in line["extras"]:
        name = names.get(extra["id"], extra["id"])
        several = extra["kind"] in ("add", "extra") and extra["qty"] > 1
        yield say(f"extra.{extra['kind']}{'_several' if several else ''}", name=name, qty=extra["qty"])
    if line["note"]:
        yield line["note"]


def _sums(order: Order, say: _Words) -> Iterator[str]:
    """What makes the total, where it is more than the lines."""
    if order.total != order.subtotal:
        yield say("subtotal", price=say.money(order.subtotal, order.currency))
    if order.discount:
        yield say("discount", code=order.coupon, price=say.money(order.discount, order.currency))
    if order.delivery_fee:
        yield say("fee", price=say.money(order.delivery_fee, order.currency))
    if order.tax and order.tax_added:
        yield say("tax", price=say.money(order.tax, order.currency))
    yield say("total", price=say.money(order.total, order.currency))


def _where(order: Order, say: _Words, zone: tzinfo) -> Iterator[str]:
    if order.fulfilment == "delivery":
        yield say("to", address=", ".join(part for part in (order.address, order.zone) if part))
    else:
        yield say("pickup")
    if order.due is not None:
        yield say("due", when=_when(order.due.astimezone(zone), say))
    if who := ", ".join(part for part in (order.name, order.phone) if part):
        yield say("who", who=who)


def _when(moment: datetime, say: _Words) -> str:
    """`el martes 24 de noviembre a las 7:00`."""
    texts = Texts.load("bot")
    time = say.any("clock.at_one" if moment.hour == 1 else "clock.at", time=f"{moment.hour}:{moment:%M}")
    weekday = texts.raw("week.days", say.language)[moment.weekday()]
    month = texts.raw("week.months", say.language)[moment.month - 1]
    return say.any("clock.date", weekday=weekday, day=moment.day, month=month, time=time)


def _method(order: Order, say: _Words) -> str:
    return say.any(f"payment.{order.method}") if order.method in OWN_METHODS else order.method
