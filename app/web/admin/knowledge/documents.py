"""«Documentos»: the PDF, TXT and MD files the bot answers from; one that is put up is read and in use at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

from starlette.responses import Response

from app.knowledge import service as knowledge
from app.knowledge.service import NotKept
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, said, text
from app.web.admin.knowledge.faqs import is_id
from app.web.call import Call
from app.web.problem import problem

PATH = "/admin/knowledge/documents"
PAGE = 40  # passages


async def show(call: Call) -> Response:
    """`GET /admin/knowledge/documents`."""
    return await _page(call)


async def upload(call: Call) -> Response:
    """`POST /admin/knowledge/documents`: read in a process of its own, which cannot take the shop with it."""
    file = await call.upload("file")
    name, size = (file.filename or "")[:200], file.size or 0
    result: dict[str, Any] = {"name": name, "wrong": "", "warning": ""}
    try:
        if size > call.upload_limit:
            raise NotKept("large")
        kept = await asyncio.to_thread(knowledge.put_document, _folder(call), name, await file.read())
    except NotKept as error:
        most = call.upload_limit // 1024**2
        result["wrong"] = text(call, f"documents.{error.reason}", size=-(-size // 1024**2), most=most)
    else:
        result |= await _read(call, kept)
    status = 422 if result["wrong"] else 200
    if by_htmx(call):
        values = {**await _listed(call), "result": result}
        return fragment(call, "admin/knowledge/documents_uploaded.html", values, status=status)
    return await _page(call, status=status, result=result)


async def passages(call: Call) -> Response:
    """`GET /admin/knowledge/documents/{id}`: what it says, as the bot finds it."""
    id_, name = await _named(call)
    asked = call.request.query_params.get("after", "")
    after = int(asked) if is_id(asked) else 0
    found = await call.house.db.read(lambda conn: knowledge.passages_of(conn, id_, after, PAGE + 1))
    values = {
        "name": name, "path": f"{PATH}/{id_}", "passages": found[:PAGE], "next": after + PAGE if len(found) > PAGE else 0,
    }  # fmt: skip
    return await panel_page(call, "admin/knowledge/passages.html", values, active="knowledge")


async def delete(call: Call) -> Response:
    """`POST /admin/knowledge/documents/{id}/delete`: done at once, with a way back."""
    id_, name = await _named(call)
    if not await asyncio.to_thread(knowledge.take_off_document, _folder(call), name):
        return await _failed(call, "documents.not_deleted")
    await _take_in(call)
    undo = f"{PATH}/{id_}/restore"
    if not by_htmx(call):
        return await _page(call, undo=undo)
    toast = Toast(text(call, "documents.deleted"), undo=undo)
    return fragment(call, "admin/knowledge/documents_swap.html", await _listed(call), toast=toast)


async def restore(call: Call) -> Response:
    """`POST /admin/knowledge/documents/{id}/restore`."""
    _, name = await _named(call)
    if not await asyncio.to_thread(knowledge.bring_back_document, _folder(call), name):
        return await _failed(call, "documents.not_restored")
    await _take_in(call)
    if not by_htmx(call):
        return back(PATH)
    toast = Toast(text(call, "documents.restored"))
    return fragment(call, "admin/knowledge/documents_swap.html", await _listed(call), toast=toast)


async def _read(call: Call, name: str) -> dict[str, Any]:
    """What came of a file that was just put up."""
    reports = await _take_in(call)
    mine = next((one for one in reports if one.name == f"docs/{name}"), None)
    return {"wrong": mine.problem if mine else "", "warning": " ".join(mine.warnings) if mine else ""}


async def _take_in(call: Call) -> list[knowledge.FileReport]:
    now = call.house.clock.now()
    reports = await asyncio.to_thread(knowledge.take_in_documents, call.house.db, _folder(call), now=now)
    await call.house.mind.refresh()
    return reports


async def _failed(call: Call, key: str) -> Response:
    if by_htmx(call):
        return said(call, Toast(text(call, key), bad=True), status=409)
    return await _page(call, status=409, failed=key)


async def _page(call: Call, *, status: int = 200, **more: Any) -> Response:
    values = {
        "result": None,
        "undo": "",
        "failed": "",
        "indexing": call.house.reindex.run,
        **await _listed(call),
        **more,
    }
    return await panel_page(call, "admin/knowledge/documents.html", values, active="knowledge", status=status)


async def _listed(call: Call) -> dict[str, Any]:
    documents = await call.house.db.read(knowledge.all_docs)
    sizes = await asyncio.to_thread(knowledge.sizes_of_documents, _folder(call))
    return {"documents": documents, "sizes": {name: -(-size // 1024) for name, size in sizes.items()}}


async def _named(call: Call) -> tuple[int, str]:
    asked = call.request.path_params["id"]
    name = await call.house.db.read(lambda conn: knowledge.find_doc(conn, int(asked))) if is_id(asked) else None
    if name is None:
        raise problem(404, language=call.language)
    return int(asked), name


def _folder(call: Call) -> Path:
    return call.house.home / "data"
