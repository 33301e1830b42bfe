"""Accounts by their name, and being told to wait."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.accounts.models import users


class TooManyAttempts(Exception):
    """This account or address tried too often; `wait` is in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(f"wait {wait} s")
        self.wait = wait


@dataclass(frozen=True)
class Known:
    """An account that may enter."""

    user_id: int
    name: str
    role: str
    password_hash: str


def find_account(conn: Connection, name: str) -> Known | None:
    """The account of this name, unless it is switched off."""
    row = conn.execute(
        select(users.c.id, users.c.name, users.c.role, users.c.password_hash).where(
            users.c.name == name.strip().lower(), users.c.disabled.is_(False)
        )
    ).first()
    return None if row is None else Known(row.id, row.name, row.role, row.password_hash)
