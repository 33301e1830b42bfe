"""What is said of the bot's answers: a customer's thumb, and whether the team finds them right, which no customer is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, delete, func, select, update

from app.chat.models import answer_reviews, messages
from app.core.db import insert_into
from app.core.ids import new_id

NOTE_MOST = 1000  # letters

Verdict = Literal["ok", "wrong"]


@dataclass(frozen=True, slots=True)
class Reviews:
    """How many answers somebody of the team found right, and how many wrong."""

    ok: int = 0
    wrong: int = 0


def review(conn: Connection, message_id: str, verdict: Verdict, note: str, by: str, now: datetime) -> None:
    """Keeps what `by` says of one answer, instead of what was said of it before; `note` is what it should have said.

    The answer may be one of the trial console, which is in no conversation.
    """
    said = {"verdict": verdict, "note": note[:NOTE_MOST], "by": by, "at": now}
    row = insert_into(answer_reviews, conn.dialect.name).values(id=new_id(), message_id=message_id, **said)
    conn.execute(row.on_conflict_do_update(index_elements=["message_id"], set_=said))


def reviews(conn: Connection, since: datetime, until: datetime) -> Reviews:
    """What was said from `since` on and before `until`."""
    found = conn.execute(
        select(answer_reviews.c.verdict, func.count().label("many"))
        .where(answer_reviews.c.at >= since, answer_reviews.c.at < until)
        .group_by(answer_reviews.c.verdict)
    )
    return Reviews(**{row.verdict: row.many for row in found})


def forget_reviews(conn: Connection, conversation_id: str) -> None:
    """Deletes what was said of a thread's answers, before they are deleted themselves."""
    theirs = select(messages.c.id).where(messages.c.conversation_id == conversation_id)
    conn.execute(delete(answer_reviews).where(answer_reviews.c.message_id.in_(theirs)))


def rate(conn: Connection, conversation_id: str, message_id: str, value: str) -> bool:
    """A customer's thumb on one of the thread's answers; False if there is no such answer."""
    rated = conn.execute(
        update(messages)
        .where(
            messages.c.id == message_id, messages.c.conversation_id == conversation_id, messages.c.speaker != "customer"
        )
        .values(feedback=value)
    )
    return rated.rowcount == 1
