"""How it went is asked once, after a silence; and what cannot be had is noted where it is said."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from app.analytics import service as analytics
from app.channels.registry import Channels
from app.chat import service as chat
from app.core import jobs
from app.wiring import House, open_house
from tests.assistant.test_attend import say, texts, visitor
from tests.clocks import FixedClock

ASKED = "¿Qué tal te atendimos?"
DAY = ("2026-11-01", "2026-12-31")


@pytest.fixture
async def shop(home: Path, clock: FixedClock) -> AsyncIterator[House]:
    opened = open_house(home, environ={}, clock=clock, channels=Channels())
    yield opened
    await opened.stop()


def by_bot(shop: House, thread: chat.Conversation) -> list[str]:
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    return [message.text for message in stored if message.speaker == "bot"]


async def later(shop: House, clock: FixedClock, minutes: int = 31) -> None:
    clock.advance(minutes=minutes)
    await shop.worker.run_until_idle()


async def served(shop: House, *said: str) -> chat.Conversation:
    thread = await visitor(shop)
    for place, text in enumerate(said or ("¿a qué hora cierran?",)):
        await say(shop, thread, text, f"m{place}")
    return thread


async def test_it_is_asked_once_after_half_an_hour_of_silence(shop: House, clock: FixedClock) -> None:
    thread = await served(shop)
    await later(shop, clock, 20)
    assert ASKED not in by_bot(shop, thread)
    await say(shop, thread, "¿y el domingo?", "m8")
    await later(shop, clock, 20)
    assert ASKED not in by_bot(shop, thread)
    await later(shop, clock)
    assert by_bot(shop, thread)[-1] == ASKED
    for _ in range(3):
        await say(shop, thread, "¿tienen nacatamales?", f"n{_}")
        await later(shop, clock, 600)
    assert by_bot(shop, thread).count(ASKED) == 1


@pytest.mark.parametrize(("words", "well"), [("Muy bien", 1), ("2", 0)])
async def test_a_tap_or_its_number_is_kept_and_thanked(shop: House, clock: FixedClock, words: str, well: int) -> None:
    thread = await served(shop)
    await later(shop, clock)
    assert "Gracias por contarnos" in texts(await say(shop, thread, words, "m9"))
    said = shop.db.read_now(lambda conn: analytics.satisfaction(conn, *DAY))
    assert (said.asked, said.answered, said.well) == (1, 1, well)


async def test_to_whom_it_went_badly_a_person_is_offered(shop: House, clock: FixedClock) -> None:
    thread = await served(shop)
    await later(shop, clock)
    assert "Disculpá" in texts(await say(shop, thread, "Mal", "m9"))
    assert (await say(shop, thread, "sí", "m10")).handoff


@pytest.mark.parametrize("said", ["quiero hablar con una persona", "hola", "quiero 2 nacatamales"])
async def test_nobody_is_asked_while_a_person_has_it_or_something_waits_or_after_a_mere_greeting(
    shop: House, clock: FixedClock, said: str
) -> None:
    thread = await served(shop, said)
    await later(shop, clock, 40)
    assert ASKED not in by_bot(shop, thread)
    for _ in range(8):
        await later(shop, clock, 600)
    open_ = shop.db.read_now(jobs.counts)
    assert ("opinion", "pending") not in open_, "it gives up"


async def test_the_switch_turns_it_off(home: Path, clock: FixedClock) -> None:
    config = (home / "config.yaml").read_text(encoding="utf-8")
    (home / "config.yaml").write_text(config.replace("responses:\n", "responses:\n  csat: false\n"), encoding="utf-8")
    shop = open_house(home, environ={}, clock=clock, channels=Channels())
    thread = await served(shop)
    await later(shop, clock)
    assert ASKED not in by_bot(shop, thread)
    await shop.stop()


@pytest.mark.parametrize(
    ("said", "kind", "what"),
    [("¿tienen sushi?", "missing", "sushi"), ("quiero 2 sushis", "missing", "sushi")],
)
async def test_what_is_not_on_the_menu_is_a_sale_lost(shop: House, said: str, kind: str, what: str) -> None:
    await served(shop, said, said)
    [one] = shop.db.read_now(lambda conn: analytics.lost_between(conn, *DAY))
    assert (one.kind, one.talks) == (kind, 1)
    assert what in one.what


async def test_an_answer_is_timed(shop: House) -> None:
    await served(shop)
    since, until = shop.clock.now().replace(hour=0), shop.clock.now().replace(hour=23)
    [(channel, branch, took)] = shop.db.read_now(lambda conn: chat.answer_times(conn, since, until))
    assert (channel, branch) == ("web", "")
    assert 0 <= took < 60_000


async def test_a_cart_left_is_lost_until_it_is_ordered(shop: House, clock: FixedClock) -> None:
    thread = await served(shop, "quiero 2 nacatamales")
    await later(shop, clock, 11)
    [one] = shop.db.read_now(lambda conn: analytics.lost_between(conn, *DAY))
    assert (one.kind, one.thread) == ("cart", thread.id)
