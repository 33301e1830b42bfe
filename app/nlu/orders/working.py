"""The cart while a message is read: lines that remember which line of the cart they were, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal

from app.nlu.orders.changes import Add, Alter, Change, Empty, Remove, Replace, SetQuantity
from app.nlu.orders.lines import ExtraKind, Line, merged
from app.nlu.orders.resolving import Making, extras_of, options_of

SAME_THING: dict[ExtraKind, tuple[ExtraKind, ...]] = {
    "no": ("add", "extra", "light", "no_extra"),
    "add": ("no", "light"),
    "extra": ("no", "add", "light", "no_extra"),
    "light": ("no", "add", "extra"),
    "no_extra": ("extra",),
}


@dataclass(slots=True, eq=False)
class Slot:
    """A line, and the place of the cart's line it comes from (None: this message made it)."""

    line: Line
    origin: int | None = None
    words: str = ""


class Working:
    """The lines; `changes` tells at the end what became of those of the cart."""

    def __init__(self, cart: Sequence[Line], measured: frozenset[str] = frozenset()) -> None:
        self.measured = measured  # the products that have a unit; of others there are no parts
        self.before = tuple(cart)
        self.slots = [Slot(line, at) for at, line in enumerate(cart)]
        self.emptied = ""
        self.touched: dict[int, str] = {}

    def add(self, line: Line) -> Slot:
        """A line more; into an equal one that this message made."""
        slot = Slot(line, None, line.words)
        self.slots.append(slot)
        return slot

    def drop(self, slot: Slot, words: str = "") -> None:
        """The line goes."""
        self._touch(slot, words)
        self.slots.remove(slot)

    def put(self, slot: Slot, line: Line, words: str = "") -> None:
        """The line becomes another."""
        self._touch(slot, words)
        slot.line = line
        if line.qty <= 0:
            self.slots.remove(slot)

    def split(self, slot: Slot, qty: Decimal, words: str = "") -> Slot:
        """Takes `qty` of a line apart, right behind it; the line itself, if that is all of it."""
        if slot.line.product_id not in self.measured:
            qty = qty.to_integral_value(ROUND_CEILING)
        if qty >= slot.line.qty:
            return slot
        self._touch(slot, words)
        slot.line = slot.line.of(slot.line.qty - qty)
        part = Slot(slot.line.of(qty), slot.origin, words)
        self.slots.insert(self.slots.index(slot) + 1, part)
        return part

    def empty(self, words: str) -> None:
        """Everything goes."""
        self.emptied = words or "-"
        self.slots.clear()

    def changes(self) -> tuple[Change, ...]:
        """What was done to the cart, as operations on its lines as they were."""
        found: list[Change] = []
        if self.emptied and self.before:
            found.append(Empty(self.emptied.strip("-")))
        for at, line in enumerate(self.before if not self.emptied else ()):
            found += self._changes_of(at, line)
        new = merged(slot.line for slot in self.slots if slot.origin is None)
        found += [Add(line, line.words) for line in new]
        return tuple(found)

    def _changes_of(self, at: int, line: Line) -> list[Change]:
        parts = merged(slot.line for slot in self.slots if slot.origin == at)
        words = self.touched.get(at, "")
        if not parts:
            return [Remove(at, None, words)]
        kept = next((part for part in parts if part.is_like(line)), None)
        others = [part for part in parts if part is not kept]
        if kept is None:
            return [_becomes(at, line, part, part.qty if part is not others[-1] else None, words) for part in others]
        done: list[Change] = []
        left = line.qty
        for part in others:
            if part.qty < left:
                done.append(_becomes(at, line, part, part.qty, words))
                left -= part.qty
            else:
                done.append(Add(part, words))
        if kept.qty != left:
            done.append(SetQuantity(at, kept.qty, words))
        return done

    def _touch(self, slot: Slot, words: str) -> None:
        if slot.origin is not None and words:
            before = self.touched.get(slot.origin)
            self.touched[slot.origin] = f"{before} {words}" if before and words not in before else words


def _becomes(at: int, line: Line, part: Line, qty: Decimal | None, words: str) -> Change:
    kind = Alter if part.product_id == line.product_id else Replace
    return kind(at, qty, part, words)


def made_otherwise(line: Line, making: Making, *, words: str = "") -> Line:
    """The line with the choices and extras of `making` in the place of those that contradict them."""
    options = {axis: list(values) for axis, values in line.options}
    options.update({axis: list(values) for axis, values in making.options.items()})
    extras = {(extra.kind, extra.id): extra.qty for extra in line.extras}
    for (kind, extra), qty in making.extras.items():
        for other in SAME_THING[kind]:
            extras.pop((other, extra), None)
        extras[kind, extra] = qty
    refused = set(line.without_options) | making.refused
    refused -= {f"{axis}:{value}" for axis, values in making.options.items() for value in values}
    for said in making.refused:
        axis, _, value = said.partition(":")
        if value in options.get(axis, []):
            options[axis].remove(value)
        elif axis in making.options and value in line.value_of(axis):
            refused.discard(said)  # "medium, not large"
    return replace(
        line,
        options=options_of(options),
        extras=extras_of(extras.items()),
        without_options=tuple(sorted(refused)),
        words=words or line.words,
    )
