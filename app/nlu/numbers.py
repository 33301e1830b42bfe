"""Numbers said in words or figures, as exact decimals: "media docena", "kilo y medio", "ciento veinte", "1,240.50"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from app.nlu.words import Language

MAX_DIGITS = 12
HALF = Decimal("0.5")
_FRACTIONS = {
    "½": HALF,
    "¼": Decimal("0.25"),
    "¾": Decimal("0.75"),
    "1/2": HALF,
    "1/4": Decimal("0.25"),
    "3/4": Decimal("0.75"),
}

_ONES = {
    "es": "cero un dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis diecisiete "
    "dieciocho diecinueve veinte veintiun veintidos veintitres veinticuatro veinticinco veintiseis veintisiete veintiocho "
    "veintinueve",
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty",
}
_TENS = {
    "es": "treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "en": "thirty forty fifty sixty seventy eighty ninety",
}
_HUNDREDS = {
    "cien": 100, "ciento": 100, "doscientos": 200, "trescientos": 300, "cuatrocientos": 400, "quinientos": 500,
    "seiscientos": 600, "setecientos": 700, "ochocientos": 800, "novecientos": 900, "doscientas": 200, "trescientas": 300,
    "cuatrocientas": 400, "quinientas": 500, "seiscientas": 600, "setecientas": 700, "ochocientas": 800, "novecientas": 900,
}  # fmt: skip
_SCALES = {
    "es": {"mil": 1000, "millon": 1_000_000, "millones": 1_000_000},
    "en": {"hundred": 100, "thousand": 1000, "million": 1_000_000},
}
_EXTRA = {
    "es": {"una": 1, "uno": 1, "veintiuno": 21, "veintiuna": 21, "ventiuno": 21},
    "en": {"a": 1, "an": 1},
}
_AND = {"es": "y", "en": "and"}
_HALVES = {"es": ("medio", "media"), "en": ("half",)}
DOZEN = "docena"
_PAIRS = {"es": ("par", "parcito"), "en": ("couple", "pair")}
_QUARTERS = {"es": ("cuarto", "cuartos"), "en": ("quarter", "quarters")}
ARTICLES = {"es": ("un", "una", "uno"), "en": ("a", "an")}
UNITS = {
    "kilo": "kilo", "kilos": "kilo", "libra": "libra", "libras": "libra", "litro": "litro", "litros": "litro", "gramo": "gramo",
    "gramos": "gramo", "onza": "onza", "onzas": "onza", "pound": "libra", "pounds": "libra", "liter": "litro", "liters": "litro",
    "grams": "gramo", "ounces": "onza", "ml": "mililitro", "mililitros": "mililitro", "docena": DOZEN, "docenas": DOZEN,
    "dozen": DOZEN, "dozens": DOZEN,
}  # fmt: skip
MEASURES = frozenset(UNITS)
HUNDRED = frozenset(("ciento", "cien", "centenar"))
_FIGURE = re.compile(r"\d[\d.,]*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number found at `words[start:end]`; `article` when only "un"/"a" said it; `unit` when a measure followed.

    `value` counts what `unit` says: "dos docenas" is 2 of "docena", "medio kilo" 0.5 of "kilo".
    """

    start: int
    end: int
    value: Decimal
    article: bool = False
    unit: str = ""


def quantities(words: Sequence[str], language: Language = "es") -> list[Quantity]:
    """Every number in `words`, left to right."""
    found: list[Quantity] = []
    at = 0
    starters = number_words(language)
    while at < len(words):
        word = words[at]
        quantity = _read(words, at, language) if word in starters or word[:1].isdigit() else None
        if quantity is None:
            at += 1
        else:
            found.append(quantity)
            at = quantity.end
    return found


def parse_number(text: str, language: Language = "es") -> Decimal | None:
    """The one number `text` is, or None if it says anything else besides."""
    from app.nlu.normalise import normalise

    words = normalise(text, language).tokens
    found = quantities(words, language)
    if len(found) != 1 or (found[0].start, found[0].end) != (0, len(words)):
        return None
    return found[0].value * 12 if found[0].unit == DOZEN else found[0].value


def figure(text: str) -> Decimal | None:
    """A number in figures, whichever of "1,240.50", "1.240,50", "2,5" and "½" it is; None for clock times and nonsense."""
    if text in _FRACTIONS:
        return _FRACTIONS[text]
    if not _FIGURE.fullmatch(text) or sum(c.isdigit() for c in text) > MAX_DIGITS or not text.isascii():
        return None
    last = max(text.rfind("."), text.rfind(","))
    if last < 0:
        return Decimal(text)
    whole, part = re.sub(r"[.,]", "", text[:last]), text[last + 1 :]
    mixed = "." in text and "," in text
    grouped = len(part) == 3 and not mixed and whole not in ("", "0")
    if not part:
        return Decimal(whole)
    return Decimal(whole + part) if grouped else Decimal(f"{whole or '0'}.{part}")


