"""Tables of the catalogue: products, their variants, and what the files in `data/` last said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, CheckConstraint, Column, ForeignKey, Table, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Product(SQLModel, table=True):
    """Something sold. `price` is integer minor units of `currency`; `stock` integer thousandths, NULL = not counted."""

    __table_args__ = (CheckConstraint("stock IS NULL OR stock >= 0", name="product_stock_not_negative"),)
    id: int | None = Field(default=None, primary_key=True)
    sku: str = Field(unique=True)
    name: str
    folded_name: str = Field(index=True)
    price: int = Field(sa_column=Column(BigInteger, nullable=False))
    currency: str
    description: str = ""
    available: bool = True
    enabled: bool = True  # False: its row left the file; kept, not shown
    stock: int | None = Field(default=None, sa_column=Column(BigInteger))
    unit: str = ""  # what price and quantity are per: kilo libra litro docena; empty = piece
    tags: str = ""  # the categories joined by |, as the brief's column
    categories: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    best_seller: bool = False
    seasonal: bool = False
    image: str = ""
    synonyms: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    options: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    extras: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    position: int = 0
    edited_fields: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Variant(SQLModel, table=True):
    """A combination of option values with its own stock, code or price. `key` is its option values in axis order."""

    __table_args__ = (
        UniqueConstraint("product_id", "key", name="variant_of_product"),
        CheckConstraint("stock IS NULL OR stock >= 0", name="variant_stock_not_negative"),
    )
    id: int | None = Field(default=None, primary_key=True)
    product_id: int = Field(sa_column=Column(ForeignKey("product.id", ondelete="CASCADE"), nullable=False))
    key: str
    options: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    sku: str = ""
    stock: int | None = Field(default=None, sa_column=Column(BigInteger))
    price: int | None = Field(default=None, sa_column=Column(BigInteger))


products: Table = Product.__table__  # type: ignore[attr-defined]
variants: Table = Variant.__table__  # type: ignore[attr-defined]
