"""What passages mean: one vector each in a flat FAISS index, exact at any size a shop has."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.nlu.service import Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


class Vectors:
    """Rows of length one (or of zeros), in the order of the passages."""

    def __init__(self, rows: Array, scale: Scale) -> None:
        import faiss

        faiss.omp_set_num_threads(1)
        self._scale = scale
        self._index = faiss.IndexFlatIP(rows.shape[1])
        self._index.add(rows)
        flat = faiss.rev_swig_ptr(self._index.get_xb(), rows.size)  # a view of what FAISS holds, not a copy
        self._rows: Array = flat.reshape(rows.shape)

    def __len__(self) -> int:
        return len(self._rows)

    def near(self, vector: Array, k: int) -> Array:
        """The `k` passages whose meaning is nearest, nearest first."""
        import numpy as np

        _, found = self._index.search(np.asarray(vector, dtype=np.float32).reshape(1, -1), min(k, len(self)))
        rows: Array = found[0]
        return rows[rows >= 0]

    def cosines(self, passages: Array, vector: Array) -> Array:
        """How near in meaning these passages are, on the scale of the default embedder."""
        return self._scale.read(self._rows[passages] @ vector)
