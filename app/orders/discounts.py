"""Which of the configured discounts a code means, and whether it holds: the only discounts that exist. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from app.core.money import minor_digits
from app.core.text import fold
from app.shop.config import Discount
from app.shop.hours import DAYS

WhyNot = Literal["unknown", "day", "minimum"]


def discount_for(
    code: str, discounts: Sequence[Discount], *, subtotal: int, currency: str, day: date
) -> Discount | WhyNot:  # fmt: skip
    """The discount of this code on the shop's own `day` for so much, or why it does not hold.

    How often it was used is counted when the order is placed.
    """
    found = of_code(code, discounts)
    if found is None:
        return "unknown"
    if found.days and DAYS[day.weekday()] not in found.days:
        return "day"
    if Decimal(subtotal) < found.minimum.scaleb(minor_digits(currency)):
        return "minimum"
    return found


def of_code(code: str, discounts: Sequence[Discount]) -> Discount | None:
    """The discount of this code, however it is written."""
    return next((one for one in discounts if fold(code) and fold(one.code) == fold(code)), None)
