"""The owner's examples (intents.csv): what is said almost as one of them means what the owner says it means."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from app.nlu.stem import stem

COURTESY = frozenset(
    stem(word, language)
    for language, words in (
        (
            "es",
            "favor gracias amable pues amigo amiga vecino vecina maje hermano che don dona senor senora hola buenas",
        ),
        ("en", "please thanks sir hi hello"),
    )
    for word in words.split()
)
BEFORE_FAVOR = "por"
ALIKE = 0.75  # the share of what both say, by weight, from which they say the same
SMALL = 0.3  # what a word of grammar weighs beside one that carries matter


class OwnExamples:
    """Sentences with the owner's labels, given as their symbols; filed under each symbol."""

    def __init__(self, rows: Iterable[tuple[str, Sequence[str]]], small: frozenset[str]) -> None:
        self._small = small
        self._rows = [(label, _matter(symbols)) for label, symbols in rows]
        self._filed: dict[str, list[int]] = defaultdict(list)
        for number, (_, said) in enumerate(self._rows):
            for symbol in said:
                self._filed[symbol].append(number)

    def nearest(self, symbols: Sequence[str]) -> tuple[str, float] | None:
        """The label of the example that says the same, courtesy aside, and how alike they are."""
        said = _matter(symbols)
        best: tuple[str, float] | None = None
        for number in sorted({number for symbol in said for number in self._filed.get(symbol, ())}):
            label, own = self._rows[number]
            alike = self._weight(said & own) / self._weight(said | own)
            if alike >= ALIKE and (best is None or alike > best[1]):
                best = (label, alike)
        return best

    def _weight(self, symbols: frozenset[str]) -> float:
        return sum(SMALL if symbol in self._small else 1.0 for symbol in symbols)


def _matter(symbols: Sequence[str]) -> frozenset[str]:
    """What is said without the courtesy around it; a courtesy alone is what is said."""
    kept = [
        symbol
        for at, symbol in enumerate(symbols)
        if symbol not in COURTESY and not (symbol == BEFORE_FAVOR and symbols[at + 1 : at + 2] == ["favor"])
    ]
    return frozenset(kept or symbols)
