"""What a customer is told when their order changes without them: at most one message a change, and only how it stands now."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from app.assistant.team import Outgoing
from app.assistant.voice import Voice
from app.chat import service as chat
from app.chat.messages import Reply, Said
from app.core import jobs
from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.core.money import show
from app.orders import service as orders
from app.orders.service import EXPIRED, OVER, STATUSES, Order
from app.settings import Settings, SettingsStore

PAUSED_SECONDS = 20.0  # until the next look, while the owner holds the bot back
NOTHING_SEEN: Mapping[str, Any] = {"status": "", "payment": {"status": ""}}
MONEY = ("paid", "refund_due", "partly_refunded", "refunded")  # said even to somebody who saw nothing of the order yet


@dataclass
class News:
    """Does the `order_news` jobs. Which job it is does not matter: what the customer has not seen yet is said.

    So a change that came and went before its news is never told, and what their own question showed is not repeated.
    """

    db: Database
    clock: Clock
    settings: SettingsStore
    bus: Bus
    outgoing: Outgoing
    wake: Callable[[], None] = lambda: None

    async def do_news(self, job: Job) -> None:
        """Tells the customer in their conversation, in the transaction that ends the job. A paused shop tells it later."""
        settings = self.settings.current
        if settings.channels.paused:
            await self.db.write(lambda conn: jobs.postpone(conn, job, PAUSED_SECONDS))
            return
        told = await self.db.write(lambda conn: self._tell(conn, job, settings))
        self.wake()
        if told is not None:
            await self.bus.publish(*told)
        await self.bus.publish("panel", {})

    def _tell(self, conn: Connection, job: Job, settings: Settings) -> tuple[str, dict[str, Any]] | None:
        """The topic of the conversation, and what those who watch it are told: the message, or where none is due the order."""
        now = self.clock.now()
        jobs.finish(conn, job, now=now)
        order = orders.find(conn, job.payload["order_id"])
        thread = chat.conversation(conn, order.conversation_id) if order is not None else None
        if order is None or thread is None:  # forgotten meanwhile
            return None
        shown = orders.as_json(order)
        topic, seen = f"conversation:{thread.id}", last_seen(conn, thread.id, order.id)
        text = news_of(order, seen, _voice(thread, order, settings), settings)
        if not text:
            return topic, {"order": shown}
        reply = Reply(text, kind="order_summary", order=shown)
        said = [Said("bot", reply, intent="order_status", source="order")]
        self.outgoing.put(conn, thread.sender, chat.record(conn, thread, said, now=now), now)
        return topic, {}


def last_seen(conn: Connection, conversation_id: str, order_id: str) -> Mapping[str, Any]:
    """The order as its customer was shown it last."""
    outs = (message.out.get("order") or {} for message in reversed(chat.history(conn, conversation_id)))
    return next((order for order in outs if order.get("id") == order_id), NOTHING_SEEN)


def news_of(order: Order, seen: Mapping[str, Any], voice: Voice, settings: Settings) -> str:
    """What is new to somebody who saw `seen`, in one message; empty where nothing is."""
    paid = _payment(order, seen, voice)
    moved = order.status != seen["status"] and not (paid and order.status == "confirmed" and not seen["status"])
    said = [_changed(order, seen, voice), _status(order, seen["status"], voice, settings) if moved else "", paid]
    return " ".join(sentence for sentence in said if sentence)


def _changed(order: Order, seen: Mapping[str, Any], voice: Voice) -> str:
    """What is in it now, to somebody who was shown something else."""
    known = seen["status"] not in ("", "draft") and order.status not in OVER
    if not known or seen["lines"] == [dict(line) for line in order.lines]:
        return ""
    total = show(order.total, order.currency, voice.language)
    return voice.say(
        "news.changed", number=order.number, list=voice.join(orders.items(order, voice.language)), total=total
    )


def _status(order: Order, before: str, voice: Voice, settings: Settings) -> str:
    number, status = order.number, order.status
    if status == "cancelled":
        return _cancelled(order, voice)
    if before in STATUSES and STATUSES.index(status) < STATUSES.index(before):
        return voice.say(f"news.back_to_{status}", number=number)
    if status == "ready" and order.fulfilment == "delivery":
        return voice.say("news.ready_delivery", number=number)
    address = settings.profile(order.branch or None).address.rstrip(". ")
    if status == "ready" and address:
        return voice.say("news.ready_pickup_at", number=number, address=address)
    return voice.say("news.ready_pickup" if status == "ready" else f"news.{status}", number=number)


def _cancelled(order: Order, voice: Voice) -> str:
    why = " ".join(order.cancel_reason.split()).rstrip(". ")
    if why == EXPIRED:
        return voice.say("news.expired", number=order.number)
    return voice.say("news.cancelled_why" if why else "news.cancelled", number=order.number, why=why)


def _payment(order: Order, seen: Mapping[str, Any], voice: Voice) -> str:
    before, status = seen["payment"]["status"], order.payment.status
    if status == before or not (before or status in MONEY):
        return ""
    if status in ("pending", "unpaid"):
        return voice.say("news.payment.not_proved", number=order.number) if before == "to_verify" else ""
    if status == "failed" and order.status == "cancelled":
        return ""  # nobody waits for it any more
    return voice.say(f"news.payment.{status}", number=order.number)


def _voice(thread: chat.Conversation, order: Order, settings: Settings) -> Voice:
    responses = settings.responses
    return Voice(thread.locale or order.language or settings.business.language, responses.treat_as, responses.tone)
