"""Into the panel and out of it: sign in, first password, sign out."""

from __future__ import annotations

from starlette.responses import RedirectResponse, Response

from app.accounts import service as accounts
from app.accounts.service import PasswordRefused, TooManyAttempts
from app.web import cookies
from app.web.admin.frame import door_page
from app.web.call import Call
from app.web.words import say

HOME = "/admin"


async def show_login(call: Call) -> Response:
    """`GET /admin/login`."""
    if await call.request.app.state.callers.signed(call) is not None:
        return RedirectResponse(HOME, 303)
    return await _login_form(call, 200)


async def login(call: Call) -> Response:
    """`POST /admin/login`: 303 with a new session, or 401 with the form; the same words whatever was wrong."""
    house, user, old = call.house, call.field("user"), call.signed
    try:
        token = await accounts.sign_in(
            house.db, house.clock, user, call.field("password"), call.address, old.session if old else ""
        )
    except TooManyAttempts as error:
        response = await _login_form(call, 429, user=user, error="login.wait", minutes=-(-error.wait // 60))
        response.headers["Retry-After"] = str(error.wait)
        return response
    if token is None:
        return await _login_form(call, 401, user=user, error="login.wrong")
    return enter(call, token)


async def logout(call: Call) -> Response:
    """`POST /admin/logout`: this browser's session ends."""
    await call.house.db.write(lambda conn: accounts.close_session(conn, call.me.session))
    response = RedirectResponse("/admin/login", 303)
    cookies.drop(call, response, cookies.SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


async def show_setup(call: Call) -> Response:
    """`GET /admin/setup?token=…`: asks for the owner's first password. Looking does not use the link up."""
    token = call.request.query_params.get("token", "")
    now = call.house.clock.now()
    good = await call.house.db.read(lambda conn: accounts.link_is_good(conn, token, now))
    return _setup_form(call, token if good else "", 200 if good else 403)


async def setup(call: Call) -> Response:
    """`POST /admin/setup`: sets it, signs the owner in and closes the link for ever."""
    token, password = call.field("token"), call.field("password")
    if password != call.field("again"):
        return _setup_form(call, token, 422, error=say("setup.differ", call.language))
    house = call.house
    try:
        session = await accounts.set_up_owner(house.db, house.clock, token, password, language=call.language)
    except PasswordRefused as error:
        return _setup_form(call, token, 422, error=str(error))
    if session is None:
        return _setup_form(call, "", 403)
    return enter(call, session)


def enter(call: Call, token: str) -> Response:
    """Into the panel, with a session's cookie."""
    response = RedirectResponse(HOME, 303, headers={"Cache-Control": "no-store"})
    cookies.write(call, response, cookies.SESSION, token, cookies.SESSION_SECONDS)
    return response


async def _login_form(call: Call, status: int, *, user: str = "", error: str = "", **values: object) -> Response:
    ready = await call.house.db.read(accounts.has_owner)
    words = say(error, call.language, **values) if error else ""
    return door_page(call, "admin/login.html", {"user": user, "error": words, "ready": ready}, status=status)


def _setup_form(call: Call, token: str, status: int, *, error: str = "") -> Response:
    return door_page(call, "admin/setup.html", {"token": token, "error": error}, status=status)
