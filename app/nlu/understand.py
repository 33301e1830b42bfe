"""One pass over a message: language, words, products, clauses, intents."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from dataclasses import replace
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from app.core.text import clean, fold
from app.nlu.analysis import Analysis, Clause, Entities, Intent
from app.nlu.clauses import OPENERS, fire, split
from app.nlu.cues import CueBook, cue_book
from app.nlu.days import DAY_WORDS, foremost
from app.nlu.embedder.base import Scale
from app.nlu.entities import entities_of, joined
from app.nlu.examples import examples_of
from app.nlu.intents import Evidence, Trace, blend, decide
from app.nlu.language import detect, vocabulary
from app.nlu.lexicon import Lexicon
from app.nlu.meant import MeantExamples, as_said
from app.nlu.missing import ASKING, missing
from app.nlu.names import names_in
from app.nlu.normalise import Mend, Token, expand, normalise, pieces
from app.nlu.numbers import number_words
from app.nlu.own import OwnExamples
from app.nlu.reading import NUMBER, PRODUCT, Reading, read
from app.nlu.similarity import Examples
from app.nlu.stem import stem
from app.nlu.typos import Mender
from app.nlu.words import Language, words_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]
    Vectors = Mapping[str, Array]

LANGUAGES: tuple[Language, ...] = ("es", "en")
PLACEHOLDERS = {"{p}": "<product>", "<num>": "<num>"}


class Understander:
    """What a shop's bot knows of language: the common cues and examples, this shop's products, labels and words."""

    def __init__(
        self, lexicon: Lexicon, examples: Iterable[tuple[str, str]] = (), vocabulary: Iterable[str] = ()
    ) -> None:
        self._lexicon = lexicon
        self._meant: MeantExamples | None = None
        self._own = tuple((label.strip(), text) for label, text in examples)
        said = (*vocabulary, *(text for _, text in self._own))  # what the owner writes is how it is written here
        self._words = frozenset(piece.folded for text in said for piece in pieces(text) if piece.kind == "word")
        self._minds: dict[Language, _Mind] = {"es": self._mind("es")}
        self.analyse("hola")  # so that the first customer does not wait for the examples

    def examples(self) -> list[tuple[str, str]]:
        """(intent, sentence) of every example as somebody would say it, the owner's included: what an embedder embeds."""
        common = [pair for language in LANGUAGES for pair in examples_of(language)]
        return [(label, as_said(text)) for label, text in (*common, *self._own)]

    def with_meanings(self, rows: Array, scale: Scale) -> Understander:
        """The same, with a vector for each of `examples`."""
        other = copy(self)
        other._meant = MeantExamples([label for label, _ in self.examples()], rows, scale)
        return other

    def analyse(
        self, text: str, *, default_language: Language = "es", country: str = "", vectors: Vectors | None = None
    ) -> Analysis:
        """The message understood. Never raises.

        `country` (ISO code) is where a phone without its prefix is; `vectors`: the meanings of clauses, by their text, as
        far as an embedder was asked.
        """
        whole = unicodedata.normalize("NFC", clean(text))
        found = pieces(whole)
        language = detect(found, _evidence(), default_language)
        mind = self._mind_of(language)
        reading = read(whole, expand(found, language, mind.mender_for(whole)), language, self._lexicon, mind.generic)
        bounds = split(reading.places, mind.book, OPENERS[language]) or [(0, 0)]
        clauses = tuple(self._clause(reading, start, end, mind, country, vectors or {}) for start, end in bounds)
        mentions = tuple(mention for clause in clauses for mention in clause.mentions)
        intents, entities = (
            blend([clause.intents for clause in clauses]),
            joined([clause.entities for clause in clauses]),
        )
        return Analysis(whole, fold(whole), language, clauses, intents, mentions, entities)

    def trace(self, text: str, *, default_language: Language = "es") -> tuple[Trace, ...]:
        """Why each clause was read as it was: cues that fired, nearest examples."""
        whole = unicodedata.normalize("NFC", clean(text))
        found = pieces(whole)
        language = detect(found, _evidence(), default_language)
        mind = self._mind_of(language)
        reading = read(whole, expand(found, language, mind.mender), language, self._lexicon, mind.generic)
        traces = []
        for start, end in split(reading.places, mind.book, OPENERS[language]) or [(0, 0)]:
            evidence, symbols = _evidence_of(reading, start, end, mind)
            fired = tuple((one.cue.intent, one.cue.written, one.cue.weight) for one in evidence.fired)
            nearest = tuple(mind.examples.nearest(symbols))
            traces.append(Trace(_text(reading, start, end), fired, nearest, decide(evidence), round(evidence.known, 3)))
        return tuple(traces)

    def _clause(
        self, reading: Reading, start: int, end: int, mind: _Mind, country: str, vectors: Vectors
    ) -> Clause:  # fmt: skip
        places = reading.places[start:end]
        text = _text(reading, start, end)
        if not places:
            return Clause(text, fold(text), (), (Intent("out_of_scope", 0.5),), (), (), None)
        evidence, _ = _evidence_of(reading, start, end, mind)
        vector = vectors.get(text) if self._meant is not None else None
        if vector is not None and self._meant is not None:
            evidence = replace(evidence, meant=self._meant.meant(vector))
        intents = decide(evidence)
        first, last = places[0].start, places[-1].end
        words = tuple(token.word for token in reading.tokens[first:last])
        mentions = tuple(named.mention for named in reading.named if first <= named.name_start < last)
        asked = intents[0].name in ASKING
        lacking = (
            missing(places, reading.tokens, reading.text, mind.ordinary, reading.named, reading.language)
            if asked
            else ()
        )
        known = mind.share_known(reading.tokens[first:last])
        entities = self._entities(reading, first, last, country)
        day = foremost([one.value for one in entities.days])
        called = {word for one in entities.names for word in fold(one.value).split()}
        lacking = tuple(name for name in lacking if not called.issuperset(fold(name).split()))
        return Clause(text, fold(text), words, intents, mentions, lacking, day, known, entities)

    def _entities(self, reading: Reading, first: int, last: int, country: str) -> Entities:
        """Those of the words from `first` to `last`."""
        sold = {at - first for named in reading.named for at in range(named.name_start, named.end)}
        tokens = reading.tokens[first:last]
        return entities_of(reading.text, tokens, reading.language, country=country, sold=frozenset(sold))

    def _mind_of(self, language: Language) -> _Mind:
        mind = self._minds.get(language)
        if mind is None:
            mind = self._minds[language] = self._mind(language)
        return mind

    def _mind(self, language: Language) -> _Mind:
        return _Mind(language, self._lexicon, self._own, self._words)


