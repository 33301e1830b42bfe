"""What a message does to the cart, and what of it stays open."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.nlu.orders.lines import Line, merged


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the bot asked last: an `axis` of the cart's lines `at`, or which of `products`, for how much."""

    at: tuple[int, ...] = ()
    axis: str = ""
    products: tuple[str, ...] = ()
    qty: Decimal | None = None
    unit: str = ""


@dataclass(frozen=True, slots=True)
class Add:
    """A line more."""

    line: Line
    words: str = ""


@dataclass(frozen=True, slots=True)
class Remove:
    """The cart's line `at` goes, or `qty` of it."""

    at: int
    qty: Decimal | None = None
    words: str = ""


@dataclass(frozen=True, slots=True)
class SetQuantity:
    """The cart's line `at` becomes so many."""

    at: int
    qty: Decimal
    words: str = ""


@dataclass(frozen=True, slots=True)
class Alter:
    """The cart's line `at` becomes `line`, the same product made otherwise; only `qty` of it, if said."""

    at: int
    qty: Decimal | None
    line: Line
    words: str = ""


@dataclass(frozen=True, slots=True)
class Replace:
    """The cart's line `at` becomes `line`, another product; only `qty` of it, if said."""

    at: int
    qty: Decimal | None
    line: Line
    words: str = ""


@dataclass(frozen=True, slots=True)
class Empty:
    """Everything goes."""

    words: str = ""


Change = Add | Remove | SetQuantity | Alter | Replace | Empty


@dataclass(frozen=True, slots=True)
class Unclear:
    """Several products fit: the bot asks which. `qty` in `unit` as it was said ("" = pieces)."""

    words: str
    qty: Decimal
    said_qty: bool
    unit: str
    products: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """The menu has no such thing."""

    words: str
    qty: Decimal


@dataclass(frozen=True, slots=True)
class Reading:
    """A message read as an order. `cart`: the whole cart afterwards; `score`: 0..1 that it orders or edits something;
    `took`: `text[start:end]` of what was used."""

    changes: tuple[Change, ...] = ()
    cart: tuple[Line, ...] = ()
    unclear: tuple[Unclear, ...] = ()
    unknown: tuple[Unknown, ...] = ()
    score: float = 0.0
    took: tuple[tuple[int, int], ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether it asks nothing of the cart."""
        return not (self.changes or self.unclear or self.unknown)


def applied(cart: Sequence[Line], changes: Iterable[Change]) -> tuple[Line, ...]:
    """The cart after the changes; every `at` counts the lines of the cart before them."""
    kept: list[Line | None] = list(cart)
    more: list[list[Line]] = [[] for _ in cart]
    new: list[Line] = []
    for change in changes:
        match change:
            case Add():
                new.append(change.line)
            case Empty():
                kept, more = [None] * len(kept), [[] for _ in cart]
            case Remove(at=at, qty=qty):
                kept[at] = _less(kept[at], qty)
            case SetQuantity(at=at, qty=qty):
                line = kept[at]
                kept[at] = line.of(qty) if line else None
            case Alter(at=at, qty=qty) | Replace(at=at, qty=qty):
                kept[at] = _less(kept[at], qty)
                more[at].append(change.line)
    slots = [line for at, first in enumerate(kept) for line in ([first] if first else []) + more[at]]
    return merged([*slots, *new])


def _less(line: Line | None, qty: Decimal | None) -> Line | None:
    left = line.of(line.qty - qty) if line is not None and qty is not None else None
    return left if left is not None and left.qty > 0 else None
