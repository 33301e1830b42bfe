"""The search index: finds what the shop knows that may answer a message, by its words, its letters and its meaning.

Each phrasing of an entry, and its body, is a passage of its own. Four views from 0 to 1 are weighed and added (no ranks:
on small indexes they throw the margin away):

- words: BM25 over stems as a share of what the message could reach;
- letters: the cosine of TF-IDF vectors over groups of letters, which typos leave nearly whole;
- meaning: cosines of an embedder's vectors, to the phrasings and to the entry as a whole, where there is one;
- intent: how far question and entry ask for the same kind of thing.

The entries that look best are then compared word by word, and the whole becomes a score at which 0.5 is as likely right
as wrong. Without vectors (no embedder, none yet, a damaged file) the first two views answer alone.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from app.knowledge.coverage import Spoken, cover
from app.knowledge.documents.quote import AMOUNT, HOW_MUCH
from app.knowledge.entry import Entry, Hit
from app.knowledge.postings import Gathering, Postings, summed
from app.knowledge.terms import SaidWord, letter_groups, said_words, terms_of, words_in
from app.knowledge.vectors import Vectors
from app.nlu.service import Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

WORDS_SHARE = 0.5  # of what words and letters say together
BODY_SHARE = 0.5  # an answer that holds the words says less than a question that asks with them
UNKNOWN_WEIGHT = 0.6  # of a word that no entry has, among what the message could reach
LEAST_REACH = 0.5  # of the rarest word's: a message of grammar words alone proves nothing
SURE = 0.5
CERTAIN = 0.9  # the very words: meaning has nothing to add
POSTINGS = 120_000  # most letter postings summed for one message: the rarest groups first
COMPARED = 10  # passages compared word by word
NEUTRAL = 0.40  # the raw score that is as likely right as wrong where no words are compared, and
STEEPNESS = 9.0  # how fast it becomes sure of either
LEAST_COVERED = 0.35
RAW_SAYS, COVERAGE_SAYS, DOUBT = 4.0, 5.0, -4.0  # a logistic fit where they are

NEAR = 64  # passages whose meaning is compared first
MEANING_SHARE = 0.7  # of the score, where there are vectors
WHOLE_SHARE = 0.45  # of the meaning: question and answer as one text; the best phrasing has the rest
WHOLE_ALONE = 0.9  # what the whole is worth where no phrasing is nearer
INTENT_ADDS = 0.14
# A logistic fit where there are vectors, on the samples' own phrasings asked without themselves, and questions about their
# documents: the sum and its lead; of a document also how much of what is asked the passage speaks of.
TOTAL_SAYS, AHEAD_SAYS, TOTAL_DOUBT = 8.5, 7.5, -4.4
DOC_ADDS, DOC_HELD_SAYS = -1.0, 4.0
FAQ_ADDS, FAQ_HELD_SAYS = -1.0, 2.0  # the same of a FAQ, where there are documents that may say the rest
NO_FIGURE = 0.6  # what is left of a passage without one, where it is asked how much or when
FAR, FAR_SAYS = ("out_of_scope", "smalltalk"), 8.0  # what is probably nothing of the shop's is less probably this,
VERY_WORDS = 2.0  # unless the shop has its very words

LATELY = 32  # texts whose words were read last

Progress = Callable[[int, int], None]
Meaning = Callable[[str], "Array | None"]
Labels = Callable[[str], Mapping[str, float]]


class _Read(NamedTuple):
    """A text by its words: every passage's raw score, the words as meant, the entries that look like an answer."""

    raw: Array
    spoken: tuple[str, ...]
    found: dict[int, float]


