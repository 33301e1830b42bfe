"""What runs of words may name: of which products a name, of which a choice or an extra."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple


class Form(NamedTuple):
    """One name of a product: for each word the keys that say it; `aside`: what stands behind "con"; its words as written."""

    keys: tuple[frozenset[str], ...]
    aside: frozenset[str]
    words: frozenset[str]
    is_weak: bool


@dataclass(slots=True)
class Term:
    """What a run of words may name. Products are bits: `named` have all of it in a name, of `whole` it is a name."""

    keys: tuple[str, ...]
    ands: frozenset[int] = frozenset()
    named: int = 0
    whole: int = 0
    values: dict[tuple[str, str], int] = field(default_factory=dict)
    extras: dict[str, int] = field(default_factory=dict)
    axes: int = 0  # of these it names what is chosen: "masa", "tamaño"
    weak: bool = False
    carries: dict[tuple[str, str], int] = field(default_factory=dict)  # said by a name itself; ("", id): an extra

    @property
    def modifies(self) -> int:
        """The products of which it is a choice or an extra."""
        mask = 0
        for bits in self.values.values():
            mask |= bits
        for bits in self.extras.values():
            mask |= bits
        return mask

    def take(self, other: Term) -> None:
        """With the meanings of another of the same words."""
        self.named |= other.named
        self.whole |= other.whole
        self.ands |= other.ands
        self.axes |= other.axes
        for value, bits in other.values.items():
            self.values[value] = self.values.get(value, 0) | bits
        for value, bits in other.carries.items():
            self.carries[value] = self.carries.get(value, 0) | bits
        for extra, bits in other.extras.items():
            self.extras[extra] = self.extras.get(extra, 0) | bits

    def drop_doubtful(self) -> None:
        """Without what may be several choices or extras of one product."""
        once = twice = 0
        chosen = {value for _, value in self.values}
        for bits in (*self.values.values(), *(bits for extra, bits in self.extras.items() if extra not in chosen)):
            twice |= once & bits
            once |= bits
        self.values = {value: bits & ~twice for value, bits in self.values.items() if bits & ~twice}
        self.extras = {extra: bits & ~twice for extra, bits in self.extras.items() if bits & ~twice}

    def take_where_new(self, other: Term) -> None:
        """With what another of the same words says of products of which this one says nothing."""
        free = ~(self.named | self.modifies)
        self.named |= other.named
        self.whole |= other.whole & free
        for value, bits in other.values.items():
            new = bits & (free | self.extras.get(value[1], 0))
            if new:
                self.values[value] = self.values.get(value, 0) | new
        for extra, bits in other.extras.items():
            if bits & free:
                self.extras[extra] = self.extras.get(extra, 0) | bits & free
