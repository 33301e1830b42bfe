"""Embeddings of an Ollama of one's own (https://docs.ollama.com/api/embed)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.core.errors import DeliveryError
from app.nlu.embedder.base import Access, Scale
from app.nlu.embedder.rows import unit_rows
from app.nlu.embedder.scales import scale_of
from app.nlu.embedder.service_call import ServiceCall

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

PREFIX = "ollama/"
HOME = "http://localhost:11434"


class Ollama:
    """Texts -> unit vectors of one model. Raises DeliveryError where Ollama does not answer, or lacks the model."""

    is_local = False  # a model of its own machine may still take seconds to load

    def __init__(self, model: str, access: Access) -> None:
        self.name = PREFIX + model
        self._model = model
        host = (access.ollama_host or HOME).rstrip("/")
        self._call = ServiceCall("ollama", f"{host}/api/embed", operator=True)

    @property
    def scale(self) -> Scale:
        return scale_of(self._model)

    def queries(self, texts: Sequence[str]) -> Array:
        """One row a text."""
        answer = self._call.post({"model": self._model, "input": list(texts)})
        if not isinstance(answer, dict):
            raise DeliveryError(f"{self.name}: its answer is not one vector a text")
        return unit_rows(answer.get("embeddings"), len(texts), self.name)

    passages = queries
