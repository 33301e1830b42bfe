"""What a customer adds unasked once they say how it is handed over, paid or reached: a bare name, a bare address.

"…paso a traerlas. Ana Lilian Rivas, 7001 9932, efectivo": nobody asked, and it is plain what each piece is.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.assistant.responders.delivery_zones import zone_named
from app.assistant.responders.ears import people, places, ways
from app.assistant.responders.ears.claimed import names_beside_phones
from app.assistant.responders.ears.cues import is_only
from app.assistant.responders.ears.sound import Sound, Span
from app.assistant.turn import Asked, Turn
from app.core.text import fold

TELLING = ("phone", "payment", "fulfilment")
LONGEST = 120


def volunteered(
    turn: Turn, asked: Sequence[Asked], taken: Sequence[Span], told: Mapping[str, Any], wanted: Collection[str]
) -> dict[str, str]:
    """`name` and `address`, as far as they are `wanted`, from what is left of the message: `taken` is what was ordered."""
    if not asked:
        return {}
    sound = Sound.of(turn, asked)
    sound = replace(sound, text=_blanked(sound.text, taken))
    pieces = _pieces(sound)
    found: dict[str, str] = {}
    if "name" in wanted and "name" not in told and any(name in told for name in TELLING):
        beside = [sound.text[start:end].strip(" ,.:;-") for start, end in names_beside_phones(sound)]
        likely = [one for one in pieces if _is_written_like_a_name(one) and not places.is_zone(sound, one)]
        name = next((name for piece in (*beside, *likely) if (name := people.name_of(piece))), "")
        if name:
            found["name"] = name
    called = found.get("name") or told.get("name")
    pieces = [piece for piece in pieces if not called or people.name_of(piece) != called]
    known = str(told.get("address", ""))
    if "address" in wanted or (known and not any(map(str.isdigit, known))):
        kept = [piece for piece in pieces if _tells_where(piece, sound) and fold(piece) not in fold(known)]
        facts = {**turn.basket.facts, **told}
        brought = facts.get("fulfilment") == ways.DELIVERY or bool(known)
        if any(map(places.tells_place if brought else places.is_surely_a_place, kept)):  # a neighbourhood alone is none
            found["address"] = ", ".join(filter(None, [known, *map(places.tidy, kept)]))[:LONGEST]
    return found


def _blanked(text: str, taken: Sequence[Span]) -> str:
    for start, end in taken:
        text = text[:start] + "\n" * (end - start) + text[end:]
    return text


def _pieces(sound: Sound) -> list[str]:
    told = [*people.contact_spans(sound), *ways.payment_spans(sound), *names_beside_phones(sound)]
    moments = [(one.start, one.end) for one in sound.said("times")]
    rest = sound.without([*told, *moments, *ways.fulfilment_spans(sound)])
    pieces = [piece.strip(" .:;-!") for piece in places.pieces_of(rest)]
    return [piece for piece in pieces if piece and not is_only("flow", "polite", fold(piece))]


def _is_written_like_a_name(piece: str) -> bool:
    words = piece.split()
    return bool(words) and all(word[:1].isupper() for word in words if len(word) > 3) and words[0][:1].isupper()


def _tells_where(piece: str, sound: Sound) -> bool:
    return places.tells_place(piece) or zone_named(sound.zones, fold(piece)) is not None
