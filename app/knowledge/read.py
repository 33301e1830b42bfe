"""Reads FAQs from the database, and makes the entries that the index searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, select

from app.core.text import fold
from app.knowledge.entry import Entry
from app.knowledge.faq import Faq
from app.knowledge.models import faqs

PAGE = 30


@dataclass(frozen=True, slots=True)
class FaqPage:
    """Newest first. `found`: how many there are of the search in all; `more`: some come after these."""

    faqs: list[Faq]
    found: int
    more: bool


def all_faqs(conn: Connection, include_off: bool = False) -> list[Faq]:
    """Every FAQ: those of `faqs.csv` in its order, then the others; those switched off too if asked."""
    query = select(faqs).where(faqs.c.deleted_at.is_(None))
    query = query.order_by(faqs.c.source_row.is_(None), faqs.c.source_row, faqs.c.id)
    return [faq_of(row) for row in conn.execute(query if include_off else query.where(faqs.c.enabled)).mappings()]


def count_faqs(conn: Connection) -> int:
    """How many it answers with."""
    query = select(func.count()).select_from(faqs).where(faqs.c.deleted_at.is_(None), faqs.c.enabled)
    return int(conn.execute(query).scalar_one())


def page_of_faqs(conn: Connection, search: str = "", before: int | None = None, limit: int = PAGE) -> FaqPage:
    """The FAQs, on or off, that hold every word of `search`, from below the id `before`."""
    asked = [faqs.c.deleted_at.is_(None), *_holding(search)]
    found = conn.execute(select(func.count()).select_from(faqs).where(*asked)).scalar_one()
    query = select(faqs).where(*asked).order_by(faqs.c.id.desc()).limit(limit + 1)
    rows = conn.execute(query if before is None else query.where(faqs.c.id < before)).mappings().all()
    return FaqPage([faq_of(row) for row in rows[:limit]], int(found), len(rows) > limit)


def find_faq(conn: Connection, faq_id: int) -> Faq | None:
    """The FAQ, on or off."""
    row = conn.execute(select(faqs).where(faqs.c.id == faq_id, faqs.c.deleted_at.is_(None))).mappings().first()
    return None if row is None else faq_of(row)


def faq_of(row: Mapping[Any, Any]) -> Faq:
    """A row of the table."""
    return Faq(
        id=row["id"],
        row=row["source_row"],
        question=row["question"],
        phrasings=(row["question"], *row["phrasings"]),
        answer=row["answer"],
        tags=tuple(row["tags"].split("|")) if row["tags"] else (),
        language=row["language"],
        enabled=row["enabled"],
    )


def faq_entries(questions: Iterable[Faq]) -> list[Entry]:
    """FAQs as the index searches them."""
    return [
        Entry("faq", faq.source_id, faq.question, faq.phrasings, faq.answer, language=faq.language) for faq in questions
    ]


def _holding(search: str) -> list[ColumnElement[bool]]:
    return [faqs.c.folded_text.contains(word, autoescape=True) for word in fold(search).split()]
