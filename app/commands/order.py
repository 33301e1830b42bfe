"""`order`: shows an order as its customer said it, or takes it to another status; also sends it on to somebody."""

from __future__ import annotations

import argparse
import asyncio
import re
from collections.abc import Callable
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.commands.speak import say
from app.core.errors import DeliveryError, NotAllowed, UserError

if TYPE_CHECKING:
    from app.commands.store import Store
    from app.orders.service import Order, OrderEvent

STATUSES = ("confirmed", "preparing", "ready", "delivered", "cancelled")
PAYMENTS = ("paid", "pending", "failed", "refund_due", "partly_refunded", "refunded")
BY = "owner"  # who has the shop's command line
DIGITS = 4


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("number", metavar="NUMBER", type=_number, help=say("order.number"))
    parser.add_argument("status", metavar="STATUS", nargs="?", choices=STATUSES, help=say("order.status"))
    parser.add_argument("--reason", metavar="TEXT", default="", help=say("order.reason"))
    parser.add_argument("--payment", metavar="STATUS", choices=PAYMENTS, help=say("order.payment"))
    parser.add_argument("--day", metavar="DATE", type=_day, help=say("order.day"))
    parser.add_argument("--branch", metavar="SLUG", default="", help=say("order.branch"))
    parser.add_argument("--send-to", metavar="WHERE", default="", help=say("order.send_to"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.store import open_store
    from app.orders.service import as_message, by_number, history, whatsapp_link

    with open_store(home) as store:
        order = store.db.read_now(lambda conn: by_number(conn, args.number, args.branch, args.day or ""))
        if order is None:
            raise UserError(say("order.none", number=args.number))
        if args.status:
            order = _moved(store, order, args.status, args.reason)
        if args.payment:
            order = _settled(store, order, args.payment, args.reason)
        language, zone = store.settings.business.language, store.settings.profile(order.branch).timezone
        text = as_message(order, language, zone)
        if "@" in args.send_to:
            _mail(store, order, args.send_to)
        if args.send_to:
            print(say("order.sent", to=args.send_to) if "@" in args.send_to else whatsapp_link(args.send_to, text))
            return 0
        events = store.db.read_now(lambda conn: history(conn, order.id))
    print("\n".join([text, "", *(_told(event, zone, language) for event in events)]))
    return 0


def _number(text: str) -> str:
    """`151` and `#0151` are 0151."""
    digits = text.removeprefix("#")
    if not re.fullmatch(r"[0-9]{1,9}", digits):
        raise ValueError(text)
    return digits.zfill(DIGITS)


def _day(text: str) -> str:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return text


def _moved(store: Store, order: Order, to: str, why: str) -> Order:
    from app.orders.service import move

    now, settings = store.clock.now(), store.settings
    return _done(
        store, order, "status",
        lambda conn, cause: move(conn, order.id, to, by=BY, why=why, cause=cause, now=now, settings=settings),
    )  # fmt: skip


def _settled(store: Store, order: Order, to: str, why: str) -> Order:
    from app.orders.service import settle

    now = store.clock.now()
    return _done(
        store, order, "paid", lambda conn, cause: settle(conn, order.id, to, by=BY, why=why, cause=cause, now=now)
    )


def _done(store: Store, order: Order, area: str, act: Callable[[Connection, str], Order]) -> Order:
    """The order as it is then; a step that is not allowed is kept as refused before it is told."""
    from app.core.ids import new_id
    from app.orders.service import attempt

    cause, language = f"command:{new_id()}", store.settings.business.language
    done = store.db.write_now(lambda conn: attempt(lambda: act(conn, cause)))
    if isinstance(done, NotAllowed):
        was, to = _in_words(area, done.was, language), _in_words(area, done.to, language)
        raise UserError(say(f"order.not_allowed_{area}", number=order.number, status=was, to=to))
    return done


def _mail(store: Store, order: Order, to: str) -> None:
    """Sends the order to somebody and waits for the server's word; sent again it is the same mail."""
    from app.assistant.notices import letter_of
    from app.notify.service import send_letter

    settings, now = store.settings, store.clock.now()
    if not settings.env.smtp_url:
        raise UserError(say("order.no_server"))
    letter = letter_of(order, settings, now, sent_on=True)
    try:
        asyncio.run(send_letter(letter, to, f"send:{order.id}:{to}", settings, now))
    except DeliveryError as error:
        raise UserError(say("order.not_sent", to=to, why=error)) from error


def _told(event: OrderEvent, zone: tzinfo, language: str) -> str:
    at = event.at.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    key = "order.refused" if event.refused else "order.event"
    line = say(key, at=at, status=_in_words("status", event.to_status, language), by=event.by)
    return f"{line} ({event.why})" if event.why else line


def _in_words(area: str, status: str, language: str) -> str:
    from app.core.i18n import Texts

    return Texts.load("bot").say(f"ticket.{area}.{status}", language)
