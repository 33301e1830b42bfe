"""Greetings, thanks, goodbyes, what the bot is, and what a shop does not answer."""

from __future__ import annotations

from app.assistant.responders.answers import suggestions, template_part
from app.assistant.turn import Asked, Part, Turn
from app.nlu.service import called

SOCIAL = ("greeting", "thanks", "goodbye")


def greet(turn: Turn, asked: Asked) -> Part:
    """The short greeting; `finish` makes it whole where nothing else is said."""
    name = called(turn.conversation.name)
    key = "greeting.short_named" if name else "greeting.short"
    return template_part(
        turn, asked.at, turn.voice.say(key, nombre=name), "greeting", score=asked.score, place="opening"
    )


def thank(turn: Turn, asked: Asked) -> Part:
    text = turn.voice.say("social.thanks_short")
    return template_part(turn, asked.at, text, "thanks", score=asked.score, place="opening")


def part_with(turn: Turn, asked: Asked) -> Part:
    text = turn.voice.say("social.goodbye_short")
    return template_part(turn, asked.at, text, "goodbye", score=asked.score, place="closing")


def about_the_bot(turn: Turn, asked: Asked) -> Part:
    text = turn.voice.say("social.smalltalk", negocio=turn.profile.name)
    return template_part(turn, asked.at, text, "smalltalk", score=asked.score, quick_replies=suggestions(turn))


def decline(turn: Turn, asked: Asked) -> Part:
    text = turn.voice.say("social.out_of_scope", negocio=turn.profile.name)
    return template_part(turn, asked.at, text, "out_of_scope", score=asked.score, quick_replies=suggestions(turn))


def got_it(turn: Turn, at: int, intent: str) -> Part:
    """After a no, or a yes to nothing in particular."""
    return template_part(turn, at, turn.voice.say("social.got_it"), intent, name="got_it")


def finish(turn: Turn, parts: list[Part]) -> list[Part]:
    """Where only courtesies were said, says them whole: what the bot is at first, what it can do, a proper goodbye."""
    if any(part.intent not in SOCIAL for part in parts):
        return parts
    intents = {part.intent for part in parts}
    if "greeting" in intents:
        key = "greeting.full" if turn.state.get("greeted") else "greeting.welcome"
        more = turn.voice.say(key, negocio=turn.profile.name)
        return [*parts, template_part(turn, parts[-1].at[0], more, "greeting", quick_replies=suggestions(turn))]
    if intents == {"thanks"}:
        return [template_part(turn, 0, turn.voice.say("social.thanks"), "thanks", score=parts[0].score)]
    if intents == {"goodbye"}:
        return [template_part(turn, 0, turn.voice.say("social.goodbye"), "goodbye", score=parts[0].score)]
    return parts
