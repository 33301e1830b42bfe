"""Models of the `sentence-transformers` package, which is not installed with Tendero (it brings a gigabyte of PyTorch).

The package fetches a model by itself the first time; afterwards nothing leaves this machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from threading import Lock
from typing import TYPE_CHECKING, Any

from app.core.errors import DeliveryError
from app.nlu.embedder.base import Scale
from app.nlu.embedder.rows import unit_rows
from app.nlu.embedder.scales import scale_of

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

PREFIX = "sentence-transformers/"
MISSING = "falta el paquete sentence-transformers: instalalo con  pip install sentence-transformers"


class SentenceTransformers:
    """Texts -> unit vectors of one model. Loads at the first use; calls may come from several threads.

    Raises DeliveryError where the package or the model cannot be had.
    """

    is_local = True

    def __init__(self, model: str) -> None:
        self.name = PREFIX + model
        self._model_name = model
        self._model: Any = None
        self._lock = Lock()

    @property
    def scale(self) -> Scale:
        return scale_of(self._model_name)

    def queries(self, texts: Sequence[str]) -> Array:
        """What customers ask, one row a text."""
        return self._encode("query: ", texts)

    def passages(self, texts: Sequence[str]) -> Array:
        """What the shop has written, one row a text."""
        return self._encode("passage: ", texts)

    def _encode(self, mark: str, texts: Sequence[str]) -> Array:
        if "e5" not in self._model_name.lower():  # only that family was trained with marks (its model card)
            mark = ""
        with self._lock:
            if self._model is None:
                self._model = _loaded(self._model_name)
            made = self._model.encode([mark + text for text in texts], show_progress_bar=False)
        return unit_rows(made, len(texts), self.name)


def is_installed() -> bool:
    """Whether the package is here, without loading it."""
    return find_spec("sentence_transformers") is not None


def _loaded(model: str) -> Any:
    """Weights as safetensors only: the older form is a pickle, and loading it could run code (TRUST S-19)."""
    if not is_installed():
        raise DeliveryError(MISSING, permanent=True)
    try:
        from sentence_transformers import SentenceTransformer

        return SentenceTransformer(model, trust_remote_code=False, model_kwargs={"use_safetensors": True})
    except Exception as error:  # the package raises what its many parts do: no model, no network, no memory
        reason = next(iter(str(error).splitlines()), type(error).__name__)
        raise DeliveryError(f"no pude cargar el modelo {model}: {reason}") from error
