"""Products named with their quantities: "2 nacatamales", "nacatamales 2", "media docena de tacos", "nacatamal x3"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from app.nlu.analysis import Mention
from app.nlu.lexicon import Found
from app.nlu.normalise import Token
from app.nlu.numbers import Quantity

DESCRIBING = 1  # words that may stand between the number and the name: "dos ricos nacatamales"


class Named(NamedTuple):
    """A mention and the words it takes, its quantity's included."""

    start: int
    end: int
    name_start: int
    mention: Mention


def with_quantities(
    tokens: Sequence[Token], found: Sequence[Found], numbers: Sequence[Quantity], text: str
) -> list[Named]:
    """Each product found with the number that belongs to it."""
    ending = {number.end: number for number in numbers}
    starting = {number.start: number for number in numbers}
    taken: set[int] = set()
    named: list[Named] = []
    for index, product in enumerate(found):
        floor = found[index - 1].end if index else 0
        quantity, end = _before(tokens, product.start, floor, ending, taken), product.end
        start = quantity.start if quantity else product.start
        if quantity is None or quantity.article:
            after, after_end = _after(
                tokens, product.end, starting, found[index + 1].start if index + 1 < len(found) else -1
            )
            if after is not None and quantity is None:
                quantity, end = after, after_end
                taken.add(after.start)
        words = text[tokens[product.start].start : tokens[product.end - 1].end]
        first, *others = product.products
        named.append(
            Named(
                start,
                end,
                product.start,
                Mention(
                    first,
                    quantity.value if quantity else Decimal(1),
                    quantity is not None,
                    words,
                    round(product.score, 3),
                    tuple(others),
                    quantity.unit if quantity else "",
                ),
            )
        )
    return named


def _before(
    tokens: Sequence[Token], start: int, floor: int, ending: dict[int, Quantity], taken: set[int]
) -> Quantity | None:
    at, skipped = start, 0
    while at > floor and not tokens[at].mark:
        number = ending.get(at)
        if number is not None:
            return number if number.value > 0 and number.start >= floor and number.start not in taken else None
        before = tokens[at - 1]
        if before.kind != "times" and before.word not in ("de", "of", "the", "los", "las"):
            skipped += 1
            if skipped > DESCRIBING or before.kind != "word" or at - 1 not in ending:
                return None
        at -= 1
    return None


def _after(
    tokens: Sequence[Token], end: int, starting: dict[int, Quantity], following: int
) -> tuple[Quantity | None, int]:
    at = end
    times = at < len(tokens) and tokens[at].kind == "times"
    at += times
    number = starting.get(at)
    if number is None or number.article or tokens[at].kind != "num" or (tokens[at].mark and not times):
        return None, end
    last = (
        number.end == len(tokens)
        or tokens[number.end].mark
        or tokens[number.end].word in ("y", "and", "por", "please", "para")
    )
    if following == number.end and not tokens[following].mark:
        return None, end
    if not (last or times or following > number.end):
        return None, end
    return (number, number.end) if number.value > 0 else (None, end)
