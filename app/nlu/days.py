"""The days a message speaks of: "hoy", "mañana" (not "por la mañana"), "de lunes a viernes", "el finde", "24 de diciembre"."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from app.nlu.analysis import DayKind, DayRef
from app.nlu.words import Language

_WEEKDAYS = {
    "es": ("lunes", "martes", "miercoles", "jueves", "viernes", "sabado", "domingo"),
    "en": ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
}
_MONTHS = {
    "es": ("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
    "en": (
        "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
    ),
}  # fmt: skip
_FEASTS = {
    "es": {
        "nochebuena": (24, 12), "noche buena": (24, 12), "navidad": (25, 12), "ano nuevo": (1, 1), "fin de ano": (31, 12),
        "nochevieja": (31, 12), "reyes": (6, 1), "dia del trabajo": (1, 5), "dia del trabajador": (1, 5),
        "dia de los trabajadores": (1, 5), "dia de muertos": (2, 11), "dia de los muertos": (2, 11), "san valentin": (14, 2),
        "dia de los enamorados": (14, 2), "halloween": (31, 10), "griteria": (7, 12),
    },
    "en": {
        "christmas eve": (24, 12), "christmas": (25, 12), "new year's eve": (31, 12), "new years eve": (31, 12),
        "new year eve": (31, 12), "new year": (1, 1), "new years": (1, 1), "xmas": (25, 12), "valentine": (14, 2),
        "halloween": (31, 10),
    },
}  # fmt: skip
_PLAIN: dict[str, dict[str, DayKind]] = {
    "es": {
        "hoy": "today", "ayer": "yesterday", "ahora": "now", "ahorita": "now", "ahoritica": "now", "ahorititita": "now",
        "anoche": "yesterday", "ahoritita": "now", "orita": "now", "en este momento": "now", "ya mismo": "now",
        "al momento": "now", "pasado manana": "day_after", "esta noche": "today", "esta tarde": "today",
    },
    "en": {
        "today": "today", "tonight": "today", "tomorrow": "tomorrow", "yesterday": "yesterday", "now": "now",
        "at the moment": "now", "this minute": "now", "day after tomorrow": "day_after",
    },
}  # fmt: skip
WEEKEND, WORKDAYS = DayRef("weekday", weekday=5, until=6), DayRef("weekday", weekday=0, until=4)
HOLIDAYS = DayRef("holidays")
_PHRASES = {
    "es": {
        "fin de semana": WEEKEND, "fines de semana": WEEKEND, "finde": WEEKEND, "findes": WEEKEND, "finde semana": WEEKEND,
        "entre semana": WORKDAYS, "dias de semana": WORKDAYS, "feriado": HOLIDAYS, "feriados": HOLIDAYS,
        "dias festivos": HOLIDAYS, "dia festivo": HOLIDAYS, "festivos": HOLIDAYS, "asueto": HOLIDAYS, "asuetos": HOLIDAYS,
    },
    "en": {
        "weekend": WEEKEND, "weekends": WEEKEND, "weekdays": WORKDAYS, "holidays": HOLIDAYS, "public holidays": HOLIDAYS,
        "holiday": HOLIDAYS, "bank holidays": HOLIDAYS,
    },
}  # fmt: skip
_BEFORE_MORNING = ("la", "las", "esta", "buena", "una", "de", "cada", "toda")
_OF = ("de", "del", "of")
_TO = ("a", "al", "hasta", "to", "through", "till", "until")
_ARTICLES = ("el", "los", "the")
_ORDINALS = ("st", "nd", "rd", "th", "ro", "er")
_FIRST = ("primero", "primer", "first")
_FULL_WEEKDAYS = {language: {name: index for index, name in enumerate(names)} for language, names in _WEEKDAYS.items()}
_FULL_MONTHS = {language: {name: index + 1 for index, name in enumerate(names)} for language, names in _MONTHS.items()}
_FULL_MONTHS["es"]["setiembre"] = 9
_RANK = {"date": 0, "weekday": 1, "day_after": 2, "tomorrow": 3, "today": 4, "yesterday": 5, "holidays": 6, "now": 7}
DAY_WORDS = {
    language: frozenset(
        {*_WEEKDAYS[language], *_MONTHS[language], *(word for word in _PLAIN[language] if " " not in word)} - {"may"}
    )
    for language in ("es", "en")
}


class SpokenDay(NamedTuple):
    """A day, or days in a row, at `words[start:end]`."""

    start: int
    end: int
    day: DayRef


def foremost(days: Sequence[DayRef]) -> DayRef | None:
    """The day that counts: a date, then a weekday, then today or tomorrow, then now; the first where two are alike."""
    return min(days, key=lambda day: _RANK[day.kind], default=None)


def days_in(words: Sequence[str], language: Language = "es") -> list[SpokenDay]:
    """Every day in `words`, left to right."""
    found: list[SpokenDay] = []
    at = 0
    while at < len(words):
        spoken = _date(words, at, language) or _phrase(words, at, language) or _weekday(words, at, language)
        if spoken is None:
            at += 1
        else:
            found.append(spoken)
            at = spoken.end
    return found


def _date(words: Sequence[str], at: int, language: Language) -> SpokenDay | None:
    if "/" in words[at]:
        figures = _in_figures(words[at], language)
        return None if figures is None else SpokenDay(at, at + 1, figures)
    months = _FULL_MONTHS[language]
    if words[at] in months:  # "december 24"
        day = _day_number(words[at + 1]) if at + 1 < len(words) else None
        return None if day is None else SpokenDay(at, at + 2, DayRef("date", day=day, month=months[words[at]]))
    day = _day_number(words[at])
    if day is None:
        return None
    month = at + 2 if at + 2 < len(words) and words[at + 1] in _OF else at + 1
    if month < len(words) and words[month] in months:
        return SpokenDay(at, month + 1, DayRef("date", day=day, month=months[words[month]]))
    return None


def _in_figures(word: str, language: Language) -> DayRef | None:
    """ "24/12" is the 24th of December where Spanish is spoken, and "12/24" in English."""
    parts = word.split("/")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and part.isascii() and len(part) <= 4 for part in parts):
        return None
    first, second = int(parts[0]), int(parts[1])
    day, month = (first, second) if language == "es" or first > 12 else (second, first)
    fits = 1 <= day <= 31 and 1 <= month <= 12 and word not in ("1/2", "1/4", "3/4")
    return DayRef("date", day=day, month=month) if fits else None


def _day_number(word: str) -> int | None:
    if word in _FIRST:
        return 1
    digits = word[:-2] if word.endswith(_ORDINALS) else word
    if digits.isdecimal() and digits.isascii() and len(digits) <= 2 and 1 <= int(digits) <= 31:
        return int(digits)
    return None


def _phrase(words: Sequence[str], at: int, language: Language) -> SpokenDay | None:
    """The longest of what has a name: a feast, the weekend, today."""
    named = _named_days(language)
    for size in (4, 3, 2, 1):
        day = named.get(" ".join(words[at : at + size])) if at + size <= len(words) else None
        if day is not None:
            return SpokenDay(at, at + size, day)
    if language == "es" and words[at] == "manana" and not _is_morning(words, at):
        return SpokenDay(at, at + 1, DayRef("tomorrow"))
    return None


def _weekday(words: Sequence[str], at: int, language: Language) -> SpokenDay | None:
    first = _weekday_number(words[at], language)
    if first is None:
        return None
    last = at + 2
    if last < len(words) and words[at + 1] in _TO:
        last += last + 1 < len(words) and words[last] in _ARTICLES
        until = _weekday_number(words[last], language)
        if until is not None and until != first:
            return SpokenDay(at, last + 1, DayRef("weekday", weekday=first, until=until))
    return SpokenDay(at, at + 1, DayRef("weekday", weekday=first))


def _weekday_number(word: str, language: Language) -> int | None:
    names = _FULL_WEEKDAYS[language]
    return names.get(word, names.get(word.removesuffix("s")))


def _is_morning(words: Sequence[str], at: int) -> bool:
    """ "en la mañana", "las 8 de la mañana"; but "hoy o mañana" is a day."""
    return at > 0 and words[at - 1] in _BEFORE_MORNING


@lru_cache(maxsize=2)
def _named_days(language: Language) -> dict[str, DayRef]:
    feasts = {name: DayRef("date", day=day, month=month) for name, (day, month) in _FEASTS[language].items()}
    plain = {name: DayRef(kind) for name, kind in _PLAIN[language].items()}
    return {**feasts, **plain, **_PHRASES[language]}
