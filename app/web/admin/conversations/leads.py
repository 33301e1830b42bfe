"""«Por contactar»: who left how to reach them and waits for somebody of the shop to do so."""

from __future__ import annotations

from starlette.responses import Response

from app.chat import service as chat
from app.web.admin.frame import Toast, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.chat.shapes import MESSAGE_ID
from app.web.problem import problem

PATH = "/admin/conversations/leads"
SHOWN = 50


async def show(call: Call) -> Response:
    """`GET /admin/conversations/leads?before=`."""
    return await _page(call)


async def close(call: Call) -> Response:
    """`POST /admin/conversations/leads/{id}/done`: somebody got in touch, with a way back."""
    id_, now = _id(call), call.house.clock.now()
    done = await call.house.db.write(lambda conn: chat.close_lead(conn, id_, now=now))
    key = "leads.done" if done else "leads.done_before"
    return await _page(call, Toast(text(call, key), f"{PATH}/{id_}/reopen"))


async def reopen(call: Call) -> Response:
    """`POST /admin/conversations/leads/{id}/reopen`."""
    id_ = _id(call)
    await call.house.db.write(lambda conn: chat.reopen_lead(conn, id_))
    return await _page(call, Toast(text(call, "leads.reopened")))


async def _page(call: Call, done: Toast | None = None) -> Response:
    before = call.request.query_params.get("before", "")
    before = before if MESSAGE_ID.fullmatch(before) else ""
    found = await call.house.db.read(lambda conn: chat.open_leads(conn, before, SHOWN + 1))
    values = {"leads": found[:SHOWN], "more": found[SHOWN - 1].id if len(found) > SHOWN else ""}
    if by_htmx(call) and call.request.method == "POST":
        return fragment(call, "admin/conversations/leads_swap.html", values, toast=done)
    return await panel_page(
        call, "admin/conversations/leads.html", {**values, "done": done}, active="conversations"
    )  # fmt: skip


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    if not MESSAGE_ID.fullmatch(id_):
        raise problem(404, language=call.language)
    return id_
