"""What the team says of the bot's answers, on both stores."""

from __future__ import annotations

from datetime import timedelta

from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.core.db import Database
from tests.clocks import FixedClock

CARLA = Sender("telegram", "shop", "111")


def say_of(db: Database, clock: FixedClock, message_id: str, verdict: chat.Verdict, note: str = "") -> None:
    db.write_now(lambda conn: chat.review(conn, message_id, verdict, note, "ana", clock.now()))


def of_the_last_hour(db: Database, clock: FixedClock) -> chat.Reviews:
    until = clock.now() + timedelta(seconds=1)
    return db.read_now(lambda conn: chat.reviews(conn, until - timedelta(hours=1), until))


def test_answers_found_right_and_wrong_are_counted(db: Database, clock: FixedClock) -> None:
    for message_id, verdict in (("a", "ok"), ("b", "ok"), ("c", "wrong")):
        say_of(db, clock, message_id, verdict)  # type: ignore[arg-type]
    assert of_the_last_hour(db, clock) == chat.Reviews(ok=2, wrong=1)


def test_who_changes_their_mind_about_an_answer_has_said_one_thing_of_it(db: Database, clock: FixedClock) -> None:
    say_of(db, clock, "a", "ok")
    say_of(db, clock, "a", "wrong", "Cerramos a las ocho")
    assert of_the_last_hour(db, clock) == chat.Reviews(ok=0, wrong=1)


def test_only_what_was_said_in_that_time_is_counted(db: Database, clock: FixedClock) -> None:
    say_of(db, clock, "a", "ok")
    now = clock.now()
    assert db.read_now(lambda conn: chat.reviews(conn, now, now + timedelta(seconds=1))) == chat.Reviews(ok=1)
    assert db.read_now(lambda conn: chat.reviews(conn, now - timedelta(hours=1), now)) == chat.Reviews()


def test_what_was_said_of_a_threads_answers_is_forgotten_with_it_and_of_no_others(
    db: Database, clock: FixedClock
) -> None:
    thread = db.write_now(lambda conn: chat.start_conversation(conn, CARLA, now=clock.now()))
    [answer] = db.write_now(lambda conn: chat.record(conn, thread, [Said("bot", Reply("Hola"))], now=clock.now()))
    say_of(db, clock, answer, "ok", "Le dije a Carla que sí")
    say_of(db, clock, "another", "wrong")
    db.write_now(lambda conn: chat.forget(conn, thread.id))
    assert of_the_last_hour(db, clock) == chat.Reviews(ok=0, wrong=1)
