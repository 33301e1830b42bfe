"""Who calls: a visitor by token, the shop's people by cookie or Basic, Prometheus by its token."""

from __future__ import annotations

import binascii
from base64 import b64decode
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from app.accounts.service import BasicDoor, Signed, TooManyAttempts, find_session, touch
from app.chat import service as chat
from app.core.security import digest, same
from app.core.text import clean
from app.web import cookies
from app.web.call import Call, Visitor
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

REMEMBERED = 20_000  # visitors' tokens looked up lately, as digests
REMEMBER_FOR = timedelta(seconds=30)  # another process may have forgotten the conversation meanwhile


@dataclass(frozen=True, slots=True)
class _Remembered:
    visitor: Visitor
    until: datetime


class Callers:
    """Proves callers; one for each app, so that what it remembers ends with it."""

    def __init__(self) -> None:
        self._visitors: OrderedDict[str, _Remembered] = OrderedDict()
        self._basic = BasicDoor()

    async def visitor(self, call: Call) -> Visitor:
        """Whose conversation this Bearer token opens; 401 without a good one."""
        token, now = bearer(call), call.house.clock.now()
        known = self._visitors.get(digest(token))
        if known is not None and now < known.until <= now + REMEMBER_FOR:
            return known.visitor
        found = await call.house.db.read(lambda conn: _visitor(conn, token, now)) if token else None
        if found is None:
            self._visitors.pop(digest(token), None)
            raise problem(401, "token", language=call.language, headers={"WWW-Authenticate": "Bearer"})
        self._visitors[digest(token)] = _Remembered(found, now + REMEMBER_FOR)
        if len(self._visitors) > REMEMBERED:
            self._visitors.popitem(last=False)
        return found

    def forget(self, conversation_id: str) -> None:
        """This conversation is gone: no token opens it any more."""
        for token in [
            token for token, kept in self._visitors.items() if kept.visitor.conversation_id == conversation_id
        ]:
            del self._visitors[token]

    async def signed(self, call: Call) -> Signed | None:
        """Who of the shop this is. Under /admin/api `Authorization: Basic` decides alone where it is sent."""
        if call.row.area == "admin-api" and call.request.headers.get("authorization", "").lower().startswith("basic "):
            return await self._by_basic(call)
        token = cookies.read(call, cookies.SESSION)
        if not token:
            return None
        now = call.house.clock.now()
        signed = await call.house.db.read(lambda conn: find_session(conn, token, now))
        if signed is not None and signed.stale:
            await call.house.db.write(lambda conn: touch(conn, signed.session, now))
        return signed

    async def _by_basic(self, call: Call) -> Signed | None:
        name, password = basic_credentials(call)
        if not name:
            return None
        try:
            return await self._basic.enter(call.house.db, call.house.clock, name, password, call.address)
        except TooManyAttempts as error:
            raise too_many(call, error.wait) from None


def _visitor(conn: Connection, token: str, now: datetime) -> Visitor | None:
    conversation_id = chat.session_conversation(conn, token, now=now)
    thread = chat.conversation(conn, conversation_id) if conversation_id else None
    return None if thread is None else Visitor(thread.id, thread.sender)


def bearer(call: Call) -> str:
    """The token of `Authorization: Bearer`, or empty."""
    scheme, _, token = call.request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""


def basic_credentials(call: Call) -> tuple[str, str]:
    """Name and password of `Authorization: Basic`, in UTF-8; empty where they cannot be read."""
    encoded = call.request.headers.get("authorization", "").partition(" ")[2].strip()
    try:
        name, colon, password = b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return (clean(name), password) if colon else ("", "")


def is_metrics_token(call: Call) -> bool:
    """Whether the Bearer token is METRICS_TOKEN, in constant time."""
    return same(bearer(call), call.settings.env.metrics_token)


def too_many(call: Call, wait: int) -> Exception:
    """429 with the seconds to wait."""
    return problem(429, language=call.language, headers={"Retry-After": str(wait)}, wait=wait)
