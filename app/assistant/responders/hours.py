"""Opening hours: the template in general, and the day itself where one is asked for."""

from __future__ import annotations

import re
from datetime import date, timedelta

from app.assistant.responders.hears import hears
from app.assistant.responders.opening import Opening
from app.assistant.responders.templates import opening_of, own_template, render_template
from app.assistant.turn import Asked, Turn
from app.nlu.service import DayRef
from app.shop.hours import resolve_day

DAY_NUMBER = re.compile(r"\b(?:el|dia|on the) (\d{1,2})\b(?! de la)")
MOST_DAYS = 31
RIGHT_NOW = ("now", "today", "tomorrow", "yesterday")


def is_right_now(asked: Asked) -> bool:
    """About now, today or tomorrow: what no written answer can know."""
    day = asked.clause.day
    if day is not None:
        return day.kind in RIGHT_NOW
    return hears("open_now", asked.said) and not hears("whole_week", asked.said)


def is_day_known(turn: Turn, asked: Asked) -> bool:
    """About a weekday, or a date that has hours of its own in the settings."""
    day = day_asked(asked)
    meant = None if day is None else _date_meant(opening_of(turn), day, asked.said)
    return day is not None and (day.kind == "weekday" or (meant is not None and turn.profile.hours.is_holiday(meant)))


def day_asked(asked: Asked) -> DayRef | None:
    """The day of the question; "el 25" is the next 25th."""
    numbered = DAY_NUMBER.search(asked.said)
    if asked.clause.day is None and numbered and 0 < int(numbered[1]) <= MOST_DAYS:
        return DayRef("date", day=int(numbered[1]))
    return asked.clause.day


def answer_hours(turn: Turn, asked: Asked) -> str:
    """The sentence or two that answer a question about hours."""
    opening, day, said = opening_of(turn), day_asked(asked), asked.said
    if day is not None and day.kind not in ("now", "today"):
        meant = _date_meant(opening, day, said)
        return (
            opening.say_day(meant, by_date=day.kind == "date") if meant is not None else render_template(turn, "hours")
        )
    plain = own_template(turn, "hours") is None
    if hears("closing", said) and (plain or day is not None):
        return opening.say_closing()
    if hears("opening", said) and hears("when", said) and (opening.left_today() or day is not None):
        return opening.say_opening()
    if is_right_now(asked) and (plain or day is not None):
        return opening.say_yes_or_no()
    return render_template(turn, "hours")


def _date_meant(opening: Opening, day: DayRef, said: str) -> date | None:
    """The date; today's weekday is next week's where its hours are over or that is what was said."""
    found = resolve_day(opening.today, day.kind, weekday=day.weekday, day=day.day, month=day.month)
    if day.kind == "weekday" and found == opening.today and (opening.is_over or hears("next", said)):
        return found + timedelta(days=7)
    return found
