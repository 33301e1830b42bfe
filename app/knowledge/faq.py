"""A question the shop answers, as the rest of the house sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.core.ownership import digest_of


@dataclass(frozen=True, slots=True)
class Faq:
    """`question` is the first phrasing; `phrasings` holds all of them, that one first.

    `row` is its row in `data/faqs.csv` from 1, None where it did not come from there. `language` "" = the shop's.
    """

    id: int
    row: int | None
    question: str
    phrasings: tuple[str, ...]
    answer: str
    tags: tuple[str, ...] = ()
    language: str = ""
    enabled: bool = True

    @property
    def source_id(self) -> str:
        """What `ask` calls it: its row number, or `f` and its database id where it has no row."""
        return str(self.row) if self.row is not None else f"f{self.id}"

    @property
    def version(self) -> str:
        """Of what a person may change: who edits says on which one, and is told if it is another by then."""
        said = (self.phrasings, self.answer, self.tags, self.language)
        return digest_of(json.dumps(said, ensure_ascii=False))[:16]
