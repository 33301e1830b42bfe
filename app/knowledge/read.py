"""Reads FAQs from the database, and makes the entries that the index searches."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, select

from app.knowledge.entry import Entry
from app.knowledge.faq import Faq
from app.knowledge.models import faqs


def all_faqs(conn: Connection, include_off: bool = False) -> list[Faq]:
    """Every FAQ: those of `faqs.csv` in its order, then the others; those switched off too if asked."""
    query = select(faqs).order_by(faqs.c.source_row.is_(None), faqs.c.source_row, faqs.c.id)
    return [
        Faq(
            id=row["id"],
            row=row["source_row"],
            question=row["question"],
            phrasings=(row["question"], *row["phrasings"]),
            answer=row["answer"],
            tags=tuple(row["tags"].split("|")) if row["tags"] else (),
            language=row["language"],
            enabled=row["enabled"],
        )
        for row in conn.execute(query if include_off else query.where(faqs.c.enabled)).mappings()
    ]


def faq_entries(questions: Iterable[Faq]) -> list[Entry]:
    """FAQs as the index searches them."""
    return [
        Entry("faq", faq.source_id, faq.question, faq.phrasings, faq.answer, language=faq.language) for faq in questions
    ]
