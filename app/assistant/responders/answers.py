"""What several responders need to make a Part: its source entry, choices to offer, the note on the shop's own text."""

from __future__ import annotations

from app.assistant.responders.hears import button_meant
from app.assistant.turn import Part, Source, SourceType, Turn
from app.assistant.voice import Voice
from app.chat.messages import QuickReply
from app.core.text import fold

PERSON_YES, PERSON_NO = "person:yes", "person:no"
SAY = "say:"
ASK = "ask:"  # and the label it asks for, then its title: no search comes between


def template_part(
    turn: Turn, at: int, text: str, intent: str, *, name: str = "", score: float = 1.0, **more: object
) -> Part:
    """A Part of source `template`, its source entry included."""
    return sourced("template", name or intent, turn, at, text, intent, score=score, **more)


def sourced(
    kind: SourceType, name: str, turn: Turn, at: int, text: str, intent: str, *, score: float = 1.0, **more: object
) -> Part:
    """A Part whose only source is what made it: a template, the order, the hand-off."""
    used = (Source(kind, name, name, round(score, 4), used=True),)
    turn.trace.note(kind, name)
    return Part((at,), text, intent, kind, score, used=used, **more)  # type: ignore[arg-type]


def yes_or_no(voice: Voice) -> tuple[QuickReply, ...]:
    """The two answers to an offered person."""
    return QuickReply(voice.say("person.yes"), PERSON_YES), QuickReply(voice.say("person.no"), PERSON_NO)


def suggestions(turn: Turn) -> tuple[QuickReply, ...]:
    """The owner's quick replies; tapping one says its title."""
    return tuple(map(choice_of, turn.settings.responses.quick_replies))


def choice_of(title: str) -> QuickReply:
    """A quick reply of the owner's; the usual ones mean what they mean in every shop."""
    label = button_meant(fold(title).strip(" .!?¿¡"))
    return QuickReply(title, f"{ASK}{label}:{title}" if label else SAY + title)


def with_note(turn: Turn, text: str, written_in: str) -> str:
    """The shop's own text as written, with a small note where the customer writes in another language."""
    if not text or written_in == turn.language or written_in not in ("es", "en"):
        return text
    return f"{text} {turn.voice.say('note.' + written_in)}"
