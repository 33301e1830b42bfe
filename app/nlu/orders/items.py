"""What a message says of one thing it asks for, before it is known which product it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.terms import Term

Manner = Literal["plain", "with", "without", "extra", "light", "no_extra"]
Deed = Literal["", "want", "add", "put", "remove", "change", "by", "set", "make", "ask", "empty"]


@dataclass(slots=True)
class Named:
    """A name said, and how: "con queso", "sin queso", "extra queso"; `count`: "con dos cremas"."""

    term: Term
    manner: Manner
    start: int
    end: int
    count: int = 1
    of: bool = False  # "de" stands before it


@dataclass(slots=True)
class Item:
    """One thing asked for. `start`, `end`: its words; `link`: what joins it to the item before: "" "," "y" ":" "(" "." "o".

    `turn`: how many of `named` were said before the verb that changes the thing: "a los lomos | ponele huevo"; -1 without.
    """

    start: int
    end: int
    link: str = ""
    deed: Deed = ""
    definite: bool = False
    dative: bool = False
    amount: Amount | None = None
    total: Amount | None = None  # a number said after the verb: "de pollo que sean 4"
    measure: Amount | None = None  # a number that tells the size: "two 1.5 liter cokes"
    named: list[Named] = field(default_factory=list)
    unknown: list[tuple[int, int, bool]] = field(default_factory=list)  # words that are nothing here; True: after "de"
    figures: list[str] = field(default_factory=list)  # numbers that belong to the name: "la de 27"
    cues: set[str] = field(default_factory=set)
    turn: int = -1
    sentence: int = 0
    ordinal: int = 0
    paren: bool = False

    @property
    def fits(self) -> int:
        """The products that all its names may be of, as bits; -1: any."""
        bits = -1
        for one in self.named:
            bits &= one.term.named | one.term.modifies | one.term.axes
        return bits

    @property
    def has_name(self) -> bool:
        """Whether a product's name, or part of one, was said plainly."""
        return any(one.term.named and one.manner == "plain" for one in self.named)

    @property
    def has_content(self) -> bool:
        """Whether anything was named, known or not."""
        return bool(self.named or self.unknown or self.figures)

    def is_(self, *cues: str) -> bool:
        """Whether one of the cues was said of it."""
        return not self.cues.isdisjoint(cues)
