"""Choices and extras said without their product: "grandes", "con puré", "todas sin curtido", "otra igual pero sin tomate"."""

from __future__ import annotations

from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.items import Item
from app.nlu.orders.lines import Line
from app.nlu.orders.parts import Parts
from app.nlu.orders.resolving import Making, Resolution
from app.nlu.orders.working import Slot, made_otherwise


class Choices(Parts):
    """Finds what is to be made so."""

    def _modifies(self, at: int, item: Item, resolution: Resolution) -> bool:
        """Only choices and extras were said: of a part of the last thing, of the last thing, of the cart, or of a new one like it."""
        if self._rest_of_split(item) or (item.is_("other", "same") and self._again(item, resolution)):
            return True
        if self._part_of_last(item) or self._sets_quantity(item):
            return True
        if item.definite and (self._told_by_value(item) or self._one_like_last(item)):
            return True
        if item.ordinal > 0 and item.amount is None:
            item.amount, item.definite = Amount(item.start, item.start, Decimal(1)), False
            slot = self._untouched(item)
            if slot is not None:
                self._change_part(item, slot)
                return True
        if item.amount is None or item.definite or (item.amount.article and self._only_some(item)):
            return self._to_targets(item)
        if item.deed in ("add",) and not self.head:
            return False
        target = self._unset(item)
        if target is None and self._restates(at):
            target = self._untouched(item)
        if target is None and item.is_("better") and item.amount is not None:
            target = self._untouched(item)
            target = target if target is not None and target.line.qty > item.amount.value else None
        if target is None and (item.is_("of_them") or not resolution.making.options):
            target = self._untouched(item)
        if target is not None:
            self._change_part(item, target)
            return True
        place = self._place_of(self.last) if self.last is not None else None
        if place is not None:
            making = self.resolver.making(place, item.named, changes=True)
            free = any(one.term.whole for one in item.named)
            if not making.misses and not (free and resolution.product is not None and item.link != ""):
                self._add(item, place, making)
                return True
        if resolution.products and self.cart.slots and resolution.product is None:
            return self._to_targets(item)
        return False

    def _sets_quantity(self, item: Item) -> bool:
        """ "only one coke": a line known by a choice alone."""
        amount = item.amount
        if amount is None or amount.article or not (item.is_("only") or item.deed == "set"):
            return False
        slots = [slot for slot in self.cart.slots if slot.origin is not None and self._fits(slot, item.named)]
        if len(slots) != 1:
            return False
        qty = self.resolver.quantity(self._place_of(slots[0]), item, Making())
        self.cart.put(slots[0], slots[0].line.of(qty), self.said.quote(item.start, item.end))
        self._mark(item, slots[0])
        return True

    def _told_by_value(self, item: Item) -> bool:
        """ "las cubanas sin chiles": which ones is told by what was chosen of them."""
        told = [one for one in item.named if one.manner == "plain" and one.term.values and not one.term.extras]
        changes = [one for one in item.named if one not in told]
        if not told or not changes or item.amount is not None:
            return False
        slots = [slot for slot in self.cart.slots if self._fits(slot, told)]
        makings = [self.resolver.making(self._place_of(slot), changes, changes=True) for slot in slots]
        if not slots or any(making.misses for making in makings):
            return False
        words = self.said.quote(item.start, item.end)
        for slot, making in zip(slots, makings, strict=True):
            self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
            self._mark(item, slot)
        return True

    def _one_like_last(self, item: Item) -> bool:
        """ "la camiseta blanca en M y la negra en L": another of what this message has just named."""
        last = self.last
        if (
            item.link != "y"
            or item.amount is not None
            or last is None
            or last.origin is not None
            or last not in self.cart.slots
        ):
            return False
        making = self.resolver.making(self._place_of(last), item.named, changes=True)
        taken = {axis for axis, _ in last.line.options}
        if making.misses or not making.options or not set(making.options) <= taken:
            return False
        self._add(item, self._place_of(last), making)
        return True

    def _rest_of_split(self, item: Item) -> bool:
        """ "uno chico y el otro grande" of two that are in the cart."""
        origin = self.last.origin if self.last is not None else None
        if not item.is_("other") or item.is_("same") or origin is None:
            return False
        slot = next((one for one in self.cart.slots if one.origin == origin and one not in self.new), None)
        if slot is None or self.resolver.making(self._place_of(slot), item.named, changes=True).misses:
            return False
        item.amount = item.amount or Amount(item.start, item.start, slot.line.qty if item.definite else Decimal(1))
        self._change_part(item, slot)
        return True

    def _continues(self, item: Item) -> bool:
        """ "chocolate y menta": one choice more after the one just made."""
        at = self.items.index(item)
        before = self.items[at - 1] if at else None
        return (
            before is not None
            and item.link in ("y", ",")
            and before.sentence == item.sentence
            and not item.is_("better")
            and before.amount is None
            and item.amount is None
            and bool(before.named)
            and not before.has_name
            and {axis for one in before.named for axis, _ in one.term.values}
            == {axis for one in item.named for axis, _ in one.term.values}
        )

    def _only_some(self, item: Item) -> bool:
        """ "make it a large", "add some bacon": the article counts nothing."""
        return item.deed in ("set", "put") or self.said.words[item.start] == "some"

    def _unset(self, item: Item) -> Slot | None:
        """A line that waits for just this choice."""
        for slot in self.cart.slots:
            if slot.origin is None or (self.waiting.at and slot.origin not in self.waiting.at):
                continue
            making = self.resolver.making(self._place_of(slot), item.named, changes=True)
            chosen = {axis for axis, _ in slot.line.options}
            if (
                not making.misses
                and making.options
                and not chosen & making.options.keys()
                and item.amount is not None
                and item.amount.value <= slot.line.qty
            ):
                return slot
        return None

    def _untouched(self, item: Item) -> Slot | None:
        """A line of the cart that can be made so and that the message has not changed yet."""
        assert item.amount is not None
        for slot in reversed(self.cart.slots):
            if slot.origin is None or slot in self.new or item.amount.value > slot.line.qty:
                continue
            making = self.resolver.making(self._place_of(slot), item.named, changes=True)
            if not making.misses and making.modifiers:
                return slot
        return None

    def _restates(self, at: int) -> bool:
        """ "uno de res y uno de pollo" of two that are in the cart: they are told apart, not added."""
        items = [other for other in self.items if other.has_content]
        total = sum((other.amount.value for other in items if other.amount is not None), Decimal(0))
        if len(items) < 2 or any(
            other.amount is None or other.has_name or other.deed in ("add", "want") for other in items
        ):
            return False
        return any(line.qty == total for line in self.cart.before)

    def _change_part(self, item: Item, slot: Slot) -> None:
        amount = item.amount
        words = self.said.quote(item.start, item.end)
        part = self.cart.split(slot, amount.value if amount is not None else slot.line.qty, words)
        making = self.resolver.making(self._place_of(slot), item.named, changes=True)
        self.cart.put(part, made_otherwise(part.line, making, words=words), words)
        self._mark(item, part)

    def _to_targets(self, item: Item) -> bool:
        """Choices said of what there is already."""
        changes = item.named
        targets = self._targets(changes)
        if not targets:
            return False
        if item.amount is not None and len(targets) >= int(item.amount.value) > 1 and not item.has_name:
            targets = targets[-int(item.amount.value) :]
        elif not item.is_("all"):
            targets = self._likeliest(targets, changes)
        words = self.said.quote(item.start, item.end)
        for slot in targets:
            making = self.resolver.making(self._place_of(slot), changes, changes=True)
            if item.deed == "add" or (slot in self.new and self._continues(item)):
                for axis, values in slot.line.options:  # "agregale frutilla": to what was chosen before
                    if axis in making.options:
                        making.options[axis] = [
                            *values,
                            *(value for value in making.options[axis] if value not in values),
                        ]
            self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
            self._mark(item, slot)
        return True

    def _replace(self, slot: Slot, place: int, making: Making, qty: Decimal, words: str) -> None:
        """The line becomes another product; choices that the other has too stay."""
        product = self.vocabulary.products[place]
        kept = {axis.id: axis for axis in product.axes}
        options = tuple(
            (axis, values)
            for axis, values in slot.line.options
            if axis in kept and {v.id for v in kept[axis].values} >= set(values)
        )
        mine = {extra.id for extra in product.additions}
        extras = tuple(extra for extra in slot.line.extras if extra.id in mine)
        line = made_otherwise(Line(product.id, qty, options, extras), making, words=words)
        self.cart.put(slot, line, words)

    def _all_become(self, item: Item) -> bool:
        """ "mejor todos de pollo": each line of the family another product."""
        slots = [slot for slot in self.cart.slots if slot.origin is not None]
        resolution = self.resolver.resolve(item, head=self.head) if slots else None
        if resolution is None or resolution.product is None or not item.is_("better"):
            return False
        family = self._family((resolution.product,))
        mine = [slot for slot in slots if family >> self._place_of(slot) & 1]
        for slot in mine:
            self._replace(
                slot, resolution.product, resolution.making, slot.line.qty, self.said.quote(item.start, item.end)
            )
            self._mark(item, slot)
        return bool(mine)

    def _all(self, item: Item) -> bool:
        """ "todas de arroz", "todo sin curtido": of every line that can be made so."""
        if not item.named:
            return False
        targets = self._targets(item.named)
        if not targets and self._all_become(item):
            return True
        words = self.said.quote(item.start, item.end)
        for slot in targets:
            making = self.resolver.making(self._place_of(slot), item.named, changes=True)
            self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
            self._mark(item, slot)
        return bool(targets)

    def _again(self, item: Item, resolution: Resolution) -> bool:
        """ "otra igual pero sin tomate", "una pepsi más", "otro"."""
        slots = self.cart.slots
        if resolution.making.names:
            slots = [slot for slot in slots if self._place_of(slot) in resolution.products]
            if not item.is_("same", "more") and any(one.manner == "plain" and one.term.values for one in item.named):
                return False
        if not slots:
            return False
        model = (
            self.last
            if self.last in slots and self.last is not None
            else self._same_made(slots, resolution.making)
            if resolution.making.names
            else slots[-1]
        )
        making = self.resolver.making(self._place_of(model), item.named)
        if making.misses:
            return False
        line = (
            Line(model.line.product_id, Decimal(1))
            if not item.is_("same") and making.options and not resolution.making.names
            else model.line
        )
        qty = self.resolver.quantity(self._place_of(model), item, making) if item.amount is not None else Decimal(1)
        words = self.said.quote(item.start, item.end)
        slot = self.cart.add(made_otherwise(line, making, words=words).of(qty))
        slot.words = words
        self._mark(item, slot)
        return True

    def _is_aside(self, item: Item) -> bool:
        """ "(arroz)": a word in brackets that only tells again how the last thing is made."""
        if item.link != "(" or item.amount is not None or self.last is None or not item.named:
            return False
        making = self.resolver.making(self._place_of(self.last), item.named, changes=True)
        return not making.misses and self._to_targets(item)
