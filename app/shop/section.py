"""A section of config.yaml: frozen, and deaf to keys it does not know."""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """Keys are the file's own. `model_fields_set` tells which of them the owner wrote."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True, protected_namespaces=())

    def __deepcopy__(self, memo: dict[int, Any] | None = None) -> Self:
        """Frozen all through, so a copy is itself."""
        return self
