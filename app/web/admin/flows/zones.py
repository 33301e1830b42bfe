"""Where the shop delivers: its zones by places or by distance, what each costs, and how a customer is told of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.settings import Settings, SettingsError
from app.web.admin.flows import zone_rows as rows
from app.web.admin.flows.card import PATH, card, told, version, whole
from app.web.admin.frame import Toast, fragment, text
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

HERE = f"{PATH}/zones"
KEY = "delivery"
PLAIN = ("minimum", "eta")
SWITCHES = ("enabled", "pickup")


@dataclass(frozen=True)
class Sheet:
    """What stands in the form, as texts; `zones` by the fields of `zone_rows`."""

    on: dict[str, bool]
    plain: dict[str, str]
    zones: tuple[dict[str, str], ...]

    def change(self) -> dict[str, Any]:
        """What config.yaml is to say; a zone of which nothing was written is none."""
        plain = {f"{KEY}.{name}": said for name, said in self.plain.items()}
        return {
            **{f"{KEY}.{name}": on for name, on in self.on.items()},
            **plain,
            f"{KEY}.zones": rows.value(self.zones),
        }

    def fields(self) -> list[tuple[str, str]]:
        """Where each field is said in config.yaml."""
        return [*rows.fields(self.zones, f"{KEY}.zones"), *((f"{KEY}.{name}", name) for name in PLAIN)]


async def show(call: Call) -> Response:
    """`GET /admin/flows/zones`."""
    return await whole(call, "zones", await _values(call, _now(call)))


async def preview(call: Call) -> Response:
    """`POST /admin/flows/zones/preview`: what «¿hacen envíos?» would be answered."""
    try:
        shown = await _shown(call, await call.house.settings.tried(_typed(call).change()))
        values: dict[str, Any] = {"shown": shown, "amiss": []}
    except SettingsError as error:
        values = {"shown": "", "amiss": list(dict.fromkeys(mistake.text for mistake in error.mistakes))}
    return fragment(call, "admin/flows/zones_words.html", values)


async def save(call: Call) -> Response:
    """`POST /admin/flows/zones`."""
    typed, based, do = _typed(call), call.field("version"), call.field("do")
    if do:
        return await card(
            call,
            "zones",
            {**await _values(call, replace(typed, zones=rows.edited(typed.zones, do))), "version": based},
            to=HERE,
        )
    if based != version(_now(call)):
        return await card(call, "zones", {**await _values(call, typed), "theirs": _now(call)}, to=HERE, status=409)
    nameless = dict.fromkeys(rows.nameless(typed.zones), text(call, "flows.zone_nameless"))
    try:
        if not nameless:
            await call.house.settings.change(typed.change())
    except SettingsError as error:
        wrong, others = told(error, typed.fields())
        values = {**await _values(call, typed), "errors": wrong, "others": others}
        return await card(call, "zones", values, to=HERE, status=422)
    if nameless:
        return await card(call, "zones", {**await _values(call, typed), "errors": nameless}, to=HERE, status=422)
    toast = Toast(text(call, "flows.saved"))
    return await card(call, "zones", await _values(call, _now(call)), to=HERE, toast=toast)


def _now(call: Call) -> Sheet:
    delivery = call.settings.delivery
    plain = {"minimum": rows.amount(delivery.minimum), "eta": str(delivery.eta)}
    return Sheet({name: bool(getattr(delivery, name)) for name in SWITCHES}, plain, rows.zones_of(delivery.zones))


def _typed(call: Call) -> Sheet:
    plain = {name: call.field(name).strip() for name in PLAIN}
    return Sheet({name: bool(call.field(name)) for name in SWITCHES}, plain, rows.typed(call))


async def _shown(call: Call, settings: Settings) -> str:
    """The standing answer about delivery under these settings."""
    house, mind, now = call.house, call.house.mind.current, call.house.clock.now()

    def work(conn: Connection) -> str:
        own = settings.responses.templates.delivery
        template = own or assistant.factory_words(conn, mind, settings, "delivery", now=now)
        return assistant.standing_answer(conn, mind, settings, template, now=now, customer="").text

    return str(await house.db.read(work))


async def _values(call: Call, sheet: Sheet) -> dict[str, Any]:
    return {
        "sheet": sheet,
        "located": call.settings.business.location is not None,
        "currency": call.house.currency(),
        "version": version(_now(call)),
        "errors": {},
        "others": [],
        "theirs": None,
        "shown": await _shown(call, call.settings),
        "amiss": [],
    }
