"""What a message means here: a choice tapped or typed, the customer's language, follow-ups in their context."""

from __future__ import annotations

import re

from app.assistant.responders.answers import SAY
from app.assistant.responders.delivery_zones import place_asked, zone_named
from app.assistant.responders.goods import option_named
from app.assistant.responders.hears import hears
from app.assistant.turn import LIKELY, Asked, Turn
from app.core.text import fold
from app.nlu.service import Clause

SHORT = 6
NUMBER = re.compile(r"(?:la |el |opcion |numero |option |number |#)?(\d{1,2})[.)]?")
PLACELESS = ("", "out_of_scope", "price", "availability")  # with a zone's name in it, it is about delivery
UNSURE = ("", "out_of_scope", "smalltalk")
WEAK = ("", "out_of_scope", "smalltalk", "faq", "order", "availability", "menu")


def resolve(turn: Turn) -> None:
    """Sets the turn's payload from a tap, a typed title or number; analyses what a choice says; settles the language."""
    turn.payload = turn.inbound.payload or _chosen(turn)
    if turn.payload.startswith(SAY):
        turn.text, turn.payload = turn.payload.removeprefix(SAY), ""
        if turn.understand is not None:
            turn.analysis = turn.understand(turn.text, default_language=_usual_language(turn))
    elif turn.understand is not None and _usual_language(turn) != turn.analysis.language:
        again = turn.understand(turn.text, default_language=_usual_language(turn))
        turn.analysis = again if again.language == _usual_language(turn) else turn.analysis


def things_asked(turn: Turn) -> list[Asked]:
    """Each clause with what retrieval holds for it and the intent it is taken for."""
    asked = []
    for at, clause in enumerate(turn.analysis.clauses):
        hits = tuple(turn.tools.search_knowledge(clause.text, clause.tokens))
        asked.append(Asked(at, clause, " ".join(clause.tokens), hits, _label(turn, clause)))
    return asked


def _chosen(turn: Turn) -> str:
    """The payload of the choice whose title or number this is."""
    said = fold(turn.text).strip(" .!?¿¡")
    choices = turn.state.get("choices", [])
    for title, payload in choices:
        if said and said == fold(title).strip(" .!?¿¡"):
            return str(payload)
    number = NUMBER.fullmatch(said)
    numbered = choices[: turn.state.get("numbered", 0)]
    if number and 0 < int(number[1]) <= len(numbered):
        return str(numbered[int(number[1]) - 1][1])
    return ""


def _usual_language(turn: Turn) -> str:
    return turn.conversation.locale or turn.settings.business.language


def _label(turn: Turn, clause: Clause) -> str:
    best = clause.intents[0] if clause.intents else None
    label = best.name if best is not None and best.score >= LIKELY else ""
    if label in PLACELESS and not clause.mentions and zone_named(turn.profile.zones, clause.folded):
        return "delivery"
    if label in UNSURE and hears("hours_named", clause.folded):
        return "hours"
    if label in WEAK and len(clause.tokens) <= SHORT:
        return _follow_up(turn, clause, label) or label
    return label


def _follow_up(turn: Turn, clause: Clause, label: str) -> str:
    """What a short message with little of its own goes on about: "¿y mañana?", "¿y a Cofico?", "¿y la chica?"."""
    topic = turn.state.get("topic", {})
    subjects = topic.get("subjects", [])
    if "hours" in subjects and clause.day is not None and not clause.mentions:
        return "hours"
    if "delivery" in subjects and (zone_named(turn.profile.zones, clause.folded) or place_asked(clause.text)):
        return "delivery" if not clause.mentions else ""
    subject = next((name for name in ("price", "availability") if name in subjects), "")
    if not subject:
        return ""
    if clause.mentions:
        ordering = label == "order" or all(mention.said_qty for mention in clause.mentions)
        goes_on = label in ("", "out_of_scope") or clause.tokens[:1] in (("y",), ("and",))
        return subject if goes_on and not ordering else ""
    known = turn.tools.products(topic.get("products", [])).values()
    return "price" if any(option_named(product, clause.folded) for product in known) else ""
