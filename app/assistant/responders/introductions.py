"""Customers who say who they are and how to reach them: kept as data about them, never as who they are.

Nothing here is repeated to them but the name they just gave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.assistant.responders.answers import suggestions, template_part
from app.assistant.responders.hears import WORD, hears, specific_words
from app.assistant.responders.social import SOCIAL
from app.assistant.turn import Asked, Part, Turn
from app.chat.service import Details
from app.core.text import fold
from app.nlu.service import Clause, called

INTRODUCTION = "introduction"
ANOTHERS = ("a nombre de", "al nombre de", "under the name")  # an order may be for somebody else


def details_given(turn: Turn) -> Details:
    """What the message tells of the customer, to be kept beside what is known; empty where it tells nothing."""
    given = Details()
    for clause in turn.analysis.clauses:
        given = given.with_more(_details(turn, clause))
    facts, thread = turn.basket.facts, turn.conversation
    ordering = Details(
        name="" if thread.name else str(facts.get("name", "")),
        phone="" if thread.phone else str(facts.get("phone", "")),
    )
    return given.with_more(ordering)


def asks_for_contact(turn: Turn) -> str:
    """The words of somebody who wants to be called or told, and whose number or address is known; else empty."""
    told = details_given(turn)
    if not (told.phone or told.email or turn.conversation.phone):
        return ""
    clauses = turn.analysis.clauses
    wanted = [clause.text for clause in clauses if hears("call_me", clause.folded)]
    if not wanted:
        return ""
    about = wanted[0] if len(clauses) > 1 else turn.text  # a clause's text begins at its first word, past a "<"
    return " ".join(about.split())


def introductions(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """A short thanks for what they tell of themselves; where they ask something too, a courtesy before the answer."""
    told = [one for one in asked if is_introduction(one.clause) and _details(turn, one.clause)]
    if turn.payload or not told:
        return []
    given = Details()
    for one in told:
        given = given.with_more(_details(turn, one.clause))
    alone = all(one in told or one.label in SOCIAL for one in asked)
    text, intent = _thanks(turn, given, alone), "smalltalk" if alone else "greeting"
    choices = suggestions(turn) if alone else ()
    part = template_part(turn, 0, text, intent, name=INTRODUCTION, quick_replies=choices)
    return [replace(part, at=tuple(one.at for one in told))]


def _details(turn: Turn, clause: Clause) -> Details:
    said, asks = clause.entities, "?" in clause.text
    mine = hears("call_me", clause.folded) or (not asks and (hears("mine", clause.folded) or is_introduction(clause)))
    shop = _digits(turn.profile.phone)
    phones = [one.value for one in said.phones if mine and _digits(one.value) != shop]
    name = said.names[0].value if said.names else ""
    another = any(cue in clause.folded for cue in ANOTHERS) and turn.conversation.name
    return Details(
        name="" if another else name,
        phone=phones[0] if phones else "",
        email=said.emails[0].value if said.emails and mine else "",
    )


def is_introduction(clause: Clause) -> bool:
    """Whether nothing is said but a name, a number, an address and the words that hand them over."""
    said = clause.entities
    if clause.mentions or "?" in clause.text or not (said.names or said.phones or said.emails):
        return False
    given = WORD.findall(fold(" ".join(one.value for one in said.names)))
    rest = " ".join(word for word in clause.tokens if word != "<link>" and not word[:1].isdigit())
    return not specific_words("introductions", rest) - set(given)


def _thanks(turn: Turn, given: Details, alone: bool) -> str:
    """ "¡Mucho gusto, Carla!" for a name; else thanks, and that it is noted."""
    say, first = turn.voice.say, called(given.name)
    noted = "phone_and_email" if given.phone and given.email else "phone" if given.phone else "email"
    if not given.phone and not given.email:
        hello = say("introduction.name", nombre=first)
        return f"{hello} {say('greeting.full')}" if alone else hello
    thanks = say("introduction.thanks_named", nombre=first) if first else say("introduction.thanks")
    return " ".join((thanks, say(f"introduction.{noted}")))


def _digits(phone: str) -> str:
    return "".join(filter(str.isdigit, phone))
