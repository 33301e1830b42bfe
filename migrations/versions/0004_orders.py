"""orders and how they are paid

No version before this one placed an order, so `order` is made anew, with what was put there.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
oldest_able = "0002"  # which neither reads nor writes what is made here

BEFORE = sa.table(
    "order",
    sa.column("id", sa.String()),
    sa.column("customer_name", sa.String()),
    sa.column("phone", sa.String()),
    sa.column("items_json", sa.JSON()),
    sa.column("status", sa.String()),
    sa.column("channel", sa.String()),
    sa.column("branch", sa.String()),
    sa.column("created_at", sa.DateTime(timezone=True)),
)
LINE = {
    "product_id": "", "name": "", "qty": 1, "unit": None, "options": {}, "extras": [], "without_options": [], "note": "",
    "unit_price": "0", "total": "0",
}  # fmt: skip
UNKNOWN = {
    "number": None, "day": "", "cancel_reason": "", "customer": "", "conversation_id": "", "language": "es",
    "names_json": [], "taken_json": [], "subtotal": 0, "delivery_fee": 0, "discount": 0, "tax": 0, "tax_added": False,
    "total": 0, "currency": "", "fulfilment": "pickup", "address": "", "zone": "", "coupon": "", "note": "", "due": None,
}  # fmt: skip


def upgrade() -> None:
    before = op.get_bind().execute(sa.select(BEFORE).order_by(BEFORE.c.created_at, BEFORE.c.id)).mappings().all()
    op.drop_table("order")
    order = op.create_table(
        "order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("placed", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("cancel_reason", sa.String(), nullable=False),
        sa.Column("customer", sa.String(), nullable=False),
        sa.Column("customer_name", sa.String(), nullable=False),
        sa.Column("phone", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("items_json", sa.JSON(), nullable=False),
        sa.Column("names_json", sa.JSON(), nullable=False),
        sa.Column("taken_json", sa.JSON(), nullable=False),
        sa.Column("subtotal", sa.BigInteger(), nullable=False),
        sa.Column("delivery_fee", sa.BigInteger(), nullable=False),
        sa.Column("discount", sa.BigInteger(), nullable=False),
        sa.Column("tax", sa.BigInteger(), nullable=False),
        sa.Column("tax_added", sa.Boolean(), nullable=False),
        sa.Column("total", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("fulfilment", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("zone", sa.String(), nullable=False),
        sa.Column("coupon", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("due", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("placed"),
        sa.UniqueConstraint("branch", "day", "number", name="order_number_of_the_day"),
    )
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.create_index("order_by_customer", ["customer", "placed"], unique=False)
        batch_op.create_index("order_by_status", ["status", "placed"], unique=False)
    if before:
        op.bulk_insert(order, [_row(at, dict(row)) for at, row in enumerate(before)])

    op.create_table(
        "order_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=False),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("order_id", "cause", name="order_event_once"),
    )
    op.create_table(
        "order_number",
        sa.Column("branch", sa.String(), nullable=False),
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("branch", "day"),
    )
    op.create_table(
        "coupon_use",
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.CheckConstraint("used >= 0", name="coupon_used_not_negative"),
        sa.PrimaryKeyConstraint("code"),
    )
    op.create_table(
        "payment",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("order_id", sa.String(), nullable=False),
        sa.Column("method", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("currency", sa.String(), nullable=False),
        sa.Column("url", sa.String(), nullable=False),
        sa.Column("proofs", sa.JSON(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["order_id"], ["order.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_payment_order_id"), ["order_id"], unique=False)

    op.create_table(
        "payment_event",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("payment_id", sa.String(), nullable=False),
        sa.Column("from_status", sa.String(), nullable=False),
        sa.Column("to_status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["payment_id"], ["payment.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("payment_id", "cause", name="payment_event_once"),
    )


def _row(at: int, before: dict[str, Any]) -> dict[str, Any]:
    """`placed` of it sorts before that of any order to come; its lines have every part a line has."""
    lines = [{**LINE, **line} for line in before["items_json"] if isinstance(line, dict)]
    return {
        **UNKNOWN, **before, "items_json": lines, "placed": f"{at:026d}", "updated_at": before["created_at"]
    }  # fmt: skip
