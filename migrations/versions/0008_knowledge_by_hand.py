"""what the panel does with questions: search them, take them off and back"""

from __future__ import annotations

import json
import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
oldest_able = "0008"  # an older one would answer with questions that were taken off


def upgrade() -> None:
    with op.batch_alter_table("faq", schema=None) as batch_op:
        batch_op.add_column(sa.Column("folded_text", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("deleted_at", sa.DateTime(timezone=True), nullable=True))
    _fill()


def _fill() -> None:
    faq = sa.table("faq", *map(sa.column, ("id", "question", "phrasings", "answer", "tags", "folded_text")))
    conn = op.get_bind()
    for row in conn.execute(sa.select(faq)).all():
        others = json.loads(row.phrasings) if isinstance(row.phrasings, str) else row.phrasings
        said = _fold(" ".join((row.question, *others, row.answer, row.tags)))
        conn.execute(faq.update().where(faq.c.id == row.id).values(folded_text=said))


def _fold(text: str) -> str:
    """As `app.core.text.fold` did when this was written."""
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKD", bare.lower()).split())
