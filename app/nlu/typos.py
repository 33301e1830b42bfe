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
SHORTEST = 3  # letters; a word this short is mended only to one that sounds the same
LONGEST = 30
SUBSTITUTION_FROM = 6  # letters; in shorter words a letter replaced makes another word more often than a slip
TWO_SLIPS_FROM = 9
CACHE = 20_000
_SOUNDS = (
    ("qua", "kua"), ("qu", "k"), ("ce", "se"), ("ci", "si"), ("ck", "k"), ("ch", "1"), ("sh", "1"), ("c", "k"), ("q", "k"), ("z", "s"),
    ("v", "b"), ("ll", "y"), ("w", "gu"), ("hue", "gue"), ("hui", "gui"), ("hua", "gua"), ("h", ""), ("gue", "2e"), ("gui", "2i"),
    ("ge", "je"), ("gi", "ji"), ("nn", "n"), ("ss", "s"), ("rr", "r"), ("mb", "nb"), ("mp", "np"),
)  # fmt: skip


def sound(word: str) -> str:
    """A folded Spanish word as it sounds: "kiero" and "quiero", "embio" and "envio", "guevos", "uebos" and "huevos" meet."""
    for spelling, said in _SOUNDS:
        word = word.replace(spelling, said)
    if word.startswith(("ue", "ui")):
        word = "2" + word[1:]
    return word[:-2] + "ado" if word.endswith("ao") else word[:-3] + "ados" if word.endswith("aos") else word


def root(word: str) -> str:
    """A word without the endings of number and gender; cheap enough for thousands of words at the start."""
    single = word.removesuffix("s")
    return single[:-1] if len(single) > MIN_LENGTH and single[-1] in "ao" else single


class Mender:
    """Known words stay; an unknown word goes to the target that sounds alike or is nearest, if one is near enough.

    `products` are targets too; what sounds almost like one of them is mended to it as well ("weveos").
    """

    def __init__(
        self, targets: Iterable[str], known: Iterable[str], language: Language, products: Iterable[str] = ()
    ) -> None:
        self._language: Language = language
        words = words_of(language)
        sold = {word for word in products if word.isalpha()}
        mendable = {word for word in targets if word.isalpha()} | sold
        self._known = mendable | set(known) | words.grammar | words.ordinary | words.never_sold | set(words.forms)
        self._stems = {stem(word, language) for word in mendable}
        self._roots = {root(word) for word in self._known}
        self._by_sound: dict[str, str] = {}
        self._near: dict[tuple[str, int], list[str]] = defaultdict(list)
        for word in sorted(word for word in mendable | set(words.forms) if len(word) >= SHORTEST):
            self._by_sound.setdefault(sound(word), word)
            if len(word) >= MIN_LENGTH:
                self._near[(word[0], len(word))].append(word)
        self._sold: dict[tuple[str, int], list[str]] = defaultdict(list)
        for said in sorted({sound(word) for word in sold if len(word) > MIN_LENGTH}):
            self._sold[(said[0], len(said))].append(said)
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
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or self.knows(word):
            return word
        if self._language == "es":
            said = sound(word)
            alike = self._by_sound.get(said) or (self._by_sound.get(said[:-1]) if said.endswith("s") else None)
            if alike is not None:
                return alike
            for base in without_diminutive(word):
                if len(base) >= MIN_LENGTH and base in self._known:
                    return base
        if len(word) < MIN_LENGTH:
            return word
        return self._undoubled(word) or self._nearest(word) or self._sounds_almost_like(word) or word

    def _undoubled(self, word: str) -> str | None:
        """ "graciass", "holaa" -> the word without its doubled letters, if it is known."""
        single = word[0] + "".join(letter for before, letter in itertools.pairwise(word) if letter != before)
        return single if single != word and single in self._known else None

    def _nearest(self, word: str) -> str | None:
        slips = 2 if len(word) >= TWO_SLIPS_FROM else 1
        sizes = range(len(word) - slips, len(word) + slips + 1)
        return _best_slip(word, [other for size in sizes for other in self._near.get((word[0], size), ())], slips)

    def _sounds_almost_like(self, word: str) -> str | None:
        """The product's word whose sound is one slip away: two mistakes in one word, one of the ear and one of the fingers."""
        if self._language != "es":
            return None
        said = sound(word)
        sizes = range(len(said) - 1, len(said) + 2)
        alike = _best_slip(said, [other for size in sizes for other in self._sold.get((said[:1], size), ())], 1)
        return self._by_sound.get(alike) if alike else None


def _best_slip(word: str, near: list[str], slips: int) -> str | None:
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

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
