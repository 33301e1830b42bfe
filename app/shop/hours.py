"""When a shop is open: the week and its holidays, pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HORIZON_DAYS = 14
ALWAYS = "24h"


@dataclass(frozen=True, slots=True)
class Span:
    """One opening of a day. `end` not after `start` means it ends the next day; `said` is as the owner wrote it."""

    start: time
    end: time
    said: str
    start_said: str
    end_said: str

    @property
    def past_midnight(self) -> bool:
        return self.end <= self.start

    def on(self, day: date, now: datetime) -> tuple[datetime, datetime]:
        """The instants it opens and closes when it begins on `day`, in the zone of `now`."""
        until = day + timedelta(days=1) if self.past_midnight else day
        return (
            datetime.combine(day, self.start, tzinfo=now.tzinfo),
            datetime.combine(until, self.end, tzinfo=now.tzinfo),
        )


@dataclass(frozen=True, slots=True)
class DaySpan:
    """A stretch of one given date: `spilled` when it began the evening before."""

    day: date
    span: Span
    opens: datetime
    closes: datetime
    spilled: bool = False


@dataclass(frozen=True, slots=True)
class OpenState:
    """Open at an instant? `until` is None while open without an end in sight; `opens_at` is None beyond 14 days.

    The `…_said` are the same hours in the form the owner wrote them (`18:00`, `6pm`).
    """

    open: bool
    until: datetime | None = None
    until_said: str = ""
    opens_at: datetime | None = None
    opens_said: str = ""
    spans_today: tuple[Span, ...] = ()
    is_holiday: bool = False


@dataclass(frozen=True, slots=True)
class DayGroup:
    """Days in a row with the same hours: `first` and `last` of `DAYS`, `said` as written, empty when closed."""

    first: str
    last: str
    said: str
    spans: tuple[Span, ...]


@dataclass(frozen=True)
class WeekHours:
    """Opening hours: seven days from Monday, and dates that differ. Without any hours the shop never closes."""

    week: tuple[tuple[Span, ...], ...] = ()
    holidays: Mapping[date, tuple[Span, ...]] = field(default_factory=dict)

    @staticmethod
    def parse(written: Mapping[str, object]) -> WeekHours:
        """From the `hours` of config.yaml; raises Amiss naming each key that cannot be understood."""
        from app.shop.hours_text import read_hours

        return read_hours(written)

    @property
    def always_open(self) -> bool:
        return not self.week and not self.holidays

    def spans_on(self, day: date) -> tuple[Span, ...]:
        """The openings that begin on that date; empty when closed."""
        if day in self.holidays:
            return self.holidays[day]
        return self.week[day.weekday()] if self.week else (WHOLE_DAY,)

    def is_holiday(self, day: date) -> bool:
        """Whether the date has hours of its own."""
        return day in self.holidays

    def stretches_on(self, day: date, now: datetime) -> list[DaySpan]:
        """All of that date during which the shop is open, the evening before spilling over included."""
        before = day - timedelta(days=1)
        spilled = [DaySpan(before, span, *span.on(before, now), spilled=True) for span in self.spans_on(before)]
        midnight = datetime.combine(day, time(), tzinfo=now.tzinfo)
        own = [DaySpan(day, span, *span.on(day, now)) for span in self.spans_on(day)]
        return [stretch for stretch in spilled if _utc(stretch.closes) > _utc(midnight)] + own

    def state(self, now: datetime) -> OpenState:
        """What holds at `now`, an aware datetime in the shop's zone."""
        today = now.date()
        spans, holiday = self.spans_on(today), self.is_holiday(today)
        if self.always_open:
            return OpenState(open=True, spans_today=spans, is_holiday=holiday)
        instant, horizon = _utc(now), _utc(now + timedelta(days=HORIZON_DAYS))
        for opens, closes in _merged(self._coming(now)):
            if _utc(closes.closes) <= instant:
                continue
            if _utc(opens.opens) > instant:
                at, said = opens.opens, opens.span.start_said
                return OpenState(False, opens_at=at, opens_said=said, spans_today=spans, is_holiday=holiday)
            endless = _utc(closes.closes) > horizon
            return OpenState(
                open=True,
                until=None if endless else closes.closes,
                until_said="" if endless else closes.span.end_said,
                spans_today=spans,
                is_holiday=holiday,
            )
        return OpenState(open=False, spans_today=spans, is_holiday=holiday)

    @cached_property
    def groups(self) -> tuple[DayGroup, ...]:
        """The week for speech: days in a row with the same hours together; empty when no week was written."""
        groups: list[DayGroup] = []
        for day, spans in zip(DAYS, self.week, strict=False):
            said = ", ".join(span.said for span in spans)
            if groups and groups[-1].said == said:
                groups[-1] = DayGroup(groups[-1].first, day, said, spans)
            else:
                groups.append(DayGroup(day, day, said, spans))
        return tuple(groups)

    def _coming(self, now: datetime) -> Iterator[DaySpan]:
        """Openings from yesterday's on, in order, one day past the horizon."""
        for offset in range(-1, HORIZON_DAYS + 2):
            day = now.date() + timedelta(days=offset)
            for span in self.spans_on(day):
                yield DaySpan(day, span, *span.on(day, now))


WHOLE_DAY = Span(time(), time(), ALWAYS, "0:00", "24:00")


def resolve_day(
    today: date, kind: str, *, weekday: int | None = None, day: int | None = None, month: int | None = None
) -> date | None:
    """The date a customer means: `today`, `now`, `tomorrow`, `day_after` (in two days), `yesterday`, the next `weekday` (0 is Monday, today
    included) or the next such `date`. None for a date that does not exist.
    """
    if kind == "weekday" and weekday is not None:
        return today + timedelta(days=(weekday - today.weekday()) % 7)
    if kind == "date" and day is not None:
        return _next_date(today, day, month)
    return today + timedelta(days={"tomorrow": 1, "day_after": 2, "yesterday": -1}.get(kind, 0))


def _next_date(today: date, day: int, month: int | None) -> date | None:
    for ahead in range(12 * 8 + 1):  # the longest wait is for a 29 February, over a century's end
        year, index = divmod(today.year * 12 + today.month - 1 + ahead, 12)
        if month is not None and index + 1 != month:
            continue
        try:
            found = date(year, index + 1, day)
        except ValueError:
            continue
        if found >= today:
            return found
    return None


def _merged(stretches: Iterable[DaySpan]) -> list[tuple[DaySpan, DaySpan]]:
    """Stretches that touch or overlap joined: pairs of the one that opens and the one that closes last."""
    joined: list[tuple[DaySpan, DaySpan]] = []
    for stretch in sorted(stretches, key=lambda one: _utc(one.opens)):
        if joined and _utc(stretch.opens) <= _utc(joined[-1][1].closes):
            first, last = joined[-1]
            if _utc(stretch.closes) > _utc(last.closes):
                joined[-1] = (first, stretch)
        else:
            joined.append((stretch, stretch))
    return joined


def _utc(instant: datetime) -> datetime:
    """Python compares two times of one zone by the wall clock; when the clocks change only UTC is right."""
    return instant.astimezone(UTC)
