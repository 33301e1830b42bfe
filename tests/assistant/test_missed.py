"""What nobody answered is kept with its message; what was answered, declined or means nothing is not."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pytest
from sqlalchemy import text

from app.assistant import router
from app.assistant.turn import Asked, Part, Turn
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core import crash
from app.knowledge.service import unanswered_groups
from app.wiring import House, open_house
from tests.clocks import FixedClock


@pytest.fixture
async def shop(home: Path, clock: FixedClock, database_url: str) -> AsyncIterator[House]:
    """The sample shop on each store; nothing runs by itself."""
    opened = open_house(home, environ={"DATABASE_URL": database_url}, clock=clock)
    yield opened
    await opened.stop()


async def say(shop: House, *messages: str, name: str = "carla", id_: str = "m") -> str:
    """A customer's messages, one after the other, in a conversation of their own; its id."""
    sender = Sender("web", "", name)
    thread = await shop.db.write(lambda conn: chat.start_conversation(conn, sender, now=shop.clock.now()))
    for n, message in enumerate(messages):
        await shop.attend.answer_now(thread.id, Inbound(sender, f"{id_}{n}", "text", message))
    return thread.id


def kept(shop: House) -> list[str]:
    query = text("SELECT text FROM unanswered ORDER BY id")
    return shop.db.read_now(lambda conn: list(conn.execute(query).scalars()))


@pytest.fixture
def ignorant(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop knows nothing."""
    monkeypatch.setattr(router, "RESPONDERS", ())


@pytest.fixture
def knows_the_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """The shop knows the answer to the first thing of a message."""

    def first(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
        return [Part((0,), "A las ocho.", "hours", "template", 0.9)]

    monkeypatch.setattr(router, "RESPONDERS", (first,))


@pytest.mark.usefixtures("ignorant")
async def test_a_question_that_nothing_answers_is_kept_with_where_it_came_from(shop: House) -> None:
    thread = await say(shop, "¿arreglan paraguas?")
    query = text("SELECT * FROM unanswered")
    row = shop.db.read_now(lambda conn: conn.execute(query).mappings().one())
    [asked, _] = shop.db.read_now(lambda conn: chat.history(conn, thread))
    assert (row["text"], row["words"]) == ("arreglan paraguas?", "arreglan paraguas")
    assert (row["message_id"], row["conversation_id"], row["channel"]) == (asked.id, thread, "web")
    assert row["language"] == "es"


@pytest.mark.usefixtures("knows_the_first")
async def test_of_a_message_answered_in_part_the_rest_is_kept(shop: House) -> None:
    await say(shop, "¿a qué hora cierran? ¿arreglan paraguas?")
    assert kept(shop) == ["arreglan paraguas?"]


@pytest.mark.usefixtures("knows_the_first")
async def test_what_stands_beside_an_answered_question_and_asks_nothing_is_not_kept(shop: House) -> None:
    await say(shop, "¿a qué hora cierran? mi abuela tiene muchos paraguas.")
    assert kept(shop) == []


@pytest.mark.usefixtures("ignorant")
async def test_what_does_not_look_like_a_question_is_kept_where_nothing_of_the_message_was_answered(
    shop: House,
) -> None:
    await say(shop, "quisiera que me arreglen un paraguas")
    assert kept(shop) == ["quisiera que me arreglen un paraguas"]


@pytest.mark.usefixtures("ignorant")
@pytest.mark.parametrize(
    "message",
    [
        "asdkj qwlkje zxmcn",
        "lalala lololo",
        "barato barato barato barato barato barato",
        "entrá ya y ganá mucho dinero https://premios.example.com/x",
        "👍👍",
        "12345",
    ],
)
async def test_noise_and_advertisements_are_not_kept(shop: House, message: str) -> None:
    await say(shop, message)
    assert kept(shop) == []


@pytest.mark.parametrize(
    "message",
    [
        "¿a qué hora cierran?",
        "hola",
        "muchas gracias",
        "¿sos un robot?",
        "¿quién ganó las elecciones?",
        "sí",
    ],
)
async def test_what_is_answered_or_declined_is_not_kept(shop: House, message: str) -> None:
    await say(shop, message)
    assert kept(shop) == []


@pytest.mark.usefixtures("ignorant")
async def test_a_message_that_comes_twice_is_kept_once(shop: House) -> None:
    thread = await say(shop, "¿arreglan paraguas?")
    again = Inbound(Sender("web", "", "carla"), "m0", "text", "¿arreglan paraguas?")
    await shop.attend.answer_now(thread, again)
    assert len(kept(shop)) == 1


@pytest.mark.usefixtures("ignorant")
async def test_a_question_is_kept_with_its_message_or_not_at_all(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def lose_power(point: str) -> None:
        if point == "turn.before_commit":
            raise RuntimeError("power cut")

    monkeypatch.setattr(crash, "point", lose_power)
    with pytest.raises(RuntimeError):
        await say(shop, "¿arreglan paraguas?")
    assert kept(shop) == []


@pytest.mark.usefixtures("ignorant")
async def test_a_customer_who_is_forgotten_leaves_no_question_behind(shop: House) -> None:
    thread = await say(shop, "¿arreglan paraguas?")
    await say(shop, "¿arreglan paraguas?", name="dario", id_="d")
    await shop.attend.forget(thread)
    [group] = shop.db.read_now(lambda conn: unanswered_groups(conn, lambda text, words: [], min_score=0.5, limit=9))
    assert (group.customers, group.count) == (1, 1)
