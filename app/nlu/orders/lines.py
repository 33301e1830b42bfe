"""A line of an order: so much of one product, made so."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Literal

ExtraKind = Literal["add", "extra", "light", "no", "no_extra"]
Options = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, slots=True, order=True)
class SaidExtra:
    """An extra and how much of it: added, doubled, a little, left out, not doubled."""

    kind: ExtraKind
    id: str
    qty: int = 1


@dataclass(frozen=True, slots=True)
class Line:
    """So much of one product, made so. `qty` in the product's own unit (thousandths at most; whole without unit).

    `options`: axis id -> value ids, sorted by axis; `extras` sorted by kind and id; `without_options`: refused values
    ("style:thin_crust"), sorted; `words`: what of the message made it.
    """

    product_id: str
    qty: Decimal
    options: Options = ()
    extras: tuple[SaidExtra, ...] = ()
    without_options: tuple[str, ...] = ()
    note: str = ""
    words: str = field(default="", compare=False)

    def of(self, qty: Decimal) -> Line:
        """The same, so many of it."""
        return replace(self, qty=qty)

    def is_like(self, other: Line) -> bool:
        """Whether only the quantity may differ."""
        return self.of(other.qty) == other

    def value_of(self, axis: str) -> tuple[str, ...]:
        """The values chosen on an axis, if any were."""
        return next((values for name, values in self.options if name == axis), ())


def merged(lines: Iterable[Line]) -> tuple[Line, ...]:
    """Equal lines added up, in the order of their first appearance; nothing of nothing."""
    kept: list[Line] = []
    for line in lines:
        if line.qty <= 0:
            continue
        at = next((at for at, other in enumerate(kept) if other.is_like(line)), None)
        if at is None:
            kept.append(line)
        else:
            kept[at] = kept[at].of(kept[at].qty + line.qty)
    return tuple(kept)
