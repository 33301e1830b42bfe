"""The shop's team: who works there, inviting by a one-time link, roles, and who may no longer enter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from app.accounts.models import panel_sessions, staff_links, users
from app.accounts.passwords import check_new_password, hashed
from app.accounts.sessions import close_all, open_session
from app.core.clock import Clock
from app.core.db import Database, insert_new
from app.core.ids import new_token
from app.core.security import digest

LINK_LIVES = timedelta(hours=24)
NAME = re.compile(r"[a-z0-9ñ][a-z0-9ñ._-]{1,31}")
ROLES = ("staff", "owner")


class NameTaken(Exception):
    """Somebody of the team has that name, or it cannot be one."""


class LastOwner(Exception):
    """The shop would be left without an owner who can enter."""


@dataclass(frozen=True)
class Member:
    """Somebody of the team. `seen_at`: their last visit in a browser that is still signed in."""

    id: int
    name: str
    role: str
    disabled: bool
    seen_at: datetime | None


@dataclass(frozen=True)
class Door:
    """What a link that is still good opens: a place in the team, or another password for `name`."""

    role: str
    name: str = ""


def members(conn: Connection) -> list[Member]:
    """All of them, who may not enter last."""
    seen = func.max(panel_sessions.c.seen_at)
    query = (
        select(users.c.id, users.c.name, users.c.role, users.c.disabled, seen)
        .outerjoin(panel_sessions, panel_sessions.c.user_id == users.c.id)
        .where(users.c.password_hash != "")
        .group_by(users.c.id)
        .order_by(users.c.disabled, users.c.role, users.c.name)
    )
    return [Member(*row) for row in conn.execute(query)]


def invite(conn: Connection, role: str, now: datetime) -> str:
    """The token of a new invitation, good once within 24 h; only its digest is kept."""
    return _new_link(conn, role, None, now)


def reset_link(conn: Connection, user_id: int, now: datetime) -> str | None:
    """The token with which they choose another password, which ends their older ones; None where nobody is so."""
    role = conn.execute(select(users.c.role).where(users.c.id == user_id, users.c.disabled.is_(False))).scalar()
    if role is None:
        return None
    conn.execute(delete(staff_links).where(staff_links.c.user_id == user_id))
    return _new_link(conn, role, user_id, now)


def door_of(conn: Connection, token: str, now: datetime) -> Door | None:
    """What the link opens, None where it was used, expired or never made. Looking does not use it up."""
    query = (
        select(staff_links.c.role, users.c.name)
        .outerjoin(users, users.c.id == staff_links.c.user_id)
        .where(*_good(token, now))
    )
    row = conn.execute(query).first()
    return None if row is None else Door(row.role, row.name or "")


async def enter_by(
    db: Database, clock: Clock, token: str, name: str, password: str, *, language: str = "es"
) -> str | None:
    """Uses the link: the cookie of their first session, None where the link is no good.

    `name` counts for an invitation only. Raises PasswordRefused and NameTaken, and then the link is still good.
    """
    check_new_password(password, language=language)
    if not await db.read(lambda conn: door_of(conn, token, clock.now())):
        return None
    made, called = await hashed(password), name.strip().lower()

    def enter(conn: Connection) -> str | None:
        now = clock.now()
        row = conn.execute(select(staff_links.c.role, staff_links.c.user_id).where(*_good(token, now))).first()
        if row is None or conn.execute(update(staff_links).where(*_good(token, now)).values(used_at=now)).rowcount != 1:
            return None
        user_id = row.user_id or _join(conn, called, row.role, now)
        conn.execute(update(users).where(users.c.id == user_id).values(password_hash=made))
        close_all(conn, user_id)
        return open_session(conn, user_id, now)

    return await db.write(enter)


def change_role(conn: Connection, user_id: int, role: str) -> bool:
    """Another role from now on; their browsers are signed out. False where nobody is so. Raises LastOwner."""
    if role != "owner":
        _keep_an_owner(conn, user_id)
    done = (
        conn.execute(update(users).where(users.c.id == user_id, users.c.role != role).values(role=role)).rowcount == 1
    )
    if done:
        close_all(conn, user_id)
    return done


def switch_off(conn: Connection, user_id: int) -> bool:
    """They may not enter from now on, and their browsers are signed out. Raises LastOwner."""
    _keep_an_owner(conn, user_id)
    done = conn.execute(update(users).where(users.c.id == user_id).values(disabled=True)).rowcount == 1
    close_all(conn, user_id)
    conn.execute(delete(staff_links).where(staff_links.c.user_id == user_id))
    return done


def switch_on(conn: Connection, user_id: int) -> bool:
    """They may enter again, with the password they had."""
    return conn.execute(update(users).where(users.c.id == user_id).values(disabled=False)).rowcount == 1


def _join(conn: Connection, name: str, role: str, now: datetime) -> int:
    if not NAME.fullmatch(name):
        raise NameTaken(name)
    made = insert_new(conn, users, name=name, role=role, password_hash="", disabled=False, created_at=now)
    if not made:
        raise NameTaken(name)
    user_id: int = conn.execute(select(users.c.id).where(users.c.name == name)).scalar_one()
    return user_id


def _keep_an_owner(conn: Connection, but: int) -> None:
    others = select(users.c.id).where(
        users.c.role == "owner", users.c.disabled.is_(False), users.c.password_hash != "", users.c.id != but
    )
    if not conn.execute(
        others.with_for_update()
    ).all():  # of two owners who end each other's rights, the second is told
        raise LastOwner


def _new_link(conn: Connection, role: str, user_id: int | None, now: datetime) -> str:
    token = new_token()
    conn.execute(delete(staff_links).where(staff_links.c.expires_at <= now))
    link = {"token_hash": digest(token), "role": role, "user_id": user_id, "expires_at": now + LINK_LIVES}
    conn.execute(insert(staff_links).values(**link))
    return token


def _good(token: str, now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        staff_links.c.token_hash == digest(token), staff_links.c.used_at.is_(None), staff_links.c.expires_at > now
    )  # fmt: skip
