"""Refusals: RFC 9457 problem+json for programs, a page in plain words for people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from starlette.responses import Response

from app.core.errors import Problem
from app.web.words import say

MEDIA_TYPE = "application/problem+json"


def problem(
    status: int,
    key: str = "",
    *,
    language: str = "es",
    errors: Sequence[Mapping[str, str]] = (),
    headers: Mapping[str, str] | None = None,
    **values: object,
) -> Problem:
    """A Problem whose detail is `[problem]`'s `key` of the panel's catalogue (default: the status' own)."""
    detail = say(f"problem.{key or f's{status}'}", language, **values)
    return Problem(status, HTTPStatus(status).phrase, detail, errors=errors, headers=headers)


def render(refusal: Problem) -> Response:
    """The refusal as problem+json."""
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": refusal.title,
        "status": refusal.status,
        "detail": refusal.detail,
    }
    if refusal.errors:
        body["errors"] = refusal.errors
    return Response(dump(body), refusal.status, {**refusal.headers, "Cache-Control": "no-store"}, MEDIA_TYPE)


def dump(value: Any) -> bytes:
    """JSON as it goes out: UTF-8, no needless space."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
