"""Embeddings of OpenAI, or of any service that speaks its protocol (`OPENAI_BASE_URL`).

https://platform.openai.com/docs/api-reference/embeddings: no empty text, at most 2,048 of them and 8,192 tokens each.
"""

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

PREFIX = "openai/"
HOME = "https://api.openai.com/v1"
BATCH = 256
MOST_LETTERS = 4_000
NO_KEY = "falta OPENAI_API_KEY en .env: ponela, o volvé a retrieval.embedder: builtin"


class OpenAI:
    """Texts -> unit vectors of one model. Raises DeliveryError where the service does not answer, or refuses."""

    is_local = False

    def __init__(self, model: str, access: Access) -> None:
        self.name = PREFIX + model
        self._model = model
        self._has_key = bool(access.openai_api_key or access.openai_base_url)  # one's own server may need none
        base = (access.openai_base_url or HOME).rstrip("/")
        headers = {"Authorization": f"Bearer {access.openai_api_key}"} if access.openai_api_key else None
        self._call = ServiceCall("openai", f"{base}/embeddings", headers, operator=bool(access.openai_base_url))

    @property
    def scale(self) -> Scale:
        return scale_of(self._model)

    def queries(self, texts: Sequence[str]) -> Array:
        """One row a text."""
        import numpy as np

        if not self._has_key:
            raise DeliveryError(NO_KEY, permanent=True)
        made = [self._batch(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]
        if len({rows.shape[1] for rows in made}) > 1:
            raise DeliveryError(f"{self.name}: vectors of several lengths")
        return np.concatenate(made) if made else np.zeros((0, 0), dtype=np.float32)

    passages = queries  # these models do not tell questions from passages

    def _batch(self, texts: Sequence[str]) -> Array:
        answer = self._call.post(
            {"model": self._model, "input": [text[:MOST_LETTERS] for text in texts], "encoding_format": "float"}
        )
        try:
            by_index = {item["index"]: item["embedding"] for item in answer["data"]}
            rows = [by_index[at] for at in range(len(texts))]
        except (KeyError, TypeError) as error:
            raise DeliveryError(f"{self.name}: its answer is not one vector a text") from error
        return unit_rows(rows, len(texts), self.name)
