"""Where the shop delivers: its zones by places or by distance, what each costs, and how a customer is told of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.assistant import service as assistant
from app.settings import DeliveryZone, Settings, SettingsError
from app.web.admin.flows.card import PATH, card, told, version, whole
from app.web.admin.frame import Toast, fragment, text
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

HERE = f"{PATH}/zones"
KEY = "delivery"
MOST = 100
PLAIN = ("minimum", "eta")
SWITCHES = ("enabled", "pickup")
# The form's field of each key of a zone.
OF_ZONE = {"name": "name", "areas": "areas", "radius_km": "radius", "fee": "fee", "minimum": "minimum"}


@dataclass(frozen=True)
class Sheet:
    """What stands in the form, as texts; `zones` by the fields of OF_ZONE."""

    on: dict[str, bool]
    plain: dict[str, str]
    zones: tuple[dict[str, str], ...]

    def change(self) -> dict[str, Any]:
        """What config.yaml is to say; a zone of which nothing was written is none."""
        zones = [_zone(zone) for zone in self.filled]
        plain = {f"{KEY}.{name}": said for name, said in self.plain.items()}
        return {**{f"{KEY}.{name}": on for name, on in self.on.items()}, **plain, f"{KEY}.zones": zones}

    @property
    def filled(self) -> list[dict[str, str]]:
        return [zone for zone in self.zones if any(zone.values())]

    def fields(self) -> list[tuple[str, str]]:
        """Where each field is said in config.yaml."""
        at = [number for number, zone in enumerate(self.zones) if any(zone.values())]
        zones = [
            (f"{KEY}.zones[{place}].{key}", f"{field}-{number}")
            for place, number in enumerate(at, 1)
            for key, field in OF_ZONE.items()
        ]
        areas = [(f"{KEY}.zones[{place}].areas[1]", f"areas-{number}") for place, number in enumerate(at, 1)]
        return [*zones, *areas, *((f"{KEY}.{name}", name) for name in PLAIN)]


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
        return await card(call, "zones", {**await _values(call, _edited(typed, do)), "version": based}, to=HERE)
    if based != version(_now(call)):
        return await card(call, "zones", {**await _values(call, typed), "theirs": _now(call)}, to=HERE, status=409)
    nameless = {
        f"name-{at}": text(call, "flows.zone_nameless")
        for at, zone in enumerate(typed.zones)
        if any(zone.values()) and not zone["name"]
    }
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


def _zone(zone: dict[str, str]) -> dict[str, Any]:
    """A zone as config.yaml has it: what was left empty is not said."""
    areas = [area.strip() for area in zone["areas"].split(",") if area.strip()]
    said: dict[str, Any] = {"name": zone["name"], "areas": areas}
    said |= {key: zone[field] for key, field in OF_ZONE.items() if key not in said}
    return {key: value for key, value in said.items() if value}


def _now(call: Call) -> Sheet:
    delivery = call.settings.delivery
    plain = {"minimum": _money(delivery.minimum), "eta": str(delivery.eta)}
    zones = tuple(_as_typed(zone) for zone in delivery.zones)
    return Sheet({name: bool(getattr(delivery, name)) for name in SWITCHES}, plain, zones)


def _as_typed(zone: DeliveryZone) -> dict[str, str]:
    radius = "" if zone.radius_km is None else f"{zone.radius_km:f}"
    minimum = "" if zone.minimum is None else f"{zone.minimum:f}"
    return {
        "name": zone.name, "areas": ", ".join(zone.areas), "radius": radius, "fee": _money(zone.fee), "minimum": minimum,
    }  # fmt: skip


def _money(amount: Any) -> str:
    return f"{amount:f}" if amount else ""


def _typed(call: Call) -> Sheet:
    form = call.form
    rows = (at for at in range(MOST) if form is not None and f"name-{at}" in form)
    zones = tuple({field: call.field(f"{field}-{at}").strip() for field in OF_ZONE.values()} for at in rows)
    plain = {name: call.field(name).strip() for name in PLAIN}
    return Sheet({name: bool(call.field(name)) for name in SWITCHES}, plain, zones)


def _edited(sheet: Sheet, do: str) -> Sheet:
    """With a zone more, one less, or one told before the one above it."""
    what, _, number = do.partition("-")
    zones, at = list(sheet.zones), int(number) if number.isdecimal() else -1
    if what == "add":
        zones.append(dict.fromkeys(OF_ZONE.values(), ""))
    elif what == "drop" and 0 <= at < len(zones):
        del zones[at]
    elif what == "up" and 0 < at < len(zones):
        zones[at - 1 : at + 1] = [zones[at], zones[at - 1]]
    return Sheet(sheet.on, sheet.plain, tuple(zones[:MOST]))


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
