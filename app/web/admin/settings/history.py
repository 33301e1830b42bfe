"""«Historia de config.yaml»: the versions that were replaced, what each says otherwise, and going back to one."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.responses import Response

from app.settings import SettingsError
from app.shop import history
from app.shop.history import NoSuchVersion
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

PATH = "/admin/settings/history"


async def show(call: Call) -> Response:
    """`GET /admin/settings/history`."""
    return await panel_page(call, "admin/settings/history.html", await _versions(call), active="settings")


async def compare(call: Call) -> Response:
    """`GET /admin/settings/history/{name}`: what would change if one went back to it."""
    return await _compared(call, {})


async def go_back(call: Call) -> Response:
    """`POST /admin/settings/history/{name}`: in force at once, with a way back; 409 where config.yaml changed meanwhile."""
    try:
        kept = await call.house.settings.go_back(_name(call), call.field("seen"))
    except NoSuchVersion:
        raise problem(404, language=call.language) from None
    except SettingsError as error:
        return await _compared(call, {"mistakes": [str(mistake) for mistake in error.mistakes]}, status=422)
    if not kept:
        return await _compared(call, {"stale": True}, status=409)
    if not by_htmx(call):
        return back(PATH)
    seen = (await asyncio.to_thread(history.compare, call.settings.config_path, kept)).seen
    toast = Toast(text(call, "history.done"), undo=f"{PATH}/{kept}", fields={"seen": seen})
    return fragment(call, "admin/settings/history_main.html", await _versions(call), toast=toast)


async def _versions(call: Call) -> dict[str, Any]:
    return {"versions": await asyncio.to_thread(history.versions, call.settings.config_path)}


async def _compared(call: Call, values: Mapping[str, Any], *, status: int = 200) -> Response:
    try:
        compared = await asyncio.to_thread(history.compare, call.settings.config_path, _name(call))
    except NoSuchVersion:
        raise problem(404, language=call.language) from None
    shown = {"compared": compared, "stale": False, "mistakes": [], **values}
    if by_htmx(call) and status != 200:
        return fragment(call, "admin/settings/version_main.html", shown, status=status)
    return await panel_page(call, "admin/settings/version.html", shown, active="settings", status=status)


def _name(call: Call) -> str:
    return str(call.request.path_params["name"])
