"""the inbox: what threads are about, what stands beside their messages, who customers are, and sentences written often"""

from __future__ import annotations

import re

import sqlalchemy as sa
from alembic import op

from app.core.text import fold

revision = "0006"
down_revision = "0005"
oldest_able = "0002"  # which neither reads nor writes what is made here

SOME = 500
ORDER = ("order", "modify_order", "cancel_order", "order_status")
SMALL = ("", "greeting", "goodbye", "thanks", "smalltalk", "out_of_scope", "human")


def upgrade() -> None:
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.add_column(sa.Column("notes", sa.String(), server_default="", nullable=False))
        batch_op.add_column(sa.Column("sought", sa.String(), server_default="", nullable=False))
    with op.batch_alter_table("address", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contact_was", sa.Integer(), nullable=True))
    with op.batch_alter_table("conversation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("about", sa.String(), server_default="", nullable=False))
        batch_op.create_index("conversation_waits", ["speaker", "taken_by", "updated_at"], unique=False)
        batch_op.create_index("conversation_about", ["about", "updated_at"], unique=False)
    with op.batch_alter_table("lead", schema=None) as batch_op:
        batch_op.create_index("lead_open", ["done_at", "id"], unique=False)
    op.create_table(
        "note",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("conversation_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["conversation_id"], ["conversation.id"], ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id"),
    )
    with op.batch_alter_table("note", schema=None) as batch_op:
        batch_op.create_index("note_thread", ["conversation_id", "id"], unique=False)
    op.create_table(
        "quick_reply",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    _name_matters()
    _fill_sought()


def _name_matters() -> None:
    """The most telling thing a customer ever said in each thread."""
    threads = sa.table("conversation", sa.column("id"), sa.column("about"))
    said = sa.table("message", sa.column("conversation_id"), sa.column("speaker"), sa.column("intent"))
    by_customer = sa.and_(said.c.conversation_id == threads.c.id, said.c.speaker == "customer")
    for about, intent in (
        ("complaint", said.c.intent == "complaint"),
        ("order", said.c.intent.in_(ORDER)),
        ("question", said.c.intent.not_in(SMALL)),
        ("chat", sa.true()),
    ):
        theirs = sa.exists().where(by_customer, intent)
        op.get_bind().execute(sa.update(threads).where(threads.c.about == "", theirs).values(about=about))


def _fill_sought() -> None:
    """The name and e-mail folded, and the digits of the phone."""
    conn = op.get_bind()
    names = ("id", "name", "phone", "email", "sought")
    contacts = sa.table("contact", *(sa.column(name) for name in names))
    after = 0
    while rows := conn.execute(
        sa.select(contacts).where(contacts.c.id > after).order_by(contacts.c.id).limit(SOME)
    ).all():  # fmt: skip
        for row in rows:
            sought = f"{fold(row.name)} {re.sub('[^0-9]', '', row.phone)} {fold(row.email)}".strip()
            conn.execute(sa.update(contacts).where(contacts.c.id == row.id).values(sought=sought))
        after = rows[-1].id
