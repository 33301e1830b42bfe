"""How much of a product was asked for, in the product's own unit: a dozen of what is sold by the piece is 12."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

IN_EACH = {
    "docena": ("piece", Decimal(12)),
    "": ("piece", Decimal(1)),
    "kilo": ("mass", Decimal(1000)),
    "libra": ("mass", Decimal("453.59237")),
    "onza": ("mass", Decimal("28.349523")),
    "gramo": ("mass", Decimal(1)),
    "litro": ("volume", Decimal(1000)),
    "mililitro": ("volume", Decimal(1)),
}
MOST_DECIMALS = Decimal("0.001")
MOST = Decimal(99_999)
DOZEN = Decimal(12)


def in_unit(value: Decimal, said_unit: str, unit: str | None) -> Decimal:
    """`value` of `said_unit` ("" = pieces) in the product's `unit` (None = by the piece), to three decimals, at least one of them.

    A number without a measure counts pieces, also of what goes by the dozen: "6 huevos" is half of one. As it was said where
    nothing of that kind is sold. Half of what goes by the piece is half a dozen: "media de pollo" after "una docena de carne".
    """
    said_kind, said = IN_EACH.get(said_unit, IN_EACH[""])
    sold_kind, sold = IN_EACH[unit or ""]
    qty = min(value, MOST)
    if said_kind == sold_kind:
        qty = qty * said / sold
    if unit is None:
        qty = qty.to_integral_value(ROUND_CEILING)
        return max(qty, Decimal(1))
    return max(qty.quantize(MOST_DECIMALS), MOST_DECIMALS).normalize() + 0


def same_measure(value: Decimal, unit: str, other: Decimal, other_unit: str) -> bool:
    """Whether both say as much: 1.5 litres and 1500 ml."""
    kind, each = IN_EACH.get(unit, IN_EACH[""])
    other_kind, other_each = IN_EACH.get(other_unit, IN_EACH[""])
    return kind == other_kind and value * each == other * other_each
