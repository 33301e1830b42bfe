"""Which words of a message are somebody's name, number or address, or say how it is paid or handed over: no order is in them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from app.assistant.responders.delivery_zones import KINDS_OF_PLACE, zone_named
from app.assistant.responders.ears import people, places, ways
from app.assistant.responders.ears.cues import plain
from app.assistant.responders.ears.sound import Sound, Span
from app.assistant.turn import Asked, Turn
from app.core.text import fold

PIECE = re.compile(r"[^\n,;]+")
LEADS = re.compile(
    r"\b(?:(?:a|al|en|de|del|hasta|para|por|to|at|in) (?:(?:el|la|los|las|the) )?(?:[A-ZÁÉÍÓÚÑ]\w+ )?(?:\d{1,3} )?)+$"
)
NAMED = re.compile(r"[^\W\d_]+(?: [^\W\d_]+){1,3}(?=[ :.-]*$)")

OF_A_SIZE = re.compile(
    r"(?i)(?:n[uú]mero|num|nro|no\.|#)[ .]*\d{1,3}\b"
)  # of a shoe, where no street was said before it


def claimed(turn: Turn, asked: Sequence[Asked], awaited: Collection[str]) -> list[Span]:
    """Places in the message's text. `awaited`: what was asked for, which may be answered bare."""
    sound = Sound.of(turn, asked)
    text = sound.text
    spans: list[Span] = [*people.contact_spans(sound), *ways.payment_spans(sound)]
    spans += ways.fulfilment_spans(sound)
    said = places.address_said(sound)
    if said and said in text:
        spans.append((text.index(said), text.index(said) + len(said)))
    spans += [(one.start, one.end) for one in sound.said("times")]
    spans += names_beside_phones(sound)
    for piece in PIECE.finditer(text):
        spans += _in_piece(turn, sound, piece, awaited)
    return spans


def blanked(text: str, spans: Sequence[Span]) -> str:
    """The text with these places empty, every other letter where it was; what was two things stays two."""
    for start, end in spans:
        text = text[:start] + "," * min(1, end - start) + " " * (end - start - 1) + text[end:]
    return text


def _in_piece(turn: Turn, sound: Sound, piece: re.Match[str], awaited: Collection[str]) -> list[Span]:
    """The address in what stands between two commas, or the name that it is where one was asked for."""
    said, begin = piece[0], piece.start()
    at, where = places.place_starts(said), "address" in awaited or "zone" in awaited
    told = (
        at >= 0
        and " " in said[at:].strip()
        and (where or not (_is_ordered(turn, said[at:]) or OF_A_SIZE.match(said[at:])))
    )
    starts = [at] if told else []
    if where:
        numbered = None if _is_ordered(turn, said) else places.NUMBERED.search(plain(said))
        starts += [] if numbered is None else [numbered.start()]
        named = zone_named(sound.zones, fold(said))
        if named is not None and not _is_ordered(turn, said, counted=True):  # "las colinas" is no cooking oil
            return [piece.span()]
        called = "zone" in awaited and KINDS_OF_PLACE.match(fold(places.tidy(said)))
        if called and not _is_ordered(turn, said, counted=True):
            return [piece.span()]  # nor are "los cocos", as no zone of the shop's is called, any sweets
    if starts:
        first = min(starts)
        lead = LEADS.search(said[:first])
        return [(begin + (lead.start() if lead else first), piece.end())]
    if "name" in awaited and people.name_of(said) and not _is_ordered(turn, said):
        return [piece.span()]
    return []


def names_beside_phones(sound: Sound) -> list[Span]:
    """ "Elena Mora 5544332211": the words in capitals right before a number."""
    found: list[Span] = []
    for phone in sound.said("phones"):
        before = NAMED.search(sound.text[: phone.start].rstrip(" :.-"))
        words = before[0].split() if before else []
        while words and not words[0][:1].isupper():
            words = words[1:]
        if words and all(word[:1].isupper() for word in words) and people.name_of(" ".join(words)):
            start = sound.text.rindex(words[0], 0, phone.start)
            found.append((start, phone.start))
    return found


def _is_ordered(turn: Turn, said: str, *, counted: bool = False) -> bool:
    """Something of the menu is named in it; with `counted` so many of it."""
    folded = fold(said)
    mentions = (one for one in turn.analysis.mentions if one.said_qty or not counted)
    return any(fold(mention.words) in folded for mention in mentions)
