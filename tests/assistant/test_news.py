"""What customers are told of their orders: every change once, only the newest, in their words and by their channel."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.assistant.news import News, last_seen, news_of
from app.assistant.voice import Voice
from app.channels.registry import Channels
from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.chat.service import Conversation, StoredMessage
from app.core import jobs
from app.core.jobs import Job
from app.core.models import jobs as table
from app.orders import service as orders
from app.orders.service import Order
from app.settings import edit
from app.wiring import House, open_house
from tests.clocks import FixedClock
from tests.doubles import DoubleChannel
from tests.placed import move, place, settle


@pytest.fixture
async def shop(home: Path, clock: FixedClock, database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The sample shop on each store, with a messaging platform; nothing runs by itself."""
    edit(home / "config.yaml", {"payments.transfer.enabled": True})
    double = DoubleChannel(tmp_path / "sent.jsonl")
    opened = open_house(home, environ={"DATABASE_URL": database_url}, clock=clock, channels=Channels([double]))
    yield opened
    await opened.stop()


async def visitor(shop: House, channel: str = "web", locale: str = "") -> Conversation:
    sender = Sender(channel, "shop", "carla")
    return await shop.db.write(lambda conn: chat.start_conversation(conn, sender, now=shop.clock.now(), locale=locale))


def said(shop: House, thread: Conversation) -> list[StoredMessage]:
    return shop.db.read_now(lambda conn: chat.history(conn, thread.id))


async def told(shop: House, thread: Conversation) -> list[str]:
    """What the customer reads once all that is due was done."""
    await shop.worker.run_until_idle()
    return [message.text for message in said(shop, thread)]


