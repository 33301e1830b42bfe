"""What the index holds and what a search gives back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

EntryType = Literal["faq", "product", "doc"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that may answer. `texts`: its phrasings, each searched on its own; `body`: the answer or passage.

    `id`: a FAQ's row number, a product's sku, a passage's id; `title`: what a person calls it; `language` "" = the
    shop's; `place`: where in its document a passage stands ("Cambios, pág. 2").
    """

    type: EntryType
    id: str
    title: str
    texts: tuple[str, ...]
    body: str
    language: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """An entry found. `score` is calibrated to 0-1: 0.5 is as likely right as wrong (`retrieval.min_score`)."""

    type: EntryType
    id: str
    title: str
    score: float
    entry: Entry
