"""The search index: finds what the shop knows that may answer a message, by its words and by its letters.

Each phrasing of an entry, and its body, is a passage of its own; an entry scores as its best passage. A passage's score
is the weighted sum of two figures from 0 to 1 (no ranks: on small indexes they throw the margin away): BM25 over stems
as a share of what the message could reach, and the cosine of TF-IDF vectors over groups of letters, which typos leave
nearly whole. Both are postings in plain numpy arrays. The passages that look best are then compared word by word: a
score of 0.5 and more needs the question and the phrasing to cover each other.
"""

from __future__ import annotations

import math
from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from app.knowledge.coverage import cover
from app.knowledge.entry import Entry, Hit
from app.knowledge.terms import SaidWord, letter_groups, said_words, terms_of, words_in

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

WORDS_SHARE = 0.5  # of the raw score; the letters have the rest
BODY_SHARE = 0.5  # an answer that holds the words says less than a question that asks with them
K1 = 0.9
B = 0.4
UNKNOWN_WEIGHT = 0.6  # of a word that no entry has, among what the message could reach
LEAST_REACH = 0.5  # of the rarest word's: a message of grammar words alone proves nothing
SURE = 0.5
POSTINGS = 120_000  # most letter postings summed for one message: the rarest groups first
COMPARED = 10  # passages compared word by word
NEUTRAL = 0.40  # the raw score that is as likely right as wrong where no words are compared, and
STEEPNESS = 9.0  # how fast it becomes sure of either
LEAST_COVERED = 0.35
RAW_SAYS, COVERAGE_SAYS, DOUBT = 4.0, 5.0, -4.0  # a logistic fit where they are

Term = str | int
Progress = Callable[[int, int], None]


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


