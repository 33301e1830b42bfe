"""The gate every request passes: the table of routes says who may come in and with what, and nothing else is open."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import Receive, Scope, Send

from app.core.errors import Problem, Unavailable
from app.core.log import get_logger
from app.web import cookies, csrf
from app.web.address import is_own_origin
from app.web.call import Call, ClientGone
from app.web.callers import Callers, is_metrics_token
from app.web.pages import refusal_page
from app.web.problem import problem, render
from app.web.table import Body, Row, Who, area_of

SAFE = frozenset({"GET", "HEAD"})
LOGIN = "/admin/login"
ROUTE = "tendero.route"  # where the shell learns which row took a request
log = get_logger("web")


class Gate:
    """The ASGI endpoint of one path: its rows by method."""

    def __init__(self, rows: Mapping[str, Row], callers: Callers) -> None:
        self.rows = dict(rows)
        self.callers = callers
        first = next(iter(rows.values()))
        self.area, self.path = first.area, first.path
        self.allow = ", ".join(sorted({*rows, *(["HEAD"] if "GET" in rows else [])}))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        house = scope["app"].state.house
        scope[ROUTE]["path"] = self.path
        method = scope["method"]
        row = self.rows.get("GET" if method == "HEAD" else method)
        if row is None:
            refusal = problem(405, language=house.settings.current.business.language, headers={"Allow": self.allow})
            await refuse(HTTPConnection(scope), house, refusal)(scope, receive, send)
            return
        call = Call(scope, receive, row, house)
        try:
            response = await self._pass(call)
        except ClientGone:
            return
        finally:
            await call.close()
        await response(scope, receive, send)

    async def _pass(self, call: Call) -> Response:
        try:
            check_origin(call)
            await self._who(call)
            await check_body(call)
            return await call.row.handler(call)
        except SignInFirst:
            return to_login(call)
        except Problem as error:
            refusal = error
        except TimeoutError:
            refusal = problem(408, language=call.language, headers={"Connection": "close"})
        except Unavailable as error:
            log.error("database_unavailable", reason=str(error))
            refusal = problem(503, "database", language=call.language, headers={"Retry-After": "5"})
        return refuse(call.request, call.house, refusal)

    async def _who(self, call: Call) -> None:
        who = call.row.who
        if call.row.body is Body.FORM and who is Who.ANYONE:
            call.signed = await self.callers.signed(call)  # somebody inside signs in again
        elif who is Who.VISITOR:
            call.visitor = await self.callers.visitor(call)
        elif who in {Who.STAFF, Who.OWNER}:
            await self._signed(call)
        elif who is Who.METRICS:
            if not call.settings.env.metrics_token:
                raise problem(404, language=call.language)
            if not is_metrics_token(call):
                raise problem(401, "token", language=call.language, headers={"WWW-Authenticate": "Bearer"})

    async def _signed(self, call: Call) -> None:
        call.signed = await self.callers.signed(call)
        if call.signed is None and self.area == "panel":
            raise SignInFirst
        if call.signed is None:
            headers = {"WWW-Authenticate": 'Basic realm="tendero", charset="UTF-8"'}
            raise problem(401, "sign_in", language=call.language, headers=headers)
        if call.row.who is Who.OWNER and not call.signed.is_owner:
            raise problem(403, "owner", language=call.language)


class SignInFirst(Exception):
    """A page of the panel, asked for by nobody we know."""


def check_origin(call: Call) -> None:
    """403 for a browser that comes from another site: by `Origin`, and by `Sec-Fetch-Site` where things may change.

    Requests without either come from programs, which hold no cookie of ours.
    """
    if call.row.who is Who.PROVIDER:
        return
    headers = call.request.headers
    origin = headers.get("origin")
    guarded = call.row.area != "page"
    if origin is not None and guarded and not is_own_origin(origin, call.request, call.settings.env.public_url):
        raise problem(403, "origin", language=call.language)
    if call.request.method not in SAFE and headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
        raise problem(403, "origin", language=call.language)


async def check_body(call: Call) -> None:
    """The token against forged forms (403), the content type (415), the size (413).

    A provider's body and a visitor's upload are read by their handlers: whether anybody is at home comes first.
    """
    row = call.row
    kind = call.request.headers.get("content-type", "").partition(";")[0].strip().lower()
    in_session = call.signed is not None and bool(call.signed.csrf)
    is_form = row.body is Body.FORM or (row.body is Body.UPLOAD and in_session)
    by_form = is_form and kind in row.body.value
    unsafe = call.request.method not in SAFE and in_session and not by_form
    if unsafe and not token_fits(call, call.request.headers.get(csrf.HEADER, "")):
        raise problem(403, "csrf", language=call.language)
    if row.body is Body.NONE or (row.body is Body.FORM and in_session and not kind and has_no_body(call)):
        return
    if row.body is not Body.RAW and (kind not in row.body.value or not _is_utf8(call)):
        raise problem(415, language=call.language, wanted=" | ".join(row.body.value))
    if row.body is Body.JSON:
        await call.body()
    elif is_form:
        await call.read_form()
        token = call.request.headers.get(csrf.HEADER) or call.field(csrf.FIELD)
        if not token_fits(call, token):
            raise problem(403, "csrf", language=call.language)


def has_no_body(call: Call) -> bool:
    """A form without a field: what it needs is in the headers."""
    headers = call.request.headers
    return headers.get("content-length", "0") == "0" and "transfer-encoding" not in headers


def token_fits(call: Call, token: str) -> bool:
    """Whether the token belongs to this session, or, on a form before sign-in, to this browser's form cookie."""
    if call.signed is not None and (not call.signed.csrf or csrf.is_token(token, csrf.secret_of(call.signed.csrf))):
        return True
    if call.row.who is not Who.ANYONE:
        return False
    seed = cookies.read(call, cookies.FORM)
    return bool(seed) and csrf.is_token(token, csrf.secret_of(seed, form_key(call)))


def form_key(call: Call) -> bytes:
    """The key anonymous forms are signed with."""
    from app.core.security import derive

    return derive(call.settings.env.secret_key, "anonymous form")


def to_login(call: Call) -> Response:
    """303 to the sign-in page; a fragment of a page is told to take the whole window there."""
    if call.request.headers.get("hx-request") == "true":
        return Response(status_code=204, headers={"HX-Redirect": LOGIN})
    return RedirectResponse(LOGIN, 303, headers={"Cache-Control": "no-store"})


def refuse(request: HTTPConnection, house: object, refusal: Problem) -> Response:
    """The refusal in the manners of its path."""
    if area_of(request.url.path) in {"api", "admin-api"}:
        return render(refusal)
    return refusal_page(request, house, refusal)


def _is_utf8(call: Call) -> bool:
    for parameter in call.request.headers.get("content-type", "").split(";")[1:]:
        name, _, value = parameter.partition("=")
        if name.strip().lower() == "charset":
            return value.strip().strip('"').lower() in {"utf-8", "utf8"}
    return True
