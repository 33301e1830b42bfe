"""Where the shop delivers: zones in words, and which one covers a place named or a point sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt

from app.assistant.responders.hears import WORD, words_of
from app.assistant.turn import Turn
from app.core.text import fold
from app.shop.config import DeliveryZone

EARTH_KM = 6371.0
MOST_AREAS = 3
MOST_WORDS = 30  # of a text in which misspelt places are looked for
SHORTEST_MISSPELT = 6
LEAST_ALIKE = 0.85
LONGEST_PLACE = 4
KINDS_OF_PLACE = re.compile(
    r"^(?:(?:barrio|colonia|col|residencial|reparto|villa|ciudad|urbanizacion|el|la|los|las)\s+)+"
)
AND = re.compile(r"\s*(?:,|\b(?:y|e|o|u|and|or)\b)\s*", re.IGNORECASE)
PIECE = re.compile(r"[,;\n]")
GENERIC = {
    "barrio", "colonia", "residencial", "reparto", "villa", "ciudad", "urbanizacion", "zona", "city", "town",
    "el", "la", "los", "las", "the",
}  # fmt: skip


def zones_in_words(turn: Turn) -> str:
    """`Centro (Barrio X y Altagracia) por C$ 30 y Cerca (hasta 5 km) por C$ 50`."""
    return turn.voice.join([_zone_in_words(turn, zone) for zone in turn.profile.zones])


def fee_of(turn: Turn, zone: DeliveryZone) -> str:
    """The zone's fee as it is read; empty where delivery there is free."""
    return turn.tools.amount(zone.fee, turn.language) if zone.fee else ""


def zone_named(zones: Sequence[DeliveryZone], folded: str) -> tuple[DeliveryZone, str] | None:
    """The zone one of whose areas (or whose name) the text names, and how the shop writes that place.

    The longest name wins, then the cheapest zone.
    """
    words = WORD.findall(folded)
    text = f" {' '.join(words)} "
    names = [
        (name, place, zone) for zone in zones for place in (*zone.areas, zone.name) for name in _names_of(place)
    ]  # fmt: skip
    found = [(0.0, -len(name), zone.fee or 0, place, zone) for name, place, zone in names if f" {name} " in text]
    if not found and len(words) <= MOST_WORDS:
        found = [
            (-alike, -len(name), zone.fee or 0, place, zone)
            for name, place, zone in names
            if len(name) >= SHORTEST_MISSPELT and (alike := _written_like(name, words))
        ]
    if not found:
        return None
    *_, place, zone = min(found, key=lambda entry: entry[:3])
    return zone, place


def places_named(zones: Sequence[DeliveryZone], text: str) -> list[tuple[str, DeliveryZone | None]]:
    """Every place a question names, in order, each with the zone that covers it: "¿van a Altamira y a Masaya?"."""
    whole = zone_named(zones, fold(text))
    if whole is not None and AND.search(whole[1]):  # its own name is of two
        return [(whole[1], whole[0])]
    named: dict[str, DeliveryZone | None] = {}
    for piece in AND.split(text):
        covered = zone_named(zones, fold(piece))
        bare = f"a {piece}" if named and piece[:1].isupper() else piece
        place = covered[1] if covered else place_asked(bare)
        if place:
            named.setdefault(place, covered[0] if covered else None)
    return list(named.items())


def zone_at(
    zones: Sequence[DeliveryZone], shop: tuple[float, float] | None, point: tuple[float, float]
) -> DeliveryZone | None:
    """The cheapest zone whose radius reaches the point."""
    if shop is None:
        return None
    away = kilometres(shop, point)
    reaching = [zone for zone in zones if zone.radius_km is not None and away <= float(zone.radius_km)]
    return min(reaching, key=lambda zone: zone.fee or 0, default=None)


def place_asked(text: str) -> str:
    """The place a delivery question names ("mandan hasta Villa Allende?"), as it should be written; empty if none."""
    stops, general = set(words_of("place_ends")), set(words_of("not_places"))
    for words in map(WORD.findall, PIECE.split(text)):
        for at, word in enumerate(words):
            loose = fold(word) in ("para", "en", "in") and at + 1 < len(words) and words[at + 1][:1].isupper()
            if fold(word) not in words_of("placing") and not loose:
                continue
            named: list[str] = []
            for following in words[at + 1 : at + 1 + LONGEST_PLACE]:
                if fold(following) in stops and named:
                    break
                named.append(following)
            telling = [fold(name) for name in named if fold(name) not in GENERIC]
            if telling and telling[0] not in general and telling[0] not in stops and not telling[0].isdigit():
                return " ".join(name if name[:1].isupper() else _titled(name) for name in named)
    return ""


def kilometres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance (haversine)."""
    lat1, lon1, lat2, lon2 = map(radians, (*one, *other))
    a = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lon2 - lon1) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(min(1.0, a)))


def _names_of(place: str) -> set[str]:
    whole = " ".join(WORD.findall(fold(place)))
    short = KINDS_OF_PLACE.sub("", whole)
    return {name for name in (whole, short) if len(name) > 2}


def _written_like(name: str, words: Sequence[str]) -> float:
    """How nearly some words in a row are written like the name; 0 if none is: "bello orizonte"."""
    from rapidfuzz.distance import OSA  # loaded with the first message that needs it

    size = name.count(" ") + 1
    runs = (" ".join(words[at : at + size]) for at in range(len(words) - size + 1))
    return max((OSA.normalized_similarity(name, run, score_cutoff=LEAST_ALIKE) for run in runs), default=0.0)


def _zone_in_words(turn: Turn, zone: DeliveryZone) -> str:
    voice, named = turn.voice, zone.name
    if zone.areas:
        areas = list(zone.areas[:MOST_AREAS])
        if len(zone.areas) > MOST_AREAS:
            areas.append(voice.say("menu.and_more"))
        if [fold(area) for area in areas] != [fold(zone.name)]:
            named = voice.say("delivery.zone_areas", name=zone.name, areas=voice.join(areas))
    elif zone.radius_km is not None:
        named = voice.say("delivery.zone_radius", name=zone.name, km=f"{zone.radius_km:g}")
    fee = fee_of(turn, zone)
    return voice.say("delivery.fee_zone", zone=named, fee=fee) if fee else voice.say("delivery.free_zone", zone=named)


def _titled(word: str) -> str:
    return word if len(word) <= 2 or fold(word) in GENERIC else word.capitalize()
