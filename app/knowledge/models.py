"""Tables of what the shop knows: questions with their answers, and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Index, Table
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class FAQ(SQLModel, table=True):
    """A question, its other phrasings and its answer. `source_row` is its row in `data/faqs.csv`, from 1.

    `folded_text`: all it says, folded, for the panel's search. `deleted_at`: taken off there, kept a while for an undo.
    """

    id: int | None = Field(default=None, primary_key=True)
    question: str
    folded_question: str = Field(index=True)
    folded_text: str = Field(default="", sa_column_kwargs={"server_default": ""})
    phrasings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    answer: str
    tags: str = ""
    language: str = "es"
    enabled: bool = True  # False: its row left the file; kept, not used
    source_row: int | None = None
    edited_fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    deleted_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Doc(SQLModel, table=True):
    """A document of `data/docs/` (the brief's columns and what is known of the file).

    `slug` names its passages for ever; `digest` is of the content read last; `problem`: why nothing or not all of it
    could be read ("" all well); `pages` 0 where it has none.
    """

    id: int | None = Field(default=None, primary_key=True)
    title: str
    path: str = Field(unique=True)
    embedding_meta: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    slug: str = Field(unique=True)
    digest: str = ""
    pages: int = 0
    problem: str = ""
    enabled: bool = True  # False: the file is gone; kept, not used
    read_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Passage(SQLModel, table=True):
    """A piece of a document, in its order: `position` from 1, `page` None where the document has none."""

    __table_args__ = (Index("passage_place", "doc_id", "position", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    doc_id: int = Field(sa_column=Column(ForeignKey("doc.id", ondelete="CASCADE"), nullable=False))
    position: int
    page: int | None = None
    heading: str = ""
    text: str


class Unanswered(SQLModel, table=True):
    """A question of a customer's message that got no answer, phone numbers and the like masked.

    `place`: which of its message's questions; `score`: search's best hit then; `settled_at`: since when somebody of the
    shop has seen to it, by an answer or by putting it aside.
    """

    __table_args__ = (Index("unanswered_once", "message_id", "place", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    message_id: str
    place: int
    conversation_id: str = Field(
        sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    channel: str
    language: str
    text: str
    words: str  # as meant, a space between
    score: float
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    settled_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


faqs: Table = FAQ.__table__  # type: ignore[attr-defined]
docs: Table = Doc.__table__  # type: ignore[attr-defined]
passages: Table = Passage.__table__  # type: ignore[attr-defined]
unanswered: Table = Unanswered.__table__  # type: ignore[attr-defined]
