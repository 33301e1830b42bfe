"""Lines of the cart made otherwise, set, taken away: "que sean 20", "quita la pepsi", "a un café ponele leche"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.choices import Choices
from app.nlu.orders.desk import half_of
from app.nlu.orders.items import Item, Named
from app.nlu.orders.measures import DOZEN
from app.nlu.orders.resolving import Making, Resolution
from app.nlu.orders.working import Slot, made_otherwise


class Amends(Choices):
    """Edits that name what they are about."""

    def _known(self, item: Item, resolution: Resolution) -> bool:
        """ "la horchata grande", "las de queso de arroz": a line there is, made otherwise."""
        slots = [slot for slot in self.cart.slots if self._place_of(slot) in resolution.products]
        if not slots:
            return False
        if item.amount is not None and slots[-1].origin is None:
            return False
        slot = self._same_made(slots, resolution.making)
        making = self.resolver.making(self._place_of(slot), item.named)
        words = self.said.quote(item.start, item.end)
        if item.amount is not None and (item.deed == "set" or item.is_("only", "better")):
            return False
        if item.amount is not None and not making.modifiers and item.amount.start > item.named[0].start:
            return self._set(item, resolution)  # "el arroz que sean 3 y los frijoles 2"
        if item.amount is not None and making.modifiers:
            slot = self.cart.split(slot, item.amount.value, words)
        self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
        self._mark(item, slot)
        return True

    def _set(self, item: Item, resolution: Resolution) -> bool:
        """ "mejor 8 tomates", "que sean 20 de pastor", "o mejor un cartón"."""
        slots = [slot for slot in self.cart.slots if self._place_of(slot) in resolution.products]
        words = self.said.quote(item.start, item.end)
        if slots and item.amount is not None:
            slot = self._same_made(slots, resolution.making)
            place = self._place_of(slot)
            making = self.resolver.making(place, item.named)
            qty = self.resolver.quantity(place, item, making)
            self.cart.put(slot, made_otherwise(slot.line, making, words=words).of(qty), words)
            self._mark(item, slot)
            return True
        if slots and item.is_("only") and item.amount is None:
            return self._known(item, resolution)  # "deje solo la cerveza"
        if self.gone is not None and item.is_("only") and self._place(self.gone[0]) in resolution.products:
            self._restore(item)
            return True
        if (
            item.is_("better")
            and self.last is not None
            and self.last.origin is None
            and resolution.product is not None
            and item.deed in ("", "want")
        ):
            if self.header is not None and self.header.slot is self.last:
                self.header = None
            if self.last in self.cart.slots:
                if item.amount is None and self._family((self._place_of(self.last),)) >> resolution.product & 1:
                    item.amount = Amount(item.start, item.start, self.last.line.qty)  # "3 de res, digo, de pollo"
                self.cart.drop(self.last, words)
            return False
        if slots and not item.is_("only") and item.amount is None and resolution.making.modifiers:
            return self._known(item, resolution)
        return item.deed == "set" and self.said.language == "en" and self._turns_into(item, resolution, words)

    def _turns_into(self, item: Item, resolution: Resolution, words: str) -> bool:
        """English: "make that iced", "make it a cappuccino": a line becomes another product."""
        if not self.cart.slots or not resolution.making.names or (item.amount is not None and not item.amount.article):
            return False
        found = self._variant(resolution)
        if found is None and resolution.product is None:
            return False
        target = self.last if self.last in self.cart.slots else self._only_or_last()
        slot, place = found or (target, resolution.product)
        if slot is None or place is None:
            return False
        self._replace(slot, place, self.resolver.making(place, item.named), slot.line.qty, words)
        self._mark(item, slot)
        return True

    def _goes_on_setting(self, at: int) -> bool:
        """ "mejor medio pollo y un kilo de rusa": what follows in the list is put right as well."""
        item = self.items[at]
        if item.link not in ("y", ",") or item.deed not in ("", "want", "put"):
            return False
        before = [other for other in self.items[:at] if other.sentence == item.sentence]
        right = next((n for n, other in enumerate(before) if other.is_("better", "only") and other in self.used), None)
        return right is not None and (right > 0 or bool(self.new and self.new[0].origin is not None))

    def _put_again(self, item: Item, resolution: Resolution) -> bool:
        """ "ponga 5 tomates y quite el chile": among corrections a number puts right."""
        slots = [
            slot for slot in self.cart.slots if self._place_of(slot) in resolution.products and slot.origin is not None
        ]
        correcting = any(other.deed in ("remove", "change", "set") or other.is_("better") for other in self.items)
        return bool(slots and item.amount is not None and correcting) and self._set(item, resolution)

    def _remove(self, item: Item) -> None:
        words = self.said.quote(item.start, item.end)
        if item.is_("all") and not item.named:
            self.cart.empty(words)
            self.used.append(item)
            return
        if not item.has_content:
            target = self._only_or_last()
            if target is not None:
                self._take(item, [target], words)
            return
        among = self.vocabulary.one_of(slot.line.product_id for slot in self.cart.slots)
        resolution = self.resolver.resolve(item, head=self.head, among=among) if among else Resolution()
        of_line = item.is_("le") and not resolution.making.names  # "quítale el pepperoni"
        if (
            resolution.products
            and resolution.making.misses == 0
            and (resolution.making.names or not self._is_extra_only(item))
            and not of_line
        ):
            slots = [
                slot
                for slot in self.cart.slots
                if self._place_of(slot) in resolution.products and self._is_made(slot, resolution.making)
            ]
            if slots:
                self._take(item, slots, words)
                return
        without = [
            Named(one.term, "no_extra" if one.manner == "extra" else "without", one.start, one.end, one.count)
            for one in item.named
            if one.term.modifies
        ]
        if without and self._drop_added(item, without, words):
            return
        if without and self.cart.slots:
            kept, item.named = item.named, without
            if self._to_targets(item):
                return
            item.named = kept
        self.used.append(item)

    def _drop_added(self, item: Item, without: Sequence[Named], words: str) -> bool:
        """ "remove the vanilla": what was added and does not come with it is simply not added."""
        for slot in reversed(self.cart.slots):
            place = self._place_of(slot)
            gone = {extra for kind, extra in self.resolver.making(place, without, changes=True).extras if kind == "no"}
            added = {one.id for one in slot.line.extras if one.kind in ("add", "extra", "light")}
            included = {one.id for one in self.vocabulary.products[place].additions if one.included}
            if slot.origin is not None and gone and gone <= added - included and len(gone) == len(without):
                kept = tuple(one for one in slot.line.extras if one.id not in gone)
                self.cart.put(slot, replace(slot.line, extras=kept), words)
                self._mark(item, slot)
                return True
        return False

    def _is_extra_only(self, item: Item) -> bool:
        return all(not one.term.values and one.term.extras for one in item.named)

    def _without_line(self, item: Item) -> bool:
        """ "sin la cerveza": of a line, not of an ingredient."""
        if self._targets(item.named) or not all(one.term.named for one in item.named):
            return False
        kept = item.named
        item.named = [Named(one.term, "plain", one.start, one.end) for one in kept]
        slots = [slot for slot in self.cart.slots if self._fits(slot, item.named)]
        if not slots:
            item.named = kept
            return False
        self._take(item, slots, self.said.quote(item.start, item.end))
        return True

    def _take(self, item: Item, slots: list[Slot], words: str) -> None:
        amount = item.amount
        slot = slots[-1]
        self.gone = (slot.line, None)
        self.used.append(item)
        if amount is not None and not item.definite:
            qty = self.resolver.quantity(self._place_of(slot), item, Making())
            if qty < slot.line.qty:
                self.cart.put(slot, slot.line.of(slot.line.qty - qty), words)
                self.last = slot
                return
        for each in slots if item.definite or amount is None else [slot]:
            self._talk_of((self._place_of(each),))
            self.cart.drop(each, words)
            if each is self.last:
                self.last = None
            if each in self.new:
                self.new.remove(each)

    def _restore(self, item: Item) -> None:
        """ "quita la pepsi, nomás quiero 1": not gone, fewer."""
        assert self.gone is not None
        line = self.gone[0]
        qty = self.resolver.quantity(self._place(line), item, Making()) if item.amount is not None else line.qty
        origin = next((at for at, old in enumerate(self.cart.before) if old.is_like(line)), None)
        slot = Slot(line.of(qty), origin, line.words)
        self.cart.slots.append(slot)
        self.gone = None
        self._mark(item, slot)

    def _denied(self, item: Item) -> bool:
        """ "no, el café no"; "no 10 revueltas" after what is wanted instead."""
        if item.amount is not None:
            if self.new or self.used:
                self.used.append(item)
                return True
            return False
        among = self.vocabulary.one_of(slot.line.product_id for slot in self.cart.slots)
        resolution = self.resolver.resolve(item, among=among) if among and item.named else Resolution()
        if not resolution.making.names or resolution.making.misses:
            return False
        self._remove(item)
        return True

    def _alter(self, item: Item) -> None:
        """ "a un café | póngale leche", "la leche | que sea descremada", "de pollo | que sean 4"."""
        words = self.said.quote(item.start, item.end)
        selectors, changes = item.named[: item.turn], item.named[item.turn :]
        slots = self._selected(item, selectors, changes)
        if not slots:
            if (item.turn and selectors and item.deed in ("set", "put", "add")) or (not selectors and changes):
                item.turn = -1
                self._named(self.items.index(item))
            return
        if item.is_("halve"):
            slots = [self.cart.split(slot, half_of(slot.line.qty), words) for slot in slots]
        elif item.amount is not None and changes:
            slots = [
                self.cart.split(slots[-1], item.amount.value * (DOZEN if item.amount.unit == "docena" else 1), words)
            ]
        for slot in slots:
            place = self._place_of(slot)
            making = self.resolver.making(place, changes, changes=True)
            if making.misses and self._becomes(item, slot, changes, words):
                continue
            line = made_otherwise(slot.line, making, words=words)
            total = item.total or (item.amount if not changes and item.amount is not None else None)
            if total is not None:
                said = self.resolver.quantity(place, Item(0, 0, amount=total), Making())
                line = line.of(slot.line.qty + said if item.deed == "add" else said)
            self.cart.put(slot, line, words)
            self._mark(item, slot)

    def _becomes(self, item: Item, slot: Slot, changes: Sequence[Named], words: str) -> bool:
        """ "hacelas de queso": another product of the family."""
        wish = Item(item.start, item.end, named=list(changes))
        resolution = self.resolver.resolve(wish, head=self._family((self._place_of(slot),)))
        if resolution.product is None:
            return False
        self._replace(slot, resolution.product, resolution.making, slot.line.qty, words)
        self._mark(item, slot)
        return True

    def _each(self, at: int) -> None:
        """ "2 de cada una: revuelta, ayote y loroco"; said after them, of each before."""
        item = self.items[at]
        following = [other for other in self.items[at + 1 :] if other.sentence == item.sentence and other.has_content]
        words = self.said.quote(item.start, item.end)
        if item.is_("less", "more") or not following:
            slots = self.new if self.new and not item.is_("less", "more") else list(self.cart.slots)
            for slot in list(slots):
                if item.amount is None:
                    continue
                qty = item.amount.value
                old = slot.line.qty
                self.cart.put(
                    slot, slot.line.of(old - qty if item.is_("less") else old + qty if item.is_("more") else qty), words
                )
                self._mark(item, slot)
            return
        if self.header is not None and self.header.slot is not None and self.header.item.amount is not None:
            self.header = None
        self.each = item.amount or Amount(item.start, item.end, Decimal(1))
        self.used.append(item)

    def _scale(self, item: Item) -> bool:
        words = self.said.quote(item.start, item.end)
        slots = (
            self._targets([]) if not item.named else [slot for slot in self.cart.slots if self._fits(slot, item.named)]
        )
        if not item.named and not item.is_("all", "each"):
            target = self.last or self._only_or_last()
            slots = [target] if target is not None else []
        elif item.is_("all"):
            slots = list(self.cart.slots)
        if not slots or (item.is_("less") and item.amount is None):
            return False
        for slot in list(slots):
            old = slot.line.qty
            new = old - item.amount.value if item.is_("less") and item.amount is not None else old * 2
            self.cart.put(slot, slot.line.of(new), words)
            self._mark(item, slot)
        return True
