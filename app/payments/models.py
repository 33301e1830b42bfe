"""Tables of the payments: what an order is paid by, and what happened to that."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, BigInteger, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Payment(SQLModel, table=True):
    """A payment of an order; its newest one counts. `method` is a provider's kind, or words of `payments.methods`."""

    __table_args__ = (Index("payment_by_status", "status"),)
    id: str = Field(primary_key=True)  # sorts by time
    order_id: str = Field(sa_column=Column(ForeignKey("order.id", ondelete="CASCADE"), nullable=False, index=True))
    method: str
    status: str
    amount: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str
    url: str = ""  # where it is paid online
    proofs: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # attachments' ids
    expires_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class PaymentEvent(SQLModel, table=True):
    """One thing that was done to a payment, or was refused. The same cause is never applied twice."""

    __tablename__ = "payment_event"
    __table_args__ = (UniqueConstraint("payment_id", "cause", name="payment_event_once"),)
    id: str = Field(primary_key=True)  # sorts by time
    payment_id: str = Field(sa_column=Column(ForeignKey("payment.id", ondelete="CASCADE"), nullable=False))
    from_status: str
    to_status: str
    by: str
    why: str = ""
    cause: str
    refused: bool = False
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


payments: Table = Payment.__table__  # type: ignore[attr-defined]
payment_events: Table = PaymentEvent.__table__  # type: ignore[attr-defined]
