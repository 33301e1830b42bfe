"""What a short message goes on about: the last topic, its day, its question; and when that is too long ago to matter."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

from app.assistant.responders.delivery_zones import place_asked, zone_named
from app.assistant.responders.goods import option_named
from app.assistant.responders.hears import WORD, hears, specific_words
from app.assistant.responders.hours import DAY_NUMBER
from app.assistant.responders.subjects import SUBJECTS
from app.assistant.responders.ways_to_pay import way_asked
from app.assistant.turn import Turn
from app.core.text import fold
from app.knowledge.service import Hit
from app.nlu.service import Clause

SHORT = 6
TOPIC_LASTS = timedelta(minutes=30)  # of silence
GOES_ON = re.compile(r"(?:y|e|o|pero|and|or|what about|how about) ")
FREE = ("", "out_of_scope", "faq", "smalltalk", "availability", "menu")
KNOWN = ("hours", "location", "price", "availability")  # of the shop and of what is named: told without any FAQ
CHOICE = ("o", "u", "or")
LEAST_CHOICE = 2  # words before it
TELLING, STEM = 4, 5  # letters of a word that tells something, and how many of them must agree
BESIDE_WHEN = frozenset(
    "y e o pero and or el los la las de del en a al por para on the in at what about si hoy este esta estan atienden".split()
)


def let_go(turn: Turn) -> None:
    """What was talked about long ago is no context: "¿y mañana?" the day after begins anew."""
    thread = turn.conversation
    if "topic" in thread.state and turn.now - thread.updated_at > TOPIC_LASTS:
        state = {key: value for key, value in thread.state.items() if key != "topic"}
        turn.conversation = replace(thread, state=state)


def found_for(turn: Turn, clause: Clause, label: str) -> tuple[tuple[Hit, ...], str]:
    """What retrieval finds, and the label; for "¿y para niños?" after an answer of the shop's own, what goes on with that."""
    hits = _found(turn, clause, label)
    topic, least = turn.state.get("topic", {}), turn.settings.retrieval.min_score
    subjects, words = topic.get("subjects", []), " ".join(clause.tokens)
    telling = {word for word in specific_words("faq", words) if len(word) >= TELLING}
    if "faq" not in subjects or not telling or not _links(clause) or len(clause.tokens) > SHORT:
        return hits, label
    own = label in SUBJECTS
    if label not in (*FREE, *SUBJECTS) or (not own and any(hit.score >= least for hit in hits)):
        return hits, label
    if label in subjects and label != "hours":  # "¿y efectivo?" after a card: the sheet knows
        return hits, label
    before = topic.get("said", "")
    more = turn.tools.search_knowledge(f"{before} {clause.text}", (*before.split(), *clause.tokens))
    found = tuple(hit for hit in more if hit.score >= least and _speaks_of(hit, telling))
    if own:  # the shop's sheet answers it, unless what was just said does
        found = tuple(hit for hit in found if hit.id in topic.get("entries", []))
    return (found, "" if own else label) if found else (hits, label)


def _found(turn: Turn, clause: Clause, label: str) -> tuple[Hit, ...]:
    """What its words and their meaning find; where that is nothing sure, what it asks for and what it asks first tell too.

    A question about rules is left as it is: intents speak for FAQs, and rules are what documents hold.
    """
    hits, least = tuple(turn.tools.search_knowledge(clause.text, clause.tokens)), turn.settings.retrieval.min_score
    known = label in KNOWN and (label != "availability" or clause.mentions)
    if known or any(hit.score >= least for hit in hits) or hears("rule", " ".join(clause.tokens)):
        return hits
    for one in (clause, _first_choice(clause)):
        found = () if one is None else tuple(turn.tools.search_knowledge(one.text, one.tokens, one))
        if any(hit.type == "faq" and hit.score >= least for hit in found):
            return found
    return hits


def _first_choice(clause: Clause) -> Clause | None:
    """ "¿Atienden con turno o por orden de llegada?" without its other choice, which says the opposite of what is asked."""
    at = next((at for at, word in enumerate(clause.tokens) if at >= LEAST_CHOICE and word in CHOICE), None)
    text = re.split(r"\s(?:o|u|or)\s", clause.text, maxsplit=1)[0]
    if at is None or text == clause.text:
        return None
    return replace(clause, text=text, folded=fold(text), tokens=clause.tokens[:at])


def _speaks_of(hit: Hit, words: set[str]) -> bool:
    """Its question or answer has one of the words, whatever their ends."""
    text = fold(" ".join((*hit.entry.texts, hit.entry.body)))
    return any(re.search(rf"\b{re.escape(word[:STEM])}", text) for word in words)


def follow_up(turn: Turn, clause: Clause, label: str) -> str:
    """What a short message with little of its own goes on about: "¿y mañana?", "¿y a Cofico?", "¿y la chica?"."""
    topic = turn.state.get("topic", {})
    subjects = topic.get("subjects", [])
    when = clause.day is not None or clause.entities.times or DAY_NUMBER.search(" ".join(clause.tokens))
    if "hours" in subjects and when and not clause.mentions:
        return "hours"
    if "payment" in subjects and not clause.mentions and way_asked(" ".join(clause.tokens)):
        return "payment"
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


def asks_when(turn: Turn, clause: Clause) -> bool:
    """A question of days and times alone ("¿y los domingos?", "¿el 1 de enero?"), or whether one may come then."""
    said = clause.entities
    if clause.mentions or clause.missing or not (said.days or said.times):
        return False
    if said.times and hears("coming", " ".join(clause.tokens)) and not place_asked(clause.text):
        return True
    asking = "?" in clause.text or _links(clause)
    topic = turn.state.get("topic", {}).get("subjects", [])
    words = WORD.findall(_without_when(turn, clause))
    return asking and ("hours" in topic or "?" in clause.text) and all(word in BESIDE_WHEN for word in words)


def _links(clause: Clause) -> bool:
    """Whether it begins as what goes on from something said before."""
    return GOES_ON.match(" ".join(clause.tokens)) is not None


def _without_when(turn: Turn, clause: Clause) -> str:
    """The clause's words that name neither a day nor a time."""
    said, text = clause.entities, fold(clause.text)
    spans = [(one.start, one.end) for one in said.days] + [(one.start, one.end) for one in said.times]
    for start, end in spans:
        text = text.replace(fold(turn.analysis.text[start:end]), " ", 1)
    return text
