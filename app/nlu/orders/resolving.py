"""Which product an item means, and how it is to be made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from app.nlu.orders.amounts import Amount
from app.nlu.orders.glossary import alike
from app.nlu.orders.items import Item, Named
from app.nlu.orders.lexing import Said
from app.nlu.orders.lines import ExtraKind, Line, SaidExtra
from app.nlu.orders.measures import DOZEN, IN_EACH, in_unit, same_measure
from app.nlu.orders.sold import Axis
from app.nlu.orders.terms import Form
from app.nlu.orders.vocabulary import Vocabulary

NAME, MODIFIER, MISS, WHOLE, HEADLESS, SURFACE, ASIDE = 3.0, 2.0, -5.0, 1.5, 1.1, 0.3, -2.5
WHOLE_ELSE = 0.6  # a whole name, but not one the menu has
HEADED = 0.9
BY_WEIGHT = 0.8
OTHER_MEASURE = -2.0  # pounds of what is sold by the piece
HEAD, HEAD_OF = 1.0, 2.2  # of the family talked of; more where "de" asks for a noun before it
PACKED = 3.0  # sold in packs of the measure said
CLOSE = 0.25  # products within this of the best fit as well
MAX_CANDIDATES = 80
PIECES = frozenset("piezas pieza pieces unidades bocados cantidad".split())
MAX_OFFERED = 12
ALIKE = 78.0  # of 100: how much a word of an unknown item looks like the name's one word left
KINDS: dict[str, ExtraKind] = {
    "plain": "add",
    "with": "add",
    "extra": "extra",
    "light": "light",
    "without": "no",
    "no_extra": "no_extra",
}


@dataclass(slots=True)
class Making:
    """How a product is made: choices, extras, what is refused; `misses`: names that say nothing of it."""

    options: dict[str, list[str]] = field(default_factory=dict)
    extras: dict[tuple[ExtraKind, str], int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    names: set[str] = field(default_factory=set)
    modifiers: int = 0
    misses: int = 0


@dataclass(slots=True)
class Resolution:
    """`products`: the best fit, or several that fit as well (places in the vocabulary); empty: the menu has no such thing."""

    products: tuple[int, ...] = ()
    score: float = 0.0
    making: Making = field(default_factory=Making)

    @property
    def product(self) -> int | None:
        """The one product, if it is one."""
        return self.products[0] if len(self.products) == 1 else None


class Resolver:
    """Finds products for items against one vocabulary."""

    def __init__(self, vocabulary: Vocabulary, said: Said) -> None:
        self.vocabulary, self.said = vocabulary, said

    def resolve(self, item: Item, *, head: int = 0, among: int = 0) -> Resolution:
        """The product of an item. `head`: the family talked of; `among`: only these, if given."""
        named = item.named if item.turn < 0 else item.named[: item.turn]
        bits = self._candidates(item, named, head) & (among or self.vocabulary.everything)
        places = self.vocabulary.listed(bits)[: MAX_CANDIDATES * 4]
        if not places:
            return Resolution()
        judged = [(self._judge(place, item, named, head), place) for place in places]
        best = max(score for (score, _), _ in judged)
        near = [(making, place) for (score, making), place in judged if score >= best - CLOSE]
        if len(near) > 1 and head:
            within = [one for one in near if head >> one[1] & 1]
            near = within or near
        near = self._counted(near, item)
        if best <= 0 or (not any(making.names for making, _ in near) and not named and not item.measure):
            return Resolution()
        return Resolution(tuple(place for _, place in near), best, near[0][0])

    def _counted(self, near: list[tuple[Making, int]], item: Item) -> list[tuple[Making, int]]:
        """ "12 alitas" where they are sold by 6 and by 12; "10 de pastor" are ten of what goes by the piece, not ten kilos."""
        if len(near) < 2 or item.amount is None or item.amount.unit:
            return near
        products = self.vocabulary.products
        by_piece = [one for one in near if products[one[1]].unit is None]
        near = by_piece if by_piece and item.amount.value == item.amount.value.to_integral_value() else near
        counted = [one for one in near if self.vocabulary.pieces.get(products[one[1]].id) == item.amount.value]
        return counted if len(counted) == 1 else near

    def making(self, place: int, named: Sequence[Named], *, changes: bool = False) -> Making:
        """How the names make the product; with `changes` none of them is its own name."""
        making = Making()
        bit = 1 << place
        for one in named:
            self._apply(making, one, bit, changes)
        return making

    def measured(self, place: int, amount: Amount) -> tuple[str, str] | None:
        """The choice of a product that is as much as was said: "de litro y medio"."""
        for axis in self.vocabulary.products[place].axes:
            for value in axis.values:
                measure = self.vocabulary.measures.get((axis.id, value.id))
                if measure is None:
                    continue
                same = same_measure(amount.value, amount.unit or measure[1], *measure)
                if same or (not amount.unit and measure[0] == amount.value):
                    return axis.id, value.id
        return None

    def line(self, place: int, item: Item, making: Making, *, inherited_unit: str = "") -> Line:
        """The line an item asks for."""
        product = self.vocabulary.products[place]
        qty = self.quantity(place, item, making, inherited_unit=inherited_unit)
        words = self.said.quote(item.start, item.end)
        return Line(
            product.id,
            qty,
            options_of(making.options),
            extras_of(making.extras.items()),
            tuple(sorted(making.refused)),
            words=words,
        )

    def quantity(self, place: int, item: Item, making: Making, *, inherited_unit: str = "") -> Decimal:
        """How much, in the product's unit; a measure that is one of its sizes becomes that choice."""
        product = self.vocabulary.products[place]
        amount = item.total or item.amount
        if item.measure is not None:
            chosen = self.measured(place, item.measure)
            if chosen is not None:
                making.options.setdefault(chosen[0], []).append(chosen[1])
        if amount is None:
            return Decimal(1)
        if not amount.unit and self._is_count(place, item, amount, making):
            return Decimal(1)
        unit = amount.unit or (inherited_unit if not amount.article or inherited_unit else "")
        if product.unit is None and unit not in ("", "docena"):
            chosen = self.measured(place, amount)
            if chosen is not None and chosen[0] not in making.options:
                making.options[chosen[0]] = [chosen[1]]
                return Decimal(1)
            packed = self.vocabulary.measures.get(("", product.id))
            if packed is not None and packed[1]:
                return in_unit(amount.value, unit, None) if packed[1] == "" else _packs(amount.value, unit, packed)
            return in_unit(amount.value, "", None)
        if product.unit is None and not unit and amount.value < 1:
            half = self._half_value(place, amount)
            if half is not None and half[0] not in making.options:
                making.options[half[0]] = [half[1]]
                return Decimal(1)
            if any("half" in values or "medio" in values for values in making.options.values()):
                return Decimal(1)
            return in_unit(amount.value * DOZEN, "", None)
        if product.unit not in (None, "docena") and unit == "docena":
            return in_unit(amount.value * DOZEN, product.unit or "", product.unit)
        if product.unit not in (None, "docena") and not unit:
            return in_unit(amount.value, product.unit or "", product.unit)
        return in_unit(amount.value, unit, product.unit)

    def _is_count(self, place: int, item: Item, amount: Amount, making: Making) -> bool:
        """ "12 alitas": the number is one of the product's sizes in pieces, or the pieces its own name tells."""
        product = self.vocabulary.products[place]
        if (
            self.vocabulary.pieces.get(product.id) == amount.value
            and amount.value > 1
            and any(other != product.id and count != amount.value for other, count in self.vocabulary.pieces.items())
        ):
            digits = f"{amount.value.normalize():f}"
            return digits not in making.names
        for axis in product.axes:
            if axis.id in making.options or not _counts_pieces(axis):
                continue
            chosen = next(
                (
                    v.id
                    for v in axis.values
                    if self.vocabulary.measures.get((axis.id, v.id), (None, ""))[0] == amount.value
                ),
                None,
            )
            if chosen is not None:
                making.options[axis.id] = [chosen]
                return True
        return False

    def _half_value(self, place: int, amount: Amount) -> tuple[str, str] | None:
        """ "medio pollo" where halves are sold."""
        for axis in self.vocabulary.products[place].axes:
            for value in axis.values:
                if any(
                    name.split()[0] in ("medio", "media", "half", "1/2") for name in map(str.lower, value.names) if name
                ):
                    return axis.id, value.id
        return None

    def _candidates(self, item: Item, named: Sequence[Named], head: int) -> int:
        """The products worth judging: those all names fit, else those any fits."""
        together, any_named, fits = -1, 0, -1
        for one in named:
            fits &= one.term.named | one.term.modifies | one.term.axes
            if one.manner == "plain" and one.term.named:
                together &= one.term.named
                any_named |= one.term.named
        if fits > 0:
            return fits
        if together > 0:
            return together
        if any_named:
            return any_named
        some = 0
        for one in named:
            some |= one.term.modifies
        return some or (head if item.figures or item.unknown or item.measure else 0)

    def _judge(self, place: int, item: Item, named: Sequence[Named], head: int) -> tuple[float, Making]:
        making = self.making(place, named)
        score = MODIFIER * making.modifiers + MISS * making.misses
        form, covered = self._best_form(place, making.names)
        score += NAME * len(making.names)
        if form is not None and covered and form.is_weak:
            score += WHOLE_ELSE * (covered == len(form.keys))
        elif form is not None and covered:
            if covered == len(form.keys):
                score += WHOLE
            elif covered == len(form.keys) - 1 and making.names.isdisjoint(form.keys[0]):
                score += HEADLESS if named and named[0].of else HEADLESS / 2  # all but the noun: "de carne"
            elif not (named and named[0].of) and self._says_head(place, making):
                score += HEADED  # the noun alone: "un pollo"
        packed = self.vocabulary.measures.get(("", self.vocabulary.products[place].id))
        if item.amount is not None and packed is not None and _is_mass(item.amount.unit) and _is_mass(packed[1]):
            score += PACKED
        elif packed is not None and _is_mass(packed[1]):
            score -= PACKED / 2
        score += self._weighed(place, item)
        if head >> place & 1:
            score += HEAD_OF if named and named[0].of else HEAD
        elif form is not None and making.names and making.names <= form.aside:
            score += ASIDE
        if form is not None and making.names:
            spoken = {self.said.words[at] for one in named for at in range(one.start, one.end)}
            score += SURFACE * bool(spoken & self.vocabulary.spellings[place])
            score += self._looks_alike(item, form, making)
        return score, making

    def _weighed(self, place: int, item: Item) -> float:
        """Kilos and fourths are of what goes by weight; a litre is of what goes by the litre or has a size of one."""
        amount, unit = item.amount, self.vocabulary.products[place].unit
        measured = amount is not None and amount.unit not in ("", "docena")
        if amount is not None and measured and unit is None and not self._comes_by(place, amount.unit):
            return OTHER_MEASURE
        if amount is None or not (_is_mass(amount.unit) or (not amount.unit and amount.value < 1)):
            return 0.0
        return BY_WEIGHT if unit is not None and unit != "docena" else 0.0

    def _comes_by(self, place: int, unit: str) -> bool:
        """Whether it, or one of its sizes, is told in measures of that kind: grams are of a kind with kilos."""
        product, kind = self.vocabulary.products[place], IN_EACH[unit][0]
        measures = [self.vocabulary.measures.get(("", product.id))]
        measures += [self.vocabulary.measures.get((axis.id, one.id)) for axis in product.axes for one in axis.values]
        return any(IN_EACH.get(said, IN_EACH[""])[0] == kind for _, said in filter(None, measures))

    def _says_head(self, place: int, making: Making) -> bool:
        head = self.vocabulary.head(place)
        return head in making.names or not making.names.isdisjoint(alike(head))

    def _best_form(self, place: int, names: set[str]) -> tuple[Form | None, int]:
        best: Form | None = None
        most, best_rank = 0, (False, 0, False, 0)
        for form in self.vocabulary.forms[place]:
            covered = sum(not names.isdisjoint(position) for position in form.keys)
            rank = (covered == len(form.keys) and not form.is_weak, covered, not form.is_weak, -len(form.keys))
            if best is None or rank > best_rank:
                best, most, best_rank = form, covered, rank
        return best, most

    def _looks_alike(self, item: Item, form: Form, making: Making) -> float:
        """Words that are nothing, but nearly a word of this name: "pelluga", "teriyaky"."""
        if not item.unknown:
            return 0.0
        from rapidfuzz import fuzz

        left = [key for position in form.keys if making.names.isdisjoint(position) for key in position]
        words = [self.said.words[at] for start, end, _ in item.unknown for at in range(start, end)]
        return sum(
            NAME * 0.8
            for word in words
            if len(word) > 3 and any(fuzz.ratio(word[: len(key) + 1], key) >= ALIKE for key in left)
        )

    def _apply(self, making: Making, one: Named, bit: int, changes: bool) -> None:
        term = one.term
        is_name = bool(term.named & bit) and not changes
        value = next((ref for ref, bits in term.values.items() if bits & bit), None)
        extra = next((ref for ref, bits in term.extras.items() if bits & bit), None)
        modifies = value is not None or extra is not None
        fresh = not making.names.issuperset(term.keys)
        if is_name and fresh and (one.manner == "plain" or not modifies):
            making.names.update(term.keys)
            self._carry(making, one, bit)
            return
        if not modifies:
            making.misses += not is_name and not term.axes & bit
            return
        making.modifiers += 1
        if value is not None and (extra is None or one.manner in ("plain", "with")):
            self._choose(making, value, one)
        elif extra is not None:
            kind = KINDS[one.manner]
            making.extras[kind, extra] = max(making.extras.get((kind, extra), 0), one.count)

    def _carry(self, making: Making, one: Named, bit: int) -> None:
        """Takes what the name itself says of how it is made."""
        for (axis, chosen), bits in one.term.carries.items():
            if bits & bit and axis:
                self._choose(making, (axis, chosen), one)
            elif bits & bit:
                making.extras.setdefault(("add", chosen), one.count)

    def _choose(self, making: Making, value: tuple[str, str], one: Named) -> None:
        axis, chosen = value
        if one.manner in ("without", "no_extra"):
            making.refused.add(f"{axis}:{chosen}")
        else:
            values = making.options.setdefault(axis, [])
            if chosen not in values:
                values.append(chosen)


def _counts_pieces(axis: Axis) -> bool:
    """Whether the axis says how many pieces there are in one."""
    return not PIECES.isdisjoint(word.lower() for name in (axis.id, *axis.names) for word in name.split())


def _packs(value: Decimal, unit: str, packed: tuple[Decimal, str]) -> Decimal:
    """ "medio kilo" of what comes in packs of 500 g is one."""
    count = (
        in_unit(value, unit, "gramo") / in_unit(packed[0], packed[1], "gramo")
        if _is_mass(unit) and _is_mass(packed[1])
        else value
    )
    return in_unit(count, "", None)


def _is_mass(unit: str) -> bool:
    return unit in ("kilo", "libra", "onza", "gramo")


def options_of(options: dict[str, list[str]]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Sorted by axis, as a line keeps them."""
    return tuple((axis, tuple(values)) for axis, values in sorted(options.items()) if values)


def extras_of(extras: Iterable[tuple[tuple[ExtraKind, str], int]]) -> tuple[SaidExtra, ...]:
    """Sorted by kind and id, as a line keeps them."""
    return tuple(sorted(SaidExtra(kind, extra, qty) for (kind, extra), qty in extras))
