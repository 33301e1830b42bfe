"""Tables of the conversations: who writes, from where, and all that was said."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class Contact(SQLModel, table=True):
    """A person; name, phone and e-mail are data about them, never who they are."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = ""
    phone: str = ""
    email: str = ""
    notes: str = Field(
        default="", sa_column=Column(String, nullable=False, server_default="")
    )  # the shop's, about them
    sought: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))  # folded, to search in
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Address(SQLModel, table=True):
    """Where a person writes from: `(channel, account, user_id)` is who a customer is."""

    __table_args__ = (Index("address_of", "channel", "account", "user_id", unique=True),)
    id: int | None = Field(default=None, primary_key=True)
    contact_id: int = Field(sa_column=Column(ForeignKey("contact.id"), nullable=False, index=True))
    contact_was: int | None = None  # who this was before somebody said that two are one person
    channel: str
    account: str = ""
    user_id: str


class Conversation(SQLModel, table=True):
    """One thread with one address. `speaker` says who may answer: `bot` or `person`."""

    __table_args__ = (
        CheckConstraint("speaker IN ('bot', 'person')", name="conversation_speaker"),
        Index("conversation_waits", "speaker", "taken_by", "updated_at"),
        Index("conversation_about", "about", "updated_at"),
    )
    id: str = Field(primary_key=True)
    address_id: int = Field(sa_column=Column(ForeignKey("address.id"), nullable=False, index=True))
    branch: str = ""
    locale: str = ""
    speaker: str = "bot"
    taken_by: str = ""  # the person who has it; empty while it waits for anybody
    handed_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    person_wrote_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))
    about: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))  # see matter.py
    misses: int = 0  # messages in a row that were not understood
    state: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    last_message_id: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    updated_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


class Message(SQLModel, table=True):
    """One thing said. `out` is the channel-neutral reply as the API shows it; `reply_to` the message it answers."""

    __table_args__ = (
        Index("message_thread", "conversation_id", "id"),
        Index("message_said_at", "created_at"),
        CheckConstraint("speaker IN ('customer', 'bot', 'person')", name="message_speaker"),
    )
    id: str = Field(primary_key=True)
    conversation_id: str = Field(sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False))
    channel: str
    user_id: str
    speaker: str
    author: str = ""  # the person of the team who wrote it
    text: str
    intent: str = ""
    source: str = ""
    out: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    reply_to: str = Field(default="", index=True)
    external_id: str = ""
    feedback: str = ""
    took_ms: int | None = None  # from when it was asked until this answer was made
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class WebSession(SQLModel, table=True):
    """A web visitor's token (only its digest) and the conversation it opens."""

    __tablename__ = "web_session"
    token_hash: str = Field(primary_key=True)
    conversation_id: str = Field(
        sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Attachment(SQLModel, table=True):
    """A file a customer sent, kept under `var/files/` by a random name."""

    id: str = Field(primary_key=True)
    conversation_id: str = Field(
        sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    file: str
    mime: str
    size: int
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class Lead(SQLModel, table=True):
    """A customer who left how to reach them and waits for somebody to do so."""

    __table_args__ = (Index("lead_open", "done_at", "id"),)
    id: str = Field(primary_key=True)
    conversation_id: str = Field(
        sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False, index=True)
    )
    contact_id: int = Field(sa_column=Column(ForeignKey("contact.id"), nullable=False))
    about: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class Note(SQLModel, table=True):
    """What stands beside a thread's messages and no customer sees: a person's note, or that somebody took it, and when."""

    __table_args__ = (Index("note_thread", "conversation_id", "id"), Index("note_made_at", "created_at"))
    id: str = Field(primary_key=True)  # sorts among the messages' ids
    conversation_id: str = Field(sa_column=Column(ForeignKey("conversation.id", ondelete="CASCADE"), nullable=False))
    kind: str
    author: str = ""
    text: str = ""
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class QuickReply(SQLModel, table=True):
    """A sentence the shop writes often."""

    __tablename__ = "quick_reply"
    id: str = Field(primary_key=True)
    text: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class AnswerReview(SQLModel, table=True):
    """What the team says of one answer; `message_id` is no foreign key, as an answer on trial is in no conversation."""

    __tablename__ = "answer_review"
    __table_args__ = (CheckConstraint("verdict IN ('ok', 'wrong')", name="answer_review_verdict"),)
    id: str = Field(primary_key=True)
    message_id: str = Field(unique=True, index=True)
    verdict: str
    note: str = ""
    by: str
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False, index=True))


contacts: Table = Contact.__table__  # type: ignore[attr-defined]
addresses: Table = Address.__table__  # type: ignore[attr-defined]
conversations: Table = Conversation.__table__  # type: ignore[attr-defined]
messages: Table = Message.__table__  # type: ignore[attr-defined]
web_sessions: Table = WebSession.__table__  # type: ignore[attr-defined]
attachments: Table = Attachment.__table__  # type: ignore[attr-defined]
leads: Table = Lead.__table__  # type: ignore[attr-defined]
notes: Table = Note.__table__  # type: ignore[attr-defined]
quick_replies: Table = QuickReply.__table__  # type: ignore[attr-defined]
answer_reviews: Table = AnswerReview.__table__  # type: ignore[attr-defined]
