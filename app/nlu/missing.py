"""What a clause asks for that no product is called: "tenés sushi?" -> sushi."""

from __future__ import annotations

from collections.abc import Sequence

from app.nlu.normalise import Token
from app.nlu.reading import NUMBER, PRODUCT, Place

ASKING = frozenset({"order", "availability", "price", "modify_order"})
MAX_MISSING = 6
MAX_WORDS = 4
OPENING = frozenset("un una unos unas el la los las a an some any the algun alguna y e o and or ni".split())
WITHIN = frozenset("de del al con of with".split())
ASIDE = frozenset("con sin para por en a desde porque with without for at to in from hasta mi que if si".split())


def missing(places: Sequence[Place], tokens: Sequence[Token], text: str, ordinary: frozenset[str]) -> tuple[str, ...]:
    """Noun phrases of a buying clause that name nothing known; `ordinary` words are never part of one."""
    found: list[str] = []
    at, attached = 0, False
    while at < len(places) and len(found) < MAX_MISSING:
        place = places[at]
        if place.symbol == PRODUCT or place.surface in ASIDE:
            attached = True
        elif place.symbol == NUMBER or place.surface in OPENING or place.mark:
            attached = False
        if _nameless(place, tokens, ordinary) and not attached:
            end = _phrase_end(places, at, tokens, ordinary)
            found.append(text[tokens[place.start].start : tokens[places[end - 1].end - 1].end].casefold())
            at, attached = end, True
        else:
            attached = attached and place.surface not in OPENING
            at += 1
    return tuple(dict.fromkeys(found))


def _nameless(place: Place, tokens: Sequence[Token], ordinary: frozenset[str]) -> bool:
    token = tokens[place.start]
    if place.symbol in (PRODUCT, NUMBER) or token.kind != "word" or len(token.word) < 3:
        return False
    return token.word not in ordinary and token.stem not in ordinary


def _phrase_end(places: Sequence[Place], start: int, tokens: Sequence[Token], ordinary: frozenset[str]) -> int:
    """A noun with what belongs to it: "torta de tres leches", "pollo frito"."""
    end = start + 1
    while end < min(start + MAX_WORDS, len(places)) and not places[end].mark:
        if _nameless(places[end], tokens, ordinary):
            end += 1
        elif places[end].surface in WITHIN and end + 1 < len(places) and _nameless(places[end + 1], tokens, ordinary):
            end += 2
        else:
            break
    return end
