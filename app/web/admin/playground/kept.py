"""Trials kept as conversation tests: the list, the files, and what they say when they are run."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.assistant.service import Check
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

PATH = "/admin/playground/tests"


async def show(call: Call) -> Response:
    """`GET /admin/playground/tests`."""
    return await _page(call)


async def run(call: Call) -> Response:
    """`POST /admin/playground/tests`: runs them all, on a copy of the shop."""
    return await _page(call, await assistant.check(call.house.home))


async def download(call: Call) -> Response:
    """`GET /admin/playground/tests/{file}`."""
    path = assistant.find(call.house.home, call.request.path_params["file"])
    if path is None:
        raise problem(404, language=call.language)
    headers = {"Content-Disposition": f'attachment; filename="{path.name}"', "Cache-Control": "no-store"}
    return Response(path.read_bytes(), 200, headers, "application/yaml")


async def drop(call: Call) -> Response:
    """`POST /admin/playground/tests/{file}/drop`: done at once, with a way back."""
    file = call.request.path_params["file"]
    if not assistant.drop(call.house.home, file):
        raise problem(404, language=call.language)
    toast = Toast(text(call, "playground.dropped"), undo=f"{PATH}/{file}/restore")
    return await _page(call, toast=toast) if by_htmx(call) else back(PATH)


async def restore(call: Call) -> Response:
    """`POST /admin/playground/tests/{file}/restore`."""
    if not assistant.bring_back(call.house.home, call.request.path_params["file"]):
        raise problem(404, language=call.language)
    return await _page(call, swap=True) if by_htmx(call) else back(PATH)


async def _page(call: Call, check: Check | None = None, *, toast: Toast | None = None, swap: bool = False) -> Response:
    values: dict[str, Any] = {
        "files": [path.name for path in assistant.kept(call.house.home)],
        "check": check,
        "swap": swap,
    }
    if by_htmx(call):
        return fragment(call, "admin/playground/tests_list.html", values, toast=toast)
    return await panel_page(call, "admin/playground/tests.html", values, active="playground")
