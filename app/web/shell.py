"""Around everything: headers each answer carries, counting, and the one place where the unexpected ends."""

from __future__ import annotations

from typing import Any

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.core.log import get_logger
from app.web.address import is_https
from app.web.gate import ROUTE, refuse
from app.web.metrics import Metrics
from app.web.problem import problem

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
EVERYWHERE = {
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"same-origin",  # not no-referrer: browsers then post our own forms with `Origin: null`
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(self), payment=(), usb=()",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'",
    b"x-frame-options": b"DENY",
    b"cache-control": b"no-store",  # what a cache may keep says so itself
}
HSTS = (b"strict-transport-security", b"max-age=31536000")
log = get_logger("web")


class Shell:
    """The outermost ASGI application."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 1000})
            return
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        house: Any = scope["app"].state.house
        scope[ROUTE] = {"path": "unmatched"}
        request = HTTPConnection(scope)
        started = False

        async def send_dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                message["headers"] = dress(message["headers"], secure=is_https(request, _public_url(house)))
                method = scope["method"] if scope["method"] in METHODS else "other"
                self.metrics.count_request(_route(scope), method, message["status"])
            await send(message)

        try:
            await self.app(scope, receive, send_dressed)
        except Exception:
            log.exception("unexpected", route=_route(scope))
            if started:
                raise
            refusal = problem(500, language=house.settings.current.business.language)
            await refuse(request, house, refusal)(scope, receive, send_dressed)


def dress(headers: list[tuple[bytes, bytes]], *, secure: bool) -> list[tuple[bytes, bytes]]:
    """The headers of an answer with those every answer carries, where it did not say otherwise.

    A policy that names who may frame the page does away with X-Frame-Options, which could only forbid it to all.
    """
    own = dict(headers)
    policy = own.get(b"content-security-policy", b"")
    framed = b"frame-ancestors" in policy and b"frame-ancestors 'none'" not in policy
    extra = [
        pair for pair in EVERYWHERE.items() if pair[0] not in own and not (framed and pair[0] == b"x-frame-options")
    ]
    return [*headers, *extra, *([HSTS] if secure else [])]


def _route(scope: Scope) -> str:
    """The path of the row that took the request, as the table writes it."""
    path: str = scope[ROUTE]["path"]
    return path


def _public_url(house: Any) -> str:
    return str(house.settings.current.env.public_url)
