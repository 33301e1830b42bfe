"""A day and a time somebody says, as one moment of the shop's: "el viernes a las 8", "mañana al mediodía"."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from app.assistant.responders.ears.sound import WRONG, Sound, Wrong
from app.nlu.service import Clock, DayRef
from app.shop.hours import WeekHours, resolve_day

HALF_DAY, MIDNIGHT = 12, 24
DATE = len("2026-11-27")


def moment_said(sound: Sound, before: str = "") -> str | Wrong | None:
    """ISO 8601: a date, or a date and a local time. What is past cannot be; a time alone is the next such.

    `before` is the answer this one may correct: what is not said now stays ("mejor a las 9").
    """
    days, times = sound.said("days"), sound.said("times")
    day: DayRef | None = days[0].value if days else None
    clock: Clock | None = times[0].value if times else None
    if day is None and clock is None:
        return None
    on = _date(day, sound.now.date()) if day is not None else _day_of(before) or sound.now.date()
    if on is None or on < sound.now.date():
        return WRONG
    if clock is None:
        return f"{on.isoformat()}{before[DATE:]}"
    at = _at(on, clock, sound.hours)
    if at <= sound.now.replace(tzinfo=None):
        if day is not None and not clock.sure and clock.hour < HALF_DAY:
            at += timedelta(hours=HALF_DAY)  # "hoy a las 8", at ten in the morning
        elif day is None and not before:
            at += timedelta(days=1)
    return WRONG if at <= sound.now.replace(tzinfo=None) else at.isoformat(timespec="minutes")


def _day_of(moment: str) -> date | None:
    return date.fromisoformat(moment[:DATE]) if moment else None


def _date(day: DayRef, today: date) -> date | None:
    if day.kind == "holidays":
        return None
    return resolve_day(today, day.kind, weekday=day.weekday, day=day.day, month=day.month)


def _at(on: date, clock: Clock, hours: WeekHours) -> datetime:
    """Of "las 8" the eight o'clock at which the shop is open, in the evening where it is at both."""
    if clock.hour >= MIDNIGHT:
        return datetime.combine(on + timedelta(days=1), time(0, clock.minute))
    said = datetime.combine(on, time(clock.hour, clock.minute))
    if clock.sure or not 0 < clock.hour < HALF_DAY:
        return said
    later = said + timedelta(hours=HALF_DAY)
    return said if _is_open(hours, said) and not _is_open(hours, later) else later


def _is_open(hours: WeekHours, at: datetime) -> bool:
    return any(
        stretch.opens.replace(tzinfo=None) <= at < stretch.closes.replace(tzinfo=None)
        for stretch in hours.stretches_on(at.date(), at)
    )
