"""Reads documents from the database, and makes the entries that the index searches."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, select

from app.core.tables import complaint
from app.knowledge.documents.passages import BETWEEN_HEADINGS
from app.knowledge.documents.quote import sentences_of
from app.knowledge.documents.sync import problem_sentence
from app.knowledge.entry import Entry
from app.knowledge.models import docs, passages


@dataclass(frozen=True, slots=True)
class DocPassage:
    """A passage in use. `id`: "<document>#<position>"; `title`: its document's; `heading`: the way to it, "A › B"."""

    id: str
    title: str
    heading: str
    page: int | None
    text: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document as the owner's list shows it. `problem`: a sentence, "" where all is well; `pages` 0: it has none."""

    id: int
    title: str
    path: str
    pages: int
    passages: int
    problem: str
    enabled: bool
    read_at: datetime


def all_passages(conn: Connection) -> list[DocPassage]:
    """The passages of the documents in use, document by document, in their order."""
    query = (
        select(docs.c.slug, docs.c.title, passages)
        .join(docs, docs.c.id == passages.c.doc_id)
        .where(docs.c.enabled)
        .order_by(docs.c.path, passages.c.position)
    )
    return [_passage(row) for row in conn.execute(query)]


def doc_entries(found: Iterable[DocPassage]) -> list[Entry]:
    """Passages as the index searches them: by their heading, each of their sentences, and as a whole."""
    return [
        Entry(
            "doc", one.id, one.title, (*_headings(one), *sentences_of(one.text)), one.text,
            place=place_of(one.heading, one.page),
        )
        for one in found
    ]  # fmt: skip


def all_docs(conn: Connection, include_off: bool = False) -> list[Document]:
    """The documents by name; those whose file is gone too if asked."""
    count = select(func.count()).where(passages.c.doc_id == docs.c.id).scalar_subquery().label("passages")
    query = select(docs, count).order_by(docs.c.path)
    return [
        Document(
            row.id, row.title, row.path, row.pages, row.passages,
            problem_sentence(row.path, row.problem, bool(row.passages)), row.enabled, row.read_at,
        )
        for row in conn.execute(query if include_off else query.where(docs.c.enabled))
    ]  # fmt: skip


def find_doc(conn: Connection, doc_id: int) -> str | None:
    """The document's file name, in use or not."""
    return conn.execute(select(docs.c.path).where(docs.c.id == doc_id)).scalar()


def passages_of(conn: Connection, doc_id: int, after: int, limit: int) -> list[DocPassage]:
    """The passages of one document in use whose position is above `after`, in their order."""
    query = (
        select(docs.c.slug, docs.c.title, passages)
        .join(docs, docs.c.id == passages.c.doc_id)
        .where(docs.c.id == doc_id, docs.c.enabled, passages.c.position > after)
        .order_by(passages.c.position)
        .limit(limit)
    )
    return [_passage(row) for row in conn.execute(query)]


def place_of(heading: str, page: int | None) -> str:
    """`Cambios y devoluciones, pág. 2`: the nearest heading and the page, what there is of them."""
    nearest = heading.rpartition(BETWEEN_HEADINGS)[2]
    return ", ".join(part for part in (nearest, complaint("doc.page", page=page) if page else "") if part)


def _passage(row: Row[Any]) -> DocPassage:
    return DocPassage(f"{row.slug}#{row.position}", row.title, row.heading, row.page, row.text)


def _headings(one: DocPassage) -> tuple[str, ...]:
    return (one.heading.replace(BETWEEN_HEADINGS, ", "),) if one.heading else ()
