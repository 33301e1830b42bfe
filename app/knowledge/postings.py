"""Postings: for each term, which passages hold it and how much it says there, as flat numpy arrays."""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

K1 = 0.9
B = 0.4

Term = str | int


@dataclass(slots=True)
class Postings:
    """For each key, which passages hold it and how much it says there: one flat list, cut at `starts`."""

    places: dict[Term, int]
    starts: Array
    passages: Array
    weights: Array
    idf: Array

    def of(self, place: int) -> tuple[Array, Array]:
        begin, end = self.starts[place], self.starts[place + 1]
        return self.passages[begin:end], self.weights[begin:end]


class Gathering:
    """Collects postings while the entries are read."""

    def __init__(self) -> None:
        self.places: dict[Term, int] = {}
        self.held_by: list[int] = []  # how many entries hold each term
        self.last: list[int] = []  # the entry that held it last
        self.rows = (array("i"), array("i"), array("d"))  # place, passage, weight
        self.lengths = array("d")
        self.shares = array("d")

    def add(self, entry: int, terms: Mapping[Any, float], share: float) -> None:
        """One more passage: what it holds and how much that says."""
        passage, places = len(self.shares), self.places
        for term in terms:
            place = places.get(term)
            if place is None:
                place = places[term] = len(places)
                self.held_by.append(0)
                self.last.append(-1)
            if self.last[place] != entry:
                self.last[place] = entry
                self.held_by[place] += 1
            self.rows[0].append(place)
        self.rows[1].extend([passage] * len(terms))
        self.rows[2].extend(terms.values())
        self.lengths.append(sum(terms.values()))
        self.shares.append(share)

    def by_words(self, entries: int) -> Postings:
        """BM25 weights (Robertson and Zaragoza 2009); a term in a passage of usual length gives its idf."""
        import numpy as np

        places, passages, _ = self._arrays()
        idf, lengths = self._idf(entries), np.array(self.lengths)
        length = 1 - B + B * np.minimum(lengths / (lengths.mean() if len(lengths) else 1.0), 4.0)
        told = np.minimum(1.0, (K1 + 1) / (1 + K1 * length)) * np.array(self.shares)
        return self._postings(places, passages, idf[places] * told[passages], idf)

    def by_letters(self, entries: int) -> Postings:
        """TF-IDF weights of vectors of length one."""
        import numpy as np

        places, passages, weights = self._arrays()
        idf = self._idf(entries)
        weights = weights * idf[places]
        norms = np.sqrt(np.bincount(passages, weights * weights, minlength=len(self.shares)))
        return self._postings(places, passages, weights / norms[passages] * np.array(self.shares)[passages], idf)

    def _arrays(self) -> tuple[Array, Array, Array]:
        import numpy as np

        places, passages, weights = self.rows
        return np.array(places, dtype=np.int32), np.array(passages, dtype=np.int32), np.array(weights)

    def _idf(self, entries: int) -> Array:
        import numpy as np

        held = np.array(self.held_by, dtype=np.float64)
        return np.asarray(np.log(1 + (entries - held + 0.5) / (held + 0.5)))

    def _postings(self, places: Array, passages: Array, weights: Array, idf: Array) -> Postings:
        import numpy as np

        order = np.argsort(places, kind="stable")
        starts = np.searchsorted(places[order], np.arange(len(self.places) + 1))
        kept = passages[order], weights[order].astype(np.float32)
        return Postings(self.places, starts.astype(np.int64), *kept, idf.astype(np.float32))


def summed(found: Sequence[Array], weights: Sequence[Array], passages: int) -> Array:
    import numpy as np

    if not found:
        return np.zeros(passages)
    return np.bincount(np.concatenate(found), np.concatenate(weights), minlength=passages)
