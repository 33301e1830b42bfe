"""Answers to what the bot asked last: which of these products, which size, which flavours."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.exchanging import Exchanges
from app.nlu.orders.items import Item, Named
from app.nlu.orders.resolving import Making
from app.nlu.orders.working import Slot, made_otherwise


@dataclass(frozen=True, slots=True)
class Answer:
    """What one item chooses: axis to values, and of how many if it says so."""

    item: Item
    options: dict[str, list[str]]
    qty: Decimal | None


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
            self._choose(item, slot, {chosen[0]: [chosen[1]]})
        return True

    def _one_of_each(self, item: Item, slot: Slot) -> bool:
        axis = next(
            (axis for axis in self.vocabulary.products[self._place_of(slot)].axes if axis.id == self.waiting.axis), None
        )
        assert item.amount is not None
        if axis is None or item.amount.value * len(axis.values) > slot.line.qty:
            return False
        for value in axis.values:
            self._choose(item, self.cart.split(slot, item.amount.value, "cada"), {axis.id: [value.id]})
        return True

    def _several(self, at: int, slot: Slot) -> int:
        """Choices said one after the other: all of them for one thing, one for each where there are as many."""
        said: list[Answer] = []
        for item in self.items[at:]:
            answer = self._answer_of(item, slot)
            if answer is None:
                break
            said.append(answer)
        if not any(answer.options for answer in said):
            return 0
        values = list(dict.fromkeys(value for answer in said for value in answer.options.get(self.waiting.axis, [])))
        if any(answer.qty is not None for answer in said):
            said = self._shared_out(said, slot)
        elif slot.line.qty == len(values) > 1:
            for value in values:
                self._choose(said[0].item, self.cart.split(slot, Decimal(1), "uno"), {self.waiting.axis: [value]})
        else:
            others = {axis: chosen for answer in said for axis, chosen in answer.options.items()}
            self._choose(said[0].item, slot, others | ({self.waiting.axis: values} if values else {}))
        self.used += [answer.item for answer in said]
        return len(said)

    def _shared_out(self, said: list[Answer], slot: Slot) -> list[Answer]:
        """ "uno sencillo y el otro de trenza", where there are two to choose for; what is over is something else."""
        left, taken = slot.line.qty, []
        for answer in said:
            qty = Decimal(1) if answer.qty is None else answer.qty
            if qty > left:
                break
            self._choose(answer.item, self.cart.split(slot, qty, "uno"), answer.options)
            left -= qty
            taken.append(answer)
        return taken

    def _answer_of(self, item: Item, slot: Slot) -> Answer | None:
        """What an item chooses for the thing asked about; None if it says anything else."""
        if item.deed not in ("", "want", "set") or item.unknown or not item.fits >> self._place_of(slot) & 1:
            return None
        if item.amount is not None and (item.amount.unit or item.amount.value != int(item.amount.value)):
            return None
        named: list[Named] = [one for one in item.named if one.term.values]
        making = self.resolver.making(self._place_of(slot), named, changes=True)
        chosen = {axis for axis, _ in slot.line.options} - {self.waiting.axis}
        if making.misses or making.extras or chosen & set(making.options) or (not named and not item.is_("halve")):
            return None
        if item.amount is not None and not making.options.get(self.waiting.axis):
            return None
        return Answer(item, making.options, None if item.amount is None else item.amount.value)

    def _choose(self, item: Item, slot: Slot, options: dict[str, list[str]]) -> None:
        words = self.said.quote(item.start, item.end)
        self.cart.put(slot, made_otherwise(slot.line, Making(options=options), words=words), words)
        self._mark(item, slot)
