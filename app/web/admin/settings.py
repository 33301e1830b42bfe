"""«Ajustes»: the shop's own sheet, one's password, and the backup to keep elsewhere. Each card is saved by itself."""

from __future__ import annotations

from zoneinfo import available_timezones

from starlette.responses import RedirectResponse, Response

from app.accounts import service as accounts
from app.accounts.service import PasswordRefused, TooManyAttempts
from app.core.security import digest
from app.settings import SettingsError
from app.web import cookies
from app.web.admin.frame import Link, Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call

PATH = "/admin/settings"
PAGES = (
    Link("keys", f"{PATH}/keys", "key"),
    Link("limits", f"{PATH}/limits", "shield"),
    Link("team", f"{PATH}/team", "users"),
    Link("backups", f"{PATH}/backups", "archive"),
    Link("history", f"{PATH}/history", "history"),
)
BUSINESS = ("name", "address", "phone", "waiting", "timezone", "language")


async def show(call: Call) -> Response:
    """`GET /admin/settings`."""
    values = {**_business(call), "password_error": "", "zones": sorted(available_timezones())}
    return await panel_page(call, "admin/settings/page.html", values, active="settings")


async def save_business(call: Call) -> Response:
    """`POST /admin/settings/business`: 422 with what is wrong at its field, 409 where the sheet changed meanwhile."""
    said = {name: call.field(name).strip() for name in BUSINESS}
    now = _sheet(call)
    if call.field("version") != _version(now):
        theirs = {name: value for name, value in now.items() if said[name] != value}
        values = {**_business(call), "sheet": said, "theirs": theirs}
        return await _part(call, "business", values, status=409)
    try:
        await call.house.settings.change({f"business.{name}": value for name, value in said.items()})
    except SettingsError as error:
        errors = {mistake.path.removeprefix("business."): mistake.text for mistake in error.mistakes}
        return await _part(call, "business", {**_business(call), "sheet": said, "errors": errors}, status=422)
    return await _part(call, "business", _business(call), toast=Toast(text(call, "settings.saved")))


async def save_password(call: Call) -> Response:
    """`POST /admin/settings/password`: asks for the old one, and signs every other browser out."""
    house, me, new = call.house, call.me, call.field("password")
    try:
        if not await accounts.is_password(house.db, house.clock, me, call.field("old"), call.address):
            return await _part(call, "password", {"password_error": text(call, "settings.wrong")}, status=422)
        if new != call.field("again"):
            return await _part(call, "password", {"password_error": text(call, "setup.differ")}, status=422)
        cookie = await accounts.change_password(house.db, house.clock, me, new, language=call.language)
    except TooManyAttempts as error:
        minutes = -(-error.wait // 60)
        return await _part(call, "password", {"password_error": text(call, "login.wait", minutes=minutes)}, status=429)
    except PasswordRefused as error:
        return await _part(call, "password", {"password_error": str(error)}, status=422)
    # The page's forms carry the old session's token: it is loaded anew with the new one's.
    response = (
        Response(status_code=204, headers={"HX-Redirect": f"{PATH}?said=password"}) if by_htmx(call) else back(PATH)
    )
    cookies.write(call, response, cookies.SESSION, cookie, cookies.SESSION_SECONDS)
    return response


async def leave_everywhere(call: Call) -> Response:
    """`POST /admin/settings/leave`: signs every browser of theirs out."""
    await call.house.db.write(lambda conn: accounts.leave_everywhere(conn, call.me))
    response = RedirectResponse("/admin/login", 303)
    cookies.drop(call, response, cookies.SESSION)
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _sheet(call: Call) -> dict[str, str]:
    return {name: str(getattr(call.settings.business, name)) for name in BUSINESS}


def _version(sheet: dict[str, str]) -> str:
    """What a form was based on: it is stale once any of these fields says something else."""
    return digest("\n".join(sheet.values()))[:16]


def _business(call: Call) -> dict[str, object]:
    sheet = _sheet(call)
    return {
        "sheet": sheet,
        "version": _version(sheet),
        "errors": {},
        "theirs": {},
        "zones": (),
        "links": PAGES,
    }


async def _part(
    call: Call, name: str, values: dict[str, object], *, status: int = 200, toast: Toast | None = None
) -> Response:
    """The card again; without HTMX the whole page, or back to it where all is well."""
    if by_htmx(call):
        return fragment(call, f"admin/settings/{name}.html", values, status=status, toast=toast)
    if status == 200:
        return back(PATH)
    whole = {**_business(call), "password_error": "", "zones": sorted(available_timezones()), **values}
    return await panel_page(call, "admin/settings/page.html", whole, active="settings", status=status)
