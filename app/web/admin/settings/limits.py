"""«Límites y privacidad»: how much one may write, how long what is said is kept, and what is asked before a name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.chat import service as chat
from app.core.security import digest
from app.settings import SettingsError
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/settings/limits"
LIMITS = ("customer_per_minute", "channel_per_minute", "new_chats_per_hour", "burst_seconds", "upload_mb")
PRIVACY = ("keep_days", "consent")


async def show(call: Call) -> Response:
    """`GET /admin/settings/limits`."""
    return await _answer(call, {})


async def save(call: Call) -> Response:
    """`POST /admin/settings/limits`: fewer days that would cost conversations tonight are taken only with `sure`."""
    said = {name: call.field(name).strip() for name in (*LIMITS, *PRIVACY)}
    now = _sheet(call)
    if call.field("version") != _version(now):
        theirs = {name: value for name, value in now.items() if said[name] != value}
        return await _answer(call, {"sheet": said, "theirs": theirs}, status=409)
    if not call.field("sure") and (lost := await _lost(call, said["keep_days"])):
        return await _answer(call, {"sheet": said, "lost": lost}, status=422)
    try:
        await call.house.settings.change({_path(name): _value(name, value) for name, value in said.items()})
    except SettingsError as error:
        errors = {mistake.path.rpartition(".")[2]: mistake.text for mistake in error.mistakes}
        return await _answer(call, {"sheet": said, "errors": errors}, status=422)
    return await _answer(call, {}, toast=Toast(text(call, "settings.saved")))


async def _lost(call: Call, days: str) -> int:
    """How many conversations the coming night would delete that it would keep as things are."""
    if not days.isascii() or not days.isdecimal() or not 0 < int(days) < call.settings.privacy.keep_days:
        return 0
    before = call.house.clock.now() - timedelta(days=int(days))

    def count(conn: Connection) -> int:
        return chat.count_old(conn, before)

    return await call.house.db.read(count)


def _path(name: str) -> str:
    return f"{'limits' if name in LIMITS else 'privacy'}.{name}"


def _value(name: str, typed: str) -> object:
    """Numbers as numbers; what is none is left for the settings to refuse with their own words."""
    if name == "consent" or not typed.isascii():
        return typed
    try:
        return float(typed) if name == "burst_seconds" and not typed.isdecimal() else int(typed)
    except ValueError:
        return typed


def _sheet(call: Call) -> dict[str, str]:
    limits, privacy = call.settings.limits, call.settings.privacy
    found = {name: getattr(limits if name in LIMITS else privacy, name) for name in (*LIMITS, *PRIVACY)}
    return {name: f"{value:g}" if isinstance(value, float) else str(value) for name, value in found.items()}


def _version(sheet: dict[str, str]) -> str:
    return digest("\n".join(sheet.values()))[:16]


async def _answer(call: Call, more: dict[str, Any], *, status: int = 200, toast: Toast | None = None) -> Response:
    sheet = _sheet(call)
    values = {"sheet": sheet, "version": _version(sheet), "errors": {}, "theirs": {}, "lost": 0, **more}
    if by_htmx(call):
        return fragment(call, "admin/settings/limits_form.html", values, status=status, toast=toast)
    if toast is not None:
        return back(PATH)
    return await panel_page(call, "admin/settings/limits.html", values, active="settings", status=status)