async def test_each_step_is_told_once_with_the_order_as_it_stands(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    for to in ("preparing", "ready", "delivered"):
        await move(shop, order, to)
        await shop.worker.run_until_idle()
    preparing, ready, delivered = said(shop, thread)
    assert "preparando" in preparing.text and f"#{order.number}" in preparing.text
    assert "retirarlo en" in ready.text
    assert "entregado" in delivered.text
    assert [message.out["order"]["status"] for message in (preparing, ready, delivered)] == [
        "preparing", "ready", "delivered"
    ]  # fmt: skip
    assert {message.out["kind"] for message in said(shop, thread)} == {"order_summary"}
    assert {(message.speaker, message.source) for message in said(shop, thread)} == {("bot", "order")}


async def test_confirming_an_order_is_the_replys_to_say(shop: House) -> None:
    thread = await visitor(shop)
    await place(shop, thread)
    assert await told(shop, thread) == []


async def test_a_delivered_order_is_on_its_way_where_a_picked_up_one_waits(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread, fulfilment="delivery", address="Altamira, del BAC 1 c. al sur", fee=5000)
    await move(shop, order, "preparing")
    await move(shop, order, "ready")
    assert await told(shop, thread) == [f"Tu pedido #{order.number} está listo y va en camino."]


async def test_a_change_that_came_and_went_before_its_news_is_never_told(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    for to in ("preparing", "ready", "preparing", "ready", "delivered"):
        await move(shop, order, to)
    [only] = await told(shop, thread)
    assert "entregado" in only


async def test_a_step_taken_back_is_owned_up_to(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await told(shop, thread)
    await move(shop, order, "ready")
    await told(shop, thread)
    await move(shop, order, "preparing")
    assert (await told(shop, thread))[-1] == f"Me adelanté: tu pedido #{order.number} todavía se está preparando."


async def test_a_misclick_undone_at_once_says_nothing(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await told(shop, thread)
    await move(shop, order, "ready")
    await move(shop, order, "preparing")
    assert len(await told(shop, thread)) == 1


async def test_a_cancelled_order_says_why_and_one_that_waited_too_long_says_that(
    shop: House, clock: FixedClock
) -> None:
    thread = await visitor(shop)
    refused = await place(shop, thread)
    await move(shop, refused, "cancelled", why="se nos acabó la masa.")
    assert (await told(shop, thread))[-1] == (
        f"Disculpá, tuvimos que cancelar tu pedido #{refused.number}: se nos acabó la masa."
    )
    waiting = await place(shop, thread, method="transfer")
    clock.advance(minutes=shop.settings.current.orders.hold_minutes + 1)
    assert (await told(shop, thread))[-1].startswith(f"Tu pedido #{waiting.number} se venció")
    assert len(await told(shop, thread)) == 2


async def test_a_proof_that_was_checked_and_one_that_shows_nothing(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread, method="transfer")
    await shop.db.write(lambda conn: orders.proof_sent(conn, order.id, file="a", cause="photo", now=shop.clock.now()))
    assert await told(shop, thread) == []  # the reply to the photo says it
    await settle(shop, order, "paid")
    assert await told(shop, thread) == [f"Recibimos el pago de tu pedido #{order.number}. ¡Gracias!"]
    await move(shop, order, "cancelled", why="no hay quien lo lleve")
    [_, last] = await told(shop, thread)
    assert "cancelar tu pedido" in last and "devolver lo que pagaste" in last


def seen_as(order: Order, status: str, payment: str) -> dict[str, Any]:
    shown = orders.as_json(order)
    return {**shown, "status": status, "payment": {**shown["payment"], "status": payment}}


@pytest.mark.parametrize(
    ("status", "payment", "seen", "words"),
    [
        ("confirmed", "pending", ("confirmed", "to_verify"), "otro"),
        ("confirmed", "failed", ("confirmed", "pending"), "no pasó"),
        ("confirmed", "paid", ("", ""), "Recibimos"),
        ("confirmed", "paid", ("draft", "unpaid"), "está confirmado. Recibimos"),
        ("cancelled", "failed", ("confirmed", "pending"), "cancelar"),
        ("cancelled", "refund_due", ("cancelled", "failed"), "devolver"),
        ("cancelled", "refunded", ("cancelled", "refund_due"), "Ya te devolvimos"),
        ("cancelled", "partly_refunded", ("cancelled", "refund_due"), "una parte"),
        ("confirmed", "to_verify", ("confirmed", "pending"), "comprobante"),
    ],
)
async def test_what_is_new_is_said_whatever_was_seen_before(
    shop: House, status: str, payment: str, seen: tuple[str, str], words: str
) -> None:
    order = await place(shop, await visitor(shop))
    now = replace(order, status=status, payment=replace(order.payment, status=payment))
    for language in ("es", "en"):
        for treat in ("vos", "tu", "usted"):
            text = news_of(now, seen_as(order, *seen), Voice(language, treat), shop.settings.current)
            assert f"#{order.number}" in text
    assert words in news_of(now, seen_as(order, *seen), Voice(), shop.settings.current)
    assert news_of(now, seen_as(order, status, payment), Voice(), shop.settings.current) == ""


async def test_what_their_own_question_showed_is_not_repeated(shop: House) -> None:
    thread = await visitor(shop)
    order = await move(shop, await place(shop, thread), "preparing")
    reply = Reply("Tu pedido se está preparando.", kind="order_summary", order=orders.as_json(order))
    await shop.db.write(lambda conn: chat.record(conn, thread, [Said("bot", reply)], now=shop.clock.now()))
    assert len(await told(shop, thread)) == 1


async def test_news_go_out_by_the_customers_channel_once_whoever_died_meanwhile(shop: House) -> None:
    thread = await visitor(shop, channel="double")
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await shop.worker.run_until_idle()
    again = shop.db.read_now(lambda conn: conn.execute(select(table).where(table.c.kind == "order_news")).one())
    job = Job(again.id, again.kind, again.key, again.lane, again.payload, 0, again.fence)
    with pytest.raises(jobs.LeaseLost):
        await News(shop.db, shop.clock, shop.settings, shop.bus, shop.team.outgoing).do_news(job)
    await shop.worker.run_until_idle()
    double = shop.channels.get("double")
    assert isinstance(double, DoubleChannel)
    [sent] = double.received()
    assert "preparando" in str(sent["texts"])


async def test_a_customer_who_writes_english_is_told_in_english(shop: House) -> None:
    thread = await visitor(shop, locale="en")
    await move(shop, await place(shop, thread), "preparing")
    assert "preparing your order" in (await told(shop, thread))[0]


async def test_a_paused_shop_tells_nothing_until_it_goes_on(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    current = shop.settings.current
    shop.settings.current = replace(current, channels=current.channels.model_copy(update={"paused": True}))
    await move(shop, order, "preparing")
    assert await told(shop, thread) == []
    shop.settings.current = current
    shop.db.write_now(lambda conn: conn.execute(table.update().values(retry_at=0.0)))
    assert len(await told(shop, thread)) == 1


async def test_a_conversation_forgotten_meanwhile_is_left_alone(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await shop.attend.forget(thread.id)
    await shop.worker.run_until_idle()
    states = shop.db.read_now(lambda conn: conn.execute(select(table.c.state).where(table.c.kind == "order_news")))
    assert [row.state for row in states] == ["done"]


async def test_those_who_watch_hear_of_an_order_even_where_nothing_is_said(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await told(shop, thread)
    async with shop.bus.subscribe(f"conversation:{thread.id}") as listener:
        await move(shop, order, "ready")
        await move(shop, order, "preparing")
        await shop.worker.run_until_idle()
        heard = await listener.next(1)
    assert heard is not None and heard["order"]["status"] == "preparing"


async def test_the_newest_showing_counts(shop: House) -> None:
    thread = await visitor(shop)
    order = await place(shop, thread)
    await move(shop, order, "preparing")
    await told(shop, thread)
    seen = shop.db.read_now(lambda conn: last_seen(conn, thread.id, order.id))
    assert seen["status"] == "preparing"
    assert shop.db.read_now(lambda conn: last_seen(conn, thread.id, "another"))["status"] == ""
