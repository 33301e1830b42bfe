"""A person: asked for, accepted when offered, or offered after a complaint."""

from __future__ import annotations

from collections.abc import Sequence

from app.assistant.responders.answers import PERSON_NO, PERSON_YES, sourced, yes_or_no
from app.assistant.responders.documents import best_document, is_written
from app.assistant.responders.faq import best_faq, faq_part
from app.assistant.responders.hears import asks_for, hears
from app.assistant.responders.social import got_it
from app.assistant.turn import Asked, Part, Turn
from app.core.text import fold
from app.nlu.service import affirmation

SHORT = 4
SURELY_WANTED = 0.8


def handoff(turn: Turn, asked: Sequence[Asked]) -> list[Part]:
    """Hands over on a request or a yes; a complaint is met with an apology and an offer."""
    if turn.payload in (PERSON_YES, PERSON_NO):
        return [_answered(turn, 0, turn.payload == PERSON_YES)]
    wants = next((one for one in asked if one.label == "human" and not _is_answered(turn, one)), None)
    if wants is not None:
        return [hand_over(turn, wants.at, "human", wants.score)]
    parts: list[Part] = []
    for one in asked:
        reply = _reply(turn, one) if turn.state.get("offer") else None
        if reply is not None and one is asked[0]:
            parts.append(_answered(turn, one.at, reply))
        elif one.label == "complaint" and not (_asks(one) and best_document(turn, one, "orders")):
            parts.append(_apologise(turn, one))
    return parts


def _is_answered(turn: Turn, one: Asked) -> bool:
    """Perhaps a person is wanted, but the shop has an answer to it."""
    return one.score < SURELY_WANTED and is_written(turn, one)


def _asks(one: Asked) -> bool:
    """What would happen if: a question about complaints is none."""
    return "?" in one.clause.text or bool(asks_for(one.said))


def hand_over(turn: Turn, at: int, intent: str, score: float = 1.0) -> Part:
    """Says `responses.escalate` and gives the conversation to a person."""
    return sourced("handoff", "person", turn, at, escalate_text(turn), intent, score=score, handoff=True)


def offer_person(turn: Turn, at: int, text: str, intent: str, reason: str, score: float = 1.0) -> Part:
    """A person offered with yes and no."""
    return sourced(
        "handoff", reason, turn, at, text, intent, score=score, offer=reason, quick_replies=yes_or_no(turn.voice)
    )  # fmt: skip


def escalate_text(turn: Turn) -> str:
    """The owner's words to customers of the shop's language, ours to others."""
    responses = turn.settings.responses
    own = responses.is_written("escalate") and not turn.foreign
    return responses.escalate if own else turn.voice.say("person.escalate")


def _reply(turn: Turn, one: Asked) -> bool | None:
    """A yes or a no to what was offered; a short "no…" is a no whatever follows."""
    if one.clause.tokens[:1] == ("no",) and len(one.clause.tokens) <= SHORT and not one.clause.mentions:
        return False
    return affirmation(one.clause.text, turn.analysis.language)


def _answered(turn: Turn, at: int, yes: bool) -> Part:
    intent = turn.state.get("offer") or "human"
    return hand_over(turn, at, intent) if yes else got_it(turn, at, intent)


def _apologise(turn: Turn, one: Asked) -> Part:
    score, faq = one.score, best_faq(turn, one)
    if faq is None or not any(hears("complaint", fold(phrasing)) for phrasing in faq.entry.texts):
        return offer_person(turn, one.at, turn.voice.say("person.complaint"), "complaint", "complaint", score)
    said = faq_part(turn, one, faq, intent="complaint", score=score)
    text = f"{turn.voice.say('person.sorry')} {said.text} {turn.voice.say('person.complaint_offer')}"
    return Part(
        (one.at,), text, "complaint", "faq", score, used=said.used, offer="complaint",
        quick_replies=yes_or_no(turn.voice),
    )  # fmt: skip
