"""The panel's frame: its pages and their fragments, who is signed in, what waits for somebody, and what was just done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from starlette.responses import RedirectResponse, Response

from app.chat import service as chat
from app.orders import service as orders
from app.web import cookies, csrf
from app.web.call import Call
from app.web.gate import form_key
from app.web.pages import page
from app.web.telling import Telling
from app.web.words import say

if TYPE_CHECKING:
    from sqlalchemy import Connection


@dataclass(frozen=True)
class Link:
    """One page in the menu. `count` names what waits there; `owner` pages are not shown to the staff."""

    name: str
    path: str
    icon: str
    count: str = ""
    owner: bool = False


NAV: tuple[tuple[str, tuple[Link, ...]], ...] = (
    ("", (Link("home", "/admin", "house"),)),
    (
        "attend",
        (
            Link("conversations", "/admin/conversations", "message-circle", count="chats"),
            Link("orders", "/admin/orders", "clipboard-list", count="orders"),
        ),
    ),
    (
        "teach",
        (
            Link("menu", "/admin/menu", "shopping-basket"),
            Link("knowledge", "/admin/knowledge", "book-open"),
            Link("flows", "/admin/flows", "signpost", owner=True),
            Link("playground", "/admin/playground", "flask-conical"),
        ),
    ),
    (
        "business",
        (
            Link("channels", "/admin/channels", "plug", owner=True),
            Link("analytics", "/admin/analytics", "chart-column", owner=True),
            Link("settings", "/admin/settings", "settings"),
        ),
    ),
)
TABS = ("home", "conversations", "orders", "menu")  # on a phone; the rest is under «Más»


@dataclass(frozen=True)
class Waiting:
    """What waits for somebody of the shop: conversations without a person, orders nobody has taken up.

    `said` and `ordered` are marks that differ whenever something about a conversation or an order is new.
    """

    chats: int = 0
    orders: int = 0
    said: str = ""
    ordered: str = ""


@dataclass(frozen=True)
class Toast:
    """What was just done, said for six seconds. `undo`: where a press on «Deshacer» posts `fields`; empty without one."""

    text: str
    undo: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    bad: bool = False


def waiting(conn: Connection) -> Waiting:
    """Two counts and three marks, each by index."""
    marks = (_mark(chat.last_change(conn)), _mark(orders.last_change(conn)))
    return Waiting(chat.count_waiting(conn), orders.count_new(conn), *marks)


async def panel_page(
    call: Call, template: str, values: Mapping[str, Any], *, active: str = "", status: int = 200
) -> Response:
    """A whole page for somebody signed in."""
    counts = await call.house.db.read(waiting)
    groups = [(group, [link for link in links if call.me.is_owner or not link.owner]) for group, links in NAV]
    frame = {
        "active": active,
        "waits": counts,
        "groups": [(group, links) for group, links in groups if links],
        "tabs": [link for _, links in groups for link in links if link.name in TABS],
        "rest": [link for _, links in groups for link in links if link.name not in TABS],
        "opening": opening(call),
        "paused": call.settings.channels.paused,
        "problem": call.house.settings.problem or "",
    }
    return page(call, template, {**_shared(call), **frame, **values}, status=status)


def opening(call: Call) -> str:
    """«Abierto hasta las 6pm», in the form the owner writes hours; of a shop with branches, the shop itself."""
    profile, now = call.settings.profile(None), call.house.clock.now()
    state = profile.hours.state(now.astimezone(profile.timezone))
    if state.open:
        return text(call, "frame.open_until", at=state.until_said) if state.until_said else text(call, "frame.open")
    if state.opens_at is None:
        return text(call, "frame.closed")
    days = (state.opens_at.date() - now.astimezone(profile.timezone).date()).days
    if days in (0, 1):
        return text(call, "frame.opens_tomorrow" if days else "frame.opens_today", at=state.opens_said)
    told = Telling(call.language, call.settings.business.timezone, now)
    return text(call, "frame.opens_on", day=told.day(state.opens_at), at=state.opens_said)


def fragment(
    call: Call, template: str, values: Mapping[str, Any], *, status: int = 200, toast: Toast | None = None
) -> Response:
    """A part of a page, which that page also includes; `toast` is put among the notices."""
    return page(call, template, {**_shared(call), **values, "toast": toast}, status=status)


def said(call: Call, toast: Toast, *, status: int = 200) -> Response:
    """Only a notice, where nothing on the page has to change."""
    return fragment(call, "admin/_toast.html", {}, status=status, toast=toast)


def back(path: str) -> Response:
    """303 to a page of the panel: what a browser without JavaScript gets after a form."""
    assert path.startswith("/admin"), path
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def by_htmx(call: Call) -> bool:
    """Whether a part of the page asks, not the whole window."""
    return call.request.headers.get("hx-request") == "true"


def text(call: Call, key: str, **values: object) -> str:
    """A text of the panel's catalogue in the shop's language."""
    return say(key, call.language, **values)


def door_page(call: Call, template: str, values: Mapping[str, Any], *, status: int = 200) -> Response:
    """A page before sign-in. Its form's token is tied to a cookie of its own."""
    seed = cookies.read(call, cookies.FORM) or token_urlsafe(24)
    token = csrf.masked(csrf.secret_of(seed, form_key(call)))
    response = page(call, template, {"csrf": token, **values}, status=status)
    cookies.write(call, response, cookies.FORM, seed, cookies.FORM_SECONDS)
    return response


def _mark(text: str) -> str:
    return blake2b(text.encode(), digest_size=6).hexdigest()


def _shared(call: Call) -> dict[str, Any]:
    return {"me": call.me, "csrf": csrf.masked(csrf.secret_of(call.me.csrf)), "toast": None}
