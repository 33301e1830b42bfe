"""What flows do in a real house: the owner's notice, leads, one reminder, and nothing while a person has the conversation."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.channels.registry import Channels
from app.chat import service as chat
from app.core.models import jobs as table
from app.wiring import House, open_house
from tests.assistant.test_attend import say, texts, visitor
from tests.clocks import FixedClock
from tests.flows.declared import FLOWS


@pytest.fixture
async def shop(home: Path, clock: FixedClock) -> AsyncIterator[House]:
    """The sample shop with flows of its own; nothing runs by itself."""
    config = (home / "config.yaml").read_text(encoding="utf-8")
    own = re.sub(r"(?m)^flows:.*\n(?:[ #].*\n|\n)*", "", config)
    (home / "config.yaml").write_text(own + FLOWS, encoding="utf-8")
    opened = open_house(home, environ={}, clock=clock, channels=Channels())
    yield opened
    await opened.stop()


async def talk(shop: House, *said: str) -> tuple[chat.Conversation, str]:
    """A visitor says these; the conversation, and the last answer."""
    thread = await visitor(shop)
    told = ""
    for place, text in enumerate(said):
        told = texts(await say(shop, thread, text, f"m{place}"))
    return thread, told


def jobs_of(shop: House, kind: str) -> list[Any]:
    return list(shop.db.read_now(lambda conn: conn.execute(select(table).where(table.c.kind == kind)).all()))


async def work(shop: House) -> None:
    """Does all that is due."""
    await shop.worker.run_until_idle()


def said_by_bot(shop: House, thread: chat.Conversation) -> list[str]:
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    return [message.text for message in stored if message.speaker == "bot"]


async def test_the_owner_is_told_what_was_answered_once(shop: House) -> None:
    thread, _ = await talk(shop, "reservar mesa", "4", "afuera", "sí")
    [notice] = jobs_of(shop, "notice")
    assert (notice.lane, notice.payload) == (
        "notice",
        {
            "what": "flow",
            "conversation_id": thread.id,
            "flow": "reservar_mesa",
            "values": {"people": "4", "place": "Afuera"},
        },
    )
    await say(shop, thread, "sí", "m3")  # the same message again
    assert len(jobs_of(shop, "notice")) == 1


async def test_a_contact_is_kept_with_a_lead_that_stays_open_until_somebody_gets_in_touch(shop: House) -> None:
    thread, _ = await talk(shop, "hacer un encargo", "lo llevo", "no", "sí")
    [lead] = shop.db.read_now(chat.list_leads)
    assert (lead.conversation_id, lead.about, lead.channel, lead.done_at) == (thread.id, "encargo", "web", None)
    now = shop.clock.now()
    assert shop.db.write_now(lambda conn: chat.close_lead(conn, lead.id, now=now))
    assert not shop.db.write_now(lambda conn: chat.close_lead(conn, lead.id, now=now))
    assert shop.db.read_now(chat.list_leads)[0].done_at == now
    await shop.attend.forget(thread.id)
    assert shop.db.read_now(chat.list_leads) == []


async def test_who_leaves_a_number_and_wants_to_be_called_is_a_lead(shop: House) -> None:
    thread, _ = await talk(shop, "soy Ana Rivas, llámenme al 8888 7777 cuando tengan tamales")
    [lead] = shop.db.read_now(chat.list_leads)
    assert (lead.name, lead.phone, lead.about) == (
        "Ana Rivas",
        "+50588887777",
        "soy Ana Rivas, llámenme al 8888 7777 cuando tengan tamales",
    )
    await say(shop, thread, "soy Ana Rivas, llámenme al 8888 7777 cuando tengan tamales", "again")
    assert len(shop.db.read_now(chat.list_leads)) == 1


async def test_how_the_words_are_dressed_makes_nobody_less_of_a_lead(shop: House) -> None:
    said = ("llámenme al {}8888 7777{}", "soy Ana, avísenme al 8888 7777 {}ya{}", "{}me pueden llamar al 8888 7777{}?")
    dressed = [
        text.format(*marks) for text in said for marks in (("", ""), ("<i>", "</i>"), ("<b>", "</b>"), ("«", "»"))
    ]
    for text in dressed:
        thread = await visitor(shop, text)
        await say(shop, thread, text, text)
        leads = [lead for lead in shop.db.read_now(chat.list_leads) if lead.conversation_id == thread.id]
        assert [lead.phone for lead in leads] == ["+50588887777"], text
        if "<b>" in text:
            assert leads[0].about == text


async def test_without_a_way_to_be_reached_nobody_is_a_lead(shop: House) -> None:
    await talk(shop, "avísenme cuando tengan tamales", "soy Ana, mi número es 8888 7777")
    assert shop.db.read_now(chat.list_leads) == []


async def test_a_question_left_alone_is_asked_once_more_and_only_once(shop: House, clock: FixedClock) -> None:
    thread, _ = await talk(shop, "reservar mesa", "4")
    clock.advance(minutes=9)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 2
    clock.advance(minutes=2)
    await work(shop)
    assert said_by_bot(shop, thread)[2:] == ["¿Seguimos donde nos quedamos?\n¿Adentro o afuera?"]
    clock.advance(minutes=15)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 3
    assert "Mesa para 4, Afuera." in texts(await say(shop, thread, "2", "m9"))


async def test_a_customer_who_goes_on_is_not_reminded_before_a_new_silence(shop: House, clock: FixedClock) -> None:
    thread, _ = await talk(shop, "reservar mesa")
    clock.advance(minutes=8)
    await say(shop, thread, "4", "m8")
    clock.advance(minutes=4)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 2
    clock.advance(minutes=6)
    await work(shop)
    assert said_by_bot(shop, thread)[2:] == ["¿Seguimos donde nos quedamos?\n¿Adentro o afuera?"]


@pytest.mark.parametrize("then", ["cancelar", "quiero hablar con una persona"])
async def test_a_flow_that_is_over_or_in_a_persons_hands_reminds_nobody(
    shop: House, clock: FixedClock, then: str
) -> None:
    thread, _ = await talk(shop, "reservar mesa", then)
    clock.advance(minutes=11)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 2


async def test_an_order_left_alone_is_asked_about_once_more(shop: House, clock: FixedClock) -> None:
    thread, _ = await talk(shop, "quiero 2 nacatamales")
    clock.advance(minutes=11)
    await work(shop)
    [first, again] = said_by_bot(shop, thread)
    assert again.startswith("¿Seguimos donde nos quedamos?\n")
    assert first.endswith(again.splitlines()[-1])
    clock.advance(minutes=11)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 2


async def test_a_paused_shop_reminds_nobody(home: Path, shop: House, clock: FixedClock) -> None:
    thread, _ = await talk(shop, "reservar mesa")
    (home / "config.yaml").write_text(
        (home / "config.yaml").read_text(encoding="utf-8").replace("channels:\n", "channels:\n  paused: true\n"),
        encoding="utf-8",
    )
    shop.settings.reload_if_changed()
    clock.advance(minutes=11)
    await work(shop)
    assert len(said_by_bot(shop, thread)) == 1
