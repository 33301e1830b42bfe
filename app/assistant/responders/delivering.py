"""Whether an order can be delivered where its customer wants it: the zone of an address, its fee, its minimum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.assistant.responders.answers import SAY
from app.assistant.responders.delivery_zones import place_asked, zone_at, zone_named, zones_in_words
from app.assistant.responders.ears.places import STREET
from app.assistant.turn import Turn
from app.chat.messages import QuickReply
from app.core.money import parse_money
from app.core.text import fold
from app.settings import DeliveryZone

PICKUP, DELIVERY = "pickup", "delivery"


@dataclass(frozen=True, slots=True)
class Stopped:
    """Why a delivery cannot go on, and what is asked instead."""

    text: str
    choices: tuple[QuickReply, ...]
    asked: tuple[str, ...]


def fulfilments(turn: Turn) -> tuple[str, ...]:
    """How an order can reach its customer here, picking up first. A shop that delivers nowhere is one to pick up at."""
    delivery = turn.settings.delivery
    delivers = delivery.enabled and bool(turn.profile.zones)
    return ((PICKUP,) if delivery.pickup or not delivers else ()) + ((DELIVERY,) if delivers else ())


def wants_delivery(turn: Turn) -> bool:
    ways = fulfilments(turn)
    return (turn.basket.facts.get("fulfilment") or (ways[0] if len(ways) == 1 else "")) == DELIVERY


def zone_of(turn: Turn, facts: Mapping[str, Any]) -> DeliveryZone | None:
    """The cheapest zone of the place that was said or of the point that was sent.

    The neighbourhood said wins over the address, and in that what stands there over a street called like another.
    """
    zones, point = turn.profile.zones, facts.get("point")
    place, address = (str(facts.get(name) or "") for name in ("zone", "address"))
    found = (zone_named(zones, fold(said)) for said in (place, STREET.sub(" ", address), f"{place} {address}"))
    named = next((one for one in found if one is not None), None)
    if named is not None or point is None:
        return named[0] if named is not None else None
    shop = turn.profile.location
    return zone_at(zones, (shop.lat, shop.lon) if shop else None, (point[0], point[1]))


def fee(turn: Turn) -> int:
    """What delivering this order costs, minor units; 0 while the zone is not known or it is picked up."""
    zone = zone_of(turn, turn.basket.facts) if wants_delivery(turn) else None
    return parse_money(zone.fee, turn.tools.currency) if zone is not None and zone.fee else 0


def cannot_be_delivered(turn: Turn) -> Stopped | None:
    """Out of every zone, below the minimum, or in a place no zone is known of."""
    facts = turn.basket.facts
    if not wants_delivery(turn) or not (facts.get("zone") or facts.get("address") or facts.get("point")):
        return None
    zone = zone_of(turn, facts)
    return _outside(turn, facts) if zone is None else _below_minimum(turn, zone)


def _outside(turn: Turn, facts: Mapping[str, Any]) -> Stopped:
    place = str(facts.get("zone") or place_asked(str(facts.get("address", ""))))
    reach = turn.voice.say("delivery.we_go_to", zonas=zones_in_words(turn))
    by_distance = any(zone.radius_km is not None for zone in turn.profile.zones)
    if not place and (facts.get("point") is None or not by_distance):
        return Stopped(turn.voice.say("summary.zone"), (), ("zone", "fulfilment"))
    turn.lose("zone", place)
    told = turn.voice.say("delivery.not_covered", place=place) if place else turn.voice.say("delivery.not_covered_here")
    return Stopped(f"{told} {reach} {_or_pick_up(turn)}".strip(), _taps(turn), ("zone", "fulfilment"))


def _below_minimum(turn: Turn, zone: DeliveryZone) -> Stopped | None:
    least = zone.minimum if zone.minimum is not None else turn.settings.delivery.minimum
    lacking = parse_money(least or 0, turn.tools.currency) - turn.tools.subtotal(turn.basket.lines)
    if lacking <= 0:
        return None
    place = str(turn.basket.facts.get("zone") or zone.name)
    turn.lose("minimum", place)
    text = turn.voice.say(
        "summary.below_minimum", minimo=turn.tools.amount(least, turn.language), place=place,
        lacking=turn.tools.price(lacking, turn.language),
    )  # fmt: skip
    more = turn.voice.say("summary.or_more" if PICKUP in fulfilments(turn) else "summary.more")
    return Stopped(f"{text} {more}", _taps(turn), ("fulfilment",))


def _or_pick_up(turn: Turn) -> str:
    return turn.voice.say("summary.or_pickup") if PICKUP in fulfilments(turn) else ""


def _taps(turn: Turn) -> tuple[QuickReply, ...]:
    titles: Sequence[str] = [turn.voice.say("checkout.pickup")] if PICKUP in fulfilments(turn) else []
    return tuple(QuickReply(title, SAY + title) for title in titles)
