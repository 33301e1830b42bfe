"""Tables of the kernel: durable jobs and single facts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column, Index, Table
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Job(SQLModel, table=True):
    """One thing to do that survives the power going: inbox, outbox and clock in one table."""

    __table_args__ = (
        Index("job_key", "kind", "key", unique=True),
        Index("job_in_lane", "lane", "state", "id"),
        Index("job_due", "state", "kind", "id"),
    )
    id: int | None = Field(default=None, primary_key=True)
    kind: str
    key: str
    lane: str = ""
    payload: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    state: str = "pending"
    attempts: int = 0
    run_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))  # by the shop's clock
    retry_at: float = 0.0  # by the machine's clock, seconds; a jump of it cannot hold a job back for long
    owner: str = ""
    fence: int = 0
    beat: int = 0
    error: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class DataFile(SQLModel, table=True):
    """What a file of `data/` said when it was last read, row by row: the base for «only what changed in it»."""

    __tablename__ = "data_file"
    name: str = Field(primary_key=True)
    digest: str
    rows: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    read_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Fact(SQLModel, table=True):
    """One named value: schema versions, the menu's currency, the version of the data."""

    key: str = Field(primary_key=True)
    value: str


jobs: Table = Job.__table__  # type: ignore[attr-defined]
data_files: Table = DataFile.__table__  # type: ignore[attr-defined]
facts: Table = Fact.__table__  # type: ignore[attr-defined]
