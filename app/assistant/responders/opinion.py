"""What the customer says when asked how it went."""

from __future__ import annotations

from collections.abc import Sequence

from app.assistant.responders.answers import template_part
from app.assistant.responders.handoff import offer_person
from app.assistant.turn import Asked, Part, Turn
from app.assistant.voice import Voice
from app.chat.messages import QuickReply

SCORE = "opinion:"
SCORES = ((3, "well"), (2, "so_so"), (1, "badly"))


def choices(voice: Voice) -> tuple[QuickReply, ...]:
    """The answers to tap."""
    return tuple(QuickReply(voice.say(f"opinion.{name}"), f"{SCORE}{score}") for score, name in SCORES)


def opinion(turn: Turn, open_: Sequence[Asked]) -> list[Part]:
    """Keeps a tapped answer and thanks; to whom it went badly a person is offered."""
    score = {f"{SCORE}{score}": score for score, _ in SCORES}.get(turn.payload)
    if score is None:
        return []
    turn.tools.keep_opinion(turn.conversation.id, score)
    if score > 1:
        return [template_part(turn, 0, turn.voice.say("opinion.thanks"), "smalltalk", name="opinion")]
    said = f"{turn.voice.say('opinion.sorry')} {turn.voice.say('person.offer')}"
    return [offer_person(turn, 0, said, "complaint", "complaint", 1.0)]
