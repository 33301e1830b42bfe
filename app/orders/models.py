"""Tables of the orders: orders, what happened to them, the day's numbers, and how often a coupon was used."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Index, String, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Order(SQLModel, table=True):
    """An order as it was placed. Money is integer minor units of `currency`."""

    __table_args__ = (
        UniqueConstraint("branch", "day", "number", name="order_number_of_the_day"),
        Index("order_by_customer", "customer", "placed"),
        Index("order_by_status", "status", "placed"),
        Index("order_by_day", "day", "placed"),
    )
    id: str = Field(primary_key=True)  # unguessable, the only key in addresses
    placed: str = Field(unique=True)  # sorts by the time of placing
    number: str | None = None  # what people say, of its branch and day
    day: str = ""  # the shop's own, as 2026-11-23
    branch: str = ""
    status: str = "draft"
    cancel_reason: str = ""
    customer: str = ""  # the sender's lane: channel, account and id there
    customer_name: str = ""
    phone: str = ""
    channel: str = ""
    conversation_id: str = ""
    language: str = "es"
    items_json: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    names_json: list[dict[str, str]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    taken_json: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    subtotal: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    delivery_fee: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    discount: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    tax: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    tax_added: bool = False  # on top of the prices, not in them
    total: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    currency: str = ""
    fulfilment: str = "pickup"
    address: str = ""
    zone: str = ""
    coupon: str = ""
    note: str = ""
    due: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))  # of a pre-order
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    sought: str = Field(
        default="", sa_column=Column(String, nullable=False, server_default="")
    )  # who it is for, to find it by


class OrderEvent(SQLModel, table=True):
    """One thing that was done to an order, or was refused. The same cause is never applied twice."""

    __tablename__ = "order_event"
    __table_args__ = (UniqueConstraint("order_id", "cause", name="order_event_once"),)
    id: str = Field(primary_key=True)  # sorts by time
    order_id: str = Field(sa_column=Column(ForeignKey("order.id", ondelete="CASCADE"), nullable=False))
    from_status: str
    to_status: str
    by: str
    why: str = ""
    cause: str
    refused: bool = False
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class OrderNumber(SQLModel, table=True):
    """The last number given in a branch on a day."""

    __tablename__ = "order_number"
    branch: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    last: int


class CouponUse(SQLModel, table=True):
    """How many orders that stand used a coupon; `code` folded."""

    __tablename__ = "coupon_use"
    __table_args__ = (CheckConstraint("used >= 0", name="coupon_used_not_negative"),)
    code: str = Field(primary_key=True)
    used: int


orders: Table = Order.__table__  # type: ignore[attr-defined]
order_events: Table = OrderEvent.__table__  # type: ignore[attr-defined]
order_numbers: Table = OrderNumber.__table__  # type: ignore[attr-defined]
coupon_uses: Table = CouponUse.__table__  # type: ignore[attr-defined]
