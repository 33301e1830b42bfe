"""Where an order goes: an address in words, a zone of the shop, a point on the map."""

from __future__ import annotations

import re

from app.assistant.responders.delivery_zones import KINDS_OF_PLACE, zone_at, zone_named
from app.assistant.responders.ears.cues import cue, plain, without_head, words
from app.assistant.responders.ears.sound import Sound
from app.assistant.responders.hears import any_of
from app.core.text import fold

LONGEST = 240
NUMBERED = re.compile(
    rf"\b(?!{any_of(words('address', 'no_streets'))})"
    r"[^\W\d_]{3,}\.? (?:#|n[°ºo]\.? ?)?\d{1,5}\b(?! ?(?:pm|am|hrs?|horas?|personas?))"
    r"|\d{1,5}[a-z]? [^\W\d_]+ (?:st|street|ave|avenue|road|rd|dr|lane)\b"
)  # "Rivadavia 1234", "12 Main St"
STREET = re.compile(r"\b[A-ZÁÉÍÓÚÑ][^\W\d_]{2,} \d{2,5}\b")  # "Belgrano 750"
PIECES = re.compile(r"[\n,;]+")
STOP = re.compile(r"([^\W\d_]{3,})\.\s+")
SHORTENED = frozenset(
    "ave avda bldg blvd cdra cdras col carr cra depto dpto edif esq fracc int mts mza nro num pje res rpto urb vrs".split()
)
PAST = re.compile(r"[.!?]\s|\n|[.!?]$")


def address_said(sound: Sound) -> str:
    """An address with the words that give it: "mi dirección es…", "me lo mandan a…", "vivo en…"."""
    whole = plain(sound.text)
    for lead in cue("address", "leads").finditer(whole):
        rest = sound.text[lead.end() :]
        stop = PAST.search(rest)
        until = len(rest) if stop is None else stop.start()
        end = cue("address", "ends").search(plain(rest[:until]))
        said = tidy(rest[: until if end is None else end.start()])
        if said and _is_place(said, sound):
            return said
    return ""


def address_answered(sound: Sound, pieces: list[str], *, alone: bool) -> str:
    """What is left of the message once names, phones and ways to pay are taken out, if it tells a place.

    `alone`: nothing else was asked for, so anything that is more than a courtesy is the address.
    """
    said = address_said(sound)
    if said:
        return said
    if sound.location is not None:
        return f"{sound.location[0]:.6f}, {sound.location[1]:.6f}"
    kept = [told for piece in pieces if (told := tidy(piece))]
    whole = ", ".join(kept)[:LONGEST]
    if not whole or fold(whole) in words("address", "homes"):
        return ""
    return whole if tells_place(whole) or zone_named(sound.zones, fold(whole)) or (alone and " " in whole) else ""


def tells_place(text: str) -> bool:
    """A word of streets and houses, or a name with its number."""
    folded = fold(text)
    return cue("address", "cues").search(folded) is not None or NUMBERED.search(folded) is not None


def is_surely_a_place(text: str) -> bool:
    """Enough of an address to be one where nobody spoke of bringing anything: "Calle Tajín 512", "del Banco 2 c abajo"."""
    told = len(cue("address", "cues").findall(fold(text)))
    return told > 1 or (told == 1 and any(map(str.isdigit, text))) or STREET.search(text) is not None


def pieces_of(text: str) -> list[str]:
    """Cut at commas, lines and full stops, but not at "Col. Centro"."""
    ended = STOP.sub(lambda match: match[0] if match[1].lower() in SHORTENED else f"{match[1]}\n", text)
    return PIECES.split(ended)


def is_zone(sound: Sound, piece: str) -> bool:
    """The piece is the name of one of the shop's zones or their places, and nothing more."""
    said = KINDS_OF_PLACE.sub("", fold(piece).strip(" .,;:!"))
    named = (KINDS_OF_PLACE.sub("", fold(place)) for zone in sound.zones for place in (zone.name, *zone.areas))
    return bool(said) and said in named


def place_starts(piece: str) -> int:
    """Where the place begins in "Ana Rivas barrio Altagracia"; -1 where none does."""
    found = cue("address", "cues").search(plain(piece))
    return -1 if found is None else found.start()


def zone_said(sound: Sound) -> str:
    """The name of the shop's zone that a place named or a point sent is in: the cheapest that matches."""
    if sound.location is not None:
        reached = zone_at(sound.zones, sound.shop, sound.location)
        return "" if reached is None else reached.name
    named = zone_named(sound.zones, sound.folded)
    return "" if named is None else named[0].name


def _is_place(said: str, sound: Sound) -> bool:
    folded = fold(said)
    if folded in words("address", "homes") or (said[:1].isdigit() and len(said) < 4):
        return False
    return tells_place(said) or zone_named(sound.zones, folded) is not None or said[:1].isupper() or " " in said


def tidy(text: str) -> str:
    bare = without_head(" ".join(text.split()), "address", "heads")
    return bare.strip(" .,;:-")[:LONGEST]
