"""Items done to the cart, one after the other: added, changed, taken away."""

from __future__ import annotations

from app.nlu.orders.amounts import Amount
from app.nlu.orders.desk import Header, pieces_of
from app.nlu.orders.exchanging import Exchanges
from app.nlu.orders.items import Item
from app.nlu.orders.resolving import Making, Resolution


class Editor(Exchanges):
    """Does the items of one message to a cart."""

    def run(self) -> None:
        """All items, in order."""
        at = 0
        while at < len(self.items):
            at += self._do(at)
        self._close_header()

    def _do(self, at: int) -> int:
        """Does the item at `at`; how many items that took."""
        item = self.items[at]
        if item.deed == "ask":
            self._ask(item)
            return 1
        if item.deed == "empty":
            self.cart.empty(self.said.quote(item.start, item.end))
            self.used.append(item)
            return 1
        if item.deed == "change":
            return self._change(at)
        if item.is_("halve") and self._halves(at):
            return 2
        if self._is_half_pair(at):
            return self._mixed(at)
        if item.deed == "remove" and item.turn < 0:
            self._remove(item)
            return 1
        if item.is_("not") and not item.is_("better") and self._denied(item):
            return 1
        if item.turn >= 0:
            self._alter(item)
            return 1
        if item.is_("each") and not item.has_content:
            self._each(at)
            return 1
        if item.is_("scale", "less") and self._scale(item):
            return 1
        if item.is_("all") and self._all(item):
            return 1
        if item.is_("halve"):
            self._half(item)
            return 1
        if not item.has_content:
            self._nameless(at)
            return 1
        self._named(at)
        return 1

    def _ask(self, item: Item) -> None:
        resolution = self.resolver.resolve(item, head=self.head)
        if resolution.products:
            self.topic = resolution
            self._talk_of(resolution.products)

    def _named(self, at: int) -> None:
        item = self.items[at]
        if self.each is not None and item.amount is None:
            item.amount = self.each
        if self.waiting.products and self._answer(item):
            return
        if item.is_("onto") and self._goes_onto_last(item):
            return
        if self._is_aside(item) or (
            self.header is not None and item.deed == self.header.item.deed and self._part_of_last(item)
        ):
            return

        if (
            item.named
            and all(one.manner == "without" for one in item.named)
            and item.amount is None
            and self._without_line(item)
        ):
            return
        resolution = self.resolver.resolve(item, head=self.head)
        if item.is_("same") and not item.is_("other") and not item.amount and not resolution.making.names:
            return
        if not resolution.making.names and resolution.making.modifiers and self._modifies(at, item, resolution):
            return
        if (
            resolution.making.names
            and item.amount is None
            and self._only_names_part(item)
            and self._goes_onto_last(item)
        ):
            return
        if not resolution.products or self._is_other_kind(item, resolution):
            if not self._part_like(item):
                self._lacking(item)
            return
        if self._is_part(at, item, resolution):
            return
        if not resolution.making.names and not resolution.making.options:
            self._lacking(item)
            return
        if item.unknown and not resolution.making.names:
            self._lacking(item)
            return
        if (
            item.definite
            and item.deed in ("", "want", "set", "put")
            and not item.is_("other")
            and self._known(item, resolution)
        ):
            return
        if (item.deed == "set" or item.is_("better", "only") or self._goes_on_setting(at)) and self._set(
            item, resolution
        ):
            return
        if item.is_("other", "more", "same") and self._again(item, resolution):
            return
        if item.deed == "put" and self._put_again(item, resolution):
            return
        if resolution.product is None:
            self._open_header(item, resolution)
            return
        self._add(item, resolution.product, resolution.making)

    def _only_names_part(self, item: Item) -> bool:
        """Whether all it names are choices or extras, some of which are also part of a product's name: "peppers"."""
        return len(item.named) > 1 and all(one.term.modifies and not one.term.whole for one in item.named)

    def _goes_onto_last(self, item: Item) -> bool:
        """English: "and i want peppers on it"."""
        if self.last not in self.cart.slots or (item.amount is not None and not item.amount.article):
            return False
        bit = 1 << self._place_of(self.last)
        if any(one.term.whole and not one.term.modifies & bit for one in item.named):
            return False
        making = self.resolver.making(self._place_of(self.last), item.named, changes=True)
        return not making.misses and bool(making.modifiers) and self._to_targets(item)

    def _is_other_kind(self, item: Item, resolution: Resolution) -> bool:
        """ "pupusas de jalapeño": the family is sold, this one is not."""
        if resolution.score >= 100 or not any(of for _, _, of in item.unknown):
            return False
        if len(resolution.products) > 1:
            return True
        form_sizes = {len(form.keys) for form in self.vocabulary.forms[resolution.products[0]]}
        first = item.unknown[0]
        straight = bool(item.named) and item.named[-1].end + 1 >= first[0]
        return 1 in form_sizes and len(resolution.making.names) == 1 and straight and not resolution.making.modifiers

    def _answer(self, item: Item) -> bool:
        """An answer to "¿cuál de estos?"."""
        offered = [
            self.vocabulary.index[product] for product in self.waiting.products if product in self.vocabulary.index
        ]
        if item.ordinal and 0 < item.ordinal <= len(offered):
            place: int | None = offered[item.ordinal - 1]
            making = Making()
        else:
            resolution = self.resolver.resolve(item, among=self.vocabulary.one_of(self.waiting.products))
            place, making = resolution.product, resolution.making
            if resolution.product is None or resolution.making.misses:
                return False
        if item.amount is None and self.waiting.qty is not None:
            item.amount = Amount(item.start, item.end, self.waiting.qty, self.waiting.unit)
        assert place is not None
        self._add(item, place, making)
        return True

    def _nameless(self, at: int) -> None:
        item = self.items[at]
        if item.ordinal:
            if self.waiting.products:
                self._answer(item)
            return
        if item.is_("same") and not item.is_("other") and item.amount is None:
            return
        if item.is_("other") and item.definite and self._rest_of_parts(item):
            return
        if item.is_("other") or (item.is_("more") and (self.last or self.cart.slots)):
            self._again(item, Resolution())
            return
        if self._rest_of_parts(item):
            return
        if item.amount is None:
            return
        if self._heads(at):
            amount = item.amount
            self._close_header()
            self.header = Header(item, self.vocabulary.everything, amount.value, amount.unit, pieces_of(amount))
            self.unit = amount.unit
            return
        words = self.said.quote(item.start, item.end)
        if self.gone is not None and item.is_("only"):
            self._restore(item)
            return
        setting = item.deed == "set" or item.is_("better", "only", "not")
        if setting:
            slot = self.last if self.last in self.cart.slots else self._only_or_last()
            if slot is not None:
                qty = self.resolver.quantity(self._place_of(slot), item, Making())
                self.cart.put(slot, slot.line.of(qty), words)
                self._mark(item, slot)
            return
        if self.topic is not None and not self.new:
            self._named_topic(item)
            return
        if self.waiting.products and item.definite and 0 < int(item.amount.value) <= len(self.waiting.products):
            item.ordinal, item.amount = int(item.amount.value), None
            self._answer(item)
        elif self.last is not None and item.deed == "want" and self.gone is None and self.last.origin is not None:
            qty = self.resolver.quantity(self._place_of(self.last), item, Making())
            self.cart.put(self.last, self.last.line.of(qty), words)
            self._mark(item, self.last)

    def _named_topic(self, item: Item) -> None:
        assert self.topic is not None
        topic, self.topic = self.topic, None
        if topic.product is None:
            self._open_header(item, topic)
            return
        self._add(item, topic.product, topic.making)
