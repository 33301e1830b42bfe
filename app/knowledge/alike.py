"""Which questions mean the same: vectors of their words and letters grouped around centres, an embedder's beside them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zlib import crc32

from app.knowledge.terms import letter_groups, terms_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Embed = Callable[[Sequence[str]], "Array"]  # n texts -> n unit vectors, n x d

SAME_WORDS = 0.35  # the similarity from which two questions are one, by words and letters alone, and
SAME_MEANING = 0.45  # with an embedder's view of them
WORDS_SHARE = 0.6  # of the lexical similarity; the letters have the rest
MEANING_SHARE = 0.5  # of the whole, where there is an embedder
EMBEDDED = 200  # groups whose centres an embedder is asked about
WIDTH = 512  # numbers for the words of a question, and as many for its letters: terms are hashed into them
ROWS = 256  # compared with all others at once


def groups_alike(
    questions: Sequence[Sequence[str]], weights: Sequence[float], embed: Embed | None = None
) -> list[list[int]]:
    """Groups of places in `questions` (words of each), every place in one, each group's most central question first.

    First by words and letters; then `embed` is asked about the centres of the EMBEDDED heaviest groups, since it takes
    milliseconds a text, and those of one meaning are joined.
    """
    import numpy as np

    if not questions:
        return []
    lexical = _vectors(questions)
    groups = _around(lexical, weights, SAME_WORDS)
    if embed is None or len(groups) < 2:
        return groups
    weight = [sum(weights[place] for place in group) for group in groups]
    heaviest = sorted(range(len(groups)), key=lambda at: -weight[at])
    asked, rest = heaviest[:EMBEDDED], heaviest[EMBEDDED:]
    centres = [groups[at][0] for at in asked]
    meaning = np.asarray(embed([" ".join(questions[centre]) for centre in centres]), dtype=np.float32)
    both = np.hstack([lexical[centres] * math.sqrt(1 - MEANING_SHARE), meaning * math.sqrt(MEANING_SHARE)])
    joined = _around(both, [weight[at] for at in asked], SAME_MEANING)
    return [
        *([place for at in members for place in groups[asked[at]]] for members in joined),
        *(groups[at] for at in rest),
    ]


def _around(vectors: Array, weights: Sequence[float], same: float) -> list[list[int]]:
    """Greedy around centres: the row that has most like it, by weight (the first of equals), gathers what is alike and free.

    n rows cost two n x n products, taken ROWS at a time so that memory stays small.
    """
    import numpy as np

    n, told = len(vectors), np.asarray(weights, dtype=np.float32)
    backing = np.zeros(n)
    for start in range(0, n, ROWS):
        alike = vectors[start : start + ROWS] @ vectors.T
        backing[start : start + ROWS] = np.where(alike >= same, alike, 0) @ told
    free = np.ones(n, dtype=bool)
    groups = []
    order = np.argsort(-backing.round(3), kind="stable")
    for start in range(0, n, ROWS):
        places = order[start : start + ROWS]
        alike = vectors[places] @ vectors.T
        for row, centre in enumerate(places.tolist()):
            if free[centre]:
                found = np.flatnonzero(free & (alike[row] >= same))
                free[found] = free[centre] = False
                nearest = found[np.argsort(-alike[row][found], kind="stable")]
                groups.append([centre, *(place for place in nearest.tolist() if place != centre)])
    return groups


def _vectors(questions: Sequence[Sequence[str]]) -> Array:
    """A row of length one for each question, of its words and letters."""
    import numpy as np

    words = _hashed([terms_of(said).weights for said in questions])
    letters = _hashed([_said(letter_groups(" ".join(said))) for said in questions])
    return np.hstack([words * math.sqrt(WORDS_SHARE), letters * math.sqrt(1 - WORDS_SHARE)])


def _said(groups: Mapping[int, float]) -> dict[str, float]:
    return {str(group): math.log1p(count) for group, count in groups.items()}


def _hashed(counted: Iterable[Mapping[str, float]]) -> Array:
    """Terms with their weights -> rows of WIDTH numbers of length one, rare terms telling more.

    Each term adds to one place with a sign of its own (Weinberger et al. 2009), so unrelated rows stay near 0.
    """
    import numpy as np

    rows = list(counted)
    held = Counter(term for row in rows for term in row)
    places: dict[str, tuple[int, float]] = {}
    for term, count in held.items():
        hash_ = crc32(term.encode())
        rare = math.log(1 + len(rows) / count)
        places[term] = (hash_ >> 1) % WIDTH, rare if hash_ & 1 else -rare
    vectors = np.zeros((len(rows), WIDTH), dtype=np.float32)
    for at, row in enumerate(rows):
        for term, weight in row.items():
            place, rare = places[term]
            vectors[at, place] += weight * rare
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.where(norms == 0, 1, norms))
