"""The panel's cookies: names and attributes over https and over http."""

from __future__ import annotations

from starlette.responses import Response

from app.web.call import Call

SESSION = "tendero"
FORM = "tendero-form"  # what an anonymous form's token is tied to
FORM_SECONDS = 12 * 3600
SESSION_SECONDS = 30 * 24 * 3600  # the server ends it sooner when it is not used


def read(call: Call, name: str) -> str:
    """The cookie's value; over https only the `__Host-` one counts, which no subdomain can plant."""
    return call.request.cookies.get(_name(call, name), "")


def write(call: Call, response: Response, name: str, value: str, seconds: int) -> None:
    """Sets it: HttpOnly, SameSite=Lax, for this host; `__Host-` and Secure over https."""
    response.set_cookie(
        _name(call, name), value, max_age=seconds, path="/", secure=call.https, httponly=True, samesite="lax"
    )


def drop(call: Call, response: Response, name: str) -> None:
    """Takes it back."""
    response.delete_cookie(_name(call, name), path="/", secure=call.https, httponly=True, samesite="lax")


def _name(call: Call, name: str) -> str:
    return f"__Host-{name}" if call.https else name