def _read(words: Sequence[str], at: int, language: Language) -> Quantity | None:
    word, following = words[at], words[at + 1] if at + 1 < len(words) else ""
    if word in _HALVES[language]:
        return _after_half(words, at, language)
    if word in UNITS:
        alone = UNITS[word] == DOZEN or _half_follows(words, at + 1, language)
        return _with_half(words, at, at + 1, Decimal(1), language, UNITS[word]) if alone else None
    if word in ARTICLES[language] and following in _PAIRS[language]:
        return Quantity(at, _skip_of(words, at + 2), Decimal(2))
    if word in _PAIRS[language]:
        return Quantity(at, _skip_of(words, at + 1), Decimal(2)) if language == "es" and following == "de" else None
    if word in ARTICLES[language] and following in _HALVES[language]:
        return _after_half(words, at + 1, language, start=at)
    value, end = _cardinal(words, at, language)
    if value is None:
        return None
    if end < len(words) and words[end] in _QUARTERS[language]:
        return _unit(words, at, end + 1, value / 4)
    if end < len(words) and words[end] in UNITS:
        return _with_half(words, at, end + 1, value, language, UNITS[words[end]])
    if _half_follows(words, end, language):
        return _unit(words, at, end + 2, value + HALF)
    return Quantity(at, end, value, article=end == at + 1 and word in ARTICLES[language])


def _after_half(words: Sequence[str], at: int, language: Language, start: int | None = None) -> Quantity | None:
    start = at if start is None else start
    after = at + 1
    if language == "en" and after < len(words) and words[after] in ARTICLES["en"]:
        after += 1
    if after < len(words) and words[after] in UNITS:
        return Quantity(start, _skip_of(words, after + 1), HALF, unit=UNITS[words[after]])
    return Quantity(start, after, HALF) if after < len(words) else None


def _with_half(words: Sequence[str], start: int, end: int, value: Decimal, language: Language, unit: str) -> Quantity:
    """ "docena y media" is 1.5 dozen, "dos kilos y medio" 2.5."""
    if _half_follows(words, end, language):
        value += HALF
        end += 2
    return Quantity(start, _skip_of(words, end), value, unit=unit)


def _unit(words: Sequence[str], start: int, end: int, value: Decimal) -> Quantity:
    at = end + 1 if end + 1 < len(words) and words[end] in ("de", "of") else end
    if at < len(words) and words[at] in UNITS:
        return Quantity(start, _skip_of(words, at + 1), value, unit=UNITS[words[at]])
    return Quantity(start, end, value)


def _half_follows(words: Sequence[str], at: int, language: Language) -> bool:
    joined = at + 1 < len(words) and words[at] == _AND[language] and words[at + 1] in _HALVES[language]
    return joined and not (at + 2 < len(words) and (words[at + 2] in MEASURES or words[at + 2] in HUNDRED))


def _skip_of(words: Sequence[str], at: int) -> int:
    return at + 1 if at < len(words) and words[at] in ("de", "of") else at


def _cardinal(words: Sequence[str], at: int, language: Language) -> tuple[Decimal | None, int]:
    """Figures, or the longest run of number words: "ciento veinte", "treinta y dos", "dos mil quinientos"."""
    if words[at][:1].isdigit() or words[at] in _FRACTIONS:
        value = figure(words[at])
        if value is not None and at + 1 < len(words) and words[at + 1] in ("mil", "thousand"):
            return value * 1000, at + 2
        return value, at + 1
    small, scales = _small(language), _SCALES[language]
    total, group, end, room = 0, 0, at, 1000
    while end < len(words):
        word = words[end]
        if word in scales:
            scale = scales[word]
            if scale == 100:
                group = (group or 1) * 100
            elif total == 0 or scale < 1_000_000:
                total, group = total + (group or 1) * scale, 0
            else:
                total, group = (total + group) * scale, 0
            room = min(scale, 1000)
        elif word in small and small[word] < room:
            group += small[word]
            room = _room(small[word])
        elif not (word == _AND[language] and group and end > at and _joins(words, end, small, room)):
            break
        end += 1
    return (Decimal(total + group), end) if end > at else (None, at)


def _room(value: int) -> int:
    """What may still follow: units after tens, tens after hundreds, nothing after units."""
    return 100 if value >= 100 else 10 if value >= 30 or value == 20 else 0


def _joins(words: Sequence[str], at: int, small: dict[str, int], room: int) -> bool:
    """In Spanish "y" joins only tens and units ("treinta y dos"); in English "and" follows hundreds."""
    after = small.get(words[at + 1]) if at + 1 < len(words) else None
    return (
        after is not None
        and 0 < after < room
        and (room == 10 or words[at] == "and")
        and words[at + 1] not in ("a", "an")
    )


@lru_cache(maxsize=2)
def _small(language: Language) -> dict[str, int]:
    numbers = {word: value for value, word in enumerate(_ONES[language].split())}
    numbers |= {word: 30 + 10 * index for index, word in enumerate(_TENS[language].split())}
    return numbers | _EXTRA[language] | (_HUNDREDS if language == "es" else {})


@lru_cache(maxsize=2)
def number_words(language: Language) -> frozenset[str]:
    """The words a number may begin with."""
    words = {
        *_small(language),
        *_SCALES[language],
        *_HALVES[language],
        *_PAIRS[language],
        *UNITS,
        *_FRACTIONS,
    }
    return frozenset(words)
