"""What a product is to the rest of the house: plain frozen values read from the database."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from app.core.text import fold

THOUSANDTHS = 1000
UNITS = ("kilo", "libra", "litro", "docena")
PLURAL = re.compile(r"(?<=\w{4})s\b")
VOWEL = re.compile(r"(?<=\w\w)[aeo]\b")


def bare(name: str) -> str:
    """A name folded, without gender and number: `Negras` and `negro` are `negr`, `grises` is `gris`."""
    return VOWEL.sub("", PLURAL.sub("", fold(name)))


@dataclass(frozen=True, slots=True)
class OptionValue:
    """One choice of an axis. `price_delta`: minor units added to the price, may be negative."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    price_delta: int = 0

    def is_called(self, names: Sequence[str]) -> bool:
        """Whether one of these is its name: "negras" is "negro"."""
        own = {bare(name) for name in (self.name, *self.synonyms)}
        return any(bare(name) in own for name in names)


@dataclass(frozen=True, slots=True)
class OptionAxis:
    """Something to choose: size, colour. `required`: the bot asks for it."""

    id: str
    name: str
    required: bool
    values: tuple[OptionValue, ...]

    def value(self, value_id: str) -> OptionValue | None:
        return next((value for value in self.values if value.id == value_id), None)


@dataclass(frozen=True, slots=True)
class Extra:
    """Something added or left out. `included`: comes with it; `max`: how many at most, None where not said."""

    id: str
    name: str
    synonyms: tuple[str, ...] = ()
    price_delta: int = 0
    max: int | None = None
    included: bool = False


@dataclass(frozen=True, slots=True)
class Variant:
    """A combination of option values (axis id -> value id) with its own code, stock or price where it has them."""

    key: str
    options: dict[str, str]
    sku: str = ""
    stock: Decimal | None = None
    price: int | None = None


@dataclass(frozen=True, slots=True)
class Product:
    """Something sold. `price`: minor units of `currency` per `unit` (None = piece); `stock` None: not counted.

    `options` and `extras` hold the product's own, then those the menu gives to every product.
    `enabled` False: its row left the file; kept, not shown. `available` False: shown as sold out.
    """

    id: int
    sku: str
    name: str
    price: int
    currency: str
    description: str = ""
    available: bool = True
    stock: Decimal | None = None
    unit: str | None = None
    categories: tuple[str, ...] = ()
    best_seller: bool = False
    seasonal: bool = False
    image: str | None = None
    synonyms: tuple[str, ...] = ()
    options: tuple[OptionAxis, ...] = ()
    extras: tuple[Extra, ...] = ()
    variants: tuple[Variant, ...] = ()
    enabled: bool = True

    def axis(self, axis_id: str) -> OptionAxis | None:
        return next((axis for axis in self.options if axis.id == axis_id), None)

    def extra(self, extra_id: str) -> Extra | None:
        return next((extra for extra in self.extras if extra.id == extra_id), None)

    def variant(self, chosen: dict[str, str]) -> Variant | None:
        """The variant whose every option value is among the chosen ones."""
        return next((v for v in self.variants if all(chosen.get(a) == b for a, b in v.options.items())), None)

    def in_stock(self, chosen: dict[str, str] | None = None) -> Decimal | None:
        """Units left of it (of the chosen variant where it is counted by variant); None = not counted."""
        if not self.variants or all(variant.stock is None for variant in self.variants):
            return self.stock
        if chosen:
            variant = self.variant(chosen)
            return self.stock if variant is None else variant.stock
        counted = [variant.stock for variant in self.variants]
        return None if None in counted else sum((left for left in counted if left is not None), Decimal(0))

    def chosen_of(self, groups: Sequence[Sequence[str]]) -> dict[str, str]:
        """The option value (axis id -> value id) that each group names, each axis once; a group may name none."""
        chosen: dict[str, str] = {}
        for group in groups:
            for axis in self.options:
                value = next((value for value in axis.values if value.is_called(group)), None)
                if value is not None and axis.id not in chosen:
                    chosen[axis.id] = value.id
                    break
        return chosen

    def left_of(self, chosen: dict[str, str]) -> Decimal | None:
        """Units left of all that has these values, of whatever else there is to choose; None = not counted."""
        fitting = [v for v in self.variants if all(v.options.get(a, b) == b for a, b in chosen.items())]
        counted = [variant.stock for variant in fitting]
        if not fitting or all(left is None for left in counted):
            return self.stock
        return None if None in counted else sum((left for left in counted if left is not None), Decimal(0))

    def can_be(self, chosen: dict[str, str]) -> bool:
        """Whether something with these values can be sold now."""
        left = self.left_of(chosen)
        return self.enabled and self.available and (left is None or left > 0)

    def price_of(self, chosen: dict[str, str]) -> int:
        """Minor units with these values: the variant's own price, else the product's, and what each other value adds."""
        variant = self.variant(chosen)
        base: int = self.price
        settled: dict[str, str] = {}
        if variant is not None and variant.price is not None:
            base, settled = variant.price, variant.options
        values = [axis.value(chosen[axis.id]) for axis in self.options if axis.id in chosen and axis.id not in settled]
        return base + sum(value.price_delta for value in values if value is not None)

    @property
    def sellable(self) -> bool:
        """Switched on, marked available, and not counted down to nothing."""
        left = self.in_stock()
        return self.enabled and self.available and (left is None or left > 0)
