"""Tables of what the shop knows: questions with their answers, and documents."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Table
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class FAQ(SQLModel, table=True):
    """A question, its other phrasings and its answer. `source_row` is its row in `data/faqs.csv`, from 1."""

    id: int | None = Field(default=None, primary_key=True)
    question: str
    folded_question: str = Field(index=True)
    phrasings: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    answer: str
    tags: str = ""
    language: str = "es"
    enabled: bool = True  # False: its row left the file; kept, not used
    source_row: int | None = None
    edited_fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Doc(SQLModel, table=True):
    """A document of `data/docs/` (the brief's columns; its passages come with step 2)."""

    id: int | None = Field(default=None, primary_key=True)
    title: str
    path: str = Field(unique=True)
    embedding_meta: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


faqs: Table = FAQ.__table__  # type: ignore[attr-defined]
docs: Table = Doc.__table__  # type: ignore[attr-defined]
