"""«Ajustes»: the shop's own sheet, one's password, and the backup to keep elsewhere. Each card is saved by itself."""

from __future__ import annotations

from zoneinfo import available_timezones

from starlette.responses import RedirectResponse, Response

from app.accounts import service as accounts
from app.accounts.service import PasswordRefused, TooManyAttempts
from app.catalog import service as catalog
from app.core.security import digest
from app.settings import SettingsError
from app.shop.currency import country_currency
from app.web import cookies
from app.web.admin.frame import Link, Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call

PATH = "/admin/settings"
PAGES = (
    Link("branches", f"{PATH}/branches", "store"),
    Link("keys", f"{PATH}/keys", "key-round"),
    Link("limits", f"{PATH}/limits", "shield"),
    Link("team", f"{PATH}/team", "users"),
    Link("backups", f"{PATH}/backups", "archive"),
    Link("history", f"{PATH}/history", "history"),
)
BUSINESS = ("name", "address", "phone", "waiting", "timezone", "currency", "language")


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
    moved = said["currency"].upper() != now["currency"].upper()
    if moved and not call.field("sure"):
        return await _part(call, "business", {**_business(call), "sheet": said, "moves": True}, status=422)
    try:
        await call.house.settings.change({f"business.{name}": value for name, value in said.items()})
    except SettingsError as error:
        errors = {mistake.path.removeprefix("business."): mistake.text for mistake in error.mistakes}
        values = {**_business(call), "sheet": said, "errors": errors, "moves": moved}
        return await _part(call, "business", values, status=422)
    if moved:
        currency, when = call.house.currency(), call.house.clock.now()
        await call.house.db.write(lambda conn: catalog.set_currency(conn, currency, now=when))
        await call.house.mind.refresh()
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
        "moves": False,  # prices are about to be in other money, which is asked about
        "usual": country_currency(call.settings.business.timezone),
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
