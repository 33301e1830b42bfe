"""How it went between two days, beside the days before: figures, days, what was asked and what was sold."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from app.analytics.models import day_figures
from app.analytics.rollup import bounds, days_between, figures_of
from app.chat import service as chat
from app.core.text import fold

ASKING = (
    "hours", "location", "menu", "price", "availability", "delivery", "payment", "contact", "faq", "out_of_scope",
)  # fmt: skip
ASKED_SHOWN = 8
SHORTEST = 3  # letters of what counts as a question
COUNTED = tuple(
    column.name
    for column in day_figures.columns
    if column.name not in ("day", "channel", "branch", "rolled_at", "slow_ms")
)


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: the days from `since` to `until`, both included; of one channel or branch, or of all."""

    since: date
    until: date
    zone: ZoneInfo
    channel: str = ""
    branch: str = ""

    @property
    def length(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def days(self) -> tuple[str, str]:
        return self.since.isoformat(), self.until.isoformat()

    @property
    def before(self) -> Look:
        """As many days, just before."""
        until = self.since - timedelta(days=1)
        return Look(until - timedelta(days=self.length - 1), until, self.zone, self.channel, self.branch)


@dataclass(frozen=True, slots=True)
class Sums:
    """A period's figures added up. `alone`: talks answered without a person."""

    counts: Mapping[str, int]

    def __getitem__(self, name: str) -> int:
        return self.counts.get(name, 0)

    @property
    def alone(self) -> int:
        return self["talks"] - self["handed"]


@dataclass(frozen=True, slots=True)
class Period:
    """A look's days: `rows` are each day's figures by channel, quiet days without any."""

    look: Look
    rows: Mapping[str, Sequence[Mapping[str, Any]]]

    @property
    def sums(self) -> Sums:
        added: Counter[str] = Counter()
        for rows in self.rows.values():
            for row in rows:
                added.update({name: row[name] for name in COUNTED})
        return Sums(added)

    @property
    def channels(self) -> list[str]:
        """Those anything was said or sold on, the busiest first."""
        talks: Counter[str] = Counter()
        for rows in self.rows.values():
            for row in rows:
                talks[row["channel"]] += row["talks"] + row["orders"] + row["errors"]
        return [channel for channel, count in talks.most_common() if count]

    def by_day(self, name: str, channel: str = "") -> list[int]:
        """A figure day by day, oldest first; of `slow_ms` the slowest."""
        found = []
        for day in days_between(self.look.since, self.look.until):
            of_day = [row[name] for row in self.rows.get(day.isoformat(), ()) if channel in ("", row["channel"])]
            found.append(max(of_day, default=0) if name == "slow_ms" else sum(of_day))
        return found


@dataclass(frozen=True, slots=True)
class Asked:
    """A question customers ask, in its commonest words. `missed`: how often of those the bot did not understand it."""

    text: str
    count: int
    missed: int


def period(conn: Connection, look: Look) -> Period:
    """The look's figures: what is rolled up as it was kept, the other days counted now."""
    since, until = look.days
    columns = day_figures.c
    query = select(day_figures).where(columns.day >= since, columns.day <= until)
    kept: dict[str, list[Any]] = defaultdict(list)
    for row in conn.execute(query).mappings():
        kept[row["day"]].append(row)
    first = chat.first_message_at(conn)
    for day in days_between(look.since, look.until):
        if day.isoformat() not in kept and first is not None and bounds(day, look.zone)[1] > first:
            kept[day.isoformat()] = list(figures_of(conn, day, look.zone))
    return Period(look, {day: [row for row in rows if _wanted(row, look)] for day, rows in kept.items()})


def asked_most(conn: Connection, look: Look) -> list[Asked]:
    """What customers ask most, wordings that differ in accents and signs together."""
    since, until = _instants(look)
    wordings = chat.asked_most(conn, since, until, ASKING, look.channel, look.branch)
    return _together(wordings)[:ASKED_SHOWN]


def _together(wordings: Iterable[chat.Wording]) -> list[Asked]:
    same: dict[str, list[chat.Wording]] = defaultdict(list)
    for one in wordings:
        key = "".join(letter for letter in fold(one.text) if letter.isalnum() or letter == " ").strip()
        if len(key) >= SHORTEST:
            same[key].append(one)
    asked = [
        Asked(max(group, key=lambda one: one.count).text, sum(one.count for one in group), sum(one.missed for one in group))
        for group in same.values()
    ]  # fmt: skip
    return sorted(asked, key=lambda one: (-one.count, one.text))


def _instants(look: Look) -> tuple[datetime, datetime]:
    return bounds(look.since, look.zone)[0], bounds(look.until, look.zone)[1]


def _wanted(row: Mapping[str, Any], look: Look) -> bool:
    return bool(row["channel"]) and look.channel in ("", row["channel"]) and look.branch in ("", row["branch"])
