"""Answers to what the bot asked last: which of these products, which size, which flavours."""

from __future__ import annotations

from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.exchanging import Exchanges
from app.nlu.orders.items import Item, Named
from app.nlu.orders.resolving import Making
from app.nlu.orders.working import Slot, made_otherwise


class Answers(Exchanges):
    """Reads items as an answer, where a question waits for one."""

    def _answered(self, at: int) -> int:
        """How many items from `at` answer the question asked; 0: none, they say something else."""
        item = self.items[at]
        if item.deed not in ("", "want", "set") or item.turn >= 0:
            return 0
        if self.waiting.products:
            return int(self._answer_which(item))
        if self.waiting.axis and self.waiting.at:
            return self._answer_choice(at)
        return 0

    # ------------------------------------------------------------- which of these

    def _answer_which(self, item: Item) -> bool:
        """ "los de pollo", "la segunda", "el 3", "uno de cada uno"."""
        offered = [self.vocabulary.index[one] for one in self.waiting.products if one in self.vocabulary.index]
        if item.is_("each") and not item.has_content:
            for one in offered:
                self._add(Item(item.start, item.end, amount=item.amount), one, Making())
            return True
        if item.definite and item.amount is not None and not item.has_content and not item.cues:
            item.ordinal, item.amount = int(min(item.amount.value, Decimal(99))), None
        number = item.named[0].term.keys[0] if len(item.named) == 1 and item.definite else ""
        if number.isdigit() and item.amount is None:
            item.ordinal = int(number[:3])
        place: int | None = self._offered_at(item, offered)
        making = Making()
        if place is None:
            if not item.has_content or (item.unknown and not item.named):
                return False
            resolution = self.resolver.resolve(item, among=self.vocabulary.one_of(self.waiting.products))
            place, making = resolution.product, resolution.making
        if place is None or making.misses:
            return False
        if item.amount is None and self.waiting.qty is not None:
            item.amount = Amount(item.start, item.end, Decimal(self.waiting.qty), self.waiting.unit)
        self._add(item, place, making)
        return True

    def _offered_at(self, item: Item, offered: list[int]) -> int | None:
        if item.ordinal < 0 and offered:
            return offered[-1]
        return offered[item.ordinal - 1] if 0 < item.ordinal <= len(offered) else None

    # ------------------------------------------------------------- which size

    def _answer_choice(self, at: int) -> int:
        """ "32", "una de cada una", "chocolate, limón y frutilla"."""
        item = self.items[at]
        asked = [slot for slot in self.cart.slots if slot.origin in self.waiting.at and slot not in self.new]
        if not asked:
            return 0
        if item.is_("each") and item.amount is not None and not item.has_content:
            return int(self._one_of_each(item, asked[0]))
        if not item.has_content and item.amount is not None and not item.cues and len(self.items) == 1:
            return int(self._by_number(item, asked))
        return self._several(at, asked[0])

    def _by_number(self, item: Item, asked: list[Slot]) -> bool:
        """ "32" is the size, where sizes are numbers."""
        assert item.amount is not None
        for slot in asked:
            chosen = self.resolver.measured(self._place_of(slot), item.amount)
            if chosen is None or chosen[0] != self.waiting.axis:
                return False
            self._choose(item, slot, [chosen[1]])
        return True

    def _one_of_each(self, item: Item, slot: Slot) -> bool:
        axis = next(
            (axis for axis in self.vocabulary.products[self._place_of(slot)].axes if axis.id == self.waiting.axis), None
        )
        assert item.amount is not None
        if axis is None or item.amount.value * len(axis.values) > slot.line.qty:
            return False
        for value in axis.values:
            self._choose(item, self.cart.split(slot, item.amount.value, "cada"), [value.id])
        return True

    def _several(self, at: int, slot: Slot) -> int:
        """Several choices without numbers: all of them for one thing, one for each where there are as many."""
        values: list[str] = []
        end = at
        for item in self.items[at:]:
            said = self._values_of(item, slot)
            if said is None:
                break
            values += [value for value in said if value not in values]
            end += 1
        if len(values) < 2:
            return 0
        item = self.items[at]
        if slot.line.qty == len(values):
            for value in values:
                self._choose(item, self.cart.split(slot, Decimal(1), "uno"), [value])
        else:
            self._choose(item, slot, values)
        self.used += self.items[at:end]
        return end - at

    def _values_of(self, item: Item, slot: Slot) -> list[str] | None:
        """What an item chooses on the axis asked for; None if it says anything else."""
        if item.amount is not None or item.deed not in ("", "want") or item.unknown:
            return None
        named: list[Named] = [one for one in item.named if one.term.values]
        making = self.resolver.making(self._place_of(slot), named, changes=True)
        if (
            making.misses
            or making.extras
            or set(making.options) - {self.waiting.axis}
            or (not named and not item.is_("halve"))
        ):
            return None
        return making.options.get(self.waiting.axis, [])

    def _choose(self, item: Item, slot: Slot, values: list[str]) -> None:
        words = self.said.quote(item.start, item.end)
        making = Making(options={self.waiting.axis: values})
        self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
        self._mark(item, slot)
