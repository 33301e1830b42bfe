"""Cues: short patterns over stems that point to an intent, written in `cues/<language>.toml`.

A cue is a row of elements: a word (any form of it), `=word` (that very word), `a|b` (either), `word?` (or nothing), `~` (up to three
words), `^` (the clause begins), `$` (it ends), `NAME` (a concept's words), `<product>`, `<num>`, `<day>`. `!a|b` at the end: unless
one of these words stands in the clause.
"""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from app.nlu.stem import stem
from app.nlu.words import Language, words_of

HERE = Path(__file__).parent / "cues"
GAP = 3


class Element(NamedTuple):
    """One place of a cue: the symbols that fit (none: a gap), and whether it may be absent."""

    symbols: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Cue:
    """A pattern, what it points to and how strongly (1 is a hint, 3 is certain)."""

    intent: str
    weight: float
    written: str
    elements: tuple[Element, ...]
    at_start: bool
    at_end: bool
    unless: frozenset[str]


class Fired(NamedTuple):
    """A cue found at `symbols[start:end]`."""

    cue: Cue
    start: int
    end: int


class CueBook:
    """All cues of a language, filed under the words they may begin with."""

    def __init__(
        self,
        cues: Sequence[Cue],
        words: frozenset[str],
        concepts: dict[str, frozenset[str]],
        concept_words: dict[str, frozenset[str]],
        greetings: frozenset[str],
        verbs: frozenset[str],
    ) -> None:
        self.words = words
        self.greetings = greetings
        self.verbs = verbs
        self._concept_words = concept_words
        self.concepts = concepts
        self._by_first: dict[str, list[Cue]] = defaultdict(list)
        for cue in cues:
            for symbol in cue.elements[0].symbols:
                self._by_first[symbol].append(cue)
        self.stems = _stems(cues)
        self.near_stems = _stems([cue for cue in cues if cue.intent != "out_of_scope"])

    def concept_words(self, name: str) -> frozenset[str]:
        """The words of a concept as written."""
        return self._concept_words[name]

    def fire(self, symbols: Sequence[str], surface: Sequence[str]) -> list[Fired]:
        """Every cue found in a clause; `surface` holds the very words, for cues that ask for them."""
        fired = []
        exact = ["=" + word for word in surface]
        for start, symbol in enumerate(symbols):
            for cue in (*self._by_first.get(symbol, ()), *self._by_first.get(exact[start], ())):
                if cue.at_start and start:
                    continue
                end = _match(cue.elements, 0, symbols, exact, start, cue.at_end)
                if end > start and (cue.unless.isdisjoint(symbols) and cue.unless.isdisjoint(exact)):
                    fired.append(Fired(cue, start, end))
        return fired


def _stems(cues: Sequence[Cue]) -> frozenset[str]:
    return frozenset(symbol for cue in cues for element in cue.elements for symbol in element.symbols)


@lru_cache(maxsize=2)
def cue_book(language: Language) -> CueBook:
    """The cues of `language`, read once."""
    with (HERE / f"{language}.toml").open("rb") as file:
        data = tomllib.load(file)
    concepts: dict[str, frozenset[str]] = {}
    words: set[str] = set()
    for name, listed in data["concepts"].items():
        concepts[name] = frozenset().union(*(_symbols(word, language, concepts, words) for word in listed.split()))
    cues = [
        _compile(intent, float(weight), line.strip(), language, concepts, words)
        for intent, by_weight in data["cues"].items()
        for weight, lines in by_weight.items()
        for line in lines.split("\n")
        if line.strip()
    ]
    plain = {name: frozenset(listed.split()) for name, listed in data["concepts"].items()}
    greetings = frozenset(line.strip() for line in data["greetings"]["phrases"].split("|"))
    return CueBook(cues, frozenset(words), concepts, plain, greetings, frozenset(words_of(language).forms))


def _compile(
    intent: str, weight: float, line: str, language: Language, concepts: dict[str, frozenset[str]], words: set[str]
) -> Cue:
    parts = line.split()
    unless: frozenset[str] = frozenset()
    if parts[-1].startswith("!"):
        unless = _alternatives(parts.pop()[1:], language, concepts, words)
    at_start, at_end = parts[0] == "^", parts[-1] == "$"
    parts = parts[at_start : len(parts) - at_end]
    elements = tuple(
        Element(frozenset())
        if part == "~"
        else Element(_alternatives(part.rstrip("?"), language, concepts, words), part.endswith("?"))
        for part in parts
    )
    return Cue(intent, weight, line, elements, at_start, at_end, unless)


def _alternatives(
    part: str, language: Language, concepts: dict[str, frozenset[str]], words: set[str]
) -> frozenset[str]:
    return frozenset().union(*(_symbols(word, language, concepts, words) for word in part.split("|")))


def _symbols(word: str, language: Language, concepts: dict[str, frozenset[str]], words: set[str]) -> frozenset[str]:
    if word.isupper():
        return concepts[word]
    if word.startswith(("<", ":")):
        return frozenset({word})
    words.add(word.lstrip("="))
    return frozenset({word if word.startswith("=") else stem(word, language)})


def _match(
    elements: tuple[Element, ...], element: int, symbols: Sequence[str], exact: Sequence[str], at: int, to_end: bool
) -> int:
    """Where the pattern ends, or -1."""
    size = len(symbols)
    while element < len(elements):
        wanted, optional = elements[element]
        if not wanted:
            for skipped in range(GAP + 1):
                end = _match(elements, element + 1, symbols, exact, at + skipped, to_end)
                if end >= 0:
                    return end
            return -1
        if at < size and (symbols[at] in wanted or exact[at] in wanted):
            at += 1
        elif not optional:
            return -1
        element += 1
    return at if at == size or (at < size and not to_end) else -1
