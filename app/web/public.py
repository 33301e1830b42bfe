"""What anybody may look at: the demo page, the widget's script and its page, and static files."""

from __future__ import annotations

import asyncio
import re

from starlette.responses import RedirectResponse, Response

from app.web.call import Call
from app.web.chat.api import branch_of
from app.web.pages import PAGE_CSP, page, static, widget
from app.web.problem import problem

SITE = re.compile(r"https?://(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?")
WIDGET_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


async def root(_: Call) -> Response:
    """`GET /`: to the demo page."""
    return RedirectResponse("/demo", 303)


async def script(call: Call) -> Response:
    """`GET /widget.js`: the one file other sites load."""
    return _found(call, widget.respond(call.request, "widget.js", everywhere=True))


async def frame(call: Call) -> Response:
    """`GET /widget`: the page inside the iframe, which only this server and the listed sites may frame.

    While the web chat is off it says so itself, from the API's 404.
    """
    settings = call.settings
    sites = allowed_sites(call)
    shop = settings.profile(branch_of(call, call.request.query_params.get("business", "")) or None)
    values = {
        "business_name": shop.name,
        "allowed_sites": sites,
        "privacy_url": "",
        "treat": settings.responses.treat_as,
        "currency": await asyncio.to_thread(call.house.currency),
        "upload_mb": call.upload_limit // (1024 * 1024),
        "keep_days": settings.privacy.keep_days,
        "phone": shop.phone,
        "time_zone": shop.timezone.key,
    }
    return page(call, "widget.html", values, csp=" ".join([WIDGET_CSP, *sites]))


async def widget_file(call: Call) -> Response:
    """`GET /widget/{path}`."""
    return _found(call, widget.respond(call.request, call.request.path_params["path"]))


async def static_file(call: Call) -> Response:
    """`GET /static/{path}`."""
    return _found(call, static.respond(call.request, call.request.path_params["path"]))


def allowed_sites(call: Call) -> list[str]:
    """The sites of config.yaml that may frame the widget; what is no plain origin never reaches a header."""
    return [site.rstrip("/") for site in call.settings.channels.web.allowed_sites if SITE.fullmatch(site.rstrip("/"))]


def _found(call: Call, response: Response | None) -> Response:
    if response is None:
        raise problem(404, language=call.language)
    return response


async def demo(call: Call) -> Response:
    """`GET /demo`: a page of the shop with the widget on it."""
    from app.web.shopfront import shopfront

    return page(call, "demo.html", await shopfront(call), csp=PAGE_CSP)
