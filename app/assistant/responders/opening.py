"""When the shop opens and closes, in words: pure, from the shop's hours and the moment in its own time zone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from functools import cached_property

from app.assistant.voice import Voice
from app.nlu.service import Clock
from app.shop.hours import DAYS, DayGroup, OpenState, Span, WeekHours

SMALL_HOURS = 6
NOON, HOURS = 12, 24
WEEK = 7
MOST_HOLIDAYS = 4
ONE_DAY = timedelta(days=1)


class Opening:
    """What can be said about opening hours at `now` (aware, the shop's local time)."""

    def __init__(self, hours: WeekHours, now: datetime, voice: Voice) -> None:
        self.hours, self.now, self.voice = hours, now, voice
        self.today = now.date()

    @cached_property
    def state(self) -> OpenState:
        return self.hours.state(self.now)

    @property
    def is_over(self) -> bool:
        """Closed, and nothing more today."""
        return not self.state.open and not self.left_today()

    def left_today(self) -> list[Span]:
        """What opens later today."""
        wall = self.now.time().replace(tzinfo=None)
        return [span for span in self.state.spans_today if span.start > wall]

    def say_now(self) -> str:
        """`{abierto_ahora}`: open until when, or closed until when."""
        state = self.state
        if state.open and state.until is None:
            return self.voice.say("hours.open_always")
        if state.until is not None:
            return self.voice.say("hours.open_until", until=self._until(state.until, state.until_said))
        if state.opens_at is None:
            return self.voice.say("hours.closed")
        return self.voice.say("hours.closed_until", when=self._when(state.opens_at, state.opens_said))

    def say_yes_or_no(self) -> str:
        """Answers «are you open?»: the yes or the no comes first."""
        state = self.state
        if state.open or state.opens_at is None:
            return self.say_now()
        return self.voice.say("hours.not_now", when=self._when(state.opens_at, state.opens_said))

    def say_closed(self) -> str:
        """That it is closed and when it opens, for somebody who wants to buy; empty while open."""
        return "" if self.state.open else self.say_now()

    def say_closing(self) -> str:
        """Answers «at what time do you close (today)?»."""
        state, later = self.state, self.left_today()
        if not state.open:
            return self._closed_now(later)
        if state.until is None:
            return self.voice.say("hours.never_closes")
        if later and state.until.date() == self.today and not self._is_from_yesterday(state.until):
            last, ends = later[-1], datetime.combine(self.today, later[-1].end)
            until = self._at(last.end_said, ends)
            return self.voice.say("hours.closes_today_after_break", until=until, breaks=self._breaks(later))
        if self._is_tonight(state.until):
            return self.voice.say("hours.closes_today", until=self._at(state.until_said, state.until))
        return self.voice.say("hours.closes_on", until=self._when(state.until, state.until_said))

    def say_opening(self) -> str:
        """Answers «at what time do you open (today)?»."""
        later = self.left_today()
        if self.state.open and not later:
            return self.say_now()
        return self._closed_now(self.state.spans_today if later else ())

    def say_day(self, day: date, *, by_date: bool = False, back: bool = True) -> str:
        """What a day is like: «Mañana, domingo, no abrimos.» `by_date`: it was asked for by its date.

        `back`: where it is closed, when it opens again.
        """
        named, spans = self._day_name(day, by_date), self.hours.spans_on(day)
        if any(span.start == span.end for span in spans):
            return self.voice.say("hours.day_always", day=named)
        if spans:
            return self.voice.say("hours.day_open", day=named, spans=self._spans(spans))
        closed = self.voice.say("hours.day_closed", day=named)
        if day < self.today or not back:
            return closed
        after = self.hours.state(datetime.combine(day + ONE_DAY, time(), tzinfo=self.now.tzinfo))
        opens = datetime.combine(day + ONE_DAY, time(), tzinfo=self.now.tzinfo) if after.open else after.opens_at
        if opens is None:
            return closed
        return f"{closed} {self.voice.say('hours.back', when=self._when(opens, after.opens_said or '0:00'))}"

    def say_at(self, clock: Clock, day: date | None = None, *, mornings: bool = False) -> str:
        """Answers «are you open at that time?»; without a `day` it is the next such time. `mornings`: «a las 8» is 8:00."""
        moment = self._moment_meant(clock, day, mornings)
        state, spans = self.hours.state(moment), self.hours.spans_on(moment.date())
        named, at = self.say_date(moment.date()), self._at(self._written_time(moment), moment)
        if state.open:
            key = "hours.open_then" if spans else "hours.open_then_only"
            return self.voice.say(key, day=named, time=at, spans=self._spans(spans))
        if not spans:
            return self.say_day(moment.date())
        said = self.voice.say("hours.closed_then", day=named, time=at, spans=self._spans(spans))
        over = not any(span.start > moment.time().replace(tzinfo=None) for span in spans)
        if not over or state.opens_at is None:
            return said
        return f"{said} {self.voice.say('hours.back', when=self._when(state.opens_at, state.opens_said))}"

    def say_holidays(self) -> str:
        """The next dates with hours of their own; empty where the shop has none."""
        coming = sorted(day for day in self.hours.holidays if day >= self.today)[:MOST_HOLIDAYS]
        return " ".join(self.say_day(day, by_date=True, back=False) for day in coming)

    def say_run(self, weekday: int, length: int) -> str:
        """The regular hours of `length` days in a row from `weekday` (0 is Monday)."""
        if not self.hours.week:
            return self.voice.say("hours.run", week=self.say_week())
        groups: list[DayGroup] = []
        for index in ((weekday + more) % WEEK for more in range(length)):
            spans = self.hours.week[index]
            first = groups.pop().first if groups and groups[-1].spans == spans else DAYS[index]
            groups.append(DayGroup(first, DAYS[index], "", spans))
        return self.voice.say("hours.run", week="; ".join(map(self._group, groups)))

    def say_week(self) -> str:
        """`{horario}`: the regular week, days with the same hours together."""
        groups = self.hours.groups
        if not groups:
            return self.voice.say("week.always")
        if len(groups) == 1 and groups[0].spans:
            return self.voice.say("week.every_day", spans=self._spans(groups[0].spans))
        between = "; " if any(len(group.spans) > 1 for group in groups) else ", "
        return between.join(map(self._group, groups))

    def _closed_now(self, spans: Sequence[Span]) -> str:
        """What today still brings, or when it opens again."""
        if spans:
            return self.voice.say("hours.opens_today", spans=self._spans(spans))
        if not self.state.spans_today:
            return self.say_day(self.today)
        if self.state.opens_at is None:
            return self.voice.say("hours.closed")
        return self.voice.say("hours.closed_already", when=self._when(self.state.opens_at, self.state.opens_said))

    def _moment_meant(self, clock: Clock, day: date | None, mornings: bool) -> datetime:
        """Of "a las 8", morning or evening: one that is still to come, then one at which the shop is open."""
        hours = [clock.hour] if clock.sure or (mornings and clock.hour > SMALL_HOURS - 1) else _either(clock.hour)
        moments = [self._moment(day or self.today, hour, clock.minute) for hour in hours]
        if day is None or day == self.today:
            soon = [one for one in moments if one >= self.now]
            late = day is None or clock.hour < SMALL_HOURS  # "hoy a las 2 de la madrugada" is tonight
            moments = soon or ([one + ONE_DAY for one in moments] if late else moments)
        return next((one for one in moments if self.hours.state(one).open), moments[0])

    def _moment(self, day: date, hour: int, minute: int) -> datetime:
        past, hour = divmod(hour, HOURS)
        return datetime.combine(day + past * ONE_DAY, time(hour, minute), tzinfo=self.now.tzinfo)

    def _written_time(self, moment: datetime) -> str:
        """As the owner writes hours: `21:00`, or `9:00 pm`."""
        twelve = any("m" in span.said.lower() for spans in self.hours.week for span in spans)
        if not twelve:
            return f"{moment.hour}:{moment.minute:02}"
        return f"{moment.hour % 12 or 12}:{moment.minute:02} {'am' if moment.hour < 12 else 'pm'}"

    def say_date(self, day: date) -> str:
        """`mañana viernes`, within a sentence."""
        named = self._day_name(day, False)
        return named[:1].lower() + named[1:]

    def say_when(self, moment: datetime) -> str:
        """`mañana a las 7:00`, the hour in the form the owner wrote it."""
        clock = moment.time().replace(tzinfo=None)
        spans = self.hours.spans_on(moment.date())
        said = next((span.start_said for span in spans if span.start == clock), f"{moment.hour}:{moment.minute:02}")
        return self._when(moment, said)

    def _until(self, moment: datetime, said: str) -> str:
        return self._at(said, moment) if self._is_tonight(moment) else self._when(moment, said)

    def _is_from_yesterday(self, until: datetime) -> bool:
        """In the small hours of an evening that began the day before: that evening's end is meant, not today's."""
        return all(span.start.hour >= until.hour for span in self.state.spans_today) and self.now.hour < SMALL_HOURS

    def _is_tonight(self, moment: datetime) -> bool:
        """Today, or in the small hours that people still call tonight."""
        tonight = moment.date() == self.today + ONE_DAY and moment.hour <= SMALL_HOURS and self.now.hour > SMALL_HOURS
        return moment.date() == self.today or tonight

    def _when(self, moment: datetime, said: str) -> str:
        days = (moment.date() - self.today).days
        key = {0: "clock.today", 1: "clock.tomorrow"}.get(days, "clock.weekday" if days < WEEK else "clock.date")
        return self.voice.say(key, time=self._at(said, moment), **self._names(moment.date()))

    def _at(self, said: str, moment: datetime) -> str:
        return self.voice.say("clock.at_one" if moment.hour == 1 or said.startswith("1:") else "clock.at", time=said)

    def _spans(self, spans: Sequence[Span]) -> str:
        return self.voice.join([self._span(span) for span in spans])

    def _breaks(self, later: Sequence[Span]) -> str:
        """The pauses between the span that is open and those that follow."""
        starts = [self.state.until_said, *(span.end_said for span in later)]
        pauses = [
            self.voice.say("clock.span", start=start, end=span.start_said)
            for start, span in zip(starts, later, strict=False)
        ]
        return self.voice.join(pauses)

    def _span(self, span: Span) -> str:
        if span.start == span.end:
            return self.voice.say("clock.all_day")
        return self.voice.say("clock.span", start=span.start_said, end=span.end_said)

    def _day_name(self, day: date, by_date: bool) -> str:
        names, special = self._names(day), by_date or self.hours.is_holiday(day)
        days = (day - self.today).days
        if days == 0:
            return self.voice.say("clock.today_holiday" if special else "clock.today_named", **names)
        if days == 1:
            return self.voice.say("clock.tomorrow_holiday" if special else "clock.tomorrow_named", **names)
        if days == -1:
            return self.voice.say("clock.yesterday_named", **names)
        near = 0 < days <= WEEK and not special
        return self.voice.say("clock.weekday_named" if near else "clock.date_named", **names)

    def _names(self, day: date) -> dict[str, object]:
        weekday, month = self.voice.list("week.days")[day.weekday()], self.voice.list("week.months")[day.month - 1]
        return {"weekday": weekday, "day": day.day, "month": month}

    def _group(self, group: DayGroup) -> str:
        names = self.voice.list("week.days")
        first, last = DAYS.index(group.first), DAYS.index(group.last)
        if first == last:
            days = names[first]
        elif last == first + 1:
            days = self.voice.join([names[first], names[last]])
        else:
            days = self.voice.say("week.run", first=names[first], last=names[last])
        key = "week.day_open" if group.spans else "week.day_closed"
        return self.voice.say(key, days=days, spans=self._spans(group.spans))


def _either(hour: int) -> list[int]:
    """The hours of the day that "a las 3" may be, the likelier first."""
    if hour == NOON:
        return [NOON, HOURS]
    return [hour, hour + NOON] if hour > SMALL_HOURS else [hour + NOON, hour]
