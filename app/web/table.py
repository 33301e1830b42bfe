"""What a line of the table of routes says: who may call it, and what it may bring."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from app.web.call import Call

KB = 1024
BODY_LIMIT = 64 * KB
WEBHOOK_LIMIT = 1024 * KB
MULTIPART_OVERHEAD = 16 * KB  # boundaries and part headers around an uploaded file

Handler = Callable[["Call"], Awaitable[Response]]


class Who(Enum):
    """Who may call a route. Nothing is open that does not say so."""

    ANYONE = "anyone"
    VISITOR = "visitor"  # Bearer token of a web conversation; sees that conversation only
    STAFF = "staff"  # the owner or somebody who works there: session cookie, or Basic under /admin/api
    OWNER = "owner"
    PROVIDER = "provider"  # a platform, proved by its signature, which its channel checks
    METRICS = "metrics"  # Bearer METRICS_TOKEN; not there at all while that is empty


class Body(Enum):
    """What a request may carry: the content types taken, and how much of it."""

    NONE = ()
    JSON = ("application/json",)
    FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
    UPLOAD = ("multipart/form-data",)
    RAW = ("*",)


@dataclass(frozen=True)
class Row:
    """One method of one path. A path is Starlette's: `/pay/{id}`, `{rest:path}`.

    `most_mb`: what an upload may weigh, where that is not the shop's own limit of what customers send.
    """

    method: str
    path: str
    handler: Handler
    who: Who
    body: Body = Body.NONE
    most_mb: int = 0

    @cached_property
    def area(self) -> str:
        return area_of(self.path)


def area_of(path: str) -> str:
    """Which manners a path has: `api` answers problem+json, `panel` sends strangers to sign in, `page` is for all."""
    if path.startswith("/admin/api/") or path == "/admin/api":
        return "admin-api"
    if path == "/admin" or path.startswith("/admin/"):
        return "panel"
    if path.startswith(("/api/", "/webhook/")) or path in {"/api", "/webhook"}:
        return "api"
    return "page"
