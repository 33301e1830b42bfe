"""What the bot knows at one moment: the understander and the index, rebuilt when the shop's data change."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.core.db import Database
from app.core.facts import fact
from app.core.log import get_logger
from app.core.ownership import DATA_VERSION
from app.knowledge import service as knowledge
from app.nlu.service import Lexicon, Understander

log = get_logger("mind")


@dataclass(frozen=True)
class Mind:
    """One consistent picture; a turn uses one from its beginning to its end."""

    version: str
    understander: Understander
    index: knowledge.Index


class MindStore:
    """The current Mind; the old one answers while a new one is made."""

    def __init__(
        self,
        db: Database,
        folder: Path | None,
        examples: Callable[[], Sequence[tuple[str, str]]],
        *,
        full: bool = False,
    ) -> None:
        self._db = db
        self._folder = folder
        self._examples = examples
        self.current: Mind = self._make(full=full)

    def refresh_now(self, progress: Callable[[int, int], None] | None = None, *, full: bool = False) -> bool:
        """Makes a new Mind if the data changed; True if it did."""
        if not full and self._db.read_now(_version) == self.current.version:
            return False
        self.current = self._make(progress, full=full)
        return True

    async def refresh(self) -> bool:
        """The same off the event loop."""
        version = await self._db.read(_version)
        if version == self.current.version:
            return False
        self.current = await asyncio.to_thread(self._make)
        log.info("index_refreshed", version=version)
        return True

    def _make(self, progress: Callable[[int, int], None] | None = None, *, full: bool = False) -> Mind:
        version, products, questions = self._db.read_now(
            lambda conn: (_version(conn), catalog.all_products(conn), knowledge.all_faqs(conn))
        )
        entries = [*knowledge.faq_entries(questions), *(_entry(product) for product in products)]
        index = knowledge.up_to_date_index(entries, self._folder, progress=progress, full=full)
        lexicon = Lexicon.build([(product.sku, (product.name, *product.synonyms)) for product in products])
        words = [text for question in questions for text in (*question.phrasings, question.answer)]
        understander = Understander(lexicon, self._examples(), words)
        understander.analyse("hola")  # its tables load at the first use: here, not before a customer
        return Mind(version, understander, index)


def _entry(product: catalog.Product) -> knowledge.Entry:
    names = (product.name, *product.synonyms)
    about = ". ".join(part for part in (product.description, ", ".join(product.categories)) if part)
    return knowledge.Entry("product", product.sku, product.name, names, about)


def _version(conn: Connection) -> str:
    return fact(conn, DATA_VERSION, "0")
