"""What can be ordered, as the order parser sees it: names only, no prices, no stock."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Value:
    """One choice on an axis; the own name first."""

    id: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Axis:
    """What is chosen of a product: its size, its flavour."""

    id: str
    names: tuple[str, ...]
    required: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Addition:
    """An extra of a product; `included`: it comes with it and may be left out; `most` of it, if limited."""

    id: str
    names: tuple[str, ...]
    included: bool = False
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Sold:
    """A product; the own name first, `unit` as in the menu (None: by the piece)."""

    id: str
    names: tuple[str, ...]
    unit: str | None = None
    axes: tuple[Axis, ...] = ()
    additions: tuple[Addition, ...] = ()
    categories: tuple[str, ...] = ()
