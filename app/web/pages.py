"""Pages for people: templates that escape all they are given, strict headers, and texts from the catalogue."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from app.core.errors import Problem
from app.web.static import STATIC, WIDGET, Assets, takes_gzip
from app.web.telling import Telling
from app.web.words import label, say

if TYPE_CHECKING:
    from app.web.call import Call

TEMPLATES = Path(__file__).parent / "templates"
THEME = "tendero-theme"  # the cookie panel.js keeps: light or dark, where somebody chose one on this device
PACK_FROM = 600  # bytes; below, gzip only costs
PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)

static = Assets(STATIC, "/static/")
widget = Assets(WIDGET, "/widget/")


def page(call: Call, template: str, values: Mapping[str, Any], *, status: int = 200, csp: str = PAGE_CSP) -> Response:
    """The template as a page (or a fragment of one) that no cache keeps."""
    return _page(call.request, call.house, template, values, status, csp)


def refusal_page(request: HTTPConnection, house: Any, refusal: Problem) -> Response:
    """A refusal in words, for a browser."""
    values = {"status": refusal.status, "detail": refusal.detail, "errors": refusal.errors}
    response = _page(request, house, "refusal.html", values, refusal.status, PAGE_CSP)
    response.headers.update(refusal.headers)
    return response


def _page(
    request: HTTPConnection, house: Any, template: str, values: Mapping[str, Any], status: int, csp: str
) -> Response:
    business = house.settings.current.business
    language = business.language
    theme = request.cookies.get(THEME, "")
    told = Telling(language, business.timezone, house.clock.now())

    def t(key: str, **names: Any) -> str:
        return say(key, language, **names)

    html = (
        templates()
        .get_template(template)
        .render(
            t=t,
            label=partial(label, language=language),
            told=told,
            language=language,
            business=business.name,
            theme=theme if theme in {"light", "dark"} else "",
            **values,
        )
    )
    headers = {"Content-Security-Policy": csp, "Cache-Control": "no-store", "Vary": "Accept-Encoding"}
    data = html.encode("utf-8", "replace")
    if len(data) >= PACK_FROM and takes_gzip(Request(request.scope)):
        data = gzip.compress(data, 6)
        headers["Content-Encoding"] = "gzip"
    return Response(data, status, headers, "text/html")


@cache
def templates() -> Environment:
    """The one environment: everything is escaped, a missing name is an error."""
    environment = Environment(
        loader=FileSystemLoader([TEMPLATES, WIDGET]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.globals.update(static=static.url, widget_asset=widget.url)
    return environment
