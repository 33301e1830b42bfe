"""A message laid out for the rules: its words, the products and numbers among them, and a symbol for each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from app.nlu.lexicon import Lexicon
from app.nlu.mentions import Named, with_quantities
from app.nlu.normalise import SUM, Token
from app.nlu.numbers import quantities
from app.nlu.words import Language

PRODUCT, NUMBER = "<product>", "<num>"
RECKONING = frozenset("por mas menos entre x times plus minus".split())


class Place(NamedTuple):
    """One symbol: a word's stem, PRODUCT or NUMBER; its words are `tokens[start:end]`; `mark` is the punctuation before."""

    symbol: str
    surface: str
    start: int
    end: int
    mark: str


@dataclass(frozen=True, slots=True)
class Reading:
    """The whole message; clauses are runs of `places`."""

    text: str
    language: Language
    tokens: tuple[Token, ...]
    named: tuple[Named, ...]
    places: tuple[Place, ...]


def read(
    text: str, tokens: tuple[Token, ...], language: Language, lexicon: Lexicon, generic: frozenset[str]
) -> Reading:
    """Finds products and numbers in the words, and gives each place its symbol."""
    words = [token.word for token in tokens]
    numbers = quantities(words, language)
    named = with_quantities(tokens, lexicon.find(words, generic), numbers, text)
    spans: dict[int, tuple[int, str]] = {n.start: (n.end, NUMBER) for n in numbers if not n.article}
    for one in named:
        spans[one.name_start] = (one.end, PRODUCT)
    return Reading(text, language, tokens, tuple(named), tuple(_with_sums(_places(tokens, spans))))


def _places(tokens: Sequence[Token], spans: dict[int, tuple[int, str]]) -> list[Place]:
    places: list[Place] = []
    at = 0
    while at < len(tokens):
        end, symbol = spans.get(at, (at + 1, tokens[at].stem))
        places.append(Place(symbol, tokens[at].word, at, end, tokens[at].mark))
        at = max(end, at + 1)
    return places


def _with_sums(places: list[Place]) -> list[Place]:
    """ "15 por 8" is a sum where nothing is counted after it; "2 por 100 pesos" is a price."""
    for at in range(1, len(places) - 1):
        first, middle, last = places[at - 1 : at + 2]
        ends = at + 2 == len(places) or bool(places[at + 2].mark) or places[at + 2].surface in RECKONING
        if first.symbol == last.symbol == NUMBER and middle.surface in RECKONING and ends:
            places[at] = middle._replace(symbol=SUM)
    return places
