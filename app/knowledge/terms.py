"""Text -> what the index counts: stems with their weights, the concepts they stand for, and hashed letter groups."""

from __future__ import annotations

import re
import tomllib
import zlib
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from app.core.text import fold
from app.nlu.service import normalise, stem, words_of

CONCEPTS = Path(__file__).with_name("concepts.toml")
GRAMS = (2, 3, 4)
BUCKETS = 1 << 16
LIGHT_WEIGHT = 0.3
GRAMMAR_WEIGHT = 0.15  # «que», «de», «tienen» say little about what is asked
CONCEPT_WEIGHT = 1.0
GRAMMAR_LETTERS = 0.1
QUESTION_WEIGHT = 0.35  # "quién trae" is not "cuándo traen"
SMALL_WEIGHT = 0.1
MAX_TERMS = 2_000
WORD = re.compile(r"[^\W_]+")


def words_in(text: str) -> tuple[str, ...]:
    """The words as meant, chat spelling put right."""
    return normalise(text).tokens


@dataclass(slots=True)
class Terms:
    """What words say: stems and concepts (`#hours`) with their weights; `stands_for`: a stem -> its concepts."""

    weights: dict[str, float]
    stands_for: dict[str, list[str]]


class SaidWord(NamedTuple):
    """A word for comparing a question with a phrasing: its stem, what it stands for, how much such a word tells."""

    word: str
    stem: str
    concepts: frozenset[str]
    weight: float


def said_words(words: Sequence[str]) -> tuple[SaidWord, ...]:
    """The words, each stem once."""
    grammar, light, questions, concepts = words_of("es").grammar, _light(), _questions(), _concepts()
    stems = [stem(word) for word in words[:MAX_TERMS]]
    stands_for: list[list[str]] = [[] for _ in stems]
    for size in (1, 2, 3):
        for at in range(len(stems) - size + 1):
            meant = concepts.get(" ".join(stems[at : at + size]), ())
            for found in stands_for[at : at + size] if meant else ():
                found.extend(meant)
    said: dict[str, SaidWord] = {}
    for word, root, means in zip(words, stems, map(frozenset, stands_for), strict=False):
        if word in questions:
            weight = QUESTION_WEIGHT
        elif word in grammar or len(word) == 1:
            weight = LIGHT_WEIGHT if means else SMALL_WEIGHT
        else:
            weight = LIGHT_WEIGHT if root in light else 1.0
        said.setdefault(root, SaidWord(word, root, means, weight))
    return tuple(said.values())


def terms_of(words: Sequence[str]) -> Terms:
    """Stems and concepts of the words, with how much each says."""
    grammar, light, concepts = words_of("es").grammar, _light(), _concepts()
    stems = [stem(word) for word in words[:MAX_TERMS]]
    terms = Terms({}, {})
    for word, root in zip(words, stems, strict=False):
        weight = GRAMMAR_WEIGHT if word in grammar or len(word) == 1 else LIGHT_WEIGHT if root in light else 1.0
        terms.weights[root] = max(weight, terms.weights.get(root, 0.0))
    for size in (1, 2, 3):
        for at in range(len(stems) - size + 1):
            for concept in concepts.get(" ".join(stems[at : at + size]), ()):
                terms.weights["#" + concept] = CONCEPT_WEIGHT
                for root in stems[at : at + size]:
                    terms.stands_for.setdefault(root, []).append("#" + concept)
    return terms


def letter_groups(text: str, words: Sequence[str] = ()) -> dict[int, float]:
    """Buckets of the groups of 2 to 4 letters of the words as typed (their ends included) -> how much they weigh.

    `words`: the words as meant; those that were typed otherwise count beside what was typed.
    """
    counts: dict[int, float] = {}
    grammar = words_of("es").grammar
    typed = WORD.findall(fold(text))[:MAX_TERMS]
    for word in (*typed, *(set(words) - set(typed))):
        weight = GRAMMAR_LETTERS if word in grammar else 1.0
        for bucket in _groups(word):
            counts[bucket] = counts.get(bucket, 0.0) + weight
    return counts


@lru_cache(maxsize=20_000)
def _groups(word: str) -> array[int]:
    """Two bytes a bucket: as objects they would be a kilobyte a word."""
    padded = f" {word} "
    ends = ((at, at + size) for size in GRAMS for at in range(len(padded) - size + 1))
    return array("H", (zlib.crc32(padded[at:end].encode()) % BUCKETS for at, end in ends))


@lru_cache(maxsize=1)
def _lists() -> dict[str, Any]:
    with CONCEPTS.open("rb") as file:
        return tomllib.load(file)


@lru_cache(maxsize=1)
def _light() -> frozenset[str]:
    return frozenset(stem(word) for word in _lists()["light"]["words"].split())


@lru_cache(maxsize=1)
def _questions() -> frozenset[str]:
    return frozenset(_lists()["light"]["questions"].split())


@lru_cache(maxsize=1)
def _concepts() -> dict[str, tuple[str, ...]]:
    """Stems, or two or three in a row, -> the concepts they stand for."""
    groups = _lists()["concepts"]
    found: dict[str, list[str]] = {}
    for concept, phrases in groups.items():
        for phrase in phrases:
            found.setdefault(" ".join(stem(word) for word in words_in(phrase)), []).append(concept)
    return {phrase: tuple(concepts) for phrase, concepts in found.items()}
