"""figures of the day, sales that were lost, what customers thought, and how long an answer took"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
oldest_able = "0008"

COUNTED = (
    "talks", "messages", "handed", "missed", "questions", "wishes", "complaints", "priced", "bought", "liked",
    "disliked", "orders", "cancelled", "lost", "errors", "slow_ms",
)  # fmt: skip


def upgrade() -> None:
    with op.batch_alter_table("message", schema=None) as batch_op:
        batch_op.add_column(sa.Column("took_ms", sa.Integer(), nullable=True))
        batch_op.create_index("message_said_at", ["created_at"], unique=False)
    op.create_index("note_made_at", "note", ["created_at"], unique=False)
    op.create_table(
        "day_figures",
        sa.Column("day", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("branch", sa.String(), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in COUNTED),
        sa.Column("sold", sa.BigInteger(), nullable=False),
        sa.Column("rolled_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("day", "channel", "branch"),
    )
    op.create_table(
        "lost_sale",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("day", "channel", "branch", "kind", "what")),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("conversation_id", "day", "kind", "what", name="lost_sale_once"),
    )
    op.create_index("lost_sale_by_day", "lost_sale", ["day"], unique=False)
    op.create_table(
        "opinion",
        sa.Column("conversation_id", sa.String(), nullable=False),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("day", "channel", "branch")),
        sa.Column("score", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("score BETWEEN 0 AND 3", name="opinion_score"),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("conversation_id"),
    )
    op.create_index("opinion_by_day", "opinion", ["day"], unique=False)
