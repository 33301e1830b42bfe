"""What the bot knows at one moment: the understander and the index, rebuilt when the shop's data change.

Words come first: a Mind that searches by words is made at once and answers. Its meanings, which an embedder needs time
for, are added behind it (`complete`), and the whole is swapped in one step. A damaged or missing file of either only
means that it is made again (TRUST R-14).
"""

from __future__ import annotations

import asyncio
import importlib
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.core.db import Database
from app.core.errors import DeliveryError
from app.core.facts import fact
from app.core.log import get_logger
from app.core.ownership import DATA_VERSION
from app.knowledge import service as knowledge
from app.nlu.service import (
    Addition,
    Analysis,
    Axis,
    Clause,
    Language,
    Lexicon,
    Meanings,
    OrderParser,
    Reading,
    Sold,
    Understander,
    Value,
)

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

SURE = 0.8
RETRY_SECONDS = 60.0
SHORT = 4  # words of a courtesy that is nothing else
PLAIN = frozenset({"greeting", "thanks", "goodbye", "human"})
TELLING = frozenset({
    "greeting", "goodbye", "thanks", "hours", "location", "menu", "price", "availability", "delivery", "payment", "order",
    "modify_order", "cancel_order", "order_status", "complaint", "human", "contact",
})  # fmt: skip

Progress = Callable[[int, int], None]

log = get_logger("mind")
_FUZZY = threading.Lock()


@dataclass(frozen=True)
class Mind:
    """One consistent picture; a turn uses one from its beginning to its end. `meanings` None: words only."""

    version: str
    understander: Understander
    index: knowledge.Index
    orders: OrderParser
    meanings: Meanings | None = None

    def read(self, text: str, *, default_language: Language, country: str, waits: bool = False) -> Analysis:
        """The message understood, an embedder asked where its words do not settle it.

        `waits`: for an embedder across a network too; never inside a transaction.
        """
        _load_fuzzy()
        analyse = partial(self.understander.analyse, default_language=default_language, country=country)
        analysis = analyse(text)
        vectors = self._vectors_of([clause.text for clause in analysis.clauses if not self._is_settled(clause)], waits)
        return analyse(text, vectors=vectors) if vectors else analysis

    def search(self, text: str, tokens: Sequence[str], k: int, clause: Clause | None = None) -> list[knowledge.Hit]:
        """What the shop knows that may answer this, best first; `clause`: the one it stands in.

        Waits for no network: a text that `read` did not ask about is searched by its words where the embedder is far.
        """
        intents = {} if clause is None else {intent.name: intent.score for intent in clause.intents}
        vector = None if clause is not None and _is_plain(clause) else self._vector_of
        return self.index.search(text, tokens, k, vector=vector, intents=intents)

    def read_order(self, text: str, language: Language) -> Reading:
        """What somebody wrote down of an order, for an empty cart."""
        _load_fuzzy()
        return self.orders.read(text, language=language)

    def _vector_of(self, text: str) -> Array | None:
        return None if self.meanings is None else self.meanings.now(text)

    def _vectors_of(self, texts: Sequence[str], waits: bool) -> dict[str, Array]:
        if self.meanings is not None and waits:
            return self.meanings.asked(texts)
        return {text: vector for text in texts if (vector := self._vector_of(text)) is not None}

    def _is_settled(self, clause: Clause) -> bool:
        return _is_plain(clause) or self.index.is_certain(clause.text, clause.tokens)