class Index:
    """Entries that can be searched. Build one with `Index.build`; it does not change afterwards."""

    def __init__(
        self, entries: Sequence[Entry], owners: Array, firsts: Array, words: Postings, letters: Postings
    ) -> None:
        self.entries = tuple(entries)
        self.owners = owners  # which entry each passage belongs to
        self.firsts = firsts  # the first passage of each entry
        self.words = words
        self.letters = letters
        self._most = float(words.idf.max()) if len(words.idf) else 1.0
        self._phrasings: dict[int, list[tuple[SaidWord, ...]]] = {}  # of an entry, once compared

    @classmethod
    def build(cls, entries: Iterable[Entry], progress: Progress | None = None) -> Index:
        """The index of these entries; `progress(done, of)` is told as it goes."""
        import numpy as np

        kept = [entry for entry in entries if any(text.strip() for text in (*entry.texts, entry.body))]
        words, letters = _Gathering(), _Gathering()
        owners: list[int] = []
        firsts: list[int] = []
        for at, entry in enumerate(kept):
            firsts.append(len(owners))
            for text, share in [*((text, 1.0) for text in entry.texts), (entry.body, BODY_SHARE)]:
                spoken = words_in(text)
                if spoken:
                    words.add(at, terms_of(spoken).weights, share)
                    letters.add(at, {group: math.log1p(n) for group, n in letter_groups(text).items()}, share)
                    owners.append(at)
            if firsts[-1] == len(owners):  # nothing readable in it: a passage that nothing finds
                words.add(at, {}, 0.0)
                letters.add(at, {}, 0.0)
                owners.append(at)
            if progress and at % 200 == 0:
                progress(at, len(kept))
        if progress:
            progress(len(kept), len(kept))
        return cls(
            kept,
            np.array(owners, dtype=np.int32),
            np.array(firsts, dtype=np.int32),
            words.by_words(len(kept)),
            letters.by_letters(len(kept)),
        )

    def search(self, text: str, tokens: Sequence[str] = (), k: int = 4) -> list[Hit]:
        """The `k` entries that may answer best, best first. `tokens`: the words as meant, where known already."""
        raw = self.scores(text, tokens)
        if raw is None:
            return []
        import numpy as np

        scores = calibrated(np.maximum.reduceat(raw, self.firsts)) / 2
        for at, score in self._compared(raw, tokens or words_in(text)).items():
            scores[at] = max(scores[at], score)
        k = min(k, len(scores))
        top = np.argpartition(-scores, k - 1)[:k] if k < len(scores) else np.arange(len(scores))
        order = top[np.lexsort((top, -scores[top]))]
        nothing = float(calibrated(0.0)) / 2
        return [
            Hit(entry.type, entry.id, entry.title, float(scores[at]), entry)
            for at in order.tolist()
            if scores[at] > nothing and (entry := self.entries[at])
        ]

    def scores(self, text: str, tokens: Sequence[str] = ()) -> Array | None:
        """The raw score of every passage, 0 to 1; None where there is nothing to search with or in."""
        spoken = tuple(tokens) or words_in(text)
        if not spoken or not self.entries:
            return None
        return WORDS_SHARE * self._by_words(spoken) + (1 - WORDS_SHARE) * self._by_letters(text, tokens)

    def _compared(self, raw: Array, spoken: Sequence[str]) -> dict[int, float]:
        """The best-looking passages that reach 0.5: their entries' scores."""
        import numpy as np

        asked = said_words(spoken)
        count = min(COMPARED, len(raw))
        found: dict[int, float] = {}
        for passage in np.argpartition(-raw, count - 1)[:count].tolist():
            at, looks = int(self.owners[passage]), float(raw[passage])
            phrasings = self._phrasings_of(at)
            which = passage - int(self.firsts[at])
            if which < len(phrasings):
                both = cover(asked, phrasings[which], self._telling)
                score = _logistic(RAW_SAYS * looks + COVERAGE_SAYS * both.least + DOUBT)
                score = score if both.least >= LEAST_COVERED else 0.0
            else:
                score = float(calibrated(looks))
            if score >= SURE:
                found[at] = max(score, found.get(at, 0.0))
        return found

    def _phrasings_of(self, at: int) -> list[tuple[SaidWord, ...]]:
        known = self._phrasings.get(at)
        if known is None:
            spoken = (words_in(text) for text in self.entries[at].texts)
            known = self._phrasings[at] = [said_words(words) for words in spoken if words]
        return known

    def _telling(self, root: str) -> float:
        """How much a stem says here, half of it for being a word at all: small shops have few to tell rare ones by."""
        place = self.words.places.get(root)
        idf = self._most if place is None else float(self.words.idf[place])
        return 0.5 * self._most + idf

    def _by_words(self, spoken: Sequence[str]) -> Array:
        import numpy as np

        reach = 0.0
        found: list[Array] = []
        weights: list[Array] = []
        terms = terms_of(spoken)
        for term, weight in terms.weights.items():
            place = self.words.places.get(term)
            if place is None:  # a word that nobody here uses, unless what it stands for is here
                if not term.startswith("#") and not any(c in self.words.places for c in terms.stands_for.get(term, ())):
                    reach += weight * UNKNOWN_WEIGHT * self._most
                continue
            reach += weight * float(self.words.idf[place])
            passages, told = self.words.of(place)
            found.append(passages)
            weights.append(told * np.float32(weight))
        return _summed(found, weights, len(self.owners)) / max(reach, LEAST_REACH * self._most)

    def _by_letters(self, text: str, tokens: Sequence[str]) -> Array:
        import numpy as np

        asked = []
        norm = 0.0
        for bucket, count in letter_groups(text, tokens).items():
            place = self.letters.places.get(bucket)
            weight = math.log1p(count) * (float(self.letters.idf[place]) if place is not None else self._unseen)
            norm += weight * weight
            if place is not None:
                asked.append((float(self.letters.idf[place]), place, weight))
        found: list[Array] = []
        weights: list[Array] = []
        left = POSTINGS
        for _, place, weight in sorted(asked, reverse=True):
            passages, told = self.letters.of(place)
            left -= len(passages)
            if left < 0 and found:
                break
            found.append(passages)
            weights.append(told * np.float32(weight))
        return _summed(found, weights, len(self.owners)) / (math.sqrt(norm) or 1.0)

    @property
    def _unseen(self) -> float:
        return math.log(1 + 2 * len(self.entries))


def calibrated(raw: Array | float) -> Any:
    """A raw score as a probability-like one: NEUTRAL is 0.5, the same words are near 1."""
    import numpy as np

    return 1 / (1 + np.exp(-STEEPNESS * (raw - NEUTRAL)))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


class _Gathering:
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


def _summed(found: Sequence[Array], weights: Sequence[Array], passages: int) -> Array:
    import numpy as np

    if not found:
        return np.zeros(passages)
    return np.bincount(np.concatenate(found), np.concatenate(weights), minlength=passages)
