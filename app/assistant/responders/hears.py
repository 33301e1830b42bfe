"""The words responders listen for (`words.toml`), matched on folded text."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

WORDS = Path(__file__).with_name("words.toml")
WORD = re.compile(r"\w+")
MOST_DIGITS = 6
SURE_OF_ORDER = 0.7  # an order that names nothing has to be this sure


def hears(topic: str, folded: str) -> bool:
    """Whether the folded text holds a word or phrase of this topic."""
    return heard(topic, folded) is not None


def heard(topic: str, folded: str) -> str | None:
    """The first word or phrase of this topic that the folded text holds, as it was said."""
    found = _pattern("hears", topic).search(folded)
    return found[0] if found else None


def words_of(topic: str) -> tuple[str, ...]:
    """The topic's words as listed."""
    return _list("hears", topic)


def specific_words(subject: str, folded: str) -> set[str]:
    """The words of the text that neither fill a sentence nor belong to what this subject's template answers."""
    fills, belongs = _pattern("about", "fillers"), _pattern("about", subject)
    return {
        w
        for w in WORD.findall(folded)
        if (len(w) > 1 or w.isdigit()) and not fills.fullmatch(w) and not belongs.fullmatch(w)
    }


def is_language(folded: str) -> bool:
    """Whether it holds a word that any sentence has, a greeting apart: keys hit at random do not."""
    words = (word for word in WORD.findall(folded) if word not in _list("hears", "greetings"))
    return any(_pattern("about", "fillers").fullmatch(word) for word in words)


def asks_for(folded: str) -> frozenset[str]:
    """What the question words of the text ask for: who, where, when, how much."""
    return frozenset(kind for kind in _words()["asks"] if _pattern("asks", kind).search(folded))


def button_meant(title: str) -> str:
    """The label that a quick reply of this title stands for; empty if it has no meaning of its own."""
    return next((label for label, titles in _words()["buttons"].items() if title in titles), "")


def kinds_said(folded: str) -> list[str]:
    """How the categories may begin whose kind of food the text speaks of."""
    said = [(re.compile(any_of(ways.split(", "))), stems.split(", ")) for ways, stems in _words()["kinds"].values()]
    return [stem for pattern, stems in said if pattern.search(folded) for stem in stems]


def number_said(word: str) -> int:
    """`2` or `dos`; 0 for anything else."""
    if word.isascii() and word.isdigit() and len(word) <= MOST_DIGITS:
        return int(word)
    return next((value for value, names in enumerate(_list("hears", "numbers"), 1) if word in names.split()), 0)


def any_of(ways: Sequence[str]) -> str:
    """A pattern for any of these words and phrases; `abr*` is the beginning of a word."""
    longest = sorted(ways, key=len, reverse=True)
    return r"\b(?:" + "|".join(re.escape(way).replace(r"\*", r"\w*") for way in longest) + r")(?!\w)"


@cache
def _pattern(table: str, topic: str) -> re.Pattern[str]:
    ways = _list(table, topic)
    return re.compile(any_of(ways) if ways else r"(?!)")


@cache
def _list(table: str, topic: str) -> tuple[str, ...]:
    return tuple(_words()[table][topic])


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(WORDS.read_text(encoding="utf-8"))
