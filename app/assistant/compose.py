"""Several answers made into one message; templates whose unfilled sentences are left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from app.assistant.turn import Part
from app.assistant.voice import Voice
from app.chat.messages import Card, QuickReply, Reply, ReplyKind
from app.core.i18n import fill, names_in

SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+|(?:(?<=\{abierto_ahora\})|(?<=\{mapa\}))\s+(?=[A-ZÁÉÍÓÚÑ¡¿])")
LONG = 160
MOST_CARDS = 10


def render(template: str, values: Mapping[str, Callable[[], str]]) -> str:
    """The template filled; a sentence one of whose variables the data do not fill is left out. May be empty.

    `values` holds a function per variable, called only where the template uses it.
    """
    kept = []
    for sentence in SENTENCE.split(template.strip()):
        filled = {name: values[name]() for name in set(names_in(sentence))}
        if sentence and all(filled.values()):
            kept.append(fill(sentence, filled))
    return " ".join(_one_stop(text) for text in kept)


def compose(parts: Sequence[Part], voice: Voice) -> Reply:
    """One friendly message of all parts in order: greeting first, goodbye last, nothing said twice."""
    text, greeted = "", False
    for part in _in_order(parts):
        said = _without_repeats(part.text, text)
        if text and _agrees_again(text, said, voice):
            said = _capital(said[len(voice.say("join.yes")) :])
        text = f"{text} {said}" if greeted and said and "\n" not in said else _append(text, said)
        greeted = part.place == "opening"
    cards = tuple({card.payload: card for part in parts for card in part.cards}.values())[:MOST_CARDS]
    order = next((part.order for part in parts if part.order is not None), None)
    return Reply(text, _kind(parts, cards), _quick_replies(parts), cards, order)


def _in_order(parts: Sequence[Part]) -> list[Part]:
    places = {"opening": 0, "body": 1, "closing": 2}
    return sorted(parts, key=lambda part: (places[part.place], bool(part.offer), part.at))


def _without_repeats(said: str, text: str) -> str:
    """`said` less the whole sentences the message already has."""
    had = set(re.split(r"(?<=[.!?…])\s+|\n+", text))
    if "\n" in said:
        return "" if said in text else said
    return " ".join(sentence for sentence in re.split(r"(?<=[.!?…])\s+", said) if sentence not in had)


def _append(text: str, said: str) -> str:
    if not text or not said:
        return text + said
    apart = "\n" in said or "\n" in text or len(said) > LONG
    return text + ("\n\n" if apart else " ") + said


def _agrees_again(text: str, said: str, voice: Voice) -> bool:
    yes = voice.say("join.yes")
    return said.startswith(yes) and re.split(r"(?<=[.!?…])\s+|\n+", text)[-1].startswith(yes)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _one_stop(text: str) -> str:
    """A variable that is itself a sentence does not get a second full stop."""
    return re.sub(r"([.!?])\.$", r"\1", text)


def _kind(parts: Sequence[Part], cards: Sequence[Card]) -> ReplyKind:
    if any(part.handoff for part in parts):
        return "handoff"
    if any(part.order is not None for part in parts):
        return "order_summary"
    return "cards" if cards else "text"


def _quick_replies(parts: Sequence[Part]) -> tuple[QuickReply, ...]:
    """Those of an offer if there is one: a yes must mean one thing. Else the last part's that has any."""
    offers = [part for part in parts if part.offer and part.quick_replies]
    choices = offers or [part for part in parts if part.quick_replies]
    return choices[-1].quick_replies if choices else ()
