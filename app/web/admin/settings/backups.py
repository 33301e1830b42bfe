"""«Respaldos»: taken away, made each night, put up, looked into, and gone back to."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from app.accounts import service as accounts
from app.accounts.service import TooManyAttempts
from app.backup import service as backups
from app.core.errors import UserError
from app.web.admin.channels.key_fields import can_begin_anew
from app.web.admin.frame import Toast, back, by_htmx, door_page, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/settings/backups"
LAST_SECONDS = 1.5  # for what the page that waits is made of


async def show(call: Call) -> Response:
    """`GET /admin/settings/backups`. What came of the last restore is told until somebody has read it."""
    return await _page(call, {})


async def take_away(call: Call) -> Response:
    """`POST /admin/settings/backup`: the whole shop in one zip, made now and kept nowhere here; no secrets in it."""
    house, now = call.house, call.house.clock.now()
    folder = Path(tempfile.mkdtemp(prefix="tendero-backup-"))
    path = folder / backups.default_path(house.home, now).name

    def make() -> None:
        backups.make(house.home, house.db, path, now=now, keys=backups.keys_in_use(call.settings.env))

    def clean() -> None:
        path.unlink(missing_ok=True)
        folder.rmdir()

    try:
        await asyncio.to_thread(make)
    except BaseException:
        await asyncio.to_thread(clean)
        raise
    return _file(path, BackgroundTask(clean))


async def put_up(call: Call) -> Response:
    """`POST /admin/settings/backups`: read through before it is kept; 422 says in plain words why it is refused."""
    file = await call.upload("file")
    now = call.house.clock.now()

    def take() -> Path:
        with tempfile.NamedTemporaryFile(prefix="tendero-", suffix=".zip") as copy:
            while block := file.file.read(1024 * 1024):
                copy.write(block)
            copy.flush()
            return backups.put(call.house.home, Path(copy.name), now)

    try:
        path = await asyncio.to_thread(take)
    except UserError as error:
        return await _page(call, {"refused": str(error)}, status=422)
    return back(f"{PATH}/{path.name}")


async def schedule(call: Call) -> Response:
    """`POST /admin/settings/backups/schedule`: at which `hour` of the night, or `none`."""
    typed = call.field("hour")
    hour = int(typed) if typed.isascii() and typed.isdecimal() and int(typed) < 24 else None
    if hour is None and typed != "none":
        raise problem(422, language=call.language)
    await call.house.db.write(lambda conn: backups.choose_hour(conn, hour))
    if by_htmx(call):
        return fragment(
            call,
            "admin/settings/backups_nightly.html",
            await _nights(call),
            toast=Toast(text(call, "backups.scheduled")),
        )
    return back(PATH)


async def download(call: Call) -> Response:
    """`GET /admin/settings/backups/{name}/file`."""
    return _file(await _path(call), None)


async def look(call: Call) -> Response:
    """`GET /admin/settings/backups/{name}`: what it holds beside what there is, before anybody goes back to it."""
    return await _looked(call, {})


async def restore(call: Call) -> Response:
    """`POST /admin/settings/backups/{name}/restore`: the server ends, puts it back, and begins anew.

    The owner's `password` is asked for again. 409 where this server cannot begin anew by itself; the page says how then.
    """
    path = await _path(call)
    if not _can_restore(call):
        return await _looked(call, {}, status=409)
    try:
        known = await accounts.is_password(
            call.house.db, call.house.clock, call.me, call.field("password"), call.address
        )
    except TooManyAttempts as error:
        wait = text(call, "login.wait", minutes=-(-error.wait // 60))
        return await _looked(call, {"errors": {"password": wait}}, status=429)
    if not known:
        return await _looked(call, {"errors": {"password": text(call, "backups.not_password")}}, status=422)
    try:  # a damaged one is told now, while the shop is open
        await asyncio.to_thread(backups.look, call.house.home, path)
    except UserError as error:
        return await _page(call, {"refused": str(error)}, status=422)
    await asyncio.to_thread(backups.ask, call.house.home, path)
    return _away(call, "backups.restoring", PATH)


async def delete(call: Call) -> Response:
    """`POST /admin/settings/backups/{name}/delete`: done at once, with a way back until the night."""
    path = await _path(call)
    await asyncio.to_thread(backups.put_aside, path)
    if not by_htmx(call):
        return back(PATH)
    toast = Toast(text(call, "backups.deleted"), undo=f"{PATH}/{path.name}/undelete")
    return fragment(call, "admin/settings/backups_list.html", await _listed(call), toast=toast)


async def undelete(call: Call) -> Response:
    """`POST /admin/settings/backups/{name}/undelete`."""
    name = str(call.request.path_params["name"])
    if not await asyncio.to_thread(backups.bring_back, call.house.home, name):
        raise problem(404, language=call.language)
    if not by_htmx(call):
        return back(PATH)
    return fragment(call, "admin/settings/backups_swap.html", await _listed(call))


async def read_told(call: Call) -> Response:
    """`POST /admin/settings/backups/told`: what came of the last restore has been read."""
    await asyncio.to_thread(backups.forget_told, call.house.home)
    return Response(headers={"Cache-Control": "no-store"}) if by_htmx(call) else back(PATH)


async def restart(call: Call) -> Response:
    """`POST /admin/settings/restart`: ends and begins anew, so that other keys count; 409 where it cannot by itself."""
    if not can_begin_anew(call):
        raise problem(409, language=call.language)
    return _away(call, "backups.restarting", "/admin")


def _away(call: Call, key: str, then: str) -> Response:
    """A page that comes back by itself once the server is there again; the server ends when it has been sent."""
    values = {"title": text(call, key), "then": then}
    response = door_page(call, "admin/settings/away.html", values)
    response.background = BackgroundTask(_restart, call)
    return response


async def _restart(call: Call) -> None:
    await asyncio.sleep(LAST_SECONDS)
    call.request.app.state.restart()


def _can_restore(call: Call) -> bool:
    """Only one process that serves alone may put another database in its place."""
    return can_begin_anew(call) and call.house.db.dialect == "sqlite"


def _file(path: Path, after: BackgroundTask | None) -> Response:
    headers = {"Cache-Control": "no-store"}
    return FileResponse(path, media_type="application/zip", filename=path.name, headers=headers, background=after)


async def _path(call: Call) -> Path:
    path = await asyncio.to_thread(backups.path_of, call.house.home, str(call.request.path_params["name"]))
    if path is None:
        raise problem(404, language=call.language)
    return path


async def _looked(call: Call, more: dict[str, Any], *, status: int = 200) -> Response:
    path, home = await _path(call), call.house.home
    try:
        held = await asyncio.to_thread(backups.look, home, path)
    except UserError as error:
        return await _page(call, {"refused": str(error)}, status=422)
    there = backups.keys_in_use(call.settings.env)
    values = {
        "errors": {}, "name": path.name, "when": _moment(held.manifest.made_at), "held": held.counts,
        "now": await asyncio.to_thread(backups.counts_of, call.house.db), "able": _can_restore(call),
        "reconnect": [key for key in held.manifest.keys if key not in there and not held.manifest.secrets],
    }  # fmt: skip
    return await panel_page(
        call, "admin/settings/backup_look.html", {**values, **more}, active="settings", status=status
    )


def _moment(written: str) -> datetime | None:
    """When a backup says it was made; it may say anything."""
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    return moment if moment.tzinfo else None


async def _nights(call: Call) -> dict[str, Any]:
    def read(conn: Connection) -> dict[str, Any]:
        return {"hour": backups.hour_of(conn), "last": backups.last_night(conn), "kept": backups.KEPT}

    return await call.house.db.read(read)


async def _listed(call: Call) -> dict[str, Any]:
    return {"backups": await asyncio.to_thread(backups.lying, call.house.home)}


async def _page(call: Call, more: dict[str, Any], *, status: int = 200) -> Response:
    told = await asyncio.to_thread(backups.told, call.house.home)
    values = {"refused": "", "past": told, **await _nights(call), **await _listed(call), **more}
    return await panel_page(call, "admin/settings/backups.html", values, active="settings", status=status)
