"""What a message means here: a choice tapped or typed, the customer's language, follow-ups in their context."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from app.assistant.follow_ups import SHORT, asks_when, follow_up, found_for, let_go
from app.assistant.responders.answers import ASK, SAY
from app.assistant.responders.catalogue import is_cut, label_of
from app.assistant.responders.delivery_zones import place_asked, zone_named
from app.assistant.responders.documents import is_asking
from app.assistant.responders.hears import asks_for, button_meant, hears, specific_words
from app.assistant.responders.hours import is_today_a_holiday
from app.assistant.responders.introductions import is_introduction
from app.assistant.turn import LIKELY, Asked, Turn
from app.core.text import fold
from app.knowledge.service import Hit
from app.nlu.service import Analysis, Clause
from app.shop.currency import country_of

LOOSE = ("", "out_of_scope", "smalltalk", "faq", "order", "availability", "menu", "delivery", "price", "location")
MARKS = " .!?¿¡"
PRICED = ("delivery", "availability", "price", "menu", "order")  # their answers tell prices
NUMBER = re.compile(r"(?:la |el |opcion |numero |option |number |#)?(\d{1,2})[.)]?")
PLACELESS = ("", "out_of_scope", "price", "availability")  # with a zone's name in it, it is about delivery
FAR = 0.8  # nothing of the shop's, whatever place it names
UNSURE = ("", "out_of_scope", "smalltalk")
TOLD = ("", "out_of_scope", "smalltalk", "faq", "availability")
WEAK = ("", "out_of_scope", "smalltalk", "faq", "order", "availability", "menu")


def resolve(turn: Turn) -> None:
    """Sets the turn's payload from a tap, a typed title or number; analyses what a choice says; settles the language."""
    let_go(turn)
    turn.payload = turn.inbound.payload or _chosen(turn)
    label, _, title = turn.payload.removeprefix(ASK).partition(":") if turn.payload.startswith(ASK) else ("", "", "")
    if label and button_meant(fold(title).strip(MARKS)) == label:
        turn.tapped, turn.payload = label, SAY + title
    if turn.payload.startswith(SAY):
        turn.text, turn.payload = turn.payload.removeprefix(SAY), ""
        if turn.understand is not None:
            turn.analysis = _again(turn, turn.understand)
    elif turn.understand is not None and _usual_language(turn) != turn.analysis.language:
        again = _again(turn, turn.understand)
        turn.analysis = again if again.language == _usual_language(turn) else turn.analysis


def _again(turn: Turn, understand: Callable[..., Analysis]) -> Analysis:
    """The text read as one who usually writes the customer's language."""
    country = country_of(turn.settings.business.timezone)
    return understand(turn.text, default_language=_usual_language(turn), country=country)


def things_asked(turn: Turn) -> list[Asked]:
    """Each clause with what retrieval holds for it and the intent it is taken for."""
    asked: list[Asked] = []
    for at, found in enumerate(turn.analysis.clauses):
        clause = _settled(turn, found)
        label = turn.tapped or label_of(turn, clause, _label(turn, clause))
        if (asked and label == "price" and _goes_on(asked[-1], clause)) or (asked and is_cut(asked[-1].clause)):
            clause, label = _joined(asked[-1].clause, clause), asked[-1].label
            at = asked.pop().at
        elif asked and label == asked[-1].label == "delivery" and not _place_said(turn, clause):
            clause = _joined(asked[-1].clause, clause)
            at = asked.pop().at
        hits, label = found_for(turn, clause, label)
        if asked and _is_told(asked[-1]) and (meant := _in_its_light(turn, asked[-1], clause)) is not None:
            asked.pop()
            clause, hits = meant
        asked.append(Asked(at, clause, " ".join(clause.tokens), hits, label, bool(turn.tapped)))
    return asked


def _settled(turn: Turn, clause: Clause) -> Clause:
    """A name that several products share in part, but one has as it was said, means that one."""
    unsure = [mention for mention in clause.mentions if mention.others]
    if not unsure:
        return clause
    known = turn.tools.products(sku for mention in unsure for sku in (mention.product_id, *mention.others))
    mentions = []
    for mention in clause.mentions:
        called = [
            sku
            for sku in (mention.product_id, *mention.others)
            if sku in known and fold(mention.words) in map(fold, (known[sku].name, *known[sku].synonyms))
        ]
        exact = mention.others and len(called) == 1
        mentions.append(replace(mention, product_id=called[0], others=(), score=1.0) if exact else mention)
    return replace(clause, mentions=tuple(mentions))


