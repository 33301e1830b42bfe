"""«Borrar los datos de esta persona»: what would go, and then it goes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.chat import service as chat
from app.orders import service as orders
from app.orders.service import StillServed
from app.web.admin.frame import back, panel_page, text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def ask(call: Call) -> Response:
    """`GET /admin/conversations/{id}/erase`: who it is, and how much of them there is."""
    return await _page(call)


async def erase(call: Call) -> Response:
    """`POST /admin/conversations/{id}/erase`: all their conversations, files and card; their orders keep the sums only.

    409 while they have an order under way. Cut short, it can be done again: what is left is erased then.
    """
    now = call.house.clock.now()

    def work(conn: Connection) -> list[str]:
        person, threads = _theirs(call, conn)
        orders.erase_customer(conn, person.lanes, now=now)
        return threads

    try:
        threads = await call.house.db.write(work)
    except StillServed as error:
        return await _page(call, wrong=text(call, "privacy.still_served", number=error.number), status=409)
    for id_ in threads:
        files = await call.house.attend.forget(id_)
        call.request.app.state.callers.forget(id_)
        await chat.delete_files(call.house.home, files)
    return back("/admin/conversations")


async def _page(call: Call, *, wrong: str = "", status: int = 200) -> Response:
    def read(conn: Connection) -> dict[str, Any]:
        person, threads = _theirs(call, conn)
        return {"person": person, "threads": len(threads), "messages": chat.count_said(conn, threads),
                "placed": orders.custom_of(conn, person.lanes).count}  # fmt: skip

    values = {**await call.house.db.read(read), "wrong": wrong, "thread_id": call.request.path_params["id"]}
    return await panel_page(call, "admin/conversations/erase.html", values, active="conversations", status=status)


def _theirs(call: Call, conn: Connection) -> tuple[chat.Person, list[str]]:
    """The person of this conversation and the ids of all of theirs; 404 where there is none."""
    thread = chat.conversation(conn, call.request.path_params["id"])
    person = chat.person_of(conn, thread.contact_id) if thread else None
    if person is None:
        raise problem(404, "conversation", language=call.language)
    return person, chat.threads_of(conn, person)
