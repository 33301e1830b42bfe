"""What everybody may do with their own account: another password, and signing every browser out."""

from __future__ import annotations

from sqlalchemy import Connection

from app.accounts.attempts import attempt, forgive
from app.accounts.known import TooManyAttempts, find_account
from app.accounts.passwords import check_new_password, hashed, matches
from app.accounts.sessions import Signed, close_all, open_session
from app.accounts.setup import keep_password
from app.core.clock import Clock
from app.core.db import Database


async def is_password(db: Database, clock: Clock, who: Signed, password: str, address: str) -> bool:
    """Whether it is their password. Counted like a sign-in: a browser left open is no place to guess it.

    Raises TooManyAttempts.
    """

    def look(conn: Connection) -> tuple[int, str]:
        known = find_account(conn, who.name)
        return attempt(conn, who.name, address, clock.now()), known.password_hash if known is not None else ""

    wait, stored = await db.write(look)
    if wait:
        raise TooManyAttempts(wait)
    if not await matches(stored, password):
        return False
    await db.write(lambda conn: forgive(conn, who.name, address))
    return True


async def change_password(db: Database, clock: Clock, who: Signed, password: str, *, language: str) -> str:
    """Gives them a new password, ends all their sessions, and opens one: its cookie. Raises PasswordRefused."""
    check_new_password(password, language=language)
    made = await hashed(password)

    def work(conn: Connection) -> str:
        user_id = keep_password(conn, who.name, made, clock.now())
        return open_session(conn, user_id, clock.now())

    return await db.write(work)


def leave_everywhere(conn: Connection, who: Signed) -> None:
    """Every browser of theirs is signed out, this one too."""
    close_all(conn, who.user_id)