def _place_said(turn: Turn, clause: Clause) -> bool:
    return bool(zone_named(turn.profile.zones, clause.folded) or place_asked(clause.text))


def _goes_on(before: Asked, clause: Clause) -> bool:
    """A bare "¿y cuánto cuesta?": about what was asked just before, not a question of its own."""
    bare = not clause.mentions and not clause.missing and not specific_words("goods", " ".join(clause.tokens))
    return bare and (before.label in PRICED or bool(before.clause.mentions or before.clause.missing))


def _is_told(one: Asked) -> bool:
    """Said of somebody or something, and asking for nothing: "mi hija es alérgica al maní, qué torta me recomiendan?"."""
    counted = any(mention.said_qty for mention in one.clause.mentions)
    return one.label in TOLD and bool(one.hits) and not (counted or is_asking(one) or asks_for(one.said))


def _in_its_light(turn: Turn, told: Asked, clause: Clause) -> tuple[Clause, tuple[Hit, ...]] | None:
    """The question with what was told before it, where what the shop wrote of that answers both together."""
    if "?" not in clause.text or any(mention.said_qty for mention in clause.mentions):
        return None
    whole = _joined(told.clause, clause)
    hits = tuple(turn.tools.search_knowledge(whole.text, whole.tokens, clause))
    least = turn.settings.retrieval.min_score
    if told.hits[0].score >= least or not hits or hits[0].score < least or hits[0].id != told.hits[0].id:
        return None
    return replace(clause, text=whole.text, folded=whole.folded, tokens=whole.tokens), hits


def _joined(first: Clause, more: Clause) -> Clause:
    return replace(
        first, text=f"{first.text} {more.text}", folded=f"{first.folded} {more.folded}", tokens=first.tokens + more.tokens
    )  # fmt: skip


def _chosen(turn: Turn) -> str:
    """The payload of the choice whose title or number this is."""
    said = fold(turn.text).strip(MARKS)
    choices = turn.state.get("choices", [])
    for title, payload in choices:
        if said and said == fold(title).strip(MARKS):
            return str(payload)
    number = NUMBER.fullmatch(said)
    numbered = choices[: turn.state.get("numbered", 0)]
    if number and 0 < int(number[1]) <= len(numbered):
        return str(numbered[int(number[1]) - 1][1])
    return ""


def _introduces(clause: Clause) -> bool:
    """ "Pasa mi nieto, yo me llamo Blanca": a name given, and nobody is called for."""
    return hears("introduces", clause.folded) and not hears("persons", clause.folded)


def _usual_language(turn: Turn) -> str:
    return turn.conversation.locale or turn.settings.business.language


def _label(turn: Turn, clause: Clause) -> str:
    best = clause.intents[0] if clause.intents else None
    label = best.name if best is not None and best.score >= LIKELY else ""
    if is_introduction(clause) or (label == "human" and _introduces(clause)):
        return ""  # "me llamo Carla" is no call
    if label in LOOSE and (asks_when(turn, clause) or is_today_a_holiday(clause)):
        return "hours"
    if label == "delivery" and hears("span_of_hours", clause.folded):
        return "hours"  # of delivery: the shop's, unless a FAQ says otherwise
    if label in WEAK and hears("least_order", clause.folded):
        return "delivery"
    far = label == "out_of_scope" and best is not None and best.score >= FAR and not hears("reaching", clause.folded)
    if label in PLACELESS and not far and not clause.mentions and zone_named(turn.profile.zones, clause.folded):
        return "delivery"
    if label in UNSURE and hears("living", " ".join(clause.tokens)) and place_asked(clause.text):
        return "delivery"
    if label in UNSURE and hears("hours_named", clause.folded):
        return "hours"
    if label in WEAK and len(clause.tokens) <= SHORT:
        return follow_up(turn, clause, label) or label
    return label
