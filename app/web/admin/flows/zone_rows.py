"""Delivery zones as a form has them: a row each, as texts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.settings import DeliveryZone
from app.web.call import Call

MOST = 100
# The form's field of each key of a zone.
OF_ZONE = {"name": "name", "areas": "areas", "radius_km": "radius", "fee": "fee", "minimum": "minimum"}

Row = dict[str, str]


def zones_of(zones: Sequence[DeliveryZone]) -> tuple[Row, ...]:
    """The zones as they are kept."""
    return tuple(
        {
            "name": zone.name,
            "areas": ", ".join(zone.areas),
            "radius": "" if zone.radius_km is None else f"{zone.radius_km:f}",
            "fee": amount(zone.fee),
            "minimum": "" if zone.minimum is None else f"{zone.minimum:f}",
        }
        for zone in zones
    )


def typed(call: Call) -> tuple[Row, ...]:
    """What stands in the form."""
    rows = (at for at in range(MOST) if call.form is not None and f"name-{at}" in call.form)
    return tuple({field: call.field(f"{field}-{at}").strip() for field in OF_ZONE.values()} for at in rows)


def edited(zones: Sequence[Row], do: str) -> tuple[Row, ...]:
    """With a zone more, one less, or one told before the one above it."""
    what, _, number = do.partition("-")
    rows, at = list(zones), int(number) if number.isdecimal() else -1
    if what == "add":
        rows.append(dict.fromkeys(OF_ZONE.values(), ""))
    elif what == "drop" and 0 <= at < len(rows):
        del rows[at]
    elif what == "up" and 0 < at < len(rows):
        rows[at - 1 : at + 1] = [rows[at], rows[at - 1]]
    return tuple(rows[:MOST])


def value(zones: Sequence[Row]) -> list[dict[str, Any]]:
    """What config.yaml is to say; a zone of which nothing was written is none, and what was left empty is not said."""
    return [_zone(zone) for zone in zones if any(zone.values())]


def fields(zones: Sequence[Row], key: str) -> list[tuple[str, str]]:
    """Where each field is said in config.yaml, below `key`."""
    at = [number for number, zone in enumerate(zones) if any(zone.values())]
    found = [
        (f"{key}[{place}].{name}", f"{field}-{number}")
        for place, number in enumerate(at, 1)
        for name, field in OF_ZONE.items()
    ]
    return [*found, *((f"{key}[{place}].areas[1]", f"areas-{number}") for place, number in enumerate(at, 1))]


def nameless(zones: Sequence[Row]) -> list[str]:
    """The name fields of zones that have none."""
    return [f"name-{at}" for at, zone in enumerate(zones) if any(zone.values()) and not zone["name"]]


def amount(money: Any) -> str:
    """An amount as it is typed; none is empty."""
    return f"{money:f}" if money else ""


def _zone(zone: Row) -> dict[str, Any]:
    areas = [area.strip() for area in zone["areas"].split(",") if area.strip()]
    said: dict[str, Any] = {"name": zone["name"], "areas": areas}
    said |= {key: zone[field] for key, field in OF_ZONE.items() if key not in said}
    return {key: value for key, value in said.items() if value}