class MindStore:
    """The current Mind; the old one answers while a new one is made."""

    def __init__(
        self,
        db: Database,
        folder: Path | None,
        examples: Callable[[], Sequence[tuple[str, str]]],
        meanings: Meanings | None = None,
        *,
        full: bool = False,
    ) -> None:
        self._db = db
        self._folder = folder
        self._examples = examples
        self._meanings = meanings
        self._not_before = 0.0  # when an embedder that did not answer is asked again
        self._parser: tuple[tuple[Sold, ...], OrderParser] | None = None  # of the products as they are sold
        self._making = asyncio.Lock()  # of two that refresh at once, the later one finds it done or does it anew
        self.current: Mind = self._by_words(full=full)

    def refresh_now(self, progress: Progress | None = None, *, full: bool = False) -> bool:
        """Makes a new Mind, its meanings too, if the data changed or some are missing; True if it did."""
        if full or self._db.read_now(_version) != self.current.version:
            self.current = self._complete(self._by_words(progress, full=full), progress, full=full)
            return True
        return self.complete(progress)

    def complete(self, progress: Progress | None = None) -> bool:
        """Adds the meanings to the current Mind, if it has none; True if it did. `progress(done, of)` as they are made."""
        if self.current.meanings is self._meanings or time.monotonic() < self._not_before:
            return False
        before = self.current
        made = self._complete(before, progress)
        if self.current is before:
            self.current = made
        return made is not before

    def use(self, meanings: Meanings | None) -> None:
        """Another embedder from the next refresh on; until its vectors are made the old one answers."""
        self._meanings, self._not_before = meanings, 0.0

    async def refresh(self) -> bool:
        """The same off the event loop."""
        async with self._making:
            version = await self._db.read(_version)
            if version == self.current.version:
                return await asyncio.to_thread(self.complete)
            fresh = await asyncio.to_thread(self._by_words)
            self.current = await asyncio.to_thread(self._complete, fresh)
            log.info("index_refreshed", version=version)
            return True

    async def rebuild(self, progress: Callable[[str, int, int], None]) -> None:
        """Everything anew, whatever changed; the one there is answers until the whole is made.

        `progress(part, done, of)` is told of `words`, then of `meanings`. A service's vectors are paid for: those it gave stay.
        """
        local = self._meanings is not None and self._meanings.embedder.is_local
        async with self._making:
            self._not_before = 0.0
            fresh = await asyncio.to_thread(self._by_words, partial(progress, "words"), full=True)
            self.current = await asyncio.to_thread(self._complete, fresh, partial(progress, "meanings"), full=local)

    def _by_words(self, progress: Progress | None = None, *, full: bool = False) -> Mind:
        version, products, questions, passages = self._db.read_now(
            lambda conn: (
                _version(conn), catalog.all_products(conn), knowledge.all_faqs(conn), knowledge.all_passages(conn)
            )
        )  # fmt: skip
        lexicon = Lexicon.build([(product.sku, (product.name, *product.synonyms)) for product in products])
        words = [text for question in questions for text in (*question.phrasings, question.answer)]
        words += [text for product in products for text in (product.description, *product.categories)]
        words += [passage.text for passage in passages]
        understander = Understander(lexicon, self._examples(), words)
        understander.analyse("hola")  # its tables load at the first use: here, not before a customer
        entries = [
            *knowledge.faq_entries(questions), *(_entry(product) for product in products), *knowledge.doc_entries(passages),
        ]  # fmt: skip
        index = knowledge.up_to_date_index(
            entries, self._folder, progress, labels=lambda text: _labels(understander, text), full=full
        )
        return Mind(version, understander, index, self._parser_of(tuple(_sold(product) for product in products)))

    def _parser_of(self, sold: tuple[Sold, ...]) -> OrderParser:
        """The parser of what is sold; the one there is where that did not change, which is most of a Mind's making."""
        if self._parser is None or self._parser[0] != sold:
            self._parser = (sold, OrderParser(sold))
        return self._parser[1]

    def _complete(self, mind: Mind, progress: Progress | None = None, *, full: bool = False) -> Mind:
        """The same Mind with meanings; as it was, where the embedder does not answer now."""
        meanings = self._meanings
        if meanings is None:
            return mind if mind.meanings is None else replace(mind, meanings=None)
        own = mind.index.texts_to_embed()
        examples = [text for _, text in mind.understander.examples()]
        try:
            rows = meanings.written([*own, *examples], progress, afresh=full)
            meanings.asked(["hola"])  # loads here what a question needs, not before a customer
        except DeliveryError as error:
            self._not_before = time.monotonic() + max(RETRY_SECONDS, error.retry_after or 0.0)
            log.warning("embedder_silent", embedder=meanings.embedder.name, reason=str(error))
            return mind
        return replace(
            mind, index=mind.index.with_vectors(rows[: len(own)], meanings.scale),
            understander=mind.understander.with_meanings(rows[len(own) :], meanings.scale), meanings=meanings,
        )  # fmt: skip


def _load_fuzzy() -> None:
    """Imports rapidfuzz with the first message (4 MB a shop at rest does not pay), one thread at a time.

    Its packages import each other in a circle: two threads that began it at once would see one of them half made.
    """
    with _FUZZY:
        importlib.import_module("rapidfuzz.distance")
        importlib.import_module("rapidfuzz.fuzz")
        importlib.import_module("rapidfuzz.process")


def _is_plain(clause: Clause) -> bool:
    """Words alone settle it: a courtesy, a cry for a person, products ordered by their names and numbers."""
    if not clause.intents or clause.intents[0].score < SURE:
        return False
    ordered = clause.intents[0].name == "order" and any(mention.said_qty for mention in clause.mentions)
    return ordered or (clause.intents[0].name in PLAIN and len(clause.tokens) <= SHORT)


def _labels(understander: Understander, text: str) -> dict[str, float]:
    """How sure each intent of a question is, its clauses together."""
    found: dict[str, float] = {}
    for clause in understander.analyse(text).clauses:
        for intent in clause.intents:
            if intent.name in TELLING:
                found[intent.name] = max(intent.score, found.get(intent.name, 0.0))
    return found


def _entry(product: catalog.Product) -> knowledge.Entry:
    names = (product.name, *product.synonyms)
    about = ". ".join(part for part in (product.description, ", ".join(product.categories)) if part)
    return knowledge.Entry("product", product.sku, product.name, names, about)


def _sold(product: catalog.Product) -> Sold:
    """The product by its names, as orders are read."""
    axes = tuple(
        Axis(
            axis.id, (axis.name,), axis.required, tuple(Value(one.id, (one.name, *one.synonyms)) for one in axis.values)
        )
        for axis in product.options
    )
    additions = tuple(
        Addition(extra.id, (extra.name, *extra.synonyms), extra.included, extra.max) for extra in product.extras
    )
    return Sold(product.sku, (product.name, *product.synonyms), product.unit, axes, additions, product.categories)


def _version(conn: Connection) -> str:
    return fact(conn, DATA_VERSION, "0")
