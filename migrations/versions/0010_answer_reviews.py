"""what the team says of the bot's answers"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
oldest_able = "0008"  # which neither reads nor writes what is made here


def upgrade() -> None:
    op.create_table(
        "answer_review",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("message_id", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("verdict IN ('ok', 'wrong')", name="answer_review_verdict"),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_answer_review_message_id", "answer_review", ["message_id"], unique=True)
    op.create_index("ix_answer_review_at", "answer_review", ["at"], unique=False)
