"""The numbers in an order: "media docena", "libra de azúcar", "2 y cuarto", "two dozen", in either language."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.nlu.numbers import HALF, HUNDRED, UNITS, quantities
from app.nlu.words import Language

SHORT = {
    "doc": "docena", "docs": "docenas", "docenita": "docena", "docenitas": "docenas", "dna": "docena", "dz": "docena",
    "kg": "kilo", "kgs": "kilos", "kgr": "kilo", "kilito": "kilo", "kilogramo": "kilo", "kilogramos": "kilos", "quilo": "kilo", "quilos": "kilos",
    "lb": "libra", "lbs": "libras", "librita": "libra", "libritas": "libras", "pound": "libra", "pounds": "libras",
    "gr": "gramos", "grs": "gramos", "gram": "gramos", "lt": "litro", "lts": "litros", "ltr": "litro", "litrito": "litro",
    "liter": "litro", "liters": "litros", "litre": "litro", "litres": "litros", "oz": "onzas", "ounce": "onza",
    "dozen": "docena", "dozens": "docenas",
}  # fmt: skip
AFTER_FIGURE = {"g": "gramos", "k": "kilos", "l": "litros", "ml": "ml", "cc": "ml"}
OF = frozenset(("de", "of", "d"))
QUARTER = frozenset(("cuarto", "quarter"))
AND = frozenset(("y", "e", "and"))
ANOTHER = frozenset("otro otra another".split())
SOME = frozenset("unos unas some".split())
SECOND: dict[Language, Language] = {"es": "en", "en": "es"}
# Number words of the other language that are ordinary words of this one.
NOT_OTHER = {
    "es": frozenset("a an once seven couple pair".split()),
    "en": frozenset("once mil par cuarto media".split()),
}


class Amount(NamedTuple):
    """A number at `words[start:end]`; `unit` when a measure was said; `article` when only "un" or "a" said it."""

    start: int
    end: int
    value: Decimal
    unit: str = ""
    article: bool = False


def amounts(words: Sequence[str], language: Language) -> dict[int, Amount]:
    """Every number, by where it starts."""
    plain = [_long(words, at) for at in range(len(words))]
    found = {
        one.start: Amount(one.start, one.end, one.value, one.unit, one.article) for one in quantities(plain, language)
    }
    taken = {at for one in found.values() for at in range(one.start, one.end)}
    other = SECOND[language]
    hidden = ["" if at in taken or word in NOT_OTHER[language] else word for at, word in enumerate(plain)]
    for one in quantities(hidden, other):
        if "" not in hidden[one.start : one.end]:
            found[one.start] = Amount(one.start, one.end, one.value, one.unit, one.article)
    for at, word in enumerate(plain):
        if word in SOME:
            found[at] = Amount(at, at + 1, Decimal(1), "", article=True)
        elif at not in taken and at not in found and (word in UNITS or word in QUARTER):
            bare = _bare(plain, at)
            if bare is not None:
                found[at] = bare
    return _and_a_half({start: _widened(plain, one) for start, one in found.items()}, plain)


def _and_a_half(found: dict[int, Amount], words: Sequence[str]) -> dict[int, Amount]:
    """ "one and a half pounds" is one number."""
    for start, whole in list(found.items()):
        half = found.get(whole.end + 1)
        if (
            half is not None
            and list(words[whole.end : whole.end + 2]) == ["and", "a"]
            and half.value == HALF
            and not whole.unit
        ):
            found[start] = whole._replace(end=half.end, value=whole.value + HALF, unit=half.unit)
            del found[half.start]
    return found


def _long(words: Sequence[str], at: int) -> str:
    word = words[at]
    if word in AFTER_FIGURE and at and words[at - 1][:1].isdigit():
        return AFTER_FIGURE[word]
    return SHORT.get(word, word)


def _bare(words: Sequence[str], at: int) -> Amount | None:
    """ "libra de arroz" is one, "cuarto de helado" a fourth."""
    if words[at] in UNITS and at and words[at - 1] in ANOTHER:
        return Amount(at, at + 1, Decimal(1), UNITS[words[at]])
    if at + 1 >= len(words):
        return None
    if words[at] in QUARTER:
        return Amount(at, at + 1, Decimal("0.25")) if words[at + 1] in OF or words[at + 1] in UNITS else None
    if words[at + 1] in OF or words[at + 1] in AND:
        return Amount(at, at + 1, Decimal(1), UNITS[words[at]])
    return None


def _widened(words: Sequence[str], one: Amount) -> Amount:
    """With the measure, the quarter or the hundred that follows."""
    after = words[one.end : one.end + 3]
    if one.value == HALF and not one.unit and after[:1] and after[0] in HUNDRED:
        return one._replace(end=one.end + 1, value=Decimal(50))
    if len(after) > 1 and after[0] in AND and after[1] in QUARTER and not one.article:
        end, unit = one.end + 2, one.unit
        if not unit and words[end : end + 1] and words[end] in UNITS:
            end, unit = end + 1, UNITS[words[end]]
        return one._replace(end=end, value=one.value + Decimal("0.25"), unit=unit)
    if not one.unit and one.value < 1 and len(after) > 1 and after[0] in OF and after[1] in UNITS:
        return one._replace(end=one.end + 2, unit=UNITS[after[1]])
    if not one.unit and after[:1] and after[0] in UNITS:
        return one._replace(end=one.end + 1, unit=UNITS[after[0]])
    if one.unit and words[one.end - 1] in OF:
        return one._replace(end=one.end - 1)
    return one
