"""A day of the shop's rolled up: its conversations, orders, lost sales and errors by channel and branch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, delete, func, insert, select

from app.analytics.models import day_figures, lost_sales
from app.chat import service as chat
from app.chat.service import Spoken
from app.core import jobs
from app.core.db import insert_new
from app.orders import service as orders

SETTLES = timedelta(days=2)  # an order is called off, a thumb given, a day or two later
LONGEST = 400  # days a look goes back, and so what is rolled up
AT_ONCE = 60  # days rolled up in one transaction
PRICED = frozenset({"price", "menu", "availability"})
SLOW = 0.95

Cells = dict["Place", dict[str, int]]


class Place(NamedTuple):
    """Where something happened."""

    channel: str
    branch: str


def bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants a day of the shop's begins and ends at."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def days_between(since: date, until: date) -> list[date]:
    """Every day, both included."""
    return [since + timedelta(days=place) for place in range((until - since).days + 1)]


def roll_up(conn: Connection, days: Sequence[date], zone: ZoneInfo, now: datetime) -> int:
    """Keeps the figures of some of the days `to_roll_up`, oldest first; how many of them are left to do."""
    left = to_roll_up(conn, days, zone, now)
    for day in left[:AT_ONCE]:
        if insert_new(conn, day_figures, **_nothing(day, Place("", "")), rolled_at=now):  # of two processes one does
            rows = [{**row, "rolled_at": now} for row in figures_of(conn, day, zone)]
            conn.execute(delete(day_figures).where(day_figures.c.day == day.isoformat(), day_figures.c.channel != ""))
            if rows:
                conn.execute(insert(day_figures), rows)
    return max(0, len(left) - AT_ONCE)


def to_roll_up(conn: Connection, days: Sequence[date], zone: ZoneInfo, now: datetime) -> list[date]:
    """Those of the days that are over and settled and not kept yet."""
    over = [day for day in days if bounds(day, zone)[1] + SETTLES <= now]
    if not over:
        return []
    whole = select(day_figures.c.day).where(day_figures.c.channel == "", day_figures.c.day >= over[0].isoformat())
    kept = set(conn.execute(whole).scalars())
    return [day for day in over if day.isoformat() not in kept]


def first_day(conn: Connection, zone: ZoneInfo, today: date) -> date:
    """The first day anything was said, at most LONGEST ago."""
    began = chat.first_message_at(conn)
    first = today if began is None else began.astimezone(zone).date()
    return max(first, today - timedelta(days=LONGEST))


def figures_of(conn: Connection, day: date, zone: ZoneInfo) -> list[dict[str, Any]]:
    """The day's rows, counted now."""
    since, until = bounds(day, zone)
    cells: Cells = defaultdict(lambda: _nothing(day, Place("", "")))
    _add_talks(cells, chat.spoken(conn, since, until), chat.threads_with_people(conn, since, until),
               orders.threads_that_ordered(conn, day.isoformat(), day.isoformat()))  # fmt: skip
    for taken in orders.taken_on(conn, day.isoformat()):
        cell = cells[Place(taken.channel, taken.branch)]
        if taken.status == "cancelled":
            cell["cancelled"] += taken.count
        else:
            cell["orders"] += taken.count
            cell["sold"] += taken.total
    lost = select(lost_sales.c.channel, lost_sales.c.branch, func.count()).where(lost_sales.c.day == day.isoformat())
    for row in conn.execute(lost.group_by(lost_sales.c.channel, lost_sales.c.branch)):
        cells[Place(row[0], row[1])]["lost"] += row[2]
    for failure in jobs.failures(conn, since, until):
        cells[Place(failure.channel, "")]["errors"] += 1
    for place, times in _by_place(chat.answer_times(conn, since, until)).items():
        cells[place]["slow_ms"] = times[min(len(times) - 1, int(len(times) * SLOW))]
    return [{**cell, "channel": place.channel, "branch": place.branch} for place, cell in cells.items()]


def _add_talks(cells: Cells, said: Iterable[Spoken], with_people: set[str], ordered: set[str]) -> None:
    """What was said, thread by thread: a talk counts where its customer wrote."""
    intents: dict[tuple[Place, str], set[str]] = defaultdict(set)
    for one in said:
        place = Place(one.channel, one.branch)
        cell = cells[place]
        cell["messages"] += one.count
        cell["missed"] += one.count if one.source == "fallback" else 0
        cell["liked"] += one.count if one.feedback == "up" else 0
        cell["disliked"] += one.count if one.feedback == "down" else 0
        if one.speaker == "customer":
            intents[place, one.conversation_id].add(one.intent)
    about = {"question": "questions", "order": "wishes", "complaint": "complaints"}
    for (place, thread), heard in intents.items():
        cell, priced = cells[place], not heard.isdisjoint(PRICED)
        cell["talks"] += 1
        cell["handed"] += thread in with_people
        cell["priced"] += priced
        cell["bought"] += priced and thread in ordered
        if kind := about.get(chat.matter_of("", heard, timedelta())):
            cell[kind] += 1


def _by_place(times: Iterable[tuple[str, str, int]]) -> dict[Place, list[int]]:
    """Milliseconds, the quickest first."""
    found: dict[Place, list[int]] = defaultdict(list)
    for channel, branch, took in times:
        found[Place(channel, branch)].append(took)
    return found


def _nothing(day: date, place: Place) -> dict[str, Any]:
    counted = [column.name for column in day_figures.columns if column.name not in ("day", *Place._fields, "rolled_at")]
    return {"day": day.isoformat(), **place._asdict(), **dict.fromkeys(counted, 0)}
