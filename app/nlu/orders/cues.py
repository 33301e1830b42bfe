"""The small words that say what is done with what is named, found in a message: "sin", "mejor", "cámbiame … por"."""

from __future__ import annotations

import tomllib
from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property, lru_cache
from pathlib import Path

from app.core.text import fold
from app.nlu.words import Language

HERE = Path(__file__).parent
LONGEST = 5  # words of a cue

Cues = dict[str, int]  # cue -> where it ends


class CueBook:
    """The cues of one language."""

    def __init__(self, cues: dict[str, str]) -> None:
        self._phrases: dict[tuple[str, ...], set[str]] = defaultdict(set)
        self._prefixes: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._first: dict[str, int] = defaultdict(int)
        for cue, phrases in cues.items():
            for phrase in phrases.replace("\n", "").split("|"):
                words = tuple(fold(phrase).split())
                if not words:
                    continue
                if words[0].endswith("*"):
                    self._prefixes[words[0][:3]].append((words[0][:-1], cue))
                else:
                    self._phrases[words].add(cue)
                    self._first[words[0]] = max(self._first[words[0]], len(words))
        self._single: dict[str, frozenset[str]] = {}

    @cached_property
    def words(self) -> frozenset[str]:
        """Every whole word of the cues."""
        return frozenset(word for phrase in self._phrases for word in phrase)

    def at(self, words: Sequence[str], start: int, stop: int) -> Cues:
        """The cues that begin at `words[start]`, each with the end of its longest phrase."""
        found = dict.fromkeys(self.of(words[start]), start + 1)
        for size in range(2, min(self._first.get(words[start], 0), stop - start, LONGEST) + 1):
            for cue in self._phrases.get(tuple(words[start : start + size]), ()):
                found[cue] = start + size
        return found

    def of(self, word: str) -> frozenset[str]:
        """The cues that a word alone is."""
        known = self._single.get(word)
        if known is None:
            begun = {cue for prefix, cue in self._prefixes.get(word[:3], ()) if word.startswith(prefix)}
            known = frozenset(self._phrases.get((word,), set()) | begun)
            if len(self._single) < 20_000:
                self._single[word] = known
        return known


@lru_cache(maxsize=2)
def cue_book(language: Language) -> CueBook:
    """The cues of `language`; Spanish ones also where English is spoken among Spanish names."""
    with (HERE / "cues.toml").open("rb") as file:
        return CueBook(tomllib.load(file)[language])
