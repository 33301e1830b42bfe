"""Quantities as a product counts them: "media docena" of pieces is 6, 300 grams of what goes by the kilo 0.3."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

from app.catalog.service import Product
from app.nlu.service import Mention

DOZEN, PIECES = "docena", 12
GRAMS = {"kilo": Decimal(1000), "libra": Decimal("453.592"), "onza": Decimal("28.3495"), "gramo": Decimal(1)}
MILLILITRES = {"litro": Decimal(1000), "mililitro": Decimal(1)}
LEAST = Decimal("0.001")


def amount_of(product: Product, mention: Mention) -> Decimal:
    """How many of the product's own units are meant; whole where it goes by the piece, else to three decimals."""
    if product.unit is None:
        pieces = mention.qty * PIECES if mention.unit == DOZEN else mention.qty
        return max(Decimal(1), pieces.to_integral_value(ROUND_CEILING))
    return max(LEAST, (mention.qty * _times(product.unit, mention)).quantize(LEAST)).normalize() + 0


def _times(unit: str, mention: Mention) -> Decimal:
    """What one of the measure said is in the product's unit; 1 where nothing else can be meant."""
    if unit == DOZEN:
        return Decimal(1) if mention.unit == DOZEN or not mention.said_qty else 1 / Decimal(PIECES)
    for measures in (GRAMS, MILLILITRES):
        if unit in measures and mention.unit in measures:
            return measures[mention.unit] / measures[unit]
    return Decimal(1)
