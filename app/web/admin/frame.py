"""The panel's pages: who is signed in, the token its forms carry, and the shop's state in the corner."""

from __future__ import annotations

from collections.abc import Mapping
from secrets import token_urlsafe
from typing import Any

from starlette.responses import Response

from app.web import cookies, csrf
from app.web.call import Call
from app.web.gate import form_key
from app.web.pages import page


def panel_page(
    call: Call, template: str, values: Mapping[str, Any], *, active: str = "", status: int = 200
) -> Response:
    """A page, or a fragment of one, for somebody signed in."""
    shared = {
        "active": active,
        "me": call.me,
        "csrf": csrf.masked(csrf.secret_of(call.me.csrf)),
        "paused": call.settings.channels.paused,
        "problem": call.house.settings.problem or "",
    }
    return page(call, template, {**shared, **values}, status=status)


def door_page(call: Call, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """A page before sign-in. Its form's token is tied to a cookie of its own."""
    seed = cookies.read(call, cookies.FORM) or token_urlsafe(24)
    token = csrf.masked(csrf.secret_of(seed, form_key(call)))
    response = page(call, template, {"csrf": token, **values}, status=status)
    cookies.write(call, response, cookies.FORM, seed, cookies.FORM_SECONDS)
    return response
