"""A week of opening hours and special dates as a form has them: a line a day, as people write them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Any

from app.core.i18n import Texts
from app.shop.hours import DAYS, Span, WeekHours
from app.web.admin.frame import text
from app.web.call import Call

DATES_MOST = 100
CLOSED = "cerrado"


@dataclass(frozen=True)
class Week:
    """What stands in the form: a text a day from Monday, and dates with theirs."""

    days: tuple[str, ...]
    dates: tuple[tuple[str, str], ...]

    @property
    def runs(self) -> list[tuple[int, int, str]]:
        """Days in a row that say the same: the first, the last, the text."""
        grouped = [list(run) for _, run in groupby(enumerate(self.days), key=lambda day: day[1])]
        return [(run[0][0], run[-1][0], run[0][1] or CLOSED) for run in grouped]

    def keys(self) -> dict[str, str]:
        """The week as config.yaml has it; empty where no day says anything."""
        if not any(self.days):
            return {}
        return {_key(first, last): said for first, last, said in self.runs}

    def value(self) -> dict[str, Any] | None:
        """What config.yaml is to say; None where nothing was written."""
        holidays = {day: said or CLOSED for day, said in self.dates if day}
        return {**self.keys(), **({"holidays": holidays} if holidays else {})} or None

    def fields(self, key: str) -> list[tuple[str, str]]:
        """Where each line of the form is said in config.yaml, below `key`."""
        week = [(f"{key}.{_key(first, last)}", f"day-{DAYS[first]}") for first, last, _ in self.runs]
        return [*week, *((f"{key}.holidays.{day}", f"said-{at}") for at, (day, _) in enumerate(self.dates))]


def week_of(hours: WeekHours) -> Week:
    """The hours as they are kept."""
    days = tuple(_said(spans) or CLOSED for spans in hours.week) or ("",) * len(DAYS)
    return Week(days, tuple((day.isoformat(), _said(spans) or CLOSED) for day, spans in sorted(hours.holidays.items())))


def typed(call: Call) -> Week:
    """What stands in the form."""
    rows = (at for at in range(DATES_MOST) if call.form is not None and f"date-{at}" in call.form)
    dates = tuple((call.field(f"date-{at}").strip(), call.field(f"said-{at}").strip()) for at in rows)
    return Week(tuple(call.field(f"day-{day}").strip() for day in DAYS), dates)


def edited(week: Week, do: str) -> Week:
    """With a line more for a date, or one less."""
    what, _, at = do.partition("-")
    dates = [*week.dates, ("", "")] if what == "add" else list(week.dates)
    if what == "drop" and at.isdecimal() and int(at) < len(dates):
        del dates[int(at)]
    return Week(week.days, tuple(dates[:DATES_MOST]))


def repeated(call: Call, week: Week) -> dict[str, str]:
    """A date that stands twice, which a file could not say."""
    days = [day for day, _ in week.dates]
    twice = (at for at, day in enumerate(days) if day and day in days[:at])
    return {f"said-{at}": text(call, "flows.date_twice") for at in twice}


def named_days(week: Week, language: str) -> list[tuple[str, str, str]]:
    """(`mon`, what people call it, what it says) for each day."""
    return list(zip(DAYS, Texts.load("bot").raw("week.days", language), week.days, strict=True))


def _key(first: int, last: int) -> str:
    """`daily`, `mon` or `mon_fri`."""
    if (first, last) == (0, len(DAYS) - 1):
        return "daily"
    return DAYS[first] if first == last else f"{DAYS[first]}_{DAYS[last]}"


def _said(spans: tuple[Span, ...]) -> str:
    return ", ".join(span.said for span in spans)
