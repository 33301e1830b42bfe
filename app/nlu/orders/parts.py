"""New lines, and numbers told apart in what follows: "6 pupusas: 3 revueltas y 3 de queso"."""

from __future__ import annotations

from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.changes import Unclear
from app.nlu.orders.desk import EDITS, Desk, Header, pieces_of
from app.nlu.orders.items import Item
from app.nlu.orders.resolving import MAX_OFFERED, Making, Resolution
from app.nlu.orders.working import Slot, made_otherwise


class Parts(Desk):
    """Adds lines, each on its own or as a part of a number said before."""

    def _add(self, item: Item, place: int, making: Making, *, part: bool = False) -> Slot:
        line = self.resolver.line(place, item, making, inherited_unit=self._inherited(item, place))
        if item.is_("same") and self.gone is not None and item.amount is None:
            line = line.of(self.gone[0].qty)
        slot = self.cart.add(line)
        self._mark(item, slot)
        self._talk_of((place,))
        if item.amount is not None and item.amount.unit:
            self.unit = item.amount.unit
        elif item.amount is None or not item.amount.article:
            self.unit = self.unit if part or item.amount is None else ""
        if not part and item.amount is not None and line.qty > 1:
            self._close_header()
            amount = item.amount
            self.header = Header(
                item,
                self._family((place,)),
                amount.value,
                amount.unit,
                pieces_of(amount),
                slot,
                Resolution((place,), 0.0, making),
            )
        elif not part:
            self._close_header()
        return slot

    def _inherited(self, item: Item, place: int) -> str:
        """The measure of the item before: "un par de libras de arroz y una de azúcar"."""
        amount = item.amount
        if amount is None or amount.unit or not self.unit or item.link not in ("y", ",", ""):
            return ""
        of = any(one.of for one in item.named[:1])
        unit = self.vocabulary.products[place].unit
        if self.unit == "docena":
            return "docena" if unit in (None, "docena") and of and (amount.value < 1 or amount.article) else ""
        return self.unit if unit == self.unit or unit is not None else ""

    def _open_header(self, item: Item, resolution: Resolution) -> None:
        self._close_header()
        self._talk_of(resolution.products)
        bits = self._bits(resolution.products)
        amount = item.amount
        value = amount.value if amount is not None else Decimal(1)
        unit = amount.unit if amount is not None else ""
        self.header = Header(item, bits, value, unit, Decimal(0), None, resolution)
        self.header.left = self.header.pieces
        self.unit = unit

    def _close_header(self) -> None:
        header, self.header = self.header, None
        if header is None or header.slot is not None or header.resolution is None:
            return
        if header.parts:
            return
        products = tuple(self.vocabulary.products[place].id for place in header.resolution.products[:MAX_OFFERED])
        words = self.said.quote(header.item.start, header.item.end)
        said = header.item.amount is not None
        if not said and header.item.deed == "" and len(self.items) > 1 and not header.item.has_name:
            return
        self.unclear.append(Unclear(words, header.amount, said, header.unit, products))
        self.used.append(header.item)

    def _is_part(self, at: int, item: Item, resolution: Resolution) -> bool:
        """Whether the item tells a part of the number said before, and if so, takes it from there."""
        header = self.header
        if header is None or (item.deed in EDITS and not item.is_("halve")):
            return False
        if item.deed in ("add", "want", "put") and item.deed != header.item.deed:
            return False
        products = [place for place in resolution.products if header.products >> place & 1]
        if header.slot is None:
            if not products or self._is_made_like(item, header, resolution):
                return False
            if (
                item.amount is None
                and not item.is_("rest")
                and (
                    item.link == ","
                    and header.item.amount is not None
                    and not header.parts
                    and header.item.sentence == item.sentence
                )
            ):
                return False
            self._take_part(item, header, products if len(products) == 1 else list(resolution.products), resolution)
            return True
        return self._splits_named(at, item, header, resolution)

    def _is_made_like(self, item: Item, header: Header, resolution: Resolution) -> bool:
        """English: "one large cheese and a small pepperoni pizza": what was told without a name is what comes after it."""
        nameless = header.resolution is not None and not header.resolution.making.names
        if (
            self.said.language != "en"
            or not nameless
            or item.link != "y"
            or item.amount is None
            or resolution.product is None
        ):
            return False
        making = self.resolver.making(resolution.product, header.item.named, changes=True)
        if making.misses or bool(making.extras) != bool(resolution.making.extras) or header.item.amount is None:
            return False
        self.header = None
        self._add(header.item, resolution.product, making)
        return True

    def _take_part(self, item: Item, header: Header, products: list[int], resolution: Resolution) -> None:
        header.parts += 1
        if item.is_("rest") and item.amount is None:
            item.amount = Amount(item.start, item.start, max(header.left, Decimal(0)))
        elif item.amount is None and header.item.amount is not None and header.item.link != ":":
            several = self._listed_after(item)
            item.amount = header.item.amount if header.parts == 1 and not self.each and not several else item.amount
        if item.amount is not None:
            if header.unit == "docena" and not item.amount.unit and self._counts_dozens(item, header):
                item.amount = item.amount._replace(unit="docena")
            elif header.unit and header.unit != "docena" and not item.amount.unit:
                item.amount = item.amount._replace(unit=header.unit)
            header.left -= pieces_of(item.amount)
        if len(products) == 1:
            self._inherit_modifiers(header, resolution.making, products[0])
            self._add(item, products[0], resolution.making, part=True)
        else:
            kept, self.header = self.header, None
            self._open_header(item, resolution)
            self._close_header()
            self.header = kept

    def _listed_after(self, item: Item) -> bool:
        """ "3 frescos: cacao, jamaica y otro cacao": one of each that is listed."""
        after = self.items[self.items.index(item) + 1 :][:1]
        return (
            bool(after)
            and after[0].sentence == item.sentence
            and after[0].link in (",", "y")
            and after[0].amount is None
            and after[0].has_name
        )

    def _inherit_modifiers(self, header: Header, making: Making, place: int) -> None:
        """What was said of all holds for each: "2 pizzas grandes: una muzza y una napo"."""
        if header.resolution is None or header.slot is not None:
            return
        general = self.resolver.making(place, [one for one in header.item.named if not one.term.named], changes=True)
        for axis, values in general.options.items():
            making.options.setdefault(axis, values)
        for key, qty in general.extras.items():
            making.extras.setdefault(key, qty)

    def _counts_dozens(self, item: Item, header: Header) -> bool:
        """ "dos docenas, una de carne y una de pollo": the parts add up only as dozens."""
        parts = [
            one.amount
            for one in self.items
            if one.sentence == item.sentence and one is not header.item and one.amount is not None
        ]
        if any(one.unit for one in parts):
            return False
        return sum((one.value for one in parts), Decimal(0)) == header.amount

    def _splits_named(self, at: int, item: Item, header: Header, resolution: Resolution) -> bool:
        """ "2 kilos de chorizo, uno argentino y uno de la casa", "cuatro de queso, dos con loroco y dos solo de queso"."""
        assert header.slot is not None
        if header.parts == 0:
            if item.link not in (",", ":", "(", ""):
                return False
            parts = self._following_parts(at)
            total = sum((part.amount.value for part in parts if part.amount is not None), Decimal(0))
            if len(parts) < 2 or total != header.amount:
                return False
            own = [self.resolver.resolve(part, head=header.products) for part in parts]
            if not all(any(header.products >> place & 1 for place in one.products) for one in own if one.products):
                return False
            same = any(
                header.resolution is not None and one.products == header.resolution.products for one in own
            ) or any(not one.products for one in own)
            if not same:
                return False
        if item.amount is None or header.left <= 0 or not self._bits(resolution.products) & header.products:
            return False
        if item.amount.value > header.amount or item.link not in (",", "y", "", ":", "("):
            return False
        amount = item.amount if item.amount.unit or not header.unit else item.amount._replace(unit=header.unit)
        item.amount = amount
        header.left -= pieces_of(amount)
        header.parts += 1
        rest = header.slot.line.of(max(header.slot.line.qty - self._in_line(header.slot, amount), Decimal(0)))
        if header.slot in self.cart.slots:
            self.cart.put(header.slot, rest)
        product = (
            resolution.product
            if resolution.product is not None
            else next(iter(header.resolution.products if header.resolution else ()), None)
        )
        if product is not None:
            self._add(item, product, resolution.making, part=True)
        return True

    def _in_line(self, slot: Slot, amount: Amount) -> Decimal:
        place = self.vocabulary.index[slot.line.product_id]
        return self.resolver.quantity(
            place,
            Item(0, 0, amount=amount),
            Making(),
            inherited_unit=self.header.unit if self.header and self.header.unit != "docena" else "",
        )

    def _following_parts(self, at: int) -> list[Item]:
        parts = [self.items[at]]
        for other in self.items[at + 1 :]:
            if (
                other.sentence != parts[0].sentence
                or other.amount is None
                or other.deed != parts[0].deed
                or other.link not in (",", "y", "")
            ):
                break
            parts.append(other)
            if (
                self.header
                and sum((part.amount.value for part in parts if part.amount), Decimal(0)) >= self.header.amount
            ):
                break
        return parts

    def _part_like(self, item: Item) -> bool:
        """ "y el otro normal", "uno solo": a part of the number before, made as it was."""
        header = self.header
        if header is None or header.slot is None or not header.parts or item.named:
            return False
        self.used.append(item)
        return True

    def _part_of_last(self, item: Item) -> bool:
        header = self.header
        if header is None or header.slot is None or header.slot not in self.cart.slots:
            return False
        if item.amount is None and item.is_("other") and header.parts and header.left > 0:
            item.amount = Amount(
                item.start, item.start, header.left if item.definite else Decimal(1)
            )  # "y el otro sin azúcar"
        if item.amount is None:
            return False
        linked = item.link in (",", ":", "(", "") or (item.link == "y" and header.parts > 0) or item.is_("of_them")
        if not linked or (header.item.sentence != item.sentence and item.link != ""):
            return False
        place = self._place_of(header.slot)
        making = self.resolver.making(place, item.named, changes=True)
        bit = 1 << place
        for one in item.named:  # an extra said plainly is a thing of its own: "2 revueltas, 1 de queso"
            if one.manner == "plain" and one.term.named and not any(bits & bit for bits in one.term.values.values()):
                return False
        taken = {axis for axis, _ in header.slot.line.options}
        amount = (
            item.amount
            if item.amount.unit or not header.unit or not self._counts_dozens(item, header)
            else item.amount._replace(unit="docena")
        )
        if making.misses or taken & making.options.keys() or pieces_of(amount) > header.left:
            return False
        header.left -= pieces_of(amount)
        header.parts += 1
        words = self.said.quote(item.start, item.end)
        qty = self._in_line(header.slot, amount)
        whole = qty >= header.slot.line.qty
        part = self.cart.split(header.slot, qty, words)
        self.cart.put(part, made_otherwise(part.line, making, words=words), words)
        if whole:
            header.slot = part
        self._mark(item, part)
        return True

    def _rest_of_parts(self, item: Item) -> bool:
        """ "uno sin huevo y el otro normal", "3 sin curtido y 3 normales": what stays as it was."""
        header = self.header
        if header is None or header.slot is None or not header.parts or header.left <= 0:
            return False
        if item.amount is not None and pieces_of(item.amount) > header.left:
            return False
        header.left -= pieces_of(item.amount) if item.amount is not None else header.left
        self.used.append(item)
        return True

    def _heads(self, at: int) -> bool:
        """Whether the items that follow tell a bare number apart: "una docena: 6 de carne y 6 de pollo"."""
        item = self.items[at]
        assert item.amount is not None
        following = [other for other in self.items[at + 1 : at + 12] if other.has_content]
        if not following or item.amount.article:
            return False
        if any(other.is_("rest") for other in following) or (
            len(following) > 1 and all(other.is_("halve") for other in following[:2])
        ):
            return True
        total = Decimal(0)
        for other in following:
            if other.amount is None:
                return False
            total += pieces_of(other.amount)
            if total == pieces_of(item.amount):
                return True
        return False
