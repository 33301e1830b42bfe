"""The five answers that are always the same, written with what fills itself and seen as a customer would read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.settings import SettingsError
from app.shop.kinds import BRACES, TEMPLATE_VARIABLES, unknown_variables
from app.web.admin.flows.card import PATH, card, sentences, version, whole, written
from app.web.admin.frame import Toast, by_htmx, fragment, text
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

# Each with the variables that are offered for it; any of them may be used in any.
TEMPLATES: dict[str, tuple[str, ...]] = {
    "hours": ("abierto_ahora", "horario", "telefono", "nombre"),
    "location": ("direccion", "mapa", "telefono", "negocio"),
    "delivery": ("zonas", "tiempo_envio", "minimo", "nombre"),
    "payment": ("metodos_pago", "negocio", "nombre"),
    "waiting": ("tiempo_espera", "telefono", "nombre"),
}
LONGEST = 2000
# Where the owner says what a variable is filled with.
HOMES = {
    "horario": f"{PATH}/hours", "abierto_ahora": f"{PATH}/hours", "zonas": f"{PATH}/zones",
    "tiempo_envio": f"{PATH}/zones", "minimo": f"{PATH}/zones",
}  # fmt: skip
SHEET = "/admin/settings"


async def show(call: Call) -> Response:
    """`GET /admin/flows`."""
    name = call.request.query_params.get("t", "")
    return await whole(call, "answers", await _values(call, name if name in TEMPLATES else next(iter(TEMPLATES))))


async def preview(call: Call) -> Response:
    """`POST /admin/flows/preview`: the bubble, made by what answers customers."""
    name = _name(call, call.field("t"))
    said = written(call, "text")[:LONGEST]
    return fragment(call, "admin/flows/preview.html", {"which": name, **await _previewed(call, name, said)})


async def save(call: Call) -> Response:
    """`POST /admin/flows/templates/{name}`: written into config.yaml; the factory's own words are not."""
    name = _name(call, call.request.path_params["name"])
    own, typed, reset = _own(call, name), written(call, "text"), bool(call.field("reset"))
    to = f"{PATH}?t={name}"
    if call.field("version") != version(own):
        values = {**await _values(call, name, typed), "theirs": own or await _factory(call, name)}
        return await card(call, "answers", values, to=to, status=409)
    new = None if reset or typed in ("", await _factory(call, name)) else typed
    try:
        if new is not None and len(new) > LONGEST:
            call.refuse("text", "length", least=1, most=LONGEST)
        await call.house.settings.change({f"responses.templates.{name}": new})
    except SettingsError as error:
        values = {**await _values(call, name, typed), "error": sentences(error)}
        return await card(call, "answers", values, to=to, status=422)
    undo = {"text": own, "version": version(_own(call, name)), "undone": "1"}
    back = f"{PATH}/templates/{name}" if own and new is None else ""
    toast = Toast(text(call, "flows.reset_done" if back else "flows.saved"), undo=back, fields=undo if back else {})
    if by_htmx(call) and call.field("undone"):
        return fragment(call, "admin/flows/answers_swap.html", await _values(call, name), toast=toast)
    return await card(call, "answers", await _values(call, name), to=to, toast=toast)


def _name(call: Call, name: str) -> str:
    if name not in TEMPLATES:
        raise problem(404, language=call.language)
    return name


def _own(call: Call, name: str) -> str:
    """What the owner wrote; empty where the factory's words are used."""
    return str(getattr(call.settings.responses.templates, name))


async def _factory(call: Call, name: str) -> str:
    house, mind, settings = call.house, call.house.mind.current, call.settings

    def work(conn: Connection) -> str:
        return assistant.factory_words(conn, mind, settings, name, now=house.clock.now())

    return await house.db.read(work)


async def _values(call: Call, name: str, typed: str | None = None) -> dict[str, Any]:
    own, factory = _own(call, name), await _factory(call, name)
    said = (own or factory) if typed is None else typed
    return {
        "which": name,
        "names": [(one, bool(_own(call, one))) for one in TEMPLATES],
        "said": said,
        "own": bool(own),
        "variables": TEMPLATES[name],
        "version": version(own),
        "most": LONGEST,
        "error": "",
        "theirs": "",
        **await _previewed(call, name, said),
    }


async def _previewed(call: Call, name: str, said: str) -> dict[str, Any]:
    """The bubble's values; where a variable is not known, the text in pieces with those marked."""
    unknown = unknown_variables(said, TEMPLATE_VARIABLES)
    values: dict[str, Any] = {"unknown": unknown, "pieces": _pieces(said) if unknown else [], "shown": None}
    if not unknown:
        house, mind, settings = call.house, call.house.mind.current, call.settings
        template, customer, now = said or await _factory(call, name), text(call, "flows.customer"), house.clock.now()

        def work(conn: Connection) -> assistant.Preview:
            return assistant.standing_answer(conn, mind, settings, template, now=now, customer=customer)

        shown = await house.db.read(work)
        values |= {"shown": shown.text, "lacking": [(one, HOMES.get(one, SHEET)) for one in shown.lacking]}
    return values


def _pieces(said: str) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is a variable nobody fills."""
    pieces, at = list[tuple[str, bool]](), 0
    for found in BRACES.finditer(said):
        if found[1] not in TEMPLATE_VARIABLES:
            pieces += [(said[at : found.start()], False), (found[0], True)]
            at = found.end()
    return [*pieces, (said[at:], False)]
