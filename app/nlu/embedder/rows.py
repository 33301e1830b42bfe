"""What a model answered, made sure of: as many rows as texts, all as long, numbers only, of length 1."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.core.errors import DeliveryError

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]


def unit_rows(made: Any, count: int, name: str) -> Array:
    """`made` as unit vectors, a row for each of `count` texts. Raises DeliveryError where it is anything else."""
    import numpy as np

    try:
        rows = np.asarray(made, dtype=np.float32)
    except (TypeError, ValueError, OverflowError) as error:
        raise DeliveryError(f"{name}: its answer holds no vectors") from error
    if rows.ndim != 2 or len(rows) != count or not rows.shape[1] or not np.isfinite(rows).all():
        raise DeliveryError(f"{name}: its answer is not one vector a text")
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not lengths.all() or not np.isfinite(lengths).all():
        raise DeliveryError(f"{name}: a vector of no length")
    unit: Array = rows / lengths
    return unit
