"""Tables of who may enter the panel."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, Column, ForeignKey, Table
from sqlmodel import Field, SQLModel

from app.core.db import UtcDateTime


class User(SQLModel, table=True):
    """The owner (`owner`) or one of the staff."""

    id: int | None = Field(default=None, primary_key=True)
    name: str = Field(unique=True)
    role: str = "staff"
    password_hash: str = ""
    disabled: bool = False
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class PanelSession(SQLModel, table=True):
    """A signed-in browser; only the digest of its cookie is kept."""

    __tablename__ = "panel_session"
    id_hash: str = Field(primary_key=True)
    user_id: int = Field(sa_column=Column(ForeignKey("user.id", ondelete="CASCADE"), nullable=False, index=True))
    csrf: str
    created_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    seen_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


class SetupToken(SQLModel, table=True):
    """The one-time link with which the owner sets the first password."""

    __tablename__ = "setup_token"
    token_hash: str = Field(primary_key=True)
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class StaffLink(SQLModel, table=True):
    """A one-time link: an invitation to come in with this role, or, with `user_id`, to choose another password."""

    __tablename__ = "staff_link"
    __table_args__ = (CheckConstraint("role IN ('owner', 'staff')", name="staff_link_role"),)
    token_hash: str = Field(primary_key=True)
    role: str
    user_id: int | None = Field(default=None, sa_column=Column(ForeignKey("user.id", ondelete="CASCADE")))
    expires_at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))
    used_at: datetime | None = Field(default=None, sa_column=Column(UtcDateTime))


class LoginAttempt(SQLModel, table=True):
    """A failed sign-in by account or address, counted by the limits."""

    __tablename__ = "login_attempt"
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(index=True)
    at: datetime = Field(sa_column=Column(UtcDateTime, nullable=False))


users: Table = User.__table__  # type: ignore[attr-defined]
panel_sessions: Table = PanelSession.__table__  # type: ignore[attr-defined]
setup_tokens: Table = SetupToken.__table__  # type: ignore[attr-defined]
staff_links: Table = StaffLink.__table__  # type: ignore[attr-defined]
login_attempts: Table = LoginAttempt.__table__  # type: ignore[attr-defined]
