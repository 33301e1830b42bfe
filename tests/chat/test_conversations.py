"""Conversations on both stores: who a customer is, what was said, who may speak, what is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import Connection, func, select

from app.chat import service as chat
from app.chat.messages import Card, QuickReply, Reply, Said, Sender
from app.chat.models import addresses, attachments, contacts, conversations, messages, web_sessions
from app.core.db import Database
from tests.clocks import FixedClock

CARLA = Sender("telegram", "shop", "111")


def begin(db: Database, clock: FixedClock, sender: Sender = CARLA, **about: str) -> chat.Conversation:
    return db.write_now(lambda conn: chat.start_conversation(conn, sender, now=clock.now(), **about))


def say(db: Database, clock: FixedClock, thread: chat.Conversation, *said: Said, **changes: object) -> list[str]:
    return db.write_now(lambda conn: chat.record(conn, reread(conn, thread), said, now=clock.now(), **changes))


def reread(conn: Connection, thread: chat.Conversation) -> chat.Conversation:
    found = chat.conversation(conn, thread.id)
    assert found is not None
    return found


def count(db: Database, table: object) -> int:
    return int(db.read_now(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar_one()))  # type: ignore[arg-type]


def test_the_same_name_and_phone_on_two_addresses_are_two_customers(db: Database, clock: FixedClock) -> None:
    one = begin(db, clock, CARLA, name="Carla", phone="+50588880000")
    two = begin(db, clock, Sender("web", "", "x"), name="Carla", phone="+50588880000")
    assert one.contact_id != two.contact_id


def test_the_same_address_is_the_same_contact_and_its_latest_thread_goes_on(db: Database, clock: FixedClock) -> None:
    first, second = begin(db, clock), begin(db, clock)
    current = db.write_now(lambda conn: chat.current_conversation(conn, CARLA, now=clock.now()))
    assert (first.contact_id, current.id) == (second.contact_id, second.id)
    assert count(db, addresses) == 1


def test_ids_of_one_account_mean_nothing_in_another(db: Database, clock: FixedClock) -> None:
    assert begin(db, clock).contact_id != begin(db, clock, Sender("telegram", "other shop", "111")).contact_id


def test_a_phone_is_optional_everywhere(db: Database, clock: FixedClock) -> None:
    thread = begin(db, clock)
    assert (thread.name, thread.phone, thread.speaker, thread.misses) == ("", "", "bot", 0)


def test_what_was_said_comes_back_in_order_with_all_it_showed(db: Database, clock: FixedClock) -> None:
    thread = begin(db, clock)
    shown = Reply("Tenemos:", "cards", (QuickReply("Ver más", "p:1"),), (Card("Nacatamal", "p:2", "", "C$ 95"),))
    ids = say(db, clock, thread, Said("customer", Reply("menú")), Said("bot", shown, "menu", "product"), misses=0)
    stored = db.read_now(lambda conn: chat.history(conn, thread.id))
    assert [message.id for message in stored] == ids == sorted(ids)
    assert [message.reply_to for message in stored] == ["", ids[0]]
    assert Reply.of(stored[1].out) == shown
    assert stored[1].created_at == clock.now()


def test_history_reads_on_after_a_message_and_gives_the_last_hundred_without_one(
    db: Database, clock: FixedClock
) -> None:
    thread = begin(db, clock)
    ids = say(db, clock, thread, *(Said("customer", Reply(str(n))) for n in range(130)))
    last = db.read_now(lambda conn: chat.history(conn, thread.id))
    after = db.read_now(lambda conn: chat.history(conn, thread.id, after=ids[9]))
    assert [message.text for message in last] == [str(n) for n in range(30, 130)]
    assert [message.text for message in after] == [str(n) for n in range(10, 110)]


def test_a_page_of_threads_goes_on_after_the_last_one_seen(db: Database, clock: FixedClock) -> None:
    begun = [begin(db, clock, Sender("web", "", str(n))).id for n in range(7)]
    first = db.read_now(lambda conn: chat.list_conversations(conn, limit=4))
    rest = db.read_now(lambda conn: chat.list_conversations(conn, after=first[-1].id))
    assert [thread.id for thread in (*first, *rest)] == begun


@pytest.mark.parametrize(
    "text", ["ñandú 🦤 \u202e", "\ufffd", "'; DROP TABLE message; --", "{nombre} {{7*7}}", "a" * 4000]
)
def test_any_text_is_kept_as_it_was_written(db: Database, clock: FixedClock, text: str) -> None:
    thread = begin(db, clock)
    say(db, clock, thread, Said("customer", Reply(text)))
    assert [message.text for message in db.read_now(lambda conn: chat.history(conn, thread.id))] == [text]


def test_a_token_opens_its_own_thread_for_thirty_days_and_is_not_stored(db: Database, clock: FixedClock) -> None:
    thread = begin(db, clock, Sender("web", "", "x"))
    token = db.write_now(lambda conn: chat.open_session(conn, thread.id, now=clock.now()))

    def opens(text: str, days: float) -> str | None:
        moment = clock.now() + timedelta(days=days)
        return db.read_now(lambda conn: chat.session_conversation(conn, text, now=moment))

    assert opens(token, 29.9) == thread.id
    assert opens(token, 30.1) is None
    assert opens(token[:-1], 0) is None
    stored = db.read_now(lambda conn: conn.execute(select(web_sessions.c.token_hash)).scalar_one())
    assert token not in stored


def test_a_thread_waiting_for_a_person_returns_after_the_silence_since_somebody_last_wrote(
    db: Database, clock: FixedClock
) -> None:
    thread = begin(db, clock)
    assert thread.returns_at(120) is None
    handed = db.write_now(lambda conn: chat.hand_over(conn, thread, now=clock.now()))
    assert handed.returns_at(120) == clock.now() + timedelta(minutes=120)
    assert handed.returns_at(0) is None  # 0: never by itself
    clock.advance(minutes=50)
    db.write_now(lambda conn: chat.write_as_person(conn, thread.id, "beto", "hola", now=clock.now()))
    taken = db.read_now(lambda conn: reread(conn, thread))
    assert (taken.taken_by, taken.returns_at(120)) == ("beto", clock.now() + timedelta(minutes=120))


def test_writing_takes_the_thread_and_another_person_is_refused(db: Database, clock: FixedClock) -> None:
    thread = begin(db, clock)
    db.write_now(lambda conn: chat.write_as_person(conn, thread.id, "beto", "hola", now=clock.now()))
    with pytest.raises(chat.TakenBySomebodyElse, match="beto"):
        db.write_now(lambda conn: chat.write_as_person(conn, thread.id, "ana", "yo", now=clock.now()))
    assert [message.author for message in db.read_now(lambda conn: chat.history(conn, thread.id))] == ["beto"]


def test_a_thumb_marks_an_answer_of_its_own_thread_only(db: Database, clock: FixedClock) -> None:
    mine, other = begin(db, clock), begin(db, clock, Sender("web", "", "dario"))
    asked, answered = say(db, clock, mine, Said("customer", Reply("hola")), Said("bot", Reply("buenas")))
    rate = lambda thread, id_: db.write_now(lambda conn: chat.rate(conn, thread.id, id_, "up"))  # noqa: E731
    assert (rate(mine, answered), rate(mine, asked), rate(other, answered)) == (True, False, False)


def test_forgetting_leaves_nothing_of_the_customer_and_all_of_the_others(db: Database, clock: FixedClock) -> None:
    carla, dario = begin(db, clock, name="Carla"), begin(db, clock, Sender("web", "", "dario"), name="Dario")
    for thread in (carla, dario):
        say(db, clock, thread, Said("customer", Reply("hola")))
        db.write_now(lambda conn, id_=thread.id: chat.open_session(conn, id_, now=clock.now()))
        db.write_now(
            lambda conn, id_=thread.id: chat.keep_attachment(
                conn, id_, file=f"{id_}.jpg", mime="image/jpeg", size=1, now=clock.now()
            )
        )
    assert db.write_now(lambda conn: chat.forget(conn, carla.id)) == [f"{carla.id}.jpg"]
    assert [
        count(db, table) for table in (conversations, messages, web_sessions, attachments, addresses, contacts)
    ] == [1] * 6
    assert db.read_now(lambda conn: conn.execute(select(contacts.c.name)).scalar_one()) == "Dario"
