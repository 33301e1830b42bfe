"""Tables of the orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Order(SQLModel, table=True):
    """The brief's columns of an order; step 3 gives it its lines, states and events by migration."""

    id: str = Field(primary_key=True)
    customer_name: str = ""
    phone: str = ""
    items_json: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    status: str = "draft"
    channel: str = ""
    branch: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
