"""What the team says of the bot's answers: each was right or wrong. No customer is shown any of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection, func, select

from app.chat.models import answer_reviews
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
