"""Tables of the figures: a day rolled up, sales that were lost, and what customers said of a conversation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class DayFigures(SQLModel, table=True):
    """What a day of the shop's came to on a channel of a branch. A row without a channel says that the day is rolled up."""

    __tablename__ = "day_figures"
    day: str = Field(primary_key=True)  # as 2026-11-23
    channel: str = Field(primary_key=True)
    branch: str = Field(primary_key=True)
    talks: int = 0  # conversations in which the customer wrote
    messages: int = 0
    handed: int = 0  # of the talks: a person was called, or took it
    missed: int = 0  # answers that said it was not understood
    questions: int = 0  # of the talks, by what they were about
    wishes: int = 0
    complaints: int = 0
    priced: int = 0  # of the talks: a price was asked
    bought: int = 0  # of those: an order was placed
    liked: int = 0  # thumbs
    disliked: int = 0
    orders: int = 0  # that stand
    sold: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))  # minor units
    cancelled: int = 0
    lost: int = 0  # sales
    errors: int = 0
    slow_ms: int = 0  # the 95th of a hundred answers, from the quickest; 0 where none was timed
    rolled_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class LostSale(SQLModel, table=True):
    """Something a customer wanted and could not have. `what`: the thing, the place or the cart, once a day each."""

    __tablename__ = "lost_sale"
    __table_args__ = (
        UniqueConstraint("conversation_id", "day", "kind", "what", name="lost_sale_once"),
        Index("lost_sale_by_day", "day"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation_id: str = Field(sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False))
    day: str
    channel: str
    branch: str
    kind: str
    what: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Opinion(SQLModel, table=True):
    """A customer who was asked how it went, once for ever in a conversation. `score` 0 until they say."""

    __table_args__ = (CheckConstraint("score BETWEEN 0 AND 3", name="opinion_score"), Index("opinion_by_day", "day"))
    conversation_id: str = Field(
        sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), primary_key=True, nullable=False)
    )
    day: str
    channel: str
    branch: str
    score: int = 0  # 3 well, 2 so so, 1 badly
    asked_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


day_figures: Table = DayFigures.__table__  # type: ignore[attr-defined]
lost_sales: Table = LostSale.__table__  # type: ignore[attr-defined]
opinions: Table = Opinion.__table__  # type: ignore[attr-defined]
