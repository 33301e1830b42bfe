"""What the owner is told about, looked up: an order, a conversation that waits for a person, a flow a customer went through."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.assistant.basket import Basket
from app.catalog import service as catalog
from app.chat import service as chat
from app.chat.service import Conversation, StoredMessage
from app.core.money import show
from app.notify.service import (
    Desk,
    FlowTold,
    HandoffTold,
    Letter,
    OrderTold,
    Person,
    flow_letter,
    handoff_letter,
    order_letter,
    ticket_letter,
)
from app.orders import service as orders
from app.orders.service import Order
from app.settings import Settings

LAST_SAID = 8  # messages in a summary
TRIED_OUT = "console"  # what the shop's own people try in the panel reaches nobody


def letter_about(conn: Connection, about: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    """The letter of a `notice` job; None where what it is about was deleted. Raises KeyError for a kind nobody knows."""
    return KINDS[about["what"]](conn, about, settings, now)


def letter_of(order: Order, settings: Settings, now: datetime, *, sent_on: bool = False) -> Letter:
    """What is told of an order: to the owner, or `sent_on` to somebody who makes or brings it."""
    desk = Desk.of(settings, order.branch, now)
    told = OrderTold(
        number=order.number, total=show(order.total, order.currency, desk.language),
        ticket=orders.as_message(order, desk.language, desk.zone), who=Person(order.name, order.phone, order.channel),
        status=order.status, payment=order.payment.status, placed_at=order.created_at, why=order.cancel_reason,
    )  # fmt: skip
    return ticket_letter(told, desk) if sent_on else order_letter(told, desk)


def _order(conn: Connection, about: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    order = orders.find(conn, about["order_id"])
    sent_on = "to" in about
    if order is None or (order.channel == TRIED_OUT and not sent_on):
        return None
    return letter_of(order, settings, now, sent_on=sent_on)


def _handoff(conn: Connection, about: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    thread = _customers(conn, about["conversation_id"])
    if thread is None:
        return None
    said = chat.history(conn, thread.id, limit=LAST_SAID)
    told = HandoffTold(
        who=_person(thread), since=thread.handed_at or thread.updated_at, why=_why(said),
        said=[(message.speaker, message.text) for message in said if message.text], cart=_cart(conn, thread),
    )  # fmt: skip
    return handoff_letter(told, Desk.of(settings, thread.branch, now))


def _flow(conn: Connection, about: Mapping[str, Any], settings: Settings, now: datetime) -> Letter | None:
    thread = _customers(conn, about["conversation_id"])
    if thread is None:
        return None
    values = {name: str(value) for name, value in about["values"].items() if value not in (None, "")}
    return flow_letter(FlowTold(about["flow"], _person(thread), values), Desk.of(settings, thread.branch, now))


Looked = Callable[[Connection, Mapping[str, Any], Settings, datetime], Letter | None]
KINDS: Mapping[str, Looked] = {"order": _order, "handoff": _handoff, "flow": _flow}


def _customers(conn: Connection, conversation_id: str) -> Conversation | None:
    """The conversation, where a customer has it."""
    thread = chat.conversation(conn, conversation_id)
    return None if thread is None or thread.sender.channel == TRIED_OUT else thread


def _person(thread: Conversation) -> Person:
    return Person(thread.name, thread.phone, thread.sender.channel)


def _why(said: list[StoredMessage]) -> str:
    """The intent that led to the hand-over."""
    return next((message.intent for message in reversed(said) if message.source == "handoff"), "")


def _cart(conn: Connection, thread: Conversation) -> list[str]:
    """What they have chosen so far."""
    lines = Basket.of(thread.state.get("basket") or {}).lines
    known = catalog.by_sku(conn, [line.product_id for line in lines])
    return [f"{line.qty.normalize():f} {known[line.product_id].name}" for line in lines if line.product_id in known]
