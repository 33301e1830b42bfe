"""How much of a product was asked for, in the product's own unit: a dozen of what is sold by the piece is 12."""

from __future__ import annotations

from decimal import Decimal

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
    """The quantity in the product's unit; as it was said where no measure was said or none of that kind is sold."""
    said_kind, said = IN_EACH[mention.unit]
    sold_kind, sold = IN_EACH[product.unit or ""]
    if not mention.unit or said_kind != sold_kind:
        return mention.qty
    return max((mention.qty * said / sold).quantize(MOST_DECIMALS), MOST_DECIMALS).normalize() + 0
