"""One message's way: once, in order, by the bot or by a person, never both."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, select

from app.assistant import router
from app.assistant.attend import Attended, turn_key
from app.assistant.turn import Answer, Turn
from app.channels.registry import Channels
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core import jobs
from app.core.errors import DeliveryError
from app.core.models import jobs as table
from app.wiring import House, open_house
from tests.clocks import FixedClock
from tests.doubles import DoubleChannel, text_from


@pytest.fixture
async def shop(home: Path, clock: FixedClock, database_url: str, tmp_path: Path) -> AsyncIterator[House]:
    """The sample shop on each store, with a messaging platform; nothing runs by itself."""
    double = DoubleChannel(tmp_path / "sent.jsonl", burst=True)
    opened = open_house(home, environ={"DATABASE_URL": database_url}, clock=clock, channels=Channels([double]))
    yield opened
    await opened.stop()


def double_of(shop: House) -> DoubleChannel:
    channel = shop.channels.get("double")
    assert isinstance(channel, DoubleChannel)
    return channel


async def visitor(shop: House, name: str = "carla") -> chat.Conversation:
    sender = Sender("web", "", name)
    return await shop.db.write(lambda conn: chat.start_conversation(conn, sender, now=shop.clock.now()))


async def say(shop: House, thread: chat.Conversation, text: str, id_: str) -> Attended:
    attended = await shop.attend.answer_now(thread.id, Inbound(thread.sender, id_, "text", text))
    assert attended is not None
    return attended


def texts(attended: Attended) -> str:
    return "\n".join(out["text"] for out in attended.outs)


async def test_the_same_client_id_gets_the_same_answer_and_nothing_happens_twice(shop: House) -> None:
    thread = await visitor(shop)
    first = await say(shop, thread, "a qué hora cierran?", "c1")
    again = await say(shop, thread, "a qué hora cierran?", "c1")
    assert (again.message_id, again.outs, again.handoff) == (first.message_id, first.outs, first.handoff)
    assert len(shop.db.read_now(lambda conn: chat.history(conn, thread.id))) == 1 + len(first.outs)


async def test_ten_messages_at_once_are_answered_one_after_the_other_each_with_its_own_reply(shop: House) -> None:
    thread = await visitor(shop)
    answers = await asyncio.gather(
        *(say(shop, thread, "hola" if n % 2 else "dónde están?", f"c{n}") for n in range(10))
    )
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    order = [message.id if message.speaker == "customer" else message.reply_to for message in stored]
    assert [id_ for n, id_ in enumerate(order) if n == 0 or order[n - 1] != id_] == sorted(set(order))
    for answer in answers:
        assert [out["id"] for out in answer.outs] == [m.id for m in stored if m.reply_to == answer.message_id]


async def test_one_web_message_is_one_transaction_and_few_queries(shop: House) -> None:
    thread = await visitor(shop)
    await say(shop, thread, "hola", "warm")
    seen: list[str] = []
    engine = shop.db.raw_writer()
    listener = lambda conn, cursor, statement, *_: seen.append(statement)  # noqa: E731
    event.listen(engine, "before_cursor_execute", listener)
    await say(shop, thread, "a qué hora cierran?", "counted")
    event.remove(engine, "before_cursor_execute", listener)
    queries = [statement for statement in seen if statement.split()[0] in ("SELECT", "INSERT", "UPDATE", "DELETE")]
    assert len(queries) <= 12, queries
    assert sum(statement.startswith("BEGIN") for statement in seen) <= 1


async def test_a_web_message_waits_behind_one_whose_answer_is_still_being_made(shop: House) -> None:
    thread = await visitor(shop)
    earlier = Inbound(thread.sender, "slow", "text", "dónde están?")

    def put(conn):  # type: ignore[no-untyped-def]
        payload = {"inbound": earlier.as_payload(), "thread": thread.id}
        jobs.put(conn, "turn", "web::slow", payload, now=shop.clock.now(), lane=thread.sender.lane)

    await shop.db.write(put)
    running = asyncio.create_task(shop.worker.run())
    later = await say(shop, thread, "a qué hora cierran?", "later")
    shop.worker.stop()
    await running
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    asked = [message.text for message in stored if message.speaker == "customer"]
    assert asked == ["dónde están?", "a qué hora cierran?"]
    assert later.outs and later.outs[0]["id"] == stored[-1].id


async def test_a_webhooks_message_is_stored_then_answered_then_delivered_once(shop: House) -> None:
    inbound = text_from("carla", "m1", "cuánto vale el nacatamal?", kind="button")
    assert await shop.attend.receive(inbound) is True
    assert await shop.attend.receive(inbound) is False
    assert double_of(shop).received() == []
    await shop.worker.run_until_idle()
    await shop.attend.receive(inbound)
    await shop.worker.run_until_idle()
    [sent] = double_of(shop).received()
    assert "95" in str(sent["texts"])


async def test_a_burst_is_answered_once_and_every_piece_is_kept(shop: House) -> None:
    for n, piece in enumerate(["buenas", "a q hora cierran", "y tienen nacatamales?"]):
        await shop.attend.receive(text_from("carla", f"m{n}", piece))
    await shop.worker.run_until_idle()
    assert double_of(shop).received() == []  # still writing, for all we know
    shop.db.write_now(lambda conn: conn.execute(table.update().values(retry_at=0.0)))  # the wait is over
    await shop.worker.run_until_idle()
    [sent] = double_of(shop).received()
    assert "20:00" in str(sent["texts"]) and "95" in str(sent["texts"])
    thread = shop.db.read_now(lambda conn: chat.list_conversations(conn))[0]
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    assert [m.text for m in stored if m.speaker == "customer"] == [
        "buenas",
        "a q hora cierran",
        "y tienen nacatamales?",
    ]


async def test_out_of_order_and_repeated_webhooks_end_as_in_order_ones(shop: House) -> None:
    for n in (2, 0, 1, 0, 2, 1, 0):
        await shop.attend.receive(text_from("carla", f"m{n}", "gracias", kind="button"))
        await shop.worker.run_until_idle()
    assert len(double_of(shop).received()) == 3


async def test_an_outage_keeps_the_order_and_an_ambiguous_send_is_never_repeated(shop: House) -> None:
    double = double_of(shop)
    double.errors = [DeliveryError("away"), DeliveryError("the connection died", ambiguous=True)]
    for n, text in enumerate(["dónde están?", "gracias"]):
        await shop.attend.receive(text_from("carla", f"m{n}", text, kind="button"))
    await shop.worker.run_until_idle()
    assert double.received() == []  # the first waits for its next try, the second behind it
    for _ in range(2):
        shop.db.write_now(lambda conn: conn.execute(table.update().values(retry_at=0.0)))
        await shop.worker.run_until_idle()
    states = shop.db.read_now(
        lambda conn: list(
            conn.execute(select(table.c.state).where(table.c.kind == "deliver").order_by(table.c.id)).scalars()
        )
    )
    assert states == ["unknown", "done"]
    assert len(double.received()) == 1


async def test_over_the_limit_a_message_is_kept_and_one_notice_is_sent(shop: House) -> None:
    allowed = shop.settings.current.limits.customer_per_minute
    for n in range(allowed + 5):
        await shop.attend.receive(text_from("carla", f"m{n}", "hola", kind="button"))
    await shop.worker.run_until_idle()
    thread = shop.db.read_now(lambda conn: chat.list_conversations(conn))[0]
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    assert sum(message.speaker == "customer" for message in stored) == allowed + 5
    assert len(double_of(shop).received()) == allowed + 1


async def test_while_a_person_has_it_the_bot_is_silent_and_after_the_silence_it_returns_and_says_so(
    shop: House, clock: FixedClock
) -> None:
    thread = await visitor(shop)
    handed = await say(shop, thread, "quiero hablar con una persona", "c1")
    assert handed.handoff and shop.settings.current.responses.escalate in texts(handed)
    waiting = await say(shop, thread, "a qué hora cierran?", "c2")
    assert (waiting.outs, waiting.handoff) == ([], True)
    minutes = shop.settings.current.responses.handback_minutes
    clock.advance(minutes=minutes - 1)
    written = await shop.team.write_as_person(thread.id, "beto", "Ya le atiendo")
    assert written is not None
    clock.advance(minutes=minutes - 1)
    await shop.worker.run_until_idle()
    assert shop.db.read_now(lambda conn: chat.conversation(conn, thread.id)).speaker == "person"  # type: ignore[union-attr]
    clock.advance(minutes=2)
    await shop.worker.run_until_idle()
    back = shop.db.read_now(lambda conn: chat.conversation(conn, thread.id))
    last = shop.db.read_now(lambda conn: chat.history(conn, thread.id))[-1]
    assert back is not None and back.speaker == "bot"
    assert (last.speaker, last.source) == ("bot", "handoff")
    assert (await say(shop, thread, "a qué hora cierran?", "c3")).outs


async def test_the_owner_is_told_once_of_each_hand_over(shop: House) -> None:
    thread = await visitor(shop)
    for n in range(3):
        await say(shop, thread, "quiero hablar con una persona", f"c{n}")
    notices = shop.db.read_now(lambda conn: conn.execute(select(table).where(table.c.kind == "notice")).all())
    assert len(notices) == 1


async def test_of_two_who_take_a_conversation_one_wins_and_the_other_is_told(shop: House) -> None:
    thread = await visitor(shop)
    outcomes = await asyncio.gather(
        *(shop.team.take(thread.id, who) for who in ("ana", "beto")), return_exceptions=True
    )
    refused = [outcome for outcome in outcomes if isinstance(outcome, chat.TakenBySomebodyElse)]
    [winner] = [outcome.taken_by for outcome in outcomes if isinstance(outcome, chat.Conversation)]
    assert [refusal.by for refusal in refused] == [winner]
    loser = "beto" if winner == "ana" else "ana"
    with pytest.raises(chat.TakenBySomebodyElse):
        await shop.team.give_back(thread.id, loser)
    returned = await shop.team.give_back(thread.id, winner)
    assert returned is not None and returned.speaker == "bot"


async def test_a_paused_shop_keeps_messages_and_says_nothing(shop: House) -> None:
    current = shop.settings.current
    shop.settings.current = replace(current, channels=current.channels.model_copy(update={"paused": True}))
    thread = await visitor(shop)
    attended = await say(shop, thread, "hola", "c1")
    assert (attended.outs, attended.handoff) == ([], False)


async def test_a_forgotten_conversation_leaves_nothing_of_what_was_said(shop: House) -> None:
    for n in range(2):
        await shop.attend.receive(text_from("carla", f"m{n}", "mi número es 8888-0000"))
    shop.db.write_now(lambda conn: conn.execute(table.update().values(retry_at=0.0)))
    await shop.worker.run_until_idle()
    [thread] = shop.db.read_now(lambda conn: chat.list_conversations(conn))
    await shop.attend.forget(thread.id)
    assert shop.db.read_now(lambda conn: chat.list_conversations(conn)) == []
    left = shop.db.read_now(
        lambda conn: conn.execute(select(table.c.payload).where(table.c.kind == "turn")).scalars().all()
    )
    assert "8888" not in str(left)
    assert await shop.attend.receive(text_from("carla", "m0", "otra vez")) is False  # still recognised


async def test_what_the_bot_fails_at_is_a_message_not_understood_and_is_kept(
    shop: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TRUST R-12 and R-20: no traceback, no lost message, and the next one is answered."""

    def broken(turn: Turn) -> Answer:
        raise ZeroDivisionError("a rule with a hole")

    thread = await visitor(shop)
    with monkeypatch.context() as patch:
        patch.setattr(router, "answer", broken)
        failed = await say(shop, thread, "hola", "c1")
    assert "ZeroDivisionError" not in texts(failed) and "otra vez" in texts(failed)
    assert texts(await say(shop, thread, "a qué hora cierran?", "c2"))
    stored = shop.db.read_now(lambda conn: chat.history(conn, thread.id))
    assert [message.text for message in stored if message.speaker == "customer"] == ["hola", "a qué hora cierran?"]


async def test_a_message_whose_turn_became_a_dead_letter_shows_nothing_of_others(shop: House) -> None:
    other = await visitor(shop, "dario")
    await say(shop, other, "mi número es 8888-0000", "secret")
    thread = await visitor(shop)
    inbound = Inbound(thread.sender, "poison", "text", "hola")
    payload = {"inbound": inbound.as_payload(), "thread": thread.id}
    await shop.db.write(
        lambda conn: jobs.put(conn, "turn", turn_key(inbound), payload, now=shop.clock.now(), state="failed")
    )
    again = await shop.attend.answer_now(thread.id, inbound)
    assert again is not None and again.outs == []
