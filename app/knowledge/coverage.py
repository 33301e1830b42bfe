"""How far a question and a phrasing cover each other: the share of each one's telling words that the other has too.

One shared word is not an answer: "¿quién trae el pedido?" holds most of "quiero hacer un pedido", but not the reverse.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from app.knowledge.terms import LIGHT_WEIGHT, SaidWord

SAME_CONCEPT = 0.6  # of the very word: "delivery" where "envío" is asked
NEARLY_SAME = 0.9  # a typo, or a form of it that the stems keep apart
LEAST_ALIKE = 0.75
SHORTEST = 4


class Coverage(NamedTuple):
    """Shares from 0 to 1, the words weighted by how much they tell."""

    asked: float
    phrasing: float

    @property
    def least(self) -> float:
        return min(self)


class Spoken(NamedTuple):
    """What an entry speaks of, all its words together."""

    stems: frozenset[str]
    concepts: frozenset[str]

    @classmethod
    def of(cls, words: Sequence[SaidWord]) -> Spoken:
        return cls(frozenset(word.stem for word in words), frozenset[str]().union(*(word.concepts for word in words)))

    def holds(self, asked: Sequence[SaidWord], telling: Callable[[str], float]) -> float:
        """The share of what is asked that it speaks of, typing mistakes aside."""
        had = [
            1.0 if word.stem in self.stems else SAME_CONCEPT if not word.concepts.isdisjoint(self.concepts) else 0.0
            for word in asked
        ]
        return _share(asked, had, telling)


def cover(asked: Sequence[SaidWord], phrasing: Sequence[SaidWord], telling: Callable[[str], float]) -> Coverage:
    """What of each side the other has. `telling`: how much a stem says in this shop."""
    places = {word.stem: at for at, word in enumerate(phrasing)}
    got, given = [0.0] * len(asked), [0.0] * len(phrasing)
    for at, word in enumerate(asked):
        same = places.get(word.stem)
        if same is not None:
            got[at] = given[same] = 1.0
    left = [(at, word) for at, word in enumerate(phrasing) if not given[at] and word.weight >= LIGHT_WEIGHT]
    for at, word in enumerate(asked):
        if got[at] or word.weight < LIGHT_WEIGHT:
            continue
        for other_at, other in left:
            share = _alike(word, other)
            got[at] = max(got[at], share)
            given[other_at] = max(given[other_at], share)
    return Coverage(_share(asked, got, telling), _share(phrasing, given, telling))


def _share(words: Sequence[SaidWord], had: Sequence[float], telling: Callable[[str], float]) -> float:
    whole = part = 0.0
    for word, share in zip(words, had, strict=True):
        says = word.weight * telling(word.stem)
        whole += says
        part += says * share
    return part / whole if whole else 0.0


def _alike(one: SaidWord, other: SaidWord) -> float:
    if one.concepts and not one.concepts.isdisjoint(other.concepts):
        return SAME_CONCEPT
    if min(len(one.word), len(other.word)) < SHORTEST or abs(len(one.word) - len(other.word)) > 2:
        return 0.0
    from rapidfuzz.distance import OSA  # loaded with the first message that needs it

    return NEARLY_SAME * OSA.normalized_similarity(one.word, other.word, score_cutoff=LEAST_ALIKE)
