"""«Equipo»: who works here, the links that let somebody in, roles, and who may no longer enter."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from app.accounts import service as accounts
from app.accounts.service import LastOwner, NameTaken, PasswordRefused
from app.web.admin.door import enter
from app.web.admin.frame import Toast, back, by_htmx, door_page, fragment, panel_page, text
from app.web.call import Call
from app.web.problem import problem

PATH = "/admin/settings/team"
ROLES = ("staff", "owner")


async def show(call: Call) -> Response:
    """`GET /admin/settings/team`."""
    return await panel_page(call, "admin/settings/team.html", await _team(call), active="settings")


async def invite(call: Call) -> Response:
    """`POST /admin/settings/team`: a link that lets one person in once, with this `role`; shown now and never again."""
    role, now = _role(call), call.house.clock.now()
    token = await call.house.db.write(lambda conn: accounts.invite(conn, role, now))
    return await _part(call, {"made": _link(call, token), "made_for": ""})


async def reset(call: Call) -> Response:
    """`POST /admin/settings/team/{id}/reset`: a link with which they choose another password."""
    id_, now = _id(call), call.house.clock.now()
    name = await _name(call, id_)
    token = await call.house.db.write(lambda conn: accounts.reset_link(conn, id_, now))
    if token is None:
        raise problem(404, language=call.language)
    return await _part(call, {"made": _link(call, token), "made_for": name})


async def change_role(call: Call) -> Response:
    """`POST /admin/settings/team/{id}/role`."""
    id_, role = _id(call), _role(call)
    name = await _name(call, id_)
    try:
        await call.house.db.write(lambda conn: accounts.change_role(conn, id_, role))
    except LastOwner:
        return await _part(call, {}, Toast(text(call, "team.last_owner"), bad=True), status=409)
    return await _part(call, {}, Toast(text(call, f"team.now_{role}", name=name)))


async def switch(call: Call) -> Response:
    """`POST /admin/settings/team/{id}/switch`: `on` is there when they may enter."""
    id_, on = _id(call), bool(call.field("on"))
    name = await _name(call, id_)
    try:
        await call.house.db.write(lambda conn: accounts.switch_on(conn, id_) if on else accounts.switch_off(conn, id_))
    except LastOwner:
        return await _part(call, {}, Toast(text(call, "team.last_owner"), bad=True), status=409)
    if on:
        return await _part(call, {}, Toast(text(call, "team.on", name=name)))
    return await _part(
        call, {}, Toast(text(call, "team.off", name=name), undo=f"{PATH}/{id_}/switch", fields={"on": "1"})
    )


async def show_door(call: Call) -> Response:
    """`GET /admin/invite?token=…`: what the link is for. Looking does not use it up."""
    return await _door(call, call.request.query_params.get("token", ""))


async def come_in(call: Call) -> Response:
    """`POST /admin/invite`: a name and a password for who was invited, or another password for who is known."""
    token, password = call.field("token"), call.field("password")
    if password != call.field("again"):
        return await _door(call, token, error=text(call, "setup.differ"), status=422)
    house = call.house
    try:
        session = await accounts.enter_by(
            house.db, house.clock, token, call.field("name"), password, language=call.language
        )
    except PasswordRefused as error:
        return await _door(call, token, error=str(error), status=422)
    except NameTaken:
        return await _door(call, token, error=text(call, "team.name_taken"), status=422)
    return await _door(call, "", status=403) if session is None else enter(call, session)


async def _door(call: Call, token: str, *, error: str = "", status: int = 200) -> Response:
    now = call.house.clock.now()
    door = await call.house.db.read(lambda conn: accounts.door_of(conn, token, now))
    values = {"token": token, "door": door, "error": error, "name": call.field("name") if error else ""}
    return door_page(call, "admin/invite.html", values, status=status if door else 403)


async def _team(call: Call) -> dict[str, Any]:
    return {"members": await call.house.db.read(accounts.members), "made": "", "made_for": ""}


async def _part(call: Call, values: dict[str, Any], toast: Toast | None = None, *, status: int = 200) -> Response:
    """The list again; without HTMX the whole page, or back to it where there is nothing to show once."""
    shown = {**await _team(call), **values}
    if by_htmx(call):
        return fragment(call, "admin/settings/team_list.html", shown, status=status, toast=toast)
    if not values and status == 200:
        return back(PATH)
    return await panel_page(
        call, "admin/settings/team.html", {**shown, "toast": toast}, active="settings", status=status
    )


async def _name(call: Call, id_: int) -> str:
    """What the member is called; 404 where nobody is so."""
    found = next((one.name for one in await call.house.db.read(accounts.members) if one.id == id_), None)
    if found is None:
        raise problem(404, language=call.language)
    return found


def _id(call: Call) -> int:
    said = str(call.request.path_params["id"])
    if not (said.isascii() and said.isdecimal() and len(said) < 10):
        raise problem(404, language=call.language)
    return int(said)


def _role(call: Call) -> str:
    role = call.field("role")
    if role not in ROLES:
        raise problem(422, language=call.language)
    return role


def _link(call: Call, token: str) -> str:
    return f"{call.base_url}/admin/invite?token={token}"
