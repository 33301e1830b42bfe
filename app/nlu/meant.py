"""How near in meaning a text is to the examples of each intent, by an embedder's vectors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from app.nlu.embedder.base import Scale
from app.nlu.intents import Meant

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

OUTSIDE = "out_of_scope"
NEAREST = 3
THINGS = ("tacos", "una pizza", "dos hamburguesas", "agua de horchata", "una camisa", "pan dulce")  # to stand for {p}


class MeantExamples:
    """The examples of all languages together: a model of many languages needs no table for each."""

    def __init__(self, labels: Sequence[str], rows: Array, scale: Scale) -> None:
        import numpy as np

        order = np.argsort(np.array(labels), kind="stable")
        self._rows = rows[order]
        self._scale = scale
        self._labels, self._starts = np.unique(np.array(labels)[order], return_index=True)
        self._outside = np.array(labels)[order] == OUTSIDE

    def meant(self, vector: Array) -> Meant:
        """The text of this vector among them."""
        import numpy as np

        cosines = self._scale.read(self._rows @ vector)
        nearest = np.maximum.reduceat(cosines, self._starts)
        inside, outside = (np.sort(cosines[side])[-NEAREST:].mean() for side in (~self._outside, self._outside))
        return Meant(dict(zip(self._labels.tolist(), nearest.tolist(), strict=True)), float(inside), float(outside))


def as_said(example: str) -> str:
    """An example as somebody would say it: a thing in the place of `{p}`, which one told by the sentence itself."""
    thing = THINGS[sum(map(ord, example)) % len(THINGS)]
    return example.replace("{p}", thing).replace("<num>", "2")
