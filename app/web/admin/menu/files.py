"""The menu as a file: seen before it is taken in, and given out."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.catalog.service import Differences, Menu
from app.core.errors import UserError
from app.core.ids import new_token
from app.core.tables import FORMATS, read_bytes
from app.shop.currency import country_currency
from app.web.admin.frame import Toast, by_htmx, fragment, panel_page, text
from app.web.admin.menu import form as forms
from app.web.admin.menu.listing import to_list
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.core.ownership import FileReport

KEPT = re.compile(r"[A-Za-z0-9_-]{22}\.(?:csv|tsv|txt|json|xlsx)")
KEPT_SECONDS = 3600  # a file looked at and not taken in
SHOWN = 200  # rows of each kind in a preview; all are counted
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def export(call: Call) -> Response:
    """`GET /admin/menu/export?format=`."""
    form = call.request.query_params.get("format", "csv")
    if form not in FORMATS:
        call.refuse("format", "choice", choices=", ".join(FORMATS))
    content = await call.house.db.read(lambda conn: catalog.export_menu(conn, form))
    headers = {"Content-Disposition": f'attachment; filename="menu.{form}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=TYPES[form])


async def ask(call: Call) -> Response:
    """`GET /admin/menu/import`."""
    return await _page(call)


async def look(call: Call) -> Response:
    """`POST /admin/menu/import`: what the file would change. It is kept for the step that takes it in."""
    file = await call.upload("file")
    suffix = Path(file.filename or "").suffix.lower()
    if suffix not in catalog.READABLE:
        return await _page(call, refused=text(call, "menu.import_kind"), status=422)
    data = await file.read()
    if len(data) > call.upload_limit:
        return await _page(call, refused=text(call, "menu.import_large", most=call.upload_limit >> 20), status=422)
    name = new_token(16) + suffix
    await asyncio.to_thread(_keep, _folder(call), name, data)
    return await _preview(call, name, Path(file.filename or name).name[:80], bool(call.field("replace")))


async def put(call: Call) -> Response:
    """`POST /admin/menu/import/apply`: takes in the file that was looked at; 409 where it would now change other things."""
    name, title, replace = call.field("file"), call.field("title")[:80], bool(call.field("replace"))
    seen, now = call.field("seen"), call.house.clock.now()
    try:
        menu = await _read(call, name, title)
    except UserError as error:
        return await _page(call, refused=str(error), status=422)

    def work(conn: Connection) -> FileReport | None:
        if catalog.differences(conn, menu, title, replace=replace, now=now).seen != seen:
            return None
        return catalog.put_menu(conn, menu, title, replace=replace, now=now)

    report = await call.house.db.write(work)
    if report is None:
        return await _preview(call, name, title, replace, status=409)
    await asyncio.to_thread((_folder(call) / name).unlink, missing_ok=True)
    await call.house.mind.refresh()
    counts = {"added": report.added, "changed": report.changed, "removed": report.removed}
    return await to_list(call, Toast(text(call, "menu.imported", **counts)))


async def _preview(call: Call, name: str, title: str, replace: bool, *, status: int = 200) -> Response:
    now = call.house.clock.now()
    try:
        menu = await _read(call, name, title)
    except UserError as error:
        return await _page(call, refused=str(error), status=422)
    found: Differences = await call.house.db.write(
        lambda conn: catalog.differences(conn, menu, title, replace=replace, now=now)
    )
    values: dict[str, Any] = {"found": found, "file": name, "title": title, "replace": replace, "late": status == 409}
    return await _page(call, status=status, **values)


async def _page(call: Call, *, status: int = 200, refused: str = "", **values: Any) -> Response:
    given = {
        "found": None, "refused": refused, "shown": SHOWN, "in_words": forms.in_words, "late": False, **values,
    }  # fmt: skip
    if by_htmx(call):
        return fragment(call, "admin/menu/import_main.html", given, status=status)
    return await panel_page(call, "admin/menu/import.html", given, active="menu", status=status)


async def _read(call: Call, name: str, title: str) -> Menu:
    """The file that was kept, read; UserError where it cannot be, 404 where it is not there any more."""
    path = _folder(call) / name
    if not KEPT.fullmatch(name) or not await asyncio.to_thread(path.is_file):
        raise problem(404, "import_gone", language=call.language)
    business = call.settings.business
    fallback = await call.house.db.read(catalog.menu_currency) or country_currency(business.timezone)
    data = await asyncio.to_thread(read_bytes, path)
    named = (title or name).rpartition(".")[0] + path.suffix
    return await asyncio.to_thread(catalog.parse_menu, data, named, business.currency, fallback)


def _folder(call: Call) -> Path:
    return call.house.home / "var" / "import"


def _keep(folder: Path, name: str, data: bytes) -> None:
    """Writes it, and lets go of those nobody came back for."""
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    (folder / name).write_bytes(data)
