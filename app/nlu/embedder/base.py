"""What an embedder is: text in, unit vectors out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


NEUTRAL, SAME = 0.46, 0.80  # the default embedder's, on which every weight was fitted


@dataclass(frozen=True, slots=True)
class Scale:
    """How an embedder's cosines read: of texts as likely as not to mean the same, and of the same thing said twice.

    Each model has its own (0.75 is nothing to e5 and nearly sure to USE), which is why `min_score` is a calibrated
    figure and no cosine.
    """

    neutral: float = NEUTRAL
    same: float = SAME

    def read(self, cosines: Array) -> Array:
        """The cosines as the default embedder would give them."""
        return NEUTRAL + (cosines - self.neutral) * ((SAME - NEUTRAL) / (self.same - self.neutral))


@dataclass(frozen=True)
class Access:
    """Where the services are and what opens them, as `.env` has it; empty where it says nothing."""

    openai_base_url: str = ""
    openai_api_key: str = field(default="", repr=False)
    ollama_host: str = ""


class Embedder(Protocol):
    """Turns texts into vectors of length 1, so that a product of two is their cosine.

    `name` tells vectors of one model from another's; `is_local`: it answers from this process, in milliseconds and without
    the network. Calls block: never on the event loop. Raises DeliveryError where a service does not answer.
    """

    @property
    def name(self) -> str: ...

    @property
    def is_local(self) -> bool: ...

    @property
    def scale(self) -> Scale: ...

    def queries(self, texts: Sequence[str]) -> Array:
        """What customers ask, one row a text."""
        ...

    def passages(self, texts: Sequence[str]) -> Array:
        """What the shop has written, one row a text."""
        ...
