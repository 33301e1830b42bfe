"""How one can pay: what is on in the settings, in the order it is offered."""

from __future__ import annotations

import re
from dataclasses import fields

from app.assistant.responders.hears import heard, words_of
from app.assistant.turn import Turn
from app.assistant.voice import Voice
from app.core.text import fold

OWN = "methods"
BY_HAND = ("cash", "transfer")  # what a person settles
NOT_NEEDED_TO_CHARGE = ("_webhook_secret", "_webhook_id", "_api_base")


def ways_to_pay(turn: Turn) -> list[str]:
    """Every way in words, each once, in the order of the settings."""
    return list(ways_offered(turn).values())


def ways_offered(turn: Turn, voice: Voice | None = None) -> dict[str, str]:
    """What each way is called, by its id: the key of its section, or the owner's word for another (`payments.methods`)."""
    voice = voice or turn.voice
    named: list[tuple[str, str]] = []
    for key in turn.settings.payments.order:
        if key == OWN:
            named += [(way, way) for way in turn.settings.payments.methods]
        elif _is_on(turn, key):
            named.append((key, voice.say(f"payment.{key}")))
    ways: dict[str, tuple[str, str]] = {}
    for id_, way in named:
        if not any(fold(way) in known or known in fold(way) for known in ways):
            ways[fold(way)] = (id_, way)
    return dict(ways.values())


def way_asked(said: str, written: str = "") -> tuple[str, str] | None:
    """The way of paying a text names: as it was said (`written`: the text before it was folded), and the word it goes by."""
    word = heard("methods", said)
    if word is None:
        return None
    found = re.search(rf"\b{re.escape(word)}\b", written, re.IGNORECASE)
    same = dict(pair.split("=")[::-1] for pair in words_of("method_same"))
    stem = word.removesuffix("s")
    return found[0] if found else word, same.get(word, same.get(stem, stem))


def accepted_as(word: str, ways: list[str]) -> str | None:
    """How the shop calls the way that this word names."""
    kinds = (word, *(pair.split("=")[0] for pair in words_of("method_same") if pair.endswith(f"={word}")))
    return next((way for kind in kinds for way in ways if kind in fold(way)), None)


def _is_on(turn: Turn, key: str) -> bool:
    """On, or `auto` with the keys it needs in `.env`."""
    enabled = getattr(turn.settings.payments, key).enabled
    if enabled is not True and enabled != "auto":
        return False
    env = turn.settings.env
    keys = [one.name for one in fields(env) if one.name.startswith(f"{key}_")]
    return all(getattr(env, name) for name in keys if not name.endswith(NOT_NEEDED_TO_CHARGE))
