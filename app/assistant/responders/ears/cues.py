"""The words ears listen for (`words.toml`), matched on folded text."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

from app.assistant.responders.hears import any_of
from app.core.text import fold

WORDS = Path(__file__).with_name("words.toml")


@cache
def cue(table: str, topic: str) -> re.Pattern[str]:
    """A pattern for any word or phrase of a topic."""
    return re.compile(any_of(words(table, topic)))


@cache
def words(table: str, topic: str) -> tuple[str, ...]:
    """The topic's words as listed."""
    return tuple(_lists()[table][topic])


def is_only(table: str, topic: str, folded: str) -> bool:
    """Whether the text is nothing but what the topic lists and courtesies."""
    rest = cue(table, topic).sub(" ", folded)
    return rest != folded and not re.sub(r"\W+", "", cue("flow", "polite").sub(" ", rest))


def without_head(text: str, table: str, topic: str) -> str:
    """The text less the words of a topic that it begins with."""
    text = text.strip(" .,;:-\n")
    while (head := cue(table, topic).match(plain(text))) is not None and head.end() < len(text):
        text = text[head.end() :].strip(" .,;:-\n")
    return text


def plain(text: str) -> str:
    """Lower case without accents, every letter in its place."""
    return "".join(folded if len(folded := fold(char)) == 1 else char for char in text)


@cache
def _lists() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
