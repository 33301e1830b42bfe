"""The words of a menu's names: which of them carry meaning, what they are filed under, how much they say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from app.nlu.normalise import pieces
from app.nlu.numbers import UNITS, figure
from app.nlu.orders.amounts import amounts
from app.nlu.orders.glossary import aliases
from app.nlu.orders.measures import IN_EACH
from app.nlu.orders.sold import Axis
from app.nlu.stem import product_key

JOINING = frozenset("de del d la el los las lo al a en the of in da do".split())  # may stand between a name's words
WITH = frozenset("con with c".split())
AND = frozenset("y e and n i".split())
WITHOUT = frozenset("sin without no".split())
NOT_NAMING = frozenset("orden ordenes porcion porciones plato order orders side plate".split())
NO_PART = frozenset(  # say nothing without the rest of their name
    "size tamano style estilo all todo todos todas topping toppings ingrediente ingredientes lover lovers full city".split()
)
HOW_MUCH = frozenset("extra doble double super mas more".split())  # alone they tell how much of what follows
LARGE, SMALL = ("grande", "large", "big"), ("chico", "chica", "pequeno", "pequena", "small")
ENDINGS = frozenset("|s|es|a|o|e|as|os|y|ies|ita|ito|itas|itos|z|ces|ed|d".split("|"))  # of forms of one word
LONGEST = 7  # words of a phrase
ALONE_NOTHING = frozenset("sin por no para".split())  # words of names that name nothing by themselves
PREFIXES = ("pre", "mini", "super", "mega")  # "pizza" is enough for "prepizza"
ASIDE = re.compile(r"\([^)]*\)")
COUNTED = re.compile(r"\b(\d{1,4}) ?(?:piezas|pzas?|pz|unidades|uds?|pieces|pcs|bocados)\b", re.IGNORECASE)
PER = re.compile(r"\b(?:por|x) (?:kilo|kg|libra|lb|litro|docena|unidad|gramo|porci[oó]n)\b", re.IGNORECASE)
DIGITS = {
    "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "diez": "10", "doce": "12",
    "quince": "15", "veinte": "20", "treinta": "30",
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10", "twelve": "12",
}  # fmt: skip


def key_of(word: str) -> str:
    """What a message's word is filed under."""
    if word in WITHOUT:
        return "sin"
    number = figure(word) if word[:1].isdigit() else None
    if number is not None:
        return f"{number.normalize():f}"
    return product_key(DIGITS.get(word, word))


def is_readable(id_: str) -> bool:
    """Whether an id is a name too: "black_beans", not "L" or "27"."""
    return len(id_) > 3 and id_.replace("_", "").replace("-", "").isalpha()


def otherwise(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What else a name may be called; where a word was changed for English, also with what describes it first: "salsa corn", "corn salsa"."""
    for other in aliases(words):
        yield other
        if len(other) == len(words) > 1 and other[1:] == words[1:] and AND.isdisjoint(other):
            yield (*other[1:], other[0])


def is_form(word: str, other: str) -> bool:
    """Whether two words differ in number, gender or size only."""
    same = next(
        (at for at, (one, two) in enumerate(zip(word, other, strict=False)) if one != two), min(len(word), len(other))
    )
    return word[same:] in ENDINGS and other[same:] in ENDINGS


def words_in(name: str) -> tuple[str, ...]:
    return tuple(_glued(piece.folded for piece in pieces(name) if piece.kind in ("word", "num", "sum")))


def _glued(words: Iterable[str]) -> Iterator[str]:
    """ "27 a" as "27a": a number with its letter is one word."""
    before = ""
    for word in words:
        if before[:1].isdigit() and before.isdigit() and len(word) == 1 and word.isalpha() and word not in "xyogl":
            before += word
            continue
        if before:
            yield before
        before = word
    if before:
        yield before


def keys_of(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(key_of(word) for word in words if is_content(word))


def is_content(word: str) -> bool:
    return word not in JOINING and word not in WITH and word not in AND and word not in NOT_NAMING


def ands_in(words: Sequence[str]) -> frozenset[int]:
    content = [at for at, word in enumerate(words) if is_content(word)]
    return frozenset(n for n in range(1, len(content)) if and_between(words, content[n - 1], content[n]))


def and_between(words: Sequence[str], first: int, second: int) -> bool:
    return any(word in AND for word in words[first + 1 : second])


def with_axis(words: tuple[str, ...], axis: Axis) -> Iterator[tuple[str, ...]]:
    """ "pan avena", "tamaño grande": the choice with what is chosen before it."""
    for name in dict.fromkeys((*axis.names, axis.id.replace("_", " "))):
        yield (*words_in(name), *words)


def measure_in(name: str) -> tuple[Decimal, str] | None:
    """How much a name says it is: "1,5 litros", "500 ml", "Pastor — 500 g"."""
    words = words_in(name)
    if len(words) == 1 and words[0] in UNITS:
        return Decimal(1), UNITS[words[0]]
    found = [one for one in amounts(words, "es").values() if one.unit or not one.article]
    measured = [one for one in found if one.unit]
    if measured:
        return measured[-1].value, measured[-1].unit
    return (found[0].value, "") if len(found) == 1 and found[0].start == 0 and len(words) <= 2 else None


def are_comparable(sized: Sequence[tuple[tuple[Decimal, str], str]]) -> bool:
    return len({IN_EACH.get(unit, IN_EACH[""])[0] for (_, unit), _ in sized}) == 1


def folded_name(name: str) -> str:
    return " ".join(words_in(name))
