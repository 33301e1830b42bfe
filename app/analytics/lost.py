"""Sales that were lost: noted where they happen, told to the owner with what would mend them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select

from app.analytics.models import lost_sales
from app.core.db import insert_new
from app.core.text import fold
from app.knowledge.service import masked
from app.orders import service as orders

KINDS = ("missing", "sold_out", "zone", "minimum", "cart")
LONGEST = 120
MOST_OF_ONE = 6  # of a message: more is no wish


@dataclass(frozen=True, slots=True)
class Lost:
    """What was wanted in vain: a `missing` or `sold_out` thing, a `zone` out of reach, a cart below the `minimum` or left."""

    kind: str
    what: str


@dataclass(frozen=True, slots=True)
class LostOf:
    """The same thing wanted in vain by so many conversations, `thread` the last of them."""

    kind: str
    what: str
    talks: int
    thread: str
    last_at: datetime


def keep_lost(
    conn: Connection, lost: Iterable[Lost], *, conversation_id: str, channel: str, branch: str, day: str, now: datetime
) -> None:
    """Notes what was lost in this conversation, each thing once a day. What the customer said is masked."""
    for one in list(dict.fromkeys(lost))[:MOST_OF_ONE]:
        insert_new(conn, lost_sales, conversation_id=conversation_id, day=day, channel=channel, branch=branch,
                   kind=one.kind, what=masked(one.what)[:LONGEST], at=now)  # fmt: skip


def lost_between(conn: Connection, since: str, until: str, channel: str = "", branch: str = "") -> list[LostOf]:
    """What was lost on these days, what most wanted first. What ended in an order after all was not lost."""
    columns = lost_sales.c
    where = [columns.day >= since, columns.day <= until]
    where += [columns.channel == channel] if channel else []
    where += [columns.branch == branch] if branch else []
    bought = orders.threads_that_ordered(conn, since, until)
    threads: dict[tuple[str, str], set[str]] = defaultdict(set)
    said: dict[tuple[str, str], tuple[str, str, datetime]] = {}
    for row in conn.execute(select(lost_sales).where(*where).order_by(columns.id)):
        if row.kind in ("missing", "sold_out") or row.conversation_id not in bought:
            key = (row.kind, fold(row.what))
            threads[key].add(row.conversation_id)
            said[key] = row.what, row.conversation_id, row.at
    found = [LostOf(kind, said[kind, key][0], len(who), *said[kind, key][1:]) for (kind, key), who in threads.items()]
    return sorted(found, key=lambda one: (-one.talks, one.what))
