"""«Respuestas rápidas»: sentences the team writes often, kept once for all and put into a chat with a tap."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.chat import service as chat
from app.web.admin.frame import Toast, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.chat.shapes import MESSAGE_ID
from app.web.problem import problem

PATH = "/admin/conversations/replies"
PLACES = {"es": ("nombre", "negocio"), "en": ("name", "shop")}  # as they are offered; either may be written


async def show(call: Call) -> Response:
    """`GET /admin/conversations/replies`."""
    return await _page(call)


async def add(call: Call) -> Response:
    """`POST /admin/conversations/replies`: 422 with the words kept where they cannot be used."""
    words, now = call.field("text").strip(), call.house.clock.now()
    wrong = _wrong(call, words)
    id_ = None if wrong else await call.house.db.write(lambda conn: chat.add_quick(conn, words, now=now))
    if id_ is None:
        return await _page(call, 422, typed=words, wrong=wrong or text(call, "replies.many", most=chat.MANY))
    return await _page(call, done=Toast(text(call, "replies.added"), f"{PATH}/{id_}/delete"))


async def save(call: Call) -> Response:
    """`POST /admin/conversations/replies/{id}`: 409 with both where somebody else changed it meanwhile."""
    id_, was, words = _id(call), call.field("was"), call.field("text").strip()
    if wrong := _wrong(call, words):
        return await _page(call, 422, open_=id_, typed=words, wrong=wrong)
    if not await call.house.db.write(lambda conn: chat.change_quick(conn, id_, was, words)):
        return await _page(call, 409, open_=id_, typed=words, wrong=text(call, "replies.changed_meanwhile"))
    return await _page(call, done=Toast(text(call, "replies.saved"), f"{PATH}/{id_}", {"was": words, "text": was}))


async def delete(call: Call) -> Response:
    """`POST /admin/conversations/replies/{id}/delete`: done at once, with a way back."""
    id_ = _id(call)
    said = await call.house.db.write(lambda conn: chat.drop_quick(conn, id_))
    if said is None:
        return await _page(call, done=Toast(text(call, "replies.gone")))
    return await _page(call, done=Toast(text(call, "replies.deleted"), PATH, {"text": said}))


async def _page(
    call: Call, status: int = 200, *, done: Toast | None = None, open_: str = "", typed: str = "", wrong: str = ""
) -> Response:
    """The list as it stands; `typed` and what is `wrong` with it stand in the form of `open_`, or in that of a new one."""
    values: dict[str, Any] = {
        "replies": await call.house.db.read(chat.list_quick), "open": open_, "typed": typed, "wrong": wrong,
        "places": PLACES[call.language], "told_places": _told_places(call), "most": chat.QUICK_MOST,
    }  # fmt: skip
    if typed and open_ and all(one.id != open_ for one in values["replies"]):
        values["open"] = ""  # it is gone: what was typed can still be added
    if by_htmx(call) and call.request.method == "POST":
        return fragment(call, "admin/conversations/replies_swap.html", values, status=status, toast=done)
    values["done"] = done
    return await panel_page(call, "admin/conversations/replies.html", values, active="conversations", status=status)


def _wrong(call: Call, words: str) -> str:
    if not 0 < len(words) <= chat.QUICK_MOST:
        return text(call, "inbox.too_long", most=chat.QUICK_MOST)
    unknown = chat.unknown_places(words)
    return text(call, "replies.unknown_place", name=f"{{{unknown[0]}}}", places=_told_places(call)) if unknown else ""


def _told_places(call: Call) -> str:
    return text(call, "replies.both", **{f"place{at}": f"{{{name}}}" for at, name in enumerate(PLACES[call.language])})


def _id(call: Call) -> str:
    id_: str = call.request.path_params["id"]
    if not MESSAGE_ID.fullmatch(id_):
        raise problem(404, language=call.language)
    return id_
