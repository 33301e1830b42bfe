"""What nothing answered: asked again, then a person offered, then handed over."""

from __future__ import annotations

from collections.abc import Sequence

from app.assistant.responders.answers import SAY, suggestions, yes_or_no
from app.assistant.responders.goods import PRODUCT
from app.assistant.responders.handoff import escalate_text
from app.assistant.responders.social import SOCIAL
from app.assistant.turn import Asked, Part, Source, Turn
from app.chat.messages import QuickReply
from app.nlu.service import Intent

NOTHING = Intent("out_of_scope", 0.0)
NEAR = 0.3
MOST_NEAR = 3
LONGEST_TITLE = 60


def fallback(turn: Turn, open_: Sequence[Asked]) -> Part:
    """What `responses.fallback` says, the last time but one in a row a person offered too, then `responses.escalate`."""
    most = turn.settings.responses.misses_to_person
    misses, at = turn.conversation.misses + 1, tuple(one.at for one in open_) or (0,)
    best = next((best for one in open_ for best in one.clause.intents if best.name not in SOCIAL), NOTHING)
    intent, score = best.name, best.score
    turn.trace.note("fallback", str(misses))
    if misses >= most:
        used = (Source("handoff", "person", "person", 1.0, used=True),)
        return Part(at, escalate_text(turn), intent, "fallback", score, used=used, handoff=True, understood=False)
    text = fallback_text(turn)
    if misses < most - 1:
        near = _nearest(turn, open_)
        text = f"{text} {turn.voice.say('fallback.perhaps')}" if near else text
        choices = (*near, *suggestions(turn))
        return Part(at, text, intent, "fallback", score, quick_replies=choices, understood=False)
    text = f"{text} {turn.voice.say('person.offer')}"
    choices = yes_or_no(turn.voice)
    return Part(at, text, intent, "fallback", score, quick_replies=choices, offer="human", understood=False)


def _nearest(turn: Turn, open_: Sequence[Asked]) -> tuple[QuickReply, ...]:
    """The questions and products that come nearest to what was said, to tap."""
    hits = sorted((hit for one in open_ for hit in one.hits if hit.score >= NEAR), key=lambda hit: -hit.score)
    titles = {
        hit.title: SAY + hit.title if hit.type == "faq" else PRODUCT + hit.id for hit in hits if hit.type != "doc"
    }
    short = [(title, payload) for title, payload in titles.items() if len(title) <= LONGEST_TITLE]
    return tuple(QuickReply(title, payload) for title, payload in short[:MOST_NEAR])


def fallback_text(turn: Turn) -> str:
    """The owner's words to customers of the shop's language; ours to others, and where the owner wrote none."""
    responses = turn.settings.responses
    own = responses.is_written("fallback") and not turn.foreign
    return responses.fallback if own else turn.voice.say("fallback.text")
