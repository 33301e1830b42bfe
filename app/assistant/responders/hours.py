"""Opening hours: the template in general, and the day or the time itself where one is asked for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta

from app.assistant.responders.hears import hears
from app.assistant.responders.opening import Opening
from app.assistant.responders.templates import opening_of, own_template, render_template
from app.assistant.turn import Asked, Turn
from app.nlu.service import Clause, DayRef, days_in
from app.shop.hours import resolve_day

WEEKDAY = (
    "lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|tuesday|wednesday|thursday|friday|saturday|sunday"
)
DAY_NUMBER = re.compile(rf"\b(?:(?:el|dia|on the)(?: (?:{WEEKDAY}))?|{WEEKDAY}) (\d{{1,2}})\b(?! de la)")
MOST_DAYS = 31
RIGHT_NOW = ("now", "today", "tomorrow", "day_after", "yesterday")
TOLD_ONE_BY_ONE = 2  # days in a row; more are told as a week is
GOES_ON = ("y", "and", "e", "pero", "o")


def is_right_now(asked: Asked) -> bool:
    """About now, today or tomorrow, or a time of day: what no written answer can know."""
    day = asked.clause.day
    if day is not None:
        return day.kind in RIGHT_NOW
    return hears("open_now", asked.said) and not hears("whole_week", asked.said)


def is_day_known(turn: Turn, asked: Asked) -> bool:
    """About a time of day, a weekday, or a date that has hours of its own in the settings."""
    if asked.clause.entities.clock is not None:
        return True
    day = day_asked(turn, asked)
    meant = None if day is None else _date_meant(opening_of(turn), day, asked.said)
    return day is not None and (day.kind == "weekday" or (meant is not None and turn.profile.hours.is_holiday(meant)))


def day_asked(turn: Turn, asked: Asked) -> DayRef | None:
    """The day of the question; "el 25" and "el domingo 25" are the next 25th, or that of the month just talked about."""
    numbered, day = DAY_NUMBER.search(asked.said), asked.clause.day
    monthless = day is None or day.kind == "weekday" or (day.kind == "date" and day.month is None)
    if monthless and numbered and 0 < int(numbered[1]) <= MOST_DAYS:
        return DayRef("date", day=int(numbered[1]), month=_month_before(turn))
    return day


def is_today_a_holiday(clause: Clause) -> bool:
    """ "Hoy que es feriado, ¿están?": about today, whatever is written about holidays."""
    kinds = {one.value.kind for one in clause.entities.days}
    return "holidays" in kinds and not kinds.isdisjoint(RIGHT_NOW)


def _month_before(turn: Turn) -> int | None:
    """The month of the date the hours were asked for just before: "¿abren el 8 de diciembre?" "¿y el 24?"."""
    topic = turn.state.get("topic", {})
    if "hours" not in topic.get("subjects", []):
        return None
    spoken = days_in(topic.get("said", "").split(), turn.analysis.language)
    return next((one.day.month for one in spoken if one.day.month), None)


def answer_hours(turn: Turn, asked: Asked) -> str:
    """The sentence or two that answer a question about hours."""
    opening, said, clock = opening_of(turn), asked.said, asked.clause.entities.clock
    days = _days_asked(turn, asked)
    if is_today_a_holiday(asked.clause):
        days = [day for day in days if day.kind != "holidays"]
    if any(day.kind == "holidays" for day in days):
        return opening.say_holidays() or render_template(turn, "hours")
    if clock is not None and not hears("closing", said):
        meant = _date_meant(opening, days[0], said) if days else None
        return opening.say_at(clock, meant, mornings=hears("opening", said))
    told = [day for day in days if day.kind not in ("now", "today")]
    if told:
        return _say_days(opening, days if len(days) > 1 else told, said) or render_template(turn, "hours")
    return _about_today(turn, opening, said, named=bool(days), now=is_right_now(asked))


def _about_today(turn: Turn, opening: Opening, said: str, *, named: bool, now: bool) -> str:
    """No other day is meant: until when, from when, whether now; `named`: today or now is said."""
    plain = own_template(turn, "hours") is None
    if hears("closing", said) and (plain or named):
        return opening.say_closing()
    if hears("opening", said) and hears("when", said) and (opening.left_today() or named):
        return opening.say_opening()
    if now and (plain or named):
        return opening.say_yes_or_no()
    return render_template(turn, "hours")


def _days_asked(turn: Turn, asked: Asked) -> list[DayRef]:
    """The days of the question; those of the one before for "¿y a las 8?"."""
    days = [one.value for one in asked.clause.entities.days]
    numbered = day_asked(turn, asked)
    if len(days) < 2 and numbered is not None:
        return [numbered]
    if days:
        return days
    topic = turn.state.get("topic", {})
    if asked.clause.entities.clock is None or "hours" not in topic.get("subjects", []):
        return []
    if asked.clause.tokens[:1] not in [(word,) for word in GOES_ON]:
        return []
    return [spoken.day for spoken in days_in(topic.get("said", "").split(), turn.analysis.language)]


def _say_days(opening: Opening, days: Sequence[DayRef], said: str) -> str:
    """Each day once, in their order; many in a row as the week is told."""
    whole = next((day for day in days if _length(day) > TOLD_ONE_BY_ONE), None)
    if whole is not None and whole.weekday is not None:
        return opening.say_run(whole.weekday, _length(whole))
    by_date = {day.kind == "date" for day in days} == {True}
    meant = [found for day in days for one in _each(day) if (found := _date_meant(opening, one, said)) is not None]
    return " ".join(opening.say_day(day, by_date=by_date) for day in sorted(set(meant)))


def _length(day: DayRef) -> int:
    return 1 if day.weekday is None or day.until is None else (day.until - day.weekday) % 7 + 1


def _each(day: DayRef) -> list[DayRef]:
    if day.weekday is None or day.until is None:
        return [day]
    return [DayRef("weekday", weekday=(day.weekday + more) % 7) for more in range(_length(day))]


def _date_meant(opening: Opening, day: DayRef, said: str) -> date | None:
    """The date; today's weekday is next week's where its hours are over or that is what was said."""
    found = resolve_day(opening.today, day.kind, weekday=day.weekday, day=day.day, month=day.month)
    if day.kind == "weekday" and found == opening.today and (opening.is_over or hears("next", said)):
        return found + timedelta(days=7)
    return found
