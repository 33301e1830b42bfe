"""orders found by day, by what is owed and by who they are for"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0007"
down_revision = "0006"
oldest_able = "0002"  # which neither reads nor writes what is made here

SOME = 500


def upgrade() -> None:
    with op.batch_alter_table("order", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sought", sa.String(), server_default="", nullable=False))
        batch_op.create_index("order_by_day", ["day", "placed"], unique=False)
    with op.batch_alter_table("payment", schema=None) as batch_op:
        batch_op.create_index("payment_by_status", ["status"], unique=False)
    _fill()


def _fill() -> None:
    """As `orders.place` keeps it from now on: the folded name and the digits of the phone."""
    conn = op.get_bind()
    orders = sa.table("order", sa.column("id"), sa.column("customer_name"), sa.column("phone"), sa.column("sought"))
    after = ""
    while rows := conn.execute(
        sa.select(orders).where(orders.c.id > after).order_by(orders.c.id).limit(SOME)
    ).all():  # fmt: skip
        for row in rows:
            sought = f"{fold(row.customer_name or '')} {re.sub('[^0-9]', '', row.phone or '')}"
            conn.execute(sa.update(orders).where(orders.c.id == row.id).values(sought=sought))
        after = rows[-1].id
