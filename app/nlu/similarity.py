"""How like a text is to example sentences: TF-IDF over stems, their pairs and letter groups, in plain numpy.

Two readings of the same examples: the nearest one (cosine), and a ridge regression of the labels on them, solved in its dual form
(a few hundred examples, thousands of features), which weighs what all examples of a label share.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

WORD, PAIR, LETTERS = 1.0, 0.7, 0.45
GRAM_SIZES = (3, 4)
MAX_SYMBOLS = 60
RIDGE = 0.35
LEAST = 1e-9


class Near(NamedTuple):
    """An example and its cosine to a text."""

    label: str
    example: str
    score: float


class Examples:
    """Labelled example sentences, given as their symbols."""

    def __init__(self, rows: Sequence[tuple[str, str, Sequence[str]]]) -> None:
        import numpy as np

        self._said = [(label, text) for label, text, _ in rows]
        self.labels = tuple(dict.fromkeys(label for label, _, _ in rows))
        counted = [features(symbols) for _, _, symbols in rows]
        seen = Counter(name for row in counted for name in row)
        self._unseen = math.log(1 + len(rows)) + 1
        self._index = {name: column for column, name in enumerate(seen)}
        self._idf = np.array([math.log((1 + len(rows)) / (1 + n)) + 1 for n in seen.values()], dtype=np.float32)
        self._rows = np.repeat(np.arange(len(rows), dtype=np.int32), [len(found) for found in counted])
        self._columns = np.array([self._index[name] for found in counted for name in found], dtype=np.int32)
        values = np.array([weight for found in counted for weight in found.values()], dtype=np.float32)
        values *= self._idf[self._columns]
        lengths = np.sqrt(np.bincount(self._rows, values * values, minlength=len(rows)))
        self._values = (values / np.maximum(lengths, LEAST)[self._rows]).astype(np.float32)
        self._weights = self._regress()

    def score(self, symbols: Sequence[str]) -> tuple[dict[str, float], float]:
        """Each label's regression score (about 0 to 1), and the share of the text's weight that any example knows."""
        columns, values, known = self._vector(symbols)
        if not columns:
            return dict.fromkeys(self.labels, 0.0), 0.0
        scores = values @ self._weights[columns]
        return dict(zip(self.labels, scores.tolist(), strict=True)), known

    def nearest(self, symbols: Sequence[str], k: int = 3) -> list[Near]:
        """The `k` examples most like the text, best first; for the trace, not for every message."""
        import numpy as np

        columns, values, _ = self._vector(symbols)
        text = np.zeros(len(self._index), dtype=np.float32)
        text[columns] = values
        cosines = np.bincount(self._rows, self._values * text[self._columns], minlength=len(self._said))
        best = cosines.argsort()[::-1][:k].tolist()
        return [
            Near(self._said[row][0], self._said[row][1], round(float(cosines[row]), 3))
            for row in best
            if cosines[row] > 0
        ]

    def _regress(self) -> NDArray[np.float32]:
        """Weights of features x labels.

        The examples' likeness to one another is added up feature by feature: few features stand in more than one example, so
        this needs neither the features x examples matrix nor its product.
        """
        import numpy as np

        size = len(self._said)
        order = np.argsort(self._columns, kind="stable")
        rows, values = self._rows[order], self._values[order]
        ends = np.cumsum(np.bincount(self._columns, minlength=len(self._index))).tolist()
        gram = np.eye(size, dtype=np.float32) * RIDGE
        for start, end in itertools.pairwise([0, *ends]):
            own, weights = rows[start:end], values[start:end]
            gram[own[:, None], own] += weights[:, None] * weights
        wanted = np.array([[label == own for label in self.labels] for own, _ in self._said], dtype=np.float32)
        dual = np.linalg.solve(gram, wanted)
        starts = [0, *ends[:-1]]
        return np.add.reduceat(dual[rows] * values[:, None], starts, axis=0).astype(np.float32)

    def _vector(self, symbols: Sequence[str]) -> tuple[list[int], NDArray[np.float32], float]:
        import numpy as np

        index, columns, weights, unseen = self._index, [], [], 0.0
        for name, weight in features(symbols[:MAX_SYMBOLS]).items():
            column = index.get(name)
            if column is None:
                unseen += weight * weight
            else:
                columns.append(column)
                weights.append(weight)
        values = np.array(weights, dtype=np.float32) * self._idf[columns] if columns else np.zeros(0, dtype=np.float32)
        own = float(values @ values)
        whole = own + unseen * self._unseen**2
        return columns, values / math.sqrt(whole) if whole else values, own / whole if whole else 0.0


def features(symbols: Iterable[str]) -> dict[str, float]:
    """Named weights: stems, pairs of neighbours, letter groups within words."""
    found: dict[str, float] = {}
    before = "^"
    for symbol in symbols:
        found[symbol] = WORD
        found[before + " " + symbol] = PAIR
        before = symbol
        if len(symbol) > 3 and symbol[0] not in "<:":
            edged = "_" + symbol + "_"
            for size in GRAM_SIZES:
                for at in range(len(edged) - size + 1):
                    found["#" + edged[at : at + size]] = LETTERS
    found[before + " $"] = PAIR
    return found
