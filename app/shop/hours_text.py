"""Reads opening hours as owners write them: `mon_fri: "8:00-12:00, 14:00-18:00"`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, time
from itertools import pairwise

from app.core.text import fold
from app.shop import words
from app.shop.hours import DAYS, WHOLE_DAY, Span, WeekHours
from app.shop.mistakes import Amiss, near

CLOSED = {"cerrado", "cerrada", "cerramos", "closed"}
_CLOCK = r"(\d{1,2})(?:[:.h](\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|hs?)?"
_SPAN = re.compile(rf"\s*{_CLOCK}\s*(?:-|–|—|a|to)\s*{_CLOCK}\s*", re.IGNORECASE | re.ASCII)
_SPANISH = dict(zip(("lun", "mar", "mie", "jue", "vie", "sab", "dom"), DAYS, strict=True))


def read_hours(written: Mapping[str, object]) -> WeekHours:
    """The mapping of config.yaml -> WeekHours. Raises Amiss with every key that is wrong."""
    amiss: list[tuple[tuple[str | int, ...], str]] = []
    said: list[tuple[str, tuple[int, ...], tuple[Span, ...]]] = []
    holidays: dict[date, tuple[Span, ...]] = {}
    for key, value in written.items():
        try:
            if key == "holidays":
                holidays = _read_holidays(value)
            else:
                said.append((key, _days_of(key), read_spans(value)))
        except Amiss as error:
            amiss += [((key, *path), text) for path, text in error.parts]
    week = _most_specific(said, amiss)
    if amiss:
        raise Amiss(amiss)
    return WeekHours(week, holidays)


def read_spans(value: object) -> tuple[Span, ...]:
    """`8:00-12:00, 14:00-18:00`, `24h` or `cerrado` (no spans); raises Amiss."""
    if not isinstance(value, str):
        raise Amiss(words.HOURS_EXPECTED.format(value=words.shown(value)))
    if fold(value) in CLOSED:
        return ()
    if re.fullmatch(r"24\s*(h|hs|horas|hours)", fold(value)) or fold(value) == "24/7":
        return (WHOLE_DAY,)
    spans = tuple(_read_span(part, value) for part in value.split(","))
    for first, second in pairwise(spans):
        if first.past_midnight or second.start < first.end:
            raise Amiss(words.HOURS_CROSS.format(first=first.said, second=second.said))
    return spans


def _read_span(part: str, value: str) -> Span:
    match = _SPAN.fullmatch(part)
    if match is None:
        raise Amiss(words.HOURS_EXPECTED.format(value=value.strip()[:60]))
    start_said, end_said = (
        side.strip() for side in re.split(r"\s*(?:-|–|—|\ba\b|\bto\b)\s*", part.strip(), maxsplit=1)
    )
    start, end = _read_time(*match.groups()[:3], part=part), _read_time(*match.groups()[3:], part=part, ends=True)
    return Span(start, end, part.strip(), start_said, end_said)


def _read_time(hour: str, minute: str | None, half: str | None, *, part: str, ends: bool = False) -> time:
    hours, minutes = int(hour), int(minute or 0)
    if (half or "").lower().startswith(("a", "p")):
        if not 1 <= hours <= 12:
            raise Amiss(words.HOURS_NO_SUCH_TIME.format(value=part.strip()))
        hours = hours % 12 + (12 if (half or "").lower().startswith("p") else 0)
    if ends and (hours, minutes) == (24, 0):
        return time()
    if hours > 23 or minutes > 59:
        raise Amiss(words.HOURS_NO_SUCH_TIME.format(value=part.strip()))
    return time(hours, minutes)


def _days_of(key: str) -> tuple[int, ...]:
    """`mon`, `mon_fri`, `sat_mon` (over the week's end) or `daily` -> indexes into DAYS."""
    if key == "daily":
        return tuple(range(7))
    first, _, last = key.partition("_")
    if first not in DAYS or (last or first) not in DAYS:
        raise Amiss(words.unknown_key(_meant(key)))
    start = DAYS.index(first)
    length = (DAYS.index(last or first) - start) % 7 + 1
    return tuple((start + step) % 7 for step in range(length))


def _meant(key: str) -> str:
    """What an unknown key of the hours was meant to be: `lun-vie` is `mon_fri`, `mond` is `mon`."""
    parts = [part for part in re.split(r"[^a-z]+|(?<=[a-z])a(?=\s)", fold(key)) if part and part != "a"]
    english = [_SPANISH.get(part[:3]) or (part[:3] if part[:3] in DAYS else "") for part in parts]
    if parts and all(english):
        return "_".join(dict.fromkeys((english[0], english[-1])))
    return near(key, ["daily", "holidays", *DAYS]) or {"todos": "daily", "feriados": "holidays"}.get(fold(key), "")


def _read_holidays(value: object) -> dict[date, tuple[Span, ...]]:
    if not isinstance(value, Mapping):
        raise Amiss(words.HOLIDAYS_EXPECTED)
    holidays, amiss = {}, []
    for key, written in value.items():
        try:
            holidays[_read_date(str(key))] = read_spans(written)
        except Amiss as error:
            amiss += [((key, *path), text) for path, text in error.parts]
    if amiss:
        raise Amiss(amiss)
    return holidays


def _read_date(key: str) -> date:
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", key, re.ASCII):
            raise ValueError(key)
        return date.fromisoformat(key)
    except ValueError:
        raise Amiss(words.NO_SUCH_DATE.format(value=key)) from None


def _most_specific(
    said: list[tuple[str, tuple[int, ...], tuple[Span, ...]]], amiss: list[tuple[tuple[str | int, ...], str]]
) -> tuple[tuple[Span, ...], ...]:
    """One tuple of spans a day: the shortest key that names it wins; days nobody names are closed."""
    if not said:
        return ()
    week: list[tuple[Span, ...]] = [()] * 7
    for index, day in enumerate(DAYS):
        naming = sorted((_breadth(key, days), order) for order, (key, days, _) in enumerate(said) if index in days)
        if not naming:
            continue
        breadth, best = naming[0]
        rival = next(
            (order for width, order in naming[1:] if width == breadth and said[order][2] != said[best][2]), None
        )
        if rival is not None:
            amiss.append(((said[rival][0],), words.HOURS_TWICE.format(day=day, other=said[best][0])))
        week[index] = said[best][2]
    return tuple(week)


def _breadth(key: str, days: tuple[int, ...]) -> int:
    return 8 if key == "daily" else len(days)
