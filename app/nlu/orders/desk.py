"""What an editor works on: the cart, the items, and what the message has talked of so far."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.changes import Unclear, Unknown, Waiting
from app.nlu.orders.items import Item, Named
from app.nlu.orders.lexing import Said
from app.nlu.orders.lines import Line
from app.nlu.orders.measures import DOZEN
from app.nlu.orders.resolving import MAX_OFFERED, Making, Resolution, Resolver
from app.nlu.orders.vocabulary import Vocabulary
from app.nlu.orders.working import Slot, Working

TWO = Decimal(2)
MOST_LACKING = 500
EDITS = frozenset(("remove", "change", "by", "set", "make"))


@dataclass(slots=True)
class Header:
    """A number of what is told apart in the items that follow: "6 pupusas: 3 revueltas y 3 de queso"."""

    item: Item
    products: int
    amount: Decimal
    unit: str
    left: Decimal
    slot: Slot | None = None
    resolution: Resolution | None = None
    parts: int = 0

    @property
    def pieces(self) -> Decimal:
        return self.amount * DOZEN if self.unit == "docena" else self.amount


class Desk:
    """The state of one message, and the finding of the lines it means."""

    def __init__(
        self, said: Said, vocabulary: Vocabulary, cart: Sequence[Line], waiting: Waiting | None, items: Sequence[Item]
    ) -> None:
        self.said, self.vocabulary = said, vocabulary
        self.resolver = Resolver(vocabulary, said)
        self.cart = Working(cart, vocabulary.measured)
        self.waiting = waiting or Waiting()
        self.items = list(items)
        self.unclear: list[Unclear] = []
        self.unknown: list[Unknown] = []
        self.used: list[Item] = []
        self.new: list[Slot] = []  # what this message put into the cart or changed, in order
        self.last: Slot | None = None
        self.topic: Resolution | None = None
        self.gone: tuple[Line, Slot | None] | None = None
        self.head = self._family((self._place(cart[-1]),)) if cart else 0
        self.unit = ""
        self.header: Header | None = None
        self.each: Amount | None = None

    def _targets(self, changes: Sequence[Named]) -> list[Slot]:
        """The lines that can be made so: this message's if there are any, else the cart's."""
        able = [
            slot
            for slot in self.cart.slots
            if not (making := self.resolver.making(self._place_of(slot), changes, changes=True)).misses
            and (making.modifiers or not changes)
        ]
        new = [slot for slot in able if slot in self.new]
        return new or [slot for slot in able if not self.new or slot not in self.new]

    def _likeliest(self, targets: list[Slot], changes: Sequence[Named]) -> list[Slot]:
        """Of several lines those the bot asked about, those that lack the choice, else the last."""
        asked = [slot for slot in targets if slot.origin in self.waiting.at]
        if asked:
            return asked
        if self.last in targets:
            return [self.last] if self.last is not None else []
        lacking = []
        for slot in targets:
            making = self.resolver.making(self._place_of(slot), changes, changes=True)
            if making.options and not {axis for axis, _ in slot.line.options} & making.options.keys():
                lacking.append(slot)
        return lacking or targets[-1:]

    def _fits(self, slot: Slot, selectors: Sequence[Named]) -> bool:
        place = self._place_of(slot)
        making = self.resolver.making(place, selectors)
        if making.misses or not (making.names or making.modifiers):
            return False
        had = {(extra.kind, extra.id) for extra in slot.line.extras}
        return self._is_made(slot, making) and making.extras.keys() <= had

    def _is_made(self, slot: Slot, making: Making) -> bool:
        return all(slot.line.value_of(axis) == tuple(values) for axis, values in making.options.items())

    def _same_made(self, slots: list[Slot], making: Making) -> Slot:
        """The line made as said, else the last."""
        for slot in slots:
            if all(slot.line.value_of(axis) == tuple(values) for axis, values in making.options.items()):
                return slot
        return slots[-1]

    def _selected(self, item: Item, selectors: Sequence[Named], changes: Sequence[Named]) -> list[Slot]:
        """The lines an edit is about."""
        if not selectors:
            targets = self._targets(changes) if changes else list(self.cart.slots)
            if not targets:
                only = self._only_or_last()
                return [only] if only is not None else []
            if item.is_("all"):
                return targets
            if self.last in targets and self.last is not None:
                return [self.last]
            return targets[-1:] if not changes else self._likeliest(targets, changes)[-1:]
        found = [slot for slot in self.cart.slots if self._fits(slot, selectors)]
        new = [slot for slot in found if slot in self.new]
        return new or found

    def _variant(self, resolution: Resolution) -> tuple[Slot, int] | None:
        """The line and the product it becomes where a word of its name is changed: "make that latte iced", "a tall".

        All that was not said of the other's name is the line's own.
        """
        best: tuple[int, Slot, int] | None = None
        for slot in reversed(self.cart.slots):
            own = self.vocabulary.own_keys(self._place_of(slot))
            for place in resolution.products:
                keys = self.vocabulary.own_keys(place)
                if place == self._place_of(slot) or not keys - resolution.making.names <= own or not keys & own:
                    continue
                if best is None or len(keys & own) > best[0]:
                    best = (len(keys & own), slot, place)
        return None if best is None else best[1:]

    def _only_or_last(self) -> Slot | None:
        asked = [slot for slot in self.cart.slots if slot.origin in self.waiting.at]
        return (asked or self.cart.slots)[-1] if self.cart.slots else None

    def _mark(self, item: Item, slot: Slot) -> None:
        self.used.append(item)
        self.last = slot
        if slot not in self.new:
            self.new.append(slot)

    def _lacking(self, item: Item) -> None:
        if item.named and not item.unknown and not item.has_name:
            return
        words = self.said.quote(item.start, item.end)
        said = item.amount is not None or item.deed in ("want", "add", "put")
        if not said or (not item.unknown and not item.figures):
            return
        qty = pieces_of(item.amount) if item.amount is not None else Decimal(1)
        if qty > MOST_LACKING:
            return  # "order 4587 status"
        self.unknown.append(Unknown(bare(self.said, item) or words, qty))
        self.used.append(item)

    def _talk_of(self, places: Sequence[int]) -> None:
        self.head = self._family(places)

    def _family(self, places: Sequence[int]) -> int:
        """The products called by the same first word, or of the same kind, as these."""
        bits = self._bits(places)
        for place in places[:MAX_OFFERED]:
            bits |= self.vocabulary.family(place)
        return bits

    def _bits(self, places: Sequence[int]) -> int:
        bits = 0
        for place in places:
            bits |= 1 << place
        return bits

    def _place_of(self, slot: Slot) -> int:
        return self._place(slot.line)

    def _place(self, line: Line) -> int:
        return self.vocabulary.index[line.product_id]

    def _named(self, at: int) -> None:
        """Does an item that names something; the editor's."""
        raise NotImplementedError


def pieces_of(amount: Amount) -> Decimal:
    return amount.value * DOZEN if amount.unit == "docena" else amount.value


def half_of(qty: Decimal) -> Decimal:
    half = qty / TWO
    return half if qty != qty.to_integral_value() else Decimal(int(half)) or Decimal(1)


def bare(said: Said, item: Item) -> str:
    """The words without their number."""
    start = item.amount.end if item.amount is not None and item.amount.start == item.start else item.start
    return said.quote(start, item.end)
