"""How it went, asked once after a conversation: to whom, when, and what they said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from app.analytics.models import opinions
from app.core.db import insert_new

WELL = 3


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """Of the customers asked, how many answered, and how many of those said that it went well."""

    asked: int
    answered: int
    well: int


def ask_opinion(
    conn: Connection, conversation_id: str, *, channel: str, branch: str, day: str, now: datetime
) -> bool:  # fmt: skip
    """Whether this customer may be asked now: True once for ever."""
    return insert_new(conn, opinions, conversation_id=conversation_id, day=day, channel=channel, branch=branch,
                      score=0, asked_at=now)  # fmt: skip


def keep_opinion(conn: Connection, conversation_id: str, score: int) -> bool:
    """Keeps what they said; False where nobody asked."""
    kept = conn.execute(
        update(opinions).where(opinions.c.conversation_id == conversation_id).values(score=score)
    )  # fmt: skip
    return kept.rowcount == 1


def satisfaction(conn: Connection, since: str, until: str, channel: str = "", branch: str = "") -> Satisfaction:
    """Of those asked on these days, both included."""
    columns = opinions.c
    query = select(columns.score, func.count()).where(columns.day >= since, columns.day <= until)
    query = query.where(columns.channel == channel) if channel else query
    query = query.where(columns.branch == branch) if branch else query
    counts = {row[0]: row[1] for row in conn.execute(query.group_by(columns.score))}
    return Satisfaction(sum(counts.values()), sum(counts.values()) - counts.get(0, 0), counts.get(WELL, 0))
