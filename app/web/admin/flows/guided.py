"""Guided flows: their lines beside their drawing, what is wrong with them at its line, and a conversation to try them."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.core.i18n import Texts
from app.flows.service import ORDER, draw, order_flow
from app.settings import Flow, SettingsError
from app.shop.edit import lines_of
from app.shop.flowtext import read_flow
from app.shop.reading import read_file
from app.web.admin.flows.card import PATH, card, version, whole
from app.web.admin.frame import Toast, back, by_htmx, fragment, text
from app.web.call import Call
from app.web.problem import problem

HERE = f"{PATH}/guided"
NEW = f"{PATH}/new"
QUICK_ORDER = "quick_order"
LONGEST = 20_000
SAID_MOST, TEXT_MOST = 20, 1000
SUGGESTED = 3


async def show(call: Call) -> Response:
    """`GET /admin/flows/guided`."""
    return await whole(call, "guided", _listed(call))


async def new(call: Call) -> Response:
    """`GET /admin/flows/new`: begun from an example."""
    sample = Texts.load("panel").raw("flows.sample", call.language)
    return await whole(call, "guided_one", _values(call, "", sample, ""))


async def edit(call: Call) -> Response:
    """`GET /admin/flows/guided/{name}`."""
    name = _known(call)
    lines = _lines(call, name)
    return await whole(call, "guided_one", _values(call, name, lines, lines))


async def add(call: Call) -> Response:
    """`POST /admin/flows/new`."""
    name = call.field("name").strip()
    if name in call.settings.flows:
        values = {**_values(call, "", _typed(call), ""), "called": name, "taken": True}
        return await card(call, "guided_one", values, to=NEW, status=422)
    return await _keep(call, name, "", is_new=True)


async def save(call: Call) -> Response:
    """`POST /admin/flows/guided/{name}`; also what undoes its removal."""
    name = call.request.path_params["name"]
    return await _keep(call, name, _lines(call, name) if name in call.settings.flows else "")


async def remove(call: Call) -> Response:
    """`POST /admin/flows/guided/{name}/remove`: done at once, with a way back."""
    name = _known(call)
    lines = _lines(call, name)
    try:
        await call.house.settings.change({f"flows.{name}": None})
    except SettingsError:
        raise problem(409, "config", language=call.language) from None
    undo = {"yaml": lines, "version": version(""), "listed": "1"}
    toast = Toast(text(call, "flows.removed", name=name), undo=f"{HERE}/{name}", fields=undo)
    if by_htmx(call):
        return fragment(call, "admin/flows/guided_removed.html", _listed(call), toast=toast)
    return await whole(call, "guided", {**_listed(call), "undone": toast})


async def check(call: Call) -> Response:
    """`POST /admin/flows/check`: the drawing of what is typed, or its mistakes."""
    return fragment(call, "admin/flows/drawing.html", _checked(call, call.field("name").strip(), _typed(call)))


async def rehearse(call: Call) -> Response:
    """`POST /admin/flows/try`: everything said so far is said again under the flow as it is typed now."""
    name = call.field("name").strip()
    said = [] if call.field("again") else _pairs(call.field("said"))
    if line := call.field("text").strip()[:TEXT_MOST]:
        said.append((line, ""))
    said += _pairs(f"[{call.field('tap')}]")
    values = {**_checked(call, name, _typed(call) or call.field("was")), "yaml": _typed(call) or call.field("was")}
    if not values["mistakes"] and said:
        try:
            tried = await call.house.settings.tried({f"flows.{name}": values.pop("lines")})
            values["talk"] = await assistant.rehearse(call.house.attend, said[-SAID_MOST:], tried)
        except SettingsError as error:
            values["mistakes"] = error.mistakes
    shown = {**values, "said": json.dumps(said[-SAID_MOST:], ensure_ascii=False), "called": name}
    if by_htmx(call):
        return fragment(call, "admin/flows/try.html", shown)
    known = name if name in call.settings.flows else ""
    return await whole(call, "guided_one", {**_values(call, known, values["yaml"], ""), **shown})


async def _keep(call: Call, name: str, now: str, *, is_new: bool = False) -> Response:
    """Writes the flow's lines; 409 with what stands there now, 422 with what is wrong at its line."""
    typed, to = _typed(call), f"{HERE}/{name}"
    values = {**_values(call, "" if is_new else name, typed, now), "called": name}
    if call.field("version") != version(now):
        return await card(call, "guided_one", {**values, "theirs": now or text(call, "flows.gone")}, to=to, status=409)
    try:
        lines, _ = read_flow(name, typed)
        await call.house.settings.change({f"flows.{name}": lines})
    except SettingsError as error:
        return await card(call, "guided_one", {**values, "mistakes": error.mistakes}, to=to, status=422)
    toast = Toast(text(call, "flows.saved"))
    if by_htmx(call) and call.field("listed"):
        return fragment(call, "admin/flows/guided_swap.html", _listed(call), toast=toast)
    if is_new:
        return Response(status_code=204, headers={"HX-Redirect": HERE}) if by_htmx(call) else back(HERE)
    lines_now = _lines(call, name)
    return await card(call, "guided_one", _values(call, name, lines_now, lines_now), to=to, toast=toast)


def _known(call: Call) -> str:
    name = str(call.request.path_params["name"])
    if name not in call.settings.flows:
        raise problem(404, language=call.language)
    return name


def _lines(call: Call, name: str) -> str:
    """The flow as it stands in config.yaml."""
    path = call.settings.config_path
    try:
        return lines_of(read_file(path, path.name), f"flows.{name}", path.name)
    except SettingsError:
        raise problem(409, "config", language=call.language) from None


def _typed(call: Call) -> str:
    return call.field("yaml").replace("\r\n", "\n").strip("\n")[:LONGEST]


def _pairs(written: str) -> list[tuple[str, str]]:
    """What was said, each with the choice it was tapped on; nothing where it is not of that shape."""
    try:
        pairs = json.loads(written or "[]")
        return [(str(line)[:TEXT_MOST], str(payload)[:TEXT_MOST]) for line, payload in pairs][:SAID_MOST]
    except (ValueError, TypeError):
        return []


def _listed(call: Call) -> dict[str, Any]:
    flows: dict[str, Flow] = dict(call.settings.flows)
    shown = {**flows, ORDER: flows.get(ORDER, order_flow())}
    drawings = [(name, name in flows, draw(flow, call.language)) for name, flow in shown.items()]
    return {"drawings": drawings, "undone": None}


def _checked(call: Call, name: str, typed: str) -> dict[str, Any]:
    """The drawing, the lines to write and how to start it; or the mistakes."""
    nothing: dict[str, Any] = {"mistakes": (), "drawing": None, "starts": (), "lines": None, "talk": []}
    try:
        lines, flow = read_flow(name or "nuevo", typed)
    except SettingsError as error:
        return {**nothing, "mistakes": error.mistakes}
    phrases = [phrase for phrase in flow.start if not phrase.startswith("intent:")][:SUGGESTED]
    usual = [text(call, "flows.try_order")] if name in (QUICK_ORDER, ORDER) else []
    return {**nothing, "drawing": draw(flow, call.language), "starts": phrases or usual, "lines": lines}


def _values(call: Call, name: str, typed: str, now: str) -> dict[str, Any]:
    return {
        "name": name,
        "called": name,
        "yaml": typed,
        "version": version(now),
        "most": LONGEST,
        "theirs": "",
        "taken": False,
        "said": "[]",
        **_checked(call, name, typed),
    }
