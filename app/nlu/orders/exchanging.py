"""One thing for another, and halves: "cámbiame la coca por una sprite", "mitad muzza mitad calabresa"."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from app.nlu.orders.amending import Amends
from app.nlu.orders.amounts import Amount
from app.nlu.orders.desk import TWO, Header, half_of, pieces_of
from app.nlu.orders.items import Item
from app.nlu.orders.lines import Line
from app.nlu.orders.resolving import Making, Resolution
from app.nlu.orders.working import Slot, made_otherwise


class Exchanges(Amends):
    """Changes things for others, whole or by halves."""

    def _is_instead(self, at: int) -> bool:
        """ "un vigorón | en lugar del baho": the new thing first."""
        after = self.items[at + 1 : at + 3]
        if (
            not after
            or not after[0].is_("instead")
            or after[0].sentence != self.items[at].sentence
            or not self.items[at].has_content
        ):
            return False
        return len(after) < 2 or after[1].sentence != after[0].sentence

    def _change(self, at: int, other: Item | None = None) -> int:
        """ "cámbiame la coca por una sprite", "en vez de la coca una fanta"; `other`: what takes its place, if said before."""
        item = self.items[at]
        took = 1
        following = self.items[at + 1] if at + 1 < len(self.items) else None
        if other is None and following is not None:
            deeds = ("by", "change", "", "want", "put") if item.is_("instead") else ("by",)
            if following.deed in deeds and (following.deed == "by" or following.sentence == item.sentence):
                other, took = following, 2
        words = (
            self.said.quote(item.start, (other or item).end)
            if other is None or other.end > item.start
            else self.said.quote(item.start, item.end)
        )
        slots = self._changed(item)
        if other is None:
            if item.named and self._to_targets(item):
                return took
            self._named(at)
            return took
        if not slots:
            other.deed = ""
            self._named(self.items.index(other))
            return took
        if item.is_("halve") and not item.named[:1]:
            slots = [self.cart.split(slots[-1], half_of(slots[-1].line.qty), words)]
        elif item.amount is not None:
            qty = self.resolver.quantity(self._place_of(slots[-1]), item, Making())
            slots = [self.cart.split(slots[-1], qty, words)]
        self.used += [item, other]
        for slot in slots:
            self._change_to(item, slot, other, words)
        return took

    def _changed(self, item: Item) -> list[Slot]:
        """The lines that are to be changed."""
        if not item.named:
            gone = self.gone
            if gone is not None:
                self._restore(Item(item.start, item.end))
            target = self.last or self._only_or_last()
            return [target] if target is not None else []
        exact = [slot for slot in self.cart.slots if self._fits(slot, item.named)]
        if exact:
            return exact if item.amount is None else exact[-1:]
        among = self.vocabulary.one_of(slot.line.product_id for slot in self.cart.slots)
        resolution = self.resolver.resolve(item, among=among) if among else Resolution()
        return [slot for slot in self.cart.slots if self._place_of(slot) in resolution.products][-1:]

    def _change_to(self, item: Item, slot: Slot, other: Item, words: str) -> None:
        place = self._place_of(slot)
        if not other.named and other.amount is not None:
            self.cart.put(slot, slot.line.of(self.resolver.quantity(place, other, Making())), words)
            self._mark(item, slot)
            return
        changes = self.resolver.making(place, other.named, changes=True)
        swapped = self._swapped(item, slot, other)
        if swapped is not None:
            self.cart.put(slot, swapped, words)
            self._mark(item, slot)
            return
        resolution = self.resolver.resolve(other, head=self._family((place,)))
        own = changes.modifiers and not changes.misses
        if own and (not resolution.making.names or resolution.product is None or resolution.product == place):
            line = made_otherwise(slot.line, changes, words=words)
            self.cart.put(slot, line, words)
            self._mark(item, slot)
            return
        if resolution.product is None:
            found = self._variant(resolution)
            if found is None or found[0] is not slot:
                self._lacking(other)
                return
            self._replace(slot, found[1], self.resolver.making(found[1], other.named), slot.line.qty, words)
            self._mark(item, slot)
            return
        qty = (
            self.resolver.quantity(resolution.product, other, resolution.making)
            if other.amount is not None and not (other.amount.article and item.amount)
            else slot.line.qty
        )
        self._replace(slot, resolution.product, resolution.making, qty, words)
        self._mark(item, slot)

    def _swapped(self, item: Item, slot: Slot, other: Item) -> Line | None:
        """One of several values for another: "cambia la mitad de fugazzeta por napolitana"."""
        place = self._place_of(slot)
        old = self.resolver.making(place, [one for one in item.named if one.term.values], changes=True)
        new = self.resolver.making(place, other.named, changes=True)
        for axis, values in slot.line.options:
            gone, come = old.options.get(axis, []), new.options.get(axis, [])
            if len(values) > 1 and gone and come and gone[0] in values:
                kept = [come[0] if value == gone[0] else value for value in values]
                return made_otherwise(slot.line, Making(options={axis: kept}))
        return None

    def _is_half_pair(self, at: int) -> bool:
        """ "media muzza media fugazzeta" where both are choices of one product."""
        pair = self.items[at : at + 2]
        halves = [
            one
            for one in pair
            if one.amount is not None and one.amount.value == Decimal("0.5") and not one.amount.unit and one.named
        ]
        return len(halves) == 2 and self._mix(pair, None) is not None

    def _mixed(self, at: int) -> int:
        first, second = self.items[at : at + 2]
        place = self._mix([first, second], None)
        assert place is not None
        header = self.header
        whole = header if header is not None and header.slot is None and header.item.end == first.start else None
        self._add_mixed(place, [first, second], whole)
        return 2

    def _halves(self, at: int) -> bool:
        """ "10 pupusas mitad revueltas mitad de queso", "una pizza mitad muzza mitad calabresa"."""
        pair = self.items[at : at + 2]
        if len(pair) < 2 or not pair[1].is_("halve") or not all(one.has_content for one in pair):
            return False
        header = self.header or self._header_of_last(at)
        if header is None and not self.new and self._mix_line(pair):
            return True
        whole = header.item if header is not None else None
        place = self._mix(pair, whole)
        single = header is None or header.pieces == 1
        if place is not None and (single or self._is_mix(place)):
            self._add_mixed(place, pair, header)
            return True
        if header is None:
            return False
        unit_qty = header.pieces / TWO
        if header.slot is not None and header.slot in self.cart.slots:
            self.cart.drop(header.slot)
        header.parts = 2
        header.slot = None
        for one in pair:
            resolution = self.resolver.resolve(one, head=header.products)
            if resolution.product is None:
                continue
            one.amount = Amount(one.start, one.start, unit_qty)
            self._inherit_modifiers(header, resolution.making, resolution.product)
            self._add(one, resolution.product, resolution.making, part=True)
        return True

    def _header_of_last(self, at: int) -> Header | None:
        """ "una grande | mitad pepperoni mitad hawaiana": the thing said just before."""
        before = self.items[at - 1] if at else None
        if (
            before is None
            or self.last is None
            or self.last not in self.new
            or not self.used
            or self.used[-1] is not before
        ):
            return None
        place = self._place_of(self.last)
        amount = before.amount or Amount(before.start, before.start, Decimal(1))
        return Header(
            before,
            self._family((place,)),
            amount.value,
            amount.unit,
            pieces_of(amount),
            self.last,
            Resolution((place,)),
        )

    def _mix_line(self, pair: Sequence[Item]) -> bool:
        """Both halves said of a line there is."""
        named = [one for item in pair for one in item.named]
        targets = self._targets(named)
        if not targets:
            return False
        slot = self._likeliest(targets, named)[-1]
        making = self.resolver.making(self._place_of(slot), named, changes=True)
        words = self.said.quote(pair[0].start, pair[-1].end)
        if slot.line.qty > 1 and not self._is_mix(self._place_of(slot)):
            part = self.cart.split(slot, half_of(slot.line.qty), words)
            for half, item in ((slot, pair[0]), (part, pair[1])):
                own = self.resolver.making(self._place_of(half), item.named, changes=True)
                self.cart.put(half, made_otherwise(half.line, own, words=words), words)
        else:
            self.cart.put(slot, made_otherwise(slot.line, making, words=words), words)
        self._mark(pair[0], slot)
        return True

    def _mix(self, pair: Sequence[Item], whole: Item | None) -> int | None:
        """The product that has both as values of one choice."""
        bits = -1
        for one in pair:
            values = 0
            for named in one.named[:1]:
                for mask in named.term.values.values():
                    values |= mask
            bits &= values
        if whole is not None and bits > 0:
            fitting = bits & whole.fits
            bits = fitting or bits
        if (
            whole is not None
            and whole.amount is not None
            and whole.amount.unit in ("kilo", "libra", "gramo")
            and bits > 0
        ):
            weighed = sum(1 << place for place in self.vocabulary.listed(bits) if self.vocabulary.products[place].unit)
            bits = weighed or bits
        if bits <= 0:
            return None
        places = self.vocabulary.listed(bits)
        return next((place for place in places if self._is_mix(place)), places[0] if len(places) == 1 else None)

    def _is_mix(self, place: int) -> bool:
        """Whether a product is made of halves."""
        return any(not {"mitad", "media", "half"}.isdisjoint(form.words) for form in self.vocabulary.forms[place])

    def _add_mixed(self, place: int, pair: Sequence[Item], header: Header | None) -> None:
        named = [one for item in pair for one in item.named]
        making = self.resolver.making(place, [*(header.item.named if header is not None else ()), *named], changes=True)
        if header is not None and header.slot is not None and header.slot in self.cart.slots:
            self.cart.drop(header.slot)
        self.header = None
        item = Item(header.item.start if header is not None else pair[0].start, pair[-1].end, sentence=pair[0].sentence)
        item.amount = header.item.amount if header is not None else None
        self._add(item, place, making)

    def _half(self, item: Item) -> None:
        """ "lo mismo pero la mitad revueltas": half of a line becomes another."""
        slot = self.last if self.last in self.cart.slots else self._only_or_last()
        if slot is None or not item.named:
            return
        words = self.said.quote(item.start, item.end)
        place = self._place_of(slot)
        part = self.cart.split(slot, half_of(slot.line.qty), words)
        making = self.resolver.making(place, item.named, changes=True)
        if making.misses or not making.modifiers:
            resolution = self.resolver.resolve(item, head=self._family((place,)))
            if resolution.product is not None:
                self._replace(part, resolution.product, resolution.making, part.line.qty, words)
        else:
            self.cart.put(part, made_otherwise(part.line, making, words=words), words)
        self._mark(item, part)
