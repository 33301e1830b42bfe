"""Words that mean the same to a customer, in Spanish and English: what a menu calls otherwise is still understood."""

from __future__ import annotations

import itertools
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from app.nlu.stem import product_key

HERE = Path(__file__).parent
MAX_ALIASES = 24

Phrase = tuple[str, ...]


@lru_cache(maxsize=1)
def groups() -> tuple[tuple[Phrase, ...], ...]:
    """Every group: phrases as tuples of folded words."""
    data = _data()
    lines = [line for name in ("food", "sizes", "goods") for line in data[name].strip().split("\n")]
    return tuple(tuple(tuple(phrase.split()) for phrase in line.split("|")) for line in lines)


@lru_cache(maxsize=1)
def services() -> dict[str, tuple[str, ...]]:
    """What is done to a thing -> the words that ask for it."""
    return {name: tuple(words.split()) for name, words in _data()["services"].items()}


def alike(key: str) -> frozenset[str]:
    """The keys of single words that mean the same as a word with this key."""
    return _by_key().get(key, frozenset())


def aliases(words: Phrase) -> Iterator[Phrase]:
    """A name said otherwise: each phrase of it in turn by the others of its group."""
    made = 0
    for start, end in itertools.combinations(range(len(words) + 1), 2):
        said = words[start:end]
        for number in _groups_as_written().get(said) or _groups_of().get(tuple(map(product_key, said)), ()):
            for other in groups()[number]:
                if other != said and (len(other) > 1 or len(other[0]) > 1) and made < MAX_ALIASES:
                    made += 1
                    yield (*words[:start], *other, *words[end:])


def sources(key: str) -> tuple[str, ...]:
    """The glossary's words with this key."""
    return _sources().get(key, ())


def words() -> frozenset[str]:
    """Every word of the glossary."""
    return frozenset(word for group in groups() for phrase in group for word in phrase)


@lru_cache(maxsize=1)
def _groups_as_written() -> dict[Phrase, tuple[int, ...]]:
    """As written first: "pimienta" and "pimiento" have one stem and are two things."""
    found: dict[Phrase, list[int]] = defaultdict(list)
    for number, group in enumerate(groups()):
        for phrase in group:
            found[phrase].append(number)
    return {phrase: tuple(numbers) for phrase, numbers in found.items()}


@lru_cache(maxsize=1)
def _sources() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for word in sorted({*words(), *(word for said in services().values() for word in said)}):
        found[product_key(word)].append(word)
    return {key: tuple(said) for key, said in found.items()}


@lru_cache(maxsize=1)
def _groups_of() -> dict[Phrase, tuple[int, ...]]:
    found: dict[Phrase, list[int]] = defaultdict(list)
    for number, group in enumerate(groups()):
        for phrase in group:
            found[tuple(map(product_key, phrase))].append(number)
    return {keys: tuple(numbers) for keys, numbers in found.items()}


@lru_cache(maxsize=1)
def _by_key() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for group in groups():
        keys = {product_key(phrase[0]) for phrase in group if len(phrase) == 1}
        for key in keys:
            found[key] |= keys - {key}
    return {key: frozenset(others) for key, others in found.items()}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    with (HERE / "glossary.toml").open("rb") as file:
        return tomllib.load(file)
