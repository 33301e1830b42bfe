"""What options, extras, variants and quantities are: checked values as menu.json and the database hold them.

Inside, money is in minor units and stock in thousandths; `*_json` write them as menu.json has them. Every parser raises
ValueError with a sentence for the owner. Pure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.money import decimal_string, parse_money
from app.core.tables import complaint, yes_no
from app.core.text import fold

MAX_PRICE = 10**13
MAX_STOCK = 10**12
MAX_CHOICES = 200
UNIT_WORDS = {
    "": "", "pieza": "", "unidad": "", "piece": "", "unit": "", "und": "", "u": "",
    "kilo": "kilo", "kilos": "kilo", "kg": "kilo", "kilogramo": "kilo", "kilogram": "kilo",
    "libra": "libra", "libras": "libra", "lb": "libra", "lbs": "libra", "pound": "libra",
    "litro": "litro", "litros": "litro", "lt": "litro", "l": "litro", "liter": "litro", "litre": "litro",
    "docena": "docena", "docenas": "docena", "doc": "docena", "dozen": "docena",
}  # fmt: skip
GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")

Option = dict[str, Any]
Extra = dict[str, Any]
Variant = dict[str, Any]


def price_of(value: str | int | Decimal, currency: str) -> int:
    """A price in minor units, never negative."""
    if isinstance(value, str) and not value.strip():
        raise ValueError(complaint("row.missing"))
    return _in_range(parse_money(value, currency))


def delta_of(value: str | int | Decimal, currency: str) -> int:
    """A difference of price, which may be negative; empty is none."""
    if isinstance(value, str) and not value.strip():
        return 0
    minor = parse_money(value, currency, negative=True)
    return _in_range(abs(minor)) * (-1 if minor < 0 else 1)


def unit_of(text: str) -> str:
    """`kilo libra litro docena`, "" for a piece."""
    word = fold(text).rstrip(".")
    if word not in UNIT_WORDS:
        raise ValueError(complaint("row.unit", value=text[:40]))
    return UNIT_WORDS[word]


def quantity_of(value: str | int | Decimal, unit: str) -> int | None:
    """A stock in thousandths; None where the cell is empty (not counted)."""
    number = _number(value, unit) if isinstance(value, str) else Decimal(value)
    if number is None:
        return None
    if number < 0:
        raise ValueError(complaint("row.negative"))
    if number >= MAX_STOCK // 1000:
        raise ValueError(complaint("row.too_big"))
    if number * 1000 != int(number * 1000):
        raise ValueError(complaint("row.stock_decimals"))
    if not unit and number != int(number):
        raise ValueError(complaint("row.stock_whole"))
    return int(number * 1000)


def options_of_json(items: object, currency: str) -> list[Option]:
    """The `options` of menu.json."""
    return checked_options(
        [
            {
                **_named(item),
                "required": flag(item.get("required"), False),
                "values": [
                    {**_named(value), "synonyms": texts(value.get("synonyms")), "price_delta": _delta(value, currency)}
                    for value in objects(item.get("values"))
                ],
            }
            for item in objects(items)
        ]
    )


def extras_of_json(items: object, currency: str) -> list[Extra]:
    """The `extras` of menu.json."""
    extras = [
        {
            **_named(item),
            "synonyms": texts(item.get("synonyms")),
            "price_delta": _delta(item, currency),
            "max": _most(item.get("max")),
            "included": flag(item.get("included"), False),
        }
        for item in objects(items)
    ]
    return once_each(extras, "row.option_twice", "row.extra_shape")


def variants_of_json(items: object, currency: str, unit: str, options: Sequence[Option]) -> list[Variant]:
    """The `variants` of menu.json."""
    variants = []
    for item in objects(items):
        chosen = item.get("options")
        if not isinstance(chosen, dict):
            raise ValueError(complaint("row.not_an_object", fields="options"))
        price = item.get("price")
        variants.append(
            {
                "options": {str(axis): str(value) for axis, value in chosen.items()},
                "sku": text_of(item.get("sku")),
                "stock": quantity_of(amount_of(item.get("stock")), unit),
                "price": None if price is None else price_of(amount_of(price), currency),
            }
        )
    return checked_variants(variants, options)


def checked_variants(variants: list[Variant], options: Sequence[Option]) -> list[Variant]:
    """The variants with their options in axis order; each must name values of the product, and none twice."""
    axes = {axis["id"]: {value["id"] for value in axis["values"]} for axis in options}
    seen: set[str] = set()
    for variant in variants:
        chosen = variant["options"]
        said = "/".join(chosen.values())
        if not chosen or any(value not in axes.get(axis, ()) for axis, value in chosen.items()):
            raise ValueError(complaint("row.stock_variant", value=said[:60]))
        variant["options"] = {axis: chosen[axis] for axis in axes if axis in chosen}
        key = variant_key(variant["options"])
        if key in seen:
            raise ValueError(complaint("row.stock_variant_twice", value=said[:60]))
        seen.add(key)
    return variants


def checked_options(axes: list[Option]) -> list[Option]:
    for axis in axes:
        if not axis["values"]:
            raise ValueError(complaint("row.option_empty", value=axis["name"][:40]))
        once_each(axis["values"], "row.option_twice", "row.option_shape")
    return once_each(axes, "row.option_twice", "row.option_shape")


def once_each(items: list[dict[str, Any]], twice: str, empty: str) -> list[dict[str, Any]]:
    seen: set[str] = set()
    for item in items:
        if not item["id"]:
            raise ValueError(complaint(empty, value=item["name"][:40]))
        if item["id"] in seen:
            raise ValueError(complaint(twice, value=item["name"][:40]))
        seen.add(item["id"])
    if len(items) > MAX_CHOICES:
        raise ValueError(complaint("row.too_many", limit=MAX_CHOICES))
    return items


def variant_key(options: Mapping[str, str]) -> str:
    """What a variant is found by: its axes and values."""
    return json.dumps(sorted(options.items()), ensure_ascii=False)


def options_json(options: Sequence[Option], currency: str) -> list[Option]:
    """Axes as menu.json has them."""
    return [
        {**axis, "values": [{**v, "price_delta": decimal_string(v["price_delta"], currency)} for v in axis["values"]]}
        for axis in options
    ]


def extras_json(extras: Sequence[Extra], currency: str) -> list[Extra]:
    """Extras as menu.json has them."""
    return [{**extra, "price_delta": decimal_string(extra["price_delta"], currency)} for extra in extras]


def variants_json(variants: Sequence[Variant], currency: str) -> list[Variant]:
    """Variants as menu.json has them."""
    return [
        {
            "options": variant["options"],
            "sku": variant["sku"] or None,
            "stock": quantity_number(variant["stock"]),
            "price": None if variant["price"] is None else decimal_string(variant["price"], currency),
        }
        for variant in variants
    ]


def quantity_text(thousandths: int | None) -> str:
    """`2.5`, `3`, "" for not counted."""
    return "" if thousandths is None else str(quantity_number(thousandths))


def quantity_number(thousandths: int | None) -> int | float | None:
    """A JSON number: whole where it can be; three decimals survive a float exactly."""
    if thousandths is None:
        return None
    return thousandths // 1000 if thousandths % 1000 == 0 else thousandths / 1000


def text_of(value: object) -> str:
    """A text or number of a JSON file; null is empty."""
    if value is None:
        return ""
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        raise ValueError(complaint("row.not_text"))
    return str(value).strip()


def amount_of(value: object) -> str | int | Decimal:
    """A number of a JSON file, or its text; null is empty."""
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return value
    return text_of(value)


def texts(value: object) -> list[str]:
    """A list of texts; a single text counts as a list of one."""
    if value is None:
        return []
    items = [value] if isinstance(value, str) else value
    if not isinstance(items, list) or len(items) > MAX_CHOICES:
        raise ValueError(complaint("row.not_list"))
    return list(dict.fromkeys(text for item in items if (text := text_of(item))))


def objects(value: object) -> list[dict[str, Any]]:
    """A list of objects; null is empty."""
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
        raise ValueError(complaint("row.not_list"))
    if len(value) > MAX_CHOICES:
        raise ValueError(complaint("row.too_many", limit=MAX_CHOICES))
    return value


def flag(value: object, default: bool) -> bool:
    """A yes or no of a JSON file."""
    return value if isinstance(value, bool) else yes_no(text_of(value), default)


def _number(text: str, unit: str) -> Decimal | None:
    """A written quantity: by the piece, a separator before three digits groups thousands; else it is the decimals'."""
    plain = text.strip().replace(" ", "")
    if not plain:
        return None
    plain = re.sub(r"[.,]", "", plain) if not unit and GROUPED.fullmatch(plain) else plain.replace(",", ".")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite() or "e" in plain.lower():
        raise ValueError(complaint("row.stock_number", value=text[:40]))
    return number


def _in_range(minor: int) -> int:
    if minor < 0:
        raise ValueError(complaint("row.negative"))
    if minor > MAX_PRICE:
        raise ValueError(complaint("row.too_big"))
    return minor


def _named(item: Mapping[str, Any]) -> dict[str, str]:
    name = text_of(item.get("name")) or text_of(item.get("id"))
    if not fold(name):
        raise ValueError(complaint("row.in_column", column="name", why=complaint("row.missing")))
    return {"id": text_of(item.get("id")) or fold(name), "name": name}


def _delta(item: Mapping[str, Any], currency: str) -> int:
    return delta_of(amount_of(item.get("price_delta")), currency)


def _most(value: object) -> int | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise ValueError(complaint("row.max", value=value))
    return value
