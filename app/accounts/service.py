"""Who may enter the panel: signing in and out, the first password, and programs that sign each request."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from datetime import datetime
from hashlib import sha256
from secrets import token_bytes
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.accounts.attempts import attempt, forgive
from app.accounts.known import Known, TooManyAttempts, find_account
from app.accounts.own import change_password, is_password, leave_everywhere
from app.accounts.passwords import PasswordRefused, check_new_password, hashed, matches
from app.accounts.sessions import Signed, close_session, find_session, open_session, touch
from app.accounts.setup import OWNER, has_owner, keep_password, link_is_good, setup_link, use_link
from app.core.clock import Clock
from app.core.db import Database
from app.core.later import later
from app.core.security import hash_password, verify_password

if TYPE_CHECKING:
    from app.accounts.team import (
        Door,
        LastOwner,
        Member,
        NameTaken,
        change_role,
        door_of,
        enter_by,
        invite,
        members,
        reset_link,
        switch_off,
        switch_on,
    )

__getattr__ = later(__name__, "team")

__all__ = [
    "OWNER",
    "BasicDoor",
    "Door",
    "Known",
    "LastOwner",
    "Member",
    "NameTaken",
    "PasswordRefused",
    "Signed",
    "TooManyAttempts",
    "change_password",
    "change_role",
    "check_new_password",
    "close_session",
    "door_of",
    "ensure_owner_password",
    "enter_by",
    "find_account",
    "find_session",
    "has_owner",
    "invite",
    "is_password",
    "leave_everywhere",
    "link_is_good",
    "members",
    "reset_link",
    "set_password",
    "set_up_owner",
    "setup_link",
    "sign_in",
    "switch_off",
    "switch_on",
    "touch",
]

BASIC_REMEMBERED = 32  # verified credentials kept in memory, as keyed digests


async def sign_in(db: Database, clock: Clock, name: str, password: str, address: str, old: str = "") -> str | None:
    """The cookie of a new session, or None where name or password is wrong; `old` is the session it replaces.

    Raises TooManyAttempts. A name nobody has costs the same time as a wrong password.
    """
    known = await _prove(db, clock, name, password, address)
    if known is None:
        return None

    def enter(conn: Connection) -> str:
        if old:
            close_session(conn, old)
        return open_session(conn, known.user_id, clock.now())

    return await db.write(enter)


async def set_up_owner(db: Database, clock: Clock, token: str, password: str, *, language: str = "es") -> str | None:
    """Uses the set-up link: the cookie of the owner's first session, or None where the link is no good.

    Raises PasswordRefused, and then the link is still good.
    """
    check_new_password(password, language=language)
    if not await db.read(lambda conn: link_is_good(conn, token, clock.now())):
        return None
    password_hash = await hashed(password)

    def enter(conn: Connection) -> str | None:
        owner = use_link(conn, token, password_hash, clock.now())
        return None if owner is None else open_session(conn, owner, clock.now())

    return await db.write(enter)


def set_password(conn: Connection, password: str, now: datetime, *, name: str = OWNER) -> None:
    """Gives `name` a new password and ends all their sessions. Raises PasswordRefused."""
    check_new_password(password)
    keep_password(conn, name, hash_password(password), now)


def ensure_owner_password(conn: Connection, password: str, now: datetime) -> bool:
    """ADMIN_PASSWORD at a start: True if it changed something (then all the owner's sessions end).

    The same password as before leaves the sessions alone. Raises PasswordRefused when it is too short.
    """
    check_new_password(password, common_too=False)
    known = find_account(conn, OWNER)
    if known is not None and verify_password(known.password_hash, password):
        return False
    keep_password(conn, OWNER, hash_password(password), now)
    return True


class BasicDoor:
    """`Authorization: Basic` for programs, without an argon2 check at each request.

    What it remembers is a keyed digest of name and password with the stored hash they matched: a changed password
    is another hash, so the memory of the old one opens nothing.
    """

    def __init__(self) -> None:
        self._key = token_bytes(32)
        self._matched: OrderedDict[bytes, str] = OrderedDict()

    async def enter(self, db: Database, clock: Clock, name: str, password: str, address: str) -> Signed | None:
        """Who this is, or None. Raises TooManyAttempts."""
        seal = hmac.digest(self._key, f"{len(name)}:{name}{password}".encode("utf-8", "surrogatepass"), sha256)
        remembered = self._matched.get(seal)
        if remembered is not None:
            known = await db.read(lambda conn: find_account(conn, name))
            if known is not None and hmac.compare_digest(known.password_hash, remembered):
                return Signed(known.user_id, known.name, known.role)
            self._matched.pop(seal, None)
        known = await _prove(db, clock, name, password, address)
        if known is None:
            return None
        self._matched[seal] = known.password_hash
        while len(self._matched) > BASIC_REMEMBERED:
            self._matched.popitem(last=False)
        return Signed(known.user_id, known.name, known.role)


async def _prove(db: Database, clock: Clock, name: str, password: str, address: str) -> Known | None:
    name = name.strip().lower()

    def look(conn: Connection) -> tuple[int, Known | None]:
        return attempt(conn, name, address, clock.now()), find_account(conn, name)

    wait, known = await db.write(look)
    if wait:
        raise TooManyAttempts(wait)
    if not await matches(known.password_hash if known else "", password) or known is None:
        return None
    await db.write(lambda conn: forgive(conn, name, address))
    return known
