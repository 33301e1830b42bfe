"""The day a message speaks of: "hoy", "mañana" (not "por la mañana"), "el domingo", "24 de diciembre", "right now"."""

from __future__ import annotations

from collections.abc import Sequence

from app.nlu.analysis import DayRef
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
        ("navidad",): (25, 12), ("nochebuena",): (24, 12), ("noche", "buena"): (24, 12), ("ano", "nuevo"): (1, 1),
        ("fin", "de", "ano"): (31, 12), ("nochevieja",): (31, 12), ("reyes",): (6, 1),
    },
    "en": {("christmas", "eve"): (24, 12), ("christmas",): (25, 12), ("new", "year"): (1, 1), ("new", "years"): (1, 1)},
}  # fmt: skip
_PLAIN = {
    "es": {
        "hoy": "today", "ayer": "yesterday", "ahora": "now", "ahorita": "now", "ahoritica": "now", "ahorititita": "now",
        "anoche": "yesterday", "ahoritita": "now", "orita": "now",
    },
    "en": {"today": "today", "tonight": "today", "tomorrow": "tomorrow", "yesterday": "yesterday", "now": "now"},
}  # fmt: skip
_BEFORE_MORNING = ("la", "las", "esta", "buena", "una", "de", "cada", "toda")
_NOW = {
    "es": (("en", "este", "momento"), ("ya", "mismo"), ("al", "momento")),
    "en": (("at", "the", "moment"), ("this", "minute")),
}
_FULL_WEEKDAYS = {language: {name: index for index, name in enumerate(names)} for language, names in _WEEKDAYS.items()}
_FULL_MONTHS = {language: {name: index + 1 for index, name in enumerate(names)} for language, names in _MONTHS.items()}
_FULL_MONTHS["es"]["setiembre"] = 9
DAY_WORDS = {
    language: frozenset({*_WEEKDAYS[language], *_MONTHS[language], *_PLAIN[language]} - {"may"})
    for language in ("es", "en")
}


def day_of(words: Sequence[str], language: Language = "es") -> DayRef | None:
    """The first day named, the most exact kind first: a date, a weekday, then today or tomorrow, then now."""
    return _date(words, language) or _weekday(words, language) or _plain(words, language)


def _date(words: Sequence[str], language: Language) -> DayRef | None:
    months = _FULL_MONTHS[language]
    for at, word in enumerate(words):
        if "/" in word and (figures := _in_figures(word, language)):
            return figures
        month = months.get(word)
        if month is not None:
            day = _number_beside(words, at, language)
            if day is not None:
                return DayRef("date", day=day, month=month)
        for feast, (day, of_month) in _FEASTS[language].items():
            if tuple(words[at : at + len(feast)]) == feast:
                return DayRef("date", day=day, month=of_month)
    return None


def _in_figures(word: str, language: Language) -> DayRef | None:
    """ "24/12" is the 24th of December where Spanish is spoken, and "12/24" in English."""
    parts = word.split("/")
    if len(parts) not in (2, 3) or not all(part.isdecimal() and part.isascii() and len(part) <= 4 for part in parts):
        return None
    first, second = int(parts[0]), int(parts[1])
    day, month = (first, second) if language == "es" or first > 12 else (second, first)
    return (
        DayRef("date", day=day, month=month)
        if 1 <= day <= 31 and 1 <= month <= 12 and word not in ("1/2", "1/4", "3/4")
        else None
    )


def _number_beside(words: Sequence[str], at: int, language: Language) -> int | None:
    before = at - 2 if at > 1 and words[at - 1] in ("de", "del", "of") else at - 1
    for place in (before, at + 1):
        if 0 <= place < len(words):
            digits = words[place].removesuffix("st").removesuffix("nd").removesuffix("rd").removesuffix("th")
            if words[place] in ("primero", "first"):
                return 1
            if digits.isdecimal() and digits.isascii() and len(digits) <= 2 and 1 <= int(digits) <= 31:
                return int(digits)
    return None


def _weekday(words: Sequence[str], language: Language) -> DayRef | None:
    names = _FULL_WEEKDAYS[language]
    for word in words:
        index = names.get(word)
        if index is None and word.endswith("s"):
            index = names.get(word[:-1])
        if index is not None:
            return DayRef("weekday", weekday=index)
    return None


def _plain(words: Sequence[str], language: Language) -> DayRef | None:
    kinds = [_PLAIN[language][word] for word in words if word in _PLAIN[language]]
    if language == "es":
        kinds += ["tomorrow" for at, word in enumerate(words) if word == "manana" and not _is_morning(words, at)]
    for phrase in _NOW[language]:
        if any(tuple(words[at : at + len(phrase)]) == phrase for at in range(len(words))):
            kinds.append("now")
    for kind in ("tomorrow", "today", "yesterday", "now"):
        if kind in kinds:
            return DayRef(kind)
    return None


def _is_morning(words: Sequence[str], at: int) -> bool:
    """ "en la mañana", "las 8 de la mañana"; but "hoy o mañana" and "pasado mañana" are days."""
    return at > 0 and words[at - 1] in _BEFORE_MORNING