class _Mind:
    """Everything of one language, built when first needed."""

    def __init__(
        self, language: Language, lexicon: Lexicon, own: tuple[tuple[str, str], ...], words: frozenset[str]
    ) -> None:
        self.language = language
        self.book: CueBook = cue_book(language)
        said = {word for words_said in _example_words(language).values() for word in words_said}
        inside = {word for label, ws in _example_words(language).items() if label != "out_of_scope" for word in ws}
        self.mender = Mender(self.book.words | words | inside, said | number_words(language), language, lexicon.words)
        grammar = words_of(language)
        plain = self.book.words - self.book.concept_words("DISH")
        self.generic = frozenset(plain | grammar.grammar | set(grammar.forms))
        self.ordinary = frozenset(
            self.generic
            | DAY_WORDS[language]
            | {s for s in self.book.stems if s not in self.book.concepts["DISH"]}
            | grammar.never_sold
        )
        self.small = grammar.grammar
        self.domain = frozenset({*self.book.near_stems, *(stem(word, language) for word in inside | words)})
        self._own = own
        rows = [(label, [place.symbol for place in self.read(text, lexicon).places]) for label, text in own]
        self.own = OwnExamples(rows, self.small)

    def mender_for(self, text: str) -> Mend:
        """Names somebody gives stay as they are: "candelaria" nearly says "cancelar"."""
        called = {word for one in names_in(text) for word in fold(one.value).split()}
        return (lambda word: word if word in called else self.mender(word)) if called else self.mender

    def read(self, text: str, lexicon: Lexicon) -> Reading:
        """`text` with its products and numbers found."""
        whole = unicodedata.normalize("NFC", clean(text))
        return read(whole, expand(pieces(whole), self.language, self.mender), self.language, lexicon, self.generic)

    def share_known(self, tokens: Sequence[Token]) -> float:
        """How many of the words this shop or anybody uses."""
        words = [token.word for token in tokens if token.kind == "word"]
        return round(sum(map(self.mender.knows, words)) / len(words), 3) if words else 1.0

    @cached_property
    def examples(self) -> Examples:
        return _examples(self.language, self._own)


@lru_cache(maxsize=4)
def _examples(language: Language, own: tuple[tuple[str, str], ...]) -> Examples:
    rows = [*examples_of(language), *own]
    return Examples([(label, text, _symbols(text, language)) for label, text in rows])


def _symbols(text: str, language: Language) -> list[str]:
    symbols: list[str] = []
    for part in text.replace("{p}", " {p} ").split():
        if part in PLACEHOLDERS:
            symbols.append(PLACEHOLDERS[part])
        else:
            symbols += [token.stem if token.kind == "word" else "<num>" for token in normalise(part, language).words]
    return symbols


@lru_cache(maxsize=2)
def _example_words(language: Language) -> dict[str, frozenset[str]]:
    words: dict[str, set[str]] = {}
    for label, text in examples_of(language):
        found = words.setdefault(label, set())
        found.update(
            token.word
            for token in normalise(text.replace("{p}", " ").replace("<num>", " "), language).words
            if token.kind == "word"
        )
    return {label: frozenset(found) for label, found in words.items()}


@lru_cache(maxsize=1)
def _evidence() -> dict[str, float]:
    """Which words speak for which language."""
    seen = {
        lang: {w for ws in _example_words(lang).values() for w in ws} | cue_book(lang).words | number_words(lang)
        for lang in LANGUAGES
    }
    return vocabulary(seen["es"], seen["en"])


def _evidence_of(reading: Reading, start: int, end: int, mind: _Mind) -> tuple[Evidence, list[str]]:
    places = reading.places[start:end]
    symbols = [place.symbol for place in places]
    likeness, known = mind.examples.score(symbols)
    mentions = sum(symbol == PRODUCT for symbol in symbols)
    content = [
        place.symbol for place in places if place.surface not in mind.small and place.symbol not in (PRODUCT, NUMBER)
    ]
    stray = sum(symbol not in mind.domain for symbol in content)
    question = "?" in _text(reading, start, end) or (bool(places) and places[0].surface in OPENERS[reading.language])
    fired = tuple(fire(reading.places, start, end, mind.book))
    own = mind.own.nearest(symbols)
    return Evidence(fired, likeness, known, mentions, question, len(content), stray, own), symbols


def _text(reading: Reading, start: int, end: int) -> str:
    """The clause as written, with the marks that close it."""
    if start >= end:
        return reading.text.strip()
    tokens, places = reading.tokens, reading.places
    first = tokens[places[start].start].start
    last = tokens[places[end - 1].end - 1].end
    if end == len(places):
        return reading.text[first:].strip()
    upto = tokens[places[end].start].start
    return reading.text[first : last + (upto - last if upto - last < 3 else 0)].strip(" ,;:\n¿¡")
