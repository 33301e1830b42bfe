"""Times of day said in words or figures: "a las 9 y media", "3pm", "tipo 8 de la noche", "al mediodía", "after 9"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from app.nlu.analysis import Clock
from app.nlu.words import Language

HALF_DAY = 12
MIDNIGHT = 24
SMALL_HOURS = 5  # "las 2 de la noche" is after midnight
_ONES = {
    "es": "una dos tres cuatro cinco seis siete ocho nueve diez once doce".split(),
    "en": "one two three four five six seven eight nine ten eleven twelve".split(),
}
_MINUTES = {
    "es": {"media": 30, "cuarto": 15, "cinco": 5, "diez": 10, "veinte": 20, "veinticinco": 25},
    "en": {"thirty": 30, "fifteen": 15},
}
_OPENERS = {
    "es": frozenset("las la tipo".split()),
    "en": frozenset("at by around about until till after before past".split()),
}
_ALONE = frozenset(
    "a hasta desde para antes despues de sobre tipo como pasadas".split()
)  # before "las 8", said of a time
_NOT_HOURS = frozenset(
    "personas sucursales chicas grandes horas dias semanas cuadras kilometros km minutos min people persons minutes miles "
    "blocks dollars pesos orders hours days".split()
)
_PARTS = {
    "es": {
        "manana": "am", "madrugada": "am", "tarde": "pm", "noche": "night", "mediodia": "pm", "tardecita": "pm",
        "nochecita": "night", "mananita": "am",
    },
    "en": {"morning": "am", "afternoon": "pm", "evening": "pm", "night": "night"},
}  # fmt: skip
_SUFFIXES = {
    ("am",): "am", ("pm",): "pm", ("a", "m"): "am", ("p", "m"): "pm", ("a", "me"): "am", ("p", "me"): "pm",
}  # fmt: skip
_HOURS_SAID = frozenset("h hs hrs hr horas o'clock".split())
_NOONS: dict[str, dict[tuple[str, ...], int]] = {
    "es": {
        ("mediodia",): HALF_DAY,
        ("medio", "dia"): HALF_DAY,
        ("medianoche",): MIDNIGHT,
        ("media", "noche"): MIDNIGHT,
    },
    "en": {("noon",): HALF_DAY, ("midday",): HALF_DAY, ("midnight",): MIDNIGHT},
}


class SpokenTime(NamedTuple):
    """A time at `words[start:end]`."""

    start: int
    end: int
    clock: Clock


def times_in(words: Sequence[str], language: Language = "es") -> list[SpokenTime]:
    """Every time of day in `words`, left to right. A bare number is none: it needs "a las", "pm", a colon."""
    found: list[SpokenTime] = []
    at = 0
    while at < len(words):
        spoken = _read(words, at, language)
        if spoken is None:
            at += 1
        else:
            found.append(spoken)
            at = spoken.end
    return found


def _read(words: Sequence[str], at: int, language: Language) -> SpokenTime | None:
    for name, noon in _NOONS[language].items():
        if tuple(words[at : at + len(name)]) == name:
            return SpokenTime(at, at + len(name), Clock(noon, sure=True))
    opener = _opener(words, at, language)
    hour, minute, end = _figures(words, at + opener, language)
    if hour is None:
        return None
    if minute is None:
        bare = end
        minute, end, hour = _minutes(words, end, hour, language)
        told = bare < end == len(words)  # "9 y media" and no more
    else:
        told = ":" in words[at + opener]
    half, after = _half(words, end, language)
    suffixed = half != "" or (HALF_DAY < hour < MIDNIGHT and after > end)
    if not (opener or told or suffixed) or (after < len(words) and words[after] in _NOT_HOURS):
        return None
    if opener and not suffixed and not told and not _stands_as_time(words, at, language):
        return None
    clock = _clock(hour, minute, half)
    return None if clock is None else SpokenTime(at, after, clock)


def _opener(words: Sequence[str], at: int, language: Language) -> int:
    """How many words say that a time follows: "las 8", "la 1", "tipo las 8", "at 8"."""
    size = 0
    while at + size < len(words) - 1 and size < 2 and words[at + size] in _OPENERS[language]:
        size += 1
    return size


def _stands_as_time(words: Sequence[str], at: int, language: Language) -> bool:
    """ "a las 8", not "las 8 pupusas"."""
    if language == "en" or words[at] == "tipo":
        return words[at] != "about"
    return at > 0 and words[at - 1] in _ALONE


def _figures(words: Sequence[str], at: int, language: Language) -> tuple[int | None, int | None, int]:
    """The hour, the minutes where they are in the same figure ("20:30"), and where it ends."""
    if at >= len(words):
        return None, None, at
    word = words[at]
    if word in _ONES[language]:
        return _ONES[language].index(word) + 1, None, at + 1
    hour, _, minute = word.replace(".", ":").partition(":")
    if not (hour.isascii() and hour.isdecimal() and len(hour) <= 2 and int(hour) <= MIDNIGHT):
        return None, None, at
    if not minute:
        return (int(hour), None, at + 1) if hour == word else (None, None, at)
    fits = minute.isascii() and minute.isdecimal() and len(minute) == 2 and int(minute) < 60
    return (int(hour), int(minute), at + 1) if fits else (None, None, at)


def _minutes(words: Sequence[str], at: int, hour: int, language: Language) -> tuple[int, int, int]:
    """The minutes said after the hour, where they end, and the hour: "y media", "menos cuarto" is of the hour before."""
    joint, said = (*words[at : at + 2], "", "")[:2]
    minutes = _MINUTES[language].get(said, int(said) if said.isdecimal() and said.isascii() and len(said) <= 2 else 0)
    if not 0 < minutes < 60 or minutes % 5:
        return (
            (_MINUTES["en"].get(joint, 0), at + 1, hour)
            if language == "en" and joint in _MINUTES["en"]
            else (0, at, hour)
        )
    if joint == "y":
        return minutes, at + 2, hour
    return (60 - minutes, at + 2, (hour - 1) or HALF_DAY) if joint == "menos" else (0, at, hour)


def _half(words: Sequence[str], at: int, language: Language) -> tuple[str, int]:
    """Which half of the day is said ("am", "pm", "night" or nothing), and where that ends."""
    if at < len(words) and words[at] in _HOURS_SAID:
        at += 1
    if tuple(words[at : at + 2]) == ("en", "punto"):
        at += 2
    for suffix, half in _SUFFIXES.items():
        if tuple(words[at : at + len(suffix)]) == suffix:
            return half, at + len(suffix)
    for size in (1, 2):  # "de la noche", "del mediodía", "in the morning", "at night"
        link, part = words[at : at + size], words[at + size] if at + size < len(words) else ""
        if part in _PARTS[language] and link and link[0] in ("de", "del", "en", "por", "in", "at"):
            return _PARTS[language][part], at + size + 1
    return "", at


def _clock(hour: int, minute: int, half: str) -> Clock | None:
    if hour == MIDNIGHT and minute:
        return None
    if not half:
        return Clock(hour, minute, sure=hour > HALF_DAY or hour == 0)
    if hour > HALF_DAY or hour == 0:
        return Clock(hour, minute, sure=True)
    if half == "night":
        if hour == HALF_DAY:
            return Clock(0 if minute else MIDNIGHT, minute, sure=True)
        return Clock(hour if hour < SMALL_HOURS else hour + HALF_DAY, minute, sure=True)
    return Clock(hour % HALF_DAY + (HALF_DAY if half == "pm" else 0), minute, sure=True)
