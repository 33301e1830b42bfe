"""Items done to the cart, one after the other: added, changed, taken away."""

from __future__ import annotations

from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.answering import Answers
from app.nlu.orders.desk import Header, pieces_of
from app.nlu.orders.items import Item
from app.nlu.orders.resolving import Making, Resolution

SIZE_WORDS = frozenset(
    "chico chica chicos chicas grande grandes gran mediano mediana small large big medium regular".split()
)


class Editor(Answers):
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
        took = self._answered(at)
        if took:
            return took
        if item.deed == "ask":
            self._ask(item)
            return 1
        if item.deed == "empty":
            self.cart.empty(self.said.quote(item.start, item.end))
            self.used.append(item)
            return 1
        if self._is_instead(at):
            return 1 + self._change(at + 1, item)
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
        if self._is_in_passing(item, resolution):
            return
        if (
            self.header is not None
            and self.header.slot is None
            and item.amount is not None
            and self._is_part(at, item, resolution)
        ):
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
        self._found(at, item, resolution)

    def _found(self, at: int, item: Item, resolution: Resolution) -> None:
        """What the menu has of an item: a part of what was told, a line of the cart, or another line."""
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
            if not (item.is_("each") and self._each_of(item, resolution)):
                self._open_header(item, resolution)
            return
        if self._heads_list(at, resolution.product):
            return
        self._add(item, resolution.product, resolution.making)

    def _each_of(self, item: Item, resolution: Resolution) -> bool:
        """ "un taco de cada uno": one of each that fits."""
        for place in resolution.products:
            self._add(item, place, self.resolver.making(place, item.named))
        return True

    def _heads_list(self, at: int, place: int) -> bool:
        """ "nacatamales: 2 con crema y 3 sin nada": as many as the items after the colon say."""
        item = self.items[at]
        parts: list[Item] = []
        for other in self.items[at + 1 :]:
            linked = other.link == ":" if not parts else other.link in ("y", ",", "")
            if not linked or other.amount is None or other.sentence != item.sentence or other.has_name:
                break
            if self.resolver.making(place, other.named, changes=True).misses:
                break
            parts.append(other)
        if item.amount is not None or not parts:
            return False
        total = sum((pieces_of(one.amount) for one in parts if one.amount is not None), Decimal(0))
        item.amount = Amount(item.start, item.start, total)
        self._add(item, place, self.resolver.making(place, item.named))
        return True

    def _is_in_passing(self, item: Item, resolution: Resolution) -> bool:
        """A size or an adjective among other talk: "hola chico", "horario de atención completo"."""
        if (
            item.amount is not None
            or item.deed
            or item.definite
            or item.cues
            or self.cart.before
            or self.new
            or self.header
        ):
            return False
        if len(item.named) != 1 or item.named[0].term.whole or item.turn >= 0:
            return False
        strays = sum(not (atom.term or atom.amount or atom.cues or atom.is_grammar) for atom in self.said.atoms)
        greeted = sum(atom.is_grammar or bool(atom.cues) for atom in self.said.atoms)
        own = any(self.vocabulary.head(place) in resolution.making.names for place in resolution.products)
        if resolution.making.names:
            return not own and strays > 0
        return item.named[0].term.weak or strays > 0 or (greeted > 0 and self._is_size(item))

    def _is_size(self, item: Item) -> bool:
        return any(self.said.words[at] in SIZE_WORDS for one in item.named for at in range(one.start, one.end))

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

    def _nameless(self, at: int) -> None:
        item = self.items[at]
        if item.ordinal:
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
        if item.is_("of_them") and self.last in self.new and self.last is not None and self.last.origin is None:
            self.cart.put(self.last, self.last.line.of(item.amount.value), words)  # "té negro, dos de esos"
            self._mark(item, self.last)
            return
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
        if self.last is not None and item.deed == "want" and self.gone is None and self.last.origin is not None:
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
