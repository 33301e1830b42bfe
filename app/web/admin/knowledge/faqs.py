"""«Conocimiento»: the shop's questions and answers; what is saved here is what the next customer hears."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.core.errors import UserError
from app.core.tables import FORMATS, cell_list, list_cell
from app.knowledge import service as knowledge
from app.knowledge.service import Faq, FaqRefused, Stale
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, said, text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/knowledge"
FILES = (".csv", ".json", ".xlsx")
BAD_SHOWN = 20  # bad rows of a file that are listed; all are counted
SUGGESTED = ("hours", "where", "delivery", "pay", "returns")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
LARGEST_ID = 2**31 - 1


async def show(call: Call) -> Response:
    """`GET /admin/knowledge`: the page; for HTMX its list, or, with `before`, the rows that come next."""
    query = call.request.query_params
    before = query.get("before", "")
    values = await _list(call, query.get("q", "")[:200], int(before) if is_id(before) else None)
    if by_htmx(call):
        return fragment(call, "admin/knowledge/rows.html" if before else "admin/knowledge/list.html", values)
    return await _page(call, values)


async def new(call: Call) -> Response:
    """`GET /admin/knowledge/faqs/new`."""
    asked = call.request.query_params.get("question", "")[:1000]
    return await _form(call, None, {"question": asked, "answer": "", "tags": "", "version": ""})


async def add(call: Call) -> Response:
    """`POST /admin/knowledge/faqs`."""
    return await _keep(call, None)


async def edit(call: Call) -> Response:
    """`GET /admin/knowledge/faqs/{id}`: its form; with `close` the row as it is."""
    faq = await _faq(call)
    if by_htmx(call) and "close" in call.request.query_params:
        return fragment(call, "admin/knowledge/row.html", {"faq": faq})
    return await _form(call, faq, _fields(faq))


async def save(call: Call) -> Response:
    """`POST /admin/knowledge/faqs/{id}`."""
    return await _keep(call, await _faq(call))


async def switch(call: Call) -> Response:
    """`POST /admin/knowledge/faqs/{id}/switch`."""
    faq, on, now = await _faq(call), bool(call.field("on")), call.house.clock.now()
    await call.house.db.write(lambda conn: knowledge.switch_faq(conn, faq.id, on, now=now))
    await call.house.mind.refresh()
    toast = Toast(text(call, "knowledge.on" if on else "knowledge.off"))
    return said(call, toast) if by_htmx(call) else back(PATH)


async def delete(call: Call) -> Response:
    """`POST /admin/knowledge/faqs/{id}/delete`: done at once, with a way back."""
    faq, now = await _faq(call), call.house.clock.now()
    await call.house.db.write(lambda conn: knowledge.delete_faq(conn, faq.id, now=now))
    await call.house.mind.refresh()
    if not by_htmx(call):
        return await _page(call, {**await _list(call, "", None), "undo": faq})
    return said(call, Toast(text(call, "knowledge.deleted"), undo=f"{PATH}/faqs/{faq.id}/restore"))


async def restore(call: Call) -> Response:
    """`POST /admin/knowledge/faqs/{id}/restore`."""
    id_ = _id(call)
    done = await call.house.db.write(lambda conn: knowledge.restore_faq(conn, id_))
    await call.house.mind.refresh()
    if not by_htmx(call):
        return back(PATH)
    if not done:
        return said(call, Toast(text(call, "knowledge.not_restored"), bad=True), status=409)
    values = await _list(call, "", None)
    toast = Toast(text(call, "knowledge.restored"))
    return fragment(call, "admin/knowledge/swap_list.html", values, toast=toast)


async def upload(call: Call) -> Response:
    """`POST /admin/knowledge/files`: what can be used of the file is in use, the rest is told row by row."""
    file = await call.upload("file")
    name, data = (file.filename or "")[:100], await file.read()
    values: dict[str, Any] = {"name": name, "report": None, "wrong": "", "bad_shown": BAD_SHOWN}
    if not name.lower().endswith(FILES):
        values["wrong"] = text(call, "knowledge.file_kind")
    elif len(data) > call.upload_limit:
        most, size = call.upload_limit // 1024**2, -(-len(data) // 1024**2)
        values["wrong"] = text(call, "knowledge.file_large", size=size, most=most)
    elif not data:
        values["wrong"] = text(call, "knowledge.file_empty")
    else:
        now = call.house.clock.now()
        try:
            values["report"] = await asyncio.to_thread(
                knowledge.import_faq_data, call.house.db, data, name, replace=False, now=now
            )
            await call.house.mind.refresh()
        except UserError as error:
            values["wrong"] = str(error)
    status = 422 if values["wrong"] else 200
    listed = await _list(call, "", None)
    if by_htmx(call):
        return fragment(call, "admin/knowledge/uploaded.html", {**listed, "upload": values}, status=status)
    return await _page(call, {**listed, "upload": values}, status=status)


async def export(call: Call) -> Response:
    """`GET /admin/knowledge/export`."""
    form = call.request.query_params.get("format", "csv")
    if form not in FORMATS:
        call.refuse("format", "choice", choices=", ".join(FORMATS))
    content = await call.house.db.read(lambda conn: knowledge.export_faqs(conn, form))
    headers = {"Content-Disposition": f'attachment; filename="faqs.{form}"', "Cache-Control": "no-store"}
    return Response(content, 200, headers, MEDIA[form])


async def _keep(call: Call, faq: Faq | None) -> Response:
    """Saves what the form says and makes it known to the bot; 422 and 409 with the form as it was typed."""
    typed = {name: call.field(name) for name in ("question", "answer", "tags", "version")}
    told = {"question": phrasings_of(typed["question"]), "answer": typed["answer"], "tags": cell_list(typed["tags"])}
    id_, now = faq.id if faq else None, call.house.clock.now()

    def work(conn: Connection) -> Faq | None:
        kept = knowledge.edit_faq(conn, id_, based_on=typed["version"], now=now, **told)
        return knowledge.find_faq(conn, kept)

    try:
        kept = await call.house.db.write(work)
    except FaqRefused as error:
        return await _form(call, faq, typed, errors=error.mistakes, status=422)
    except Stale as error:
        if error.now is None:
            raise problem(404, language=call.language) from None
        typed["version"] = error.now.version
        return await _form(call, error.now, typed, theirs=error.now, status=409)
    assert kept is not None
    await call.house.mind.refresh()
    if not by_htmx(call):
        return back(PATH)
    undo = f"{PATH}/faqs/{kept.id}" + ("" if faq else "/delete")
    fields = {**_fields(faq), "version": kept.version} if faq else {}
    toast = Toast(text(call, "knowledge.saved"), undo=undo, fields=fields)
    return fragment(call, "admin/knowledge/kept.html", {"faq": kept}, toast=toast)


async def _form(
    call: Call, faq: Faq | None, typed: dict[str, str], *, errors: Any = None, theirs: Faq | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    values = {"faq": faq, "typed": typed, "errors": errors or {}, "theirs": theirs}
    if by_htmx(call):
        return fragment(call, "admin/knowledge/form_row.html", values, status=status)
    return await panel_page(call, "admin/knowledge/form_page.html", values, active="knowledge", status=status)


async def _page(call: Call, values: dict[str, Any], *, status: int = 200) -> Response:
    values = {"upload": None, "undo": None, "indexing": call.house.reindex.run, **values}
    return await panel_page(call, "admin/knowledge/page.html", values, active="knowledge", status=status)


async def _list(call: Call, search: str, before: int | None) -> dict[str, Any]:
    found = await call.house.db.read(lambda conn: knowledge.page_of_faqs(conn, search, before))
    return {"found": found, "search": search, "suggested": SUGGESTED}


async def _faq(call: Call) -> Faq:
    id_ = _id(call)
    faq = await call.house.db.read(lambda conn: knowledge.find_faq(conn, id_))
    if faq is None:
        raise problem(404, language=call.language)
    return faq


def _id(call: Call) -> int:
    id_ = call.request.path_params["id"]
    if not is_id(id_):
        raise problem(404, language=call.language)
    return int(id_)


def is_id(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 10 and int(value) <= LARGEST_ID


def phrasings_of(typed: str) -> list[str]:
    """One a line, or separated by `|`."""
    return [phrasing for line in typed.splitlines() for phrasing in cell_list(line)]


def lines_of(said: Sequence[str]) -> str:
    """The same the other way."""
    return "\n".join(phrasing if cell_list(phrasing) == [phrasing] else list_cell([phrasing]) for phrasing in said)


def _fields(faq: Faq) -> dict[str, str]:
    said = {"question": lines_of(faq.phrasings), "answer": faq.answer, "tags": list_cell(faq.tags)}
    return {**said, "version": faq.version}
