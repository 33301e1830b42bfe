"""What an order costs, from the catalogue's prices: pure rules in whole minor units, rounded half up once a line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, Protocol, get_args

from app.catalog.service import Product
from app.core.money import decimal_string, parse_money
from app.nlu.service import ExtraKind, Line, SaidExtra

MAX_QUANTITY = Decimal(10_000)
PLACES = 3  # of a quantity, as the catalogue counts
HUNDRED = 100


class HasPercent(Protocol):
    """A configured discount, as far as its price goes."""

    @property
    def percent(self) -> Decimal: ...


class HasTax(Protocol):
    """The configured tax: `included` in the menu's prices, or added on top."""

    @property
    def percent(self) -> Decimal: ...
    @property
    def included(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Priced:
    """A line with the name and price it was quoted at. `unit_price` is per `unit` (None: a piece), its extras with it.

    `names`: what its choices are called: "size:large" -> "grande", an extra's id -> "queso".
    """

    line: Line
    name: str
    unit: str | None
    unit_price: int
    total: int
    names: tuple[tuple[str, str], ...] = ()

    def of(self, qty: Decimal) -> Priced:
        """The same, so many of it at the same price. Raises ValueError as `priced` does."""
        check_quantity(qty, self.unit)
        return replace(self, line=self.line.of(qty), total=half_up(self.unit_price * Fraction(qty)))

    def as_json(self, currency: str) -> dict[str, Any]:
        """CONTRACT's Line."""
        line = self.line
        return {
            "product_id": line.product_id,
            "name": self.name,
            "qty": quantity_number(line.qty),
            "unit": self.unit,
            "options": {axis: values[0] if len(values) == 1 else list(values) for axis, values in line.options},
            "extras": [{"id": extra.id, "kind": extra.kind, "qty": extra.qty} for extra in line.extras],
            "without_options": list(line.without_options),
            "note": line.note,
            "unit_price": decimal_string(self.unit_price, currency),
            "total": decimal_string(self.total, currency),
        }


@dataclass(frozen=True, slots=True)
class Bill:
    """What is paid, and of what it is made. `tax` is part of the total: in its prices already unless `tax_added`."""

    lines: tuple[Priced, ...]
    subtotal: int
    delivery_fee: int
    discount: int
    tax: int
    total: int
    tax_added: bool = False


def priced(product: Product, line: Line) -> Priced:
    """The line at the product's present price. ValueError where the quantity is none this product can be sold in."""
    check_quantity(line.qty, product.unit)
    unit_price = max(0, _as_chosen(product, line) + sum(_extra_price(product, extra) for extra in line.extras))
    total = half_up(unit_price * Fraction(line.qty))
    return Priced(line, product.name, product.unit, unit_price, total, tuple(_names(product, line)))


def line_of(said: Mapping[str, Any]) -> Line:
    """Reads CONTRACT's Line; only `product_id` and `qty` are needed."""
    options = {
        str(axis): tuple(map(str, values if isinstance(values, list) else [values]))
        for axis, values in (said.get("options") or {}).items()
    }
    extras = (
        SaidExtra(
            extra["kind"] if extra.get("kind") in get_args(ExtraKind) else "add",
            str(extra["id"]),
            int(extra.get("qty") or 1),
        )
        for extra in said.get("extras") or ()
    )
    return Line(
        product_id=str(said["product_id"]),
        qty=Decimal(str(said["qty"])),
        options=tuple(sorted(options.items())),
        extras=tuple(sorted(extras, key=lambda extra: (extra.kind, extra.id))),
        without_options=tuple(sorted(map(str, said.get("without_options") or ()))),
        note=str(said.get("note") or ""),
    )


def as_agreed(said: Mapping[str, Any], names: Mapping[str, str], currency: str) -> Priced:
    """CONTRACT's Line read back, at the price it was quoted at."""
    unit_price, total = (parse_money(said[name], currency) for name in ("unit_price", "total"))
    return Priced(line_of(said), said["name"], said["unit"], unit_price, total, tuple(names.items()))


def bill(
    lines: Sequence[Priced], *, fee: int = 0, discount: HasPercent | None = None, tax: HasTax | None = None
) -> Bill:
    """Σ lines − discount + delivery, and the tax in it or on top of it. A discount takes nothing off the delivery."""
    subtotal = sum(line.total for line in lines)
    off = min(subtotal, half_up(subtotal * Fraction(discount.percent) / HUNDRED)) if discount is not None else 0
    taxed = subtotal - off + fee
    percent = Fraction(tax.percent) if tax is not None else Fraction(0)
    if tax is None or tax.included:
        return Bill(tuple(lines), subtotal, fee, off, half_up(taxed * percent / (HUNDRED + percent)), taxed)
    added = half_up(taxed * percent / HUNDRED)
    return Bill(tuple(lines), subtotal, fee, off, added, taxed + added, tax_added=True)


def check_quantity(qty: Decimal, unit: str | None) -> None:
    """Raises ValueError unless `qty` is above nothing, bounded, of three decimals at most, and whole without a unit."""
    exact = qty.is_finite() and 0 < qty <= MAX_QUANTITY
    if not exact or qty != round(qty, PLACES if unit else 0):
        raise ValueError(f"nothing can be sold as {qty} {unit or 'pieces'}")


def half_up(amount: Fraction) -> int:
    """To the nearest whole minor unit, a half up. Amounts of money here are never negative."""
    return int((2 * amount + 1) // 2)


def quantity_number(qty: Decimal) -> int | float:
    """A quantity as a JSON number; three decimals survive a float exactly."""
    return int(qty) if qty == qty.to_integral_value() else float(qty)


def _as_chosen(product: Product, line: Line) -> int:
    """The price with its options; several values of one axis cost what the dearest of them adds."""
    chosen = {axis: values[0] for axis, values in line.options if len(values) == 1}
    several = {axis: values for axis, values in line.options if len(values) > 1}
    return product.price_of(chosen) + sum(_dearest(product, axis, values) for axis, values in several.items())


def _dearest(product: Product, axis_id: str, values: Sequence[str]) -> int:
    axis = product.axis(axis_id)
    known = [axis.value(value) for value in values] if axis is not None else []
    return max((value.price_delta for value in known if value is not None), default=0)


def _extra_price(product: Product, said: SaidExtra) -> int:
    """`add` and `extra` cost; what comes with the product costs only where more of it is asked for."""
    extra = product.extra(said.id)
    if extra is None or said.kind not in ("add", "extra") or (said.kind == "add" and extra.included):
        return 0
    return extra.price_delta * said.qty


def _names(product: Product, line: Line) -> Iterator[tuple[str, str]]:
    chosen = [f"{axis}:{value}" for axis, values in line.options for value in values]
    for key in (*chosen, *line.without_options):
        axis_id, _, value_id = key.partition(":")
        axis = product.axis(axis_id)
        value = axis.value(value_id) if axis is not None else None
        if value is not None:
            yield key, value.name
    for said in line.extras:
        extra = product.extra(said.id)
        if extra is not None:
            yield said.id, extra.name
