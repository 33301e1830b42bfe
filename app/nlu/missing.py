"""What a clause asks for that no product is called: "tenés sushi?" -> sushi, "un fresco de mora" -> fresco de mora."""

from __future__ import annotations

from collections.abc import Sequence

from app.nlu.mentions import Named
from app.nlu.normalise import Token
from app.nlu.reading import NUMBER, PRODUCT, Place
from app.nlu.words import Language

ASKING = frozenset({"order", "availability", "price", "modify_order"})
MAX_MISSING = 6
MAX_WORDS = 4
SURE = 0.6  # a mention below this score is a family of products: "fresco"
OPENING = frozenset("un una unos unas el la los las a an some any the algun alguna y e o and or ni".split())
COUNTING = frozenset("un una unos unas a an some any algun alguna".split())
WITHIN = frozenset("de del al con of with".split())
KIND = frozenset("de del of".split())
ASIDE = frozenset("con sin para por en a desde porque with without for at to in from hasta mi que if si".split())
CLITICS = frozenset("me te se le nos les".split())
INFINITIVES = ("ar", "er", "ir")
ASKS = {
    "es": frozenset(
        "tener haber vender querer necesitar dar poner traer mandar enviar pedir comprar ordenar llevar quedar ofrecer costar valer "
        "agregar cambiar preparar conseguir regalar hacer servir apartar guardar anotar despachar buscar busco cuanto cuanta "
        "cuantos cuantas precio como antojar salir apuntar".split()
    ),
    "en": frozenset(
        "have got sell carry want need like get give bring order buy be much cost price take make add change there any".split()
    ),
}


def missing(
    places: Sequence[Place],
    tokens: Sequence[Token],
    text: str,
    ordinary: frozenset[str],
    named: Sequence[Named] = (),
    language: Language = "es",
) -> tuple[str, ...]:
    """Noun phrases of a buying clause that name nothing sold; `ordinary` words are never part of one."""
    unsure = {one.name_start for one in named if one.mention.score < SURE and one.mention.others}
    found: list[str] = []
    at, attached, asked = 0, False, False
    while at < len(places) and len(found) < MAX_MISSING:
        place = places[at]
        asked = asked or place.symbol in ASKS[language] or place.symbol == NUMBER or place.surface in COUNTING
        if place.symbol == PRODUCT or place.surface in ASIDE:
            attached = True
        elif place.symbol == NUMBER or place.surface in OPENING or place.mark:
            attached = False
        kind = place.start in unsure and _names_another_kind(places, at, tokens, ordinary)
        if kind or (_nameless(place, tokens, ordinary) and not attached and (asked or at == 0)):
            end = _phrase_end(places, at, tokens, ordinary)
            if not _is_verb(places, at):
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


def _names_another_kind(places: Sequence[Place], at: int, tokens: Sequence[Token], ordinary: frozenset[str]) -> bool:
    """ "fresco de mora" where every fresco is of something else."""
    return (
        at + 2 < len(places)
        and not places[at + 1].mark
        and places[at + 1].surface in KIND
        and _nameless(places[at + 2], tokens, ordinary)
    )


def _is_verb(places: Sequence[Place], at: int) -> bool:
    """ "que me recomienden", "quiero probar": what is done, not what is sold."""
    if not at or places[at].mark:
        return False
    before = places[at - 1]
    return before.surface in CLITICS or (
        places[at].surface.endswith(INFINITIVES) and before.symbol in ("querer", "poder", "ir", "a", "para", "gustar")
    )


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