class Index:
    """Entries that can be searched. Build one with `Index.build`; it does not change afterwards."""

    def __init__(
        self, entries: Sequence[Entry], owners: Array, firsts: Array, words: Postings, letters: Postings,
        intents: tuple[tuple[str, ...], Array], vectors: Vectors | None = None,
    ) -> None:  # fmt: skip
        self.entries = tuple(entries)
        self.owners = owners  # which entry each passage belongs to
        self.firsts = firsts  # the first passage of each entry
        self.words = words
        self.letters = letters
        self.intents = intents  # labels, and how much each entry asks for them
        self.vectors = vectors
        self._most = float(words.idf.max()) if len(words.idf) else 1.0
        self._phrasings: dict[int, list[tuple[SaidWord, ...]]] = {}  # of an entry, once compared
        self._spoken: dict[int, Spoken] = {}
        self._lately: dict[tuple[str, tuple[str, ...]], _Read] = {}
        self._has_docs = any(entry.type == "doc" for entry in self.entries)

    @classmethod
    def build(
        cls, entries: Iterable[Entry], progress: Progress | None = None, labels: Labels = lambda text: {}
    ) -> Index:
        """The index of these entries by their words; `progress(done, of)` is told as it goes.

        `labels(text)`: how sure each intent of a question is.
        """
        import numpy as np

        kept = [entry for entry in entries if any(text.strip() for text in (*entry.texts, entry.body))]
        words, letters = Gathering(), Gathering()
        owners: list[int] = []
        firsts: list[int] = []
        for at, entry in enumerate(kept):
            firsts.append(len(owners))
            body_share = 1.0 if entry.type == "doc" else BODY_SHARE
            for text, share in [*((text, 1.0) for text in entry.texts), (entry.body, body_share)]:
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
            _asked_for(kept, labels),
        )

    def with_vectors(self, rows: Array, scale: Scale) -> Index:
        """The same with the meanings of its passages, a row for each of `texts_to_embed`."""
        vectors = Vectors(rows, scale) if rows.size else None
        return Index(self.entries, self.owners, self.firsts, self.words, self.letters, self.intents, vectors)

    def texts_to_embed(self) -> list[str]:
        """A text a passage: the phrasing itself; for the body the entry as a whole."""
        texts = []
        for entry in self.entries:
            said = [text for text in entry.texts if words_in(text)]
            whole = [f"{entry.title}. {entry.body}"] if words_in(entry.body) else []
            texts += [*said, *whole] or [""]
        return texts

    def search(
        self, text: str, tokens: Sequence[str] = (), k: int = 4, *, vector: Meaning | None = None,
        intents: Mapping[str, float] | None = None,
    ) -> list[Hit]:  # fmt: skip
        """The `k` entries that may answer best, best first.

        `tokens`: the words as meant, where known already; `vector(text)`: what it means, asked only where its words leave
        doubt; `intents`: what it asks for.
        """
        read = self._read(text, tuple(tokens))
        if read is None:
            return []
        import numpy as np

        raw, spoken, found = read
        found = dict(found)
        certain = any(score >= CERTAIN for score in found.values())
        meant = vector(text) if vector is not None and self.vectors is not None and not certain else None
        if meant is None:
            scores = calibrated(np.maximum.reduceat(raw, self.firsts)) / 2
        else:
            scores, found = self._weighed(raw, said_words(spoken), meant, intents or {})
        for at, score in found.items():
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

    def is_certain(self, text: str, tokens: Sequence[str] = ()) -> bool:
        """Whether an entry asks this very thing in these words."""
        read = self._read(text, tuple(tokens))
        return read is not None and any(score >= CERTAIN for score in read.found.values())

    def _read(self, text: str, tokens: tuple[str, ...]) -> _Read | None:
        """What the words alone say, each text once: it is asked whether they settle it, then for the answer."""
        known = self._lately.get((text, tokens))
        if known is None:
            raw = self.scores(text, tokens)
            if raw is None:
                return None
            spoken = tokens or words_in(text)
            known = _Read(raw, spoken, self._compared(raw, spoken))
            if len(self._lately) >= LATELY:
                self._lately.clear()
            self._lately[text, tokens] = known
        return known

    def scores(self, text: str, tokens: Sequence[str] = ()) -> Array | None:
        """What words and letters say of every passage, 0 to 1; None where there is nothing to search with or in."""
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

    def _weighed(
        self, raw: Array, asked: Sequence[SaidWord], vector: Array, intents: Mapping[str, float]
    ) -> tuple[Array, dict[int, float]]:  # fmt: skip
        """All views added, and the score of the entries that look best."""
        import numpy as np

        lexical = np.maximum.reduceat(raw, self.firsts)
        totals = (1 - MEANING_SHARE) * lexical
        assert self.vectors is not None
        likely = np.unique(self.owners[self.vectors.near(vector, NEAR)])
        count = min(NEAR, len(totals))
        likely = np.union1d(likely, np.argpartition(-totals, count - 1)[:count])
        meant = self._meanings(likely, vector)
        totals[likely] += MEANING_SHARE * meant + INTENT_ADDS * self._same_intent(likely, intents)
        best = likely[np.argsort(-totals[likely], kind="stable")][: COMPARED + 1]
        leads = totals[best]
        written = [self._written(asked, at) for at in best.tolist()]
        far = max(0.0, max((intents.get(name, 0.0) for name in FAR), default=0.0) - SURE)
        sure = TOTAL_SAYS * leads + AHEAD_SAYS * (leads - self._rivals(best, leads)) + TOTAL_DOUBT + np.array(written)
        sure -= FAR_SAYS * far * (1 - min(VERY_WORDS * float(lexical[best].max()), 1.0))
        return calibrated(totals) / 2, dict(zip(best.tolist(), (1 / (1 + np.exp(-sure))).tolist(), strict=True))

    def _is_doc(self, at: int) -> bool:
        return self.entries[at].type == "doc"

    def _written(self, asked: Sequence[SaidWord], at: int) -> float:
        """What it adds that the entry speaks of what is asked: of all of it, and with a figure where one is wanted."""
        entry = self.entries[at]
        if not self._has_docs or entry.type == "product":
            return 0.0
        known = self._spoken.get(at)
        if known is None:
            said = (entry.title, *entry.texts[:1]) if entry.type == "doc" else entry.texts
            known = self._spoken[at] = Spoken.of(said_words(words_in(" ".join((*said, entry.body)))))
        held = known.holds(asked, self._telling)
        if entry.type == "faq":
            return FAQ_ADDS + FAQ_HELD_SAYS * held
        wanted = any(word.word in HOW_MUCH for word in asked) and not AMOUNT.search(entry.body)
        return DOC_ADDS + DOC_HELD_SAYS * held * (NO_FIGURE if wanted else 1.0)

    def _rivals(self, best: Array, totals: Array) -> Array:
        """The total that each must be ahead of: the best other's; passages of one document are no rivals."""
        import numpy as np

        sources = np.array([self.entries[at].id.partition("#")[0] if self._is_doc(at) else at for at in best.tolist()], dtype=object)  # fmt: skip
        return np.array([max(totals[sources != source], default=0.0) for source in sources])

    def _meanings(self, entries: Array, vector: Array) -> Array:
        """How near each entry is in meaning: its best phrasing and its whole."""
        import numpy as np

        assert self.vectors is not None
        ends = np.append(self.firsts[1:], len(self.owners))
        starts, sizes = self.firsts[entries], ends[entries] - self.firsts[entries]
        passages = np.repeat(starts - np.append(0, np.cumsum(sizes)[:-1]), sizes) + np.arange(sizes.sum())
        cosines = self.vectors.cosines(passages, vector)
        cuts = np.append(0, np.cumsum(sizes)[:-1])
        best = np.maximum.reduceat(cosines, cuts)
        whole = cosines[cuts + sizes - 1]  # the last passage is the body, or the only phrasing
        best = np.where(best == whole, WHOLE_ALONE * whole, best)
        return np.asarray((1 - WHOLE_SHARE) * best + WHOLE_SHARE * whole)

    def _same_intent(self, entries: Array, intents: Mapping[str, float]) -> Array:
        import numpy as np

        names, asked_for = self.intents
        mine = np.array([intents.get(name, 0.0) for name in names])
        same: Array = np.minimum(asked_for[entries], mine).max(axis=1, initial=0.0)
        return same

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
        return summed(found, weights, len(self.owners)) / max(reach, LEAST_REACH * self._most)

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
        return summed(found, weights, len(self.owners)) / (math.sqrt(norm) or 1.0)

    @property
    def _unseen(self) -> float:
        return math.log(1 + 2 * len(self.entries))


def calibrated(raw: Array | float) -> Any:
    """A raw score as a probability-like one: NEUTRAL is 0.5, the same words are near 1."""
    import numpy as np

    return 1 / (1 + np.exp(-STEEPNESS * (raw - NEUTRAL)))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value))


def _asked_for(entries: Sequence[Entry], labels: Labels) -> tuple[tuple[str, ...], Array]:
    """The intents of the questions that the shop answers itself: a matrix of entries and labels."""
    import numpy as np

    asked = [labels(entry.texts[0]) if entry.type == "faq" and entry.texts else {} for entry in entries]
    names = tuple(sorted({name for row in asked for name in row}))
    found = np.array([[row.get(name, 0.0) for name in names] for row in asked], dtype=np.float32)
    return names, found.reshape(len(entries), len(names))
