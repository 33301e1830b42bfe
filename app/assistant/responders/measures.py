"""How much of a product was asked for, in the product's own unit: a dozen of what is sold by the piece is 12."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from app.catalog.service import Product
from app.nlu.service import Mention

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


def quantity_of(mention: Mention, product: Product) -> Decimal:
    """The quantity in the product's unit, to three decimals; as it was said where nothing of that kind is sold.

    A number without a measure counts pieces, also of what goes by the dozen: "6 huevos" is half of one.
    """
    said_kind, said = IN_EACH.get(mention.unit, IN_EACH[""])
    sold_kind, sold = IN_EACH[product.unit or ""]
    qty = mention.qty
    if mention.said_qty and said_kind == sold_kind:
        qty = max((qty * said / sold).quantize(MOST_DECIMALS), MOST_DECIMALS)
    if product.unit is None:
        qty = max(qty.to_integral_value(ROUND_CEILING), Decimal(1))
    return qty.normalize() + 0
