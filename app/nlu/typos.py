"""Puts unknown words right: to the nearest word that intents, products or FAQs use.

A wrong mend costs more than a missed one ("pavo" is no "pago"), so only slips that fingers make are mended, and never a word whose stem
is known or that people use every day.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable

from app.nlu.stem import stem, without_diminutive
from app.nlu.words import Language, words_of

MIN_LENGTH = 4
LONGEST = 30
SUBSTITUTION_FROM = 6  # letters; in shorter words a letter replaced makes another word more often than a slip
TWO_SLIPS_FROM = 9
CACHE = 20_000
_SOUNDS = (
    ("qu", "k"), ("ce", "se"), ("ci", "si"), ("ck", "k"), ("ch", "1"), ("c", "k"), ("q", "k"), ("z", "s"), ("v", "b"), ("w", "gu"),
    ("ll", "y"), ("gue", "2e"), ("gui", "2i"), ("ge", "je"), ("gi", "ji"), ("h", ""), ("nn", "n"), ("ss", "s"), ("rr", "r"),
)  # fmt: skip


def sound(word: str) -> str:
    """A folded Spanish word as it sounds: "kiero" and "quiero", "embio" and "envio" meet."""
    for spelling, said in _SOUNDS:
        word = word.replace(spelling, said)
    return word.replace("mb", "nb").replace("mp", "np")


def root(word: str) -> str:
    """A word without the endings of number and gender; cheap enough for thousands of words at the start."""
    single = word.removesuffix("s")
    return single[:-1] if len(single) > MIN_LENGTH and single[-1] in "ao" else single


class Mender:
    """Known words stay; an unknown word of four letters or more goes to the nearest target, if one is near enough."""

    def __init__(self, targets: Iterable[str], known: Iterable[str], language: Language) -> None:
        self._language: Language = language
        words = words_of(language)
        mendable = {word for word in targets if word.isalpha()}
        self._known = mendable | set(known) | words.grammar | words.ordinary | set(words.forms)
        self._stems = {stem(word, language) for word in mendable}
        self._roots = {root(word) for word in self._known}
        self._by_sound: dict[str, str] = {}
        self._near: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(word for word in mendable | set(words.forms) if len(word) >= MIN_LENGTH):
            self._by_sound.setdefault(sound(word), word)
            self._near[(word[0], len(word))].append(word)
        self._cache: dict[str, str] = {}

    def knows(self, word: str) -> bool:
        """Whether the word, as it stands or as another form, is in the vocabulary."""
        if word in self._known or root(word) in self._roots:
            return True
        own = stem(word, self._language)
        return len(own) >= MIN_LENGTH and own in self._stems

    def __call__(self, word: str) -> str:
        """`word` put right, or as it is."""
        right = self._cache.get(word)
        if right is None:
            if len(self._cache) >= CACHE:
                self._cache.clear()
            right = self._cache[word] = self._mend(word)
        return right

    def _mend(self, word: str) -> str:
        if not MIN_LENGTH <= len(word) <= LONGEST or not word.isalpha() or self.knows(word):
            return word
        if self._language == "es":
            said = sound(word)
            alike = self._by_sound.get(said) or (self._by_sound.get(said[:-1]) if said.endswith("s") else None)
            if alike is not None:
                return alike
            for base in without_diminutive(word):
                if len(base) >= MIN_LENGTH and base in self._known:
                    return base
        return self._undoubled(word) or self._nearest(word) or word

    def _undoubled(self, word: str) -> str | None:
        """ "graciass", "holaa" -> the word without its doubled letters, if it is known."""
        single = word[0] + "".join(letter for before, letter in itertools.pairwise(word) if letter != before)
        return single if single != word and single in self._known else None

    def _nearest(self, word: str) -> str | None:
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        sizes = range(len(word) - slips, len(word) + slips + 1)
        near = [other for size in sizes for other in self._near.get((word[0], size), ())]
        for other, distance, _ in process.extract(word, near, scorer=OSA.distance, score_cutoff=slips, limit=5):
            if _is_slip(word, other, int(distance)):
                return str(other)
        return None


def _is_slip(word: str, other: str, distance: int) -> bool:
    """Whether `word` is what fingers make of `other`: letters swapped, left out, added or, in longer words, replaced."""
    if distance > 1:
        return word[:2] == other[:2] and min(len(word), len(other)) >= TWO_SLIPS_FROM - 1
    if len(word) == len(other):
        swapped = sorted(word) == sorted(other)
        return swapped or (len(word) >= SUBSTITUTION_FROM and word[-1] == other[-1])
    return min(len(word), len(other)) >= MIN_LENGTH and word[-1] == other[-1]
