"""The grammar of `menu.csv`'s richer cells: options, extras, stock by variant (CONTRACT 2), both ways. Pure.

What they hold is in `shapes`. Every parser raises ValueError with a sentence for the owner.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from app.catalog.shapes import (
    Extra,
    Option,
    Variant,
    checked_options,
    checked_variants,
    delta_of,
    extras_json,
    extras_of_json,
    once_each,
    options_json,
    options_of_json,
    quantity_of,
    quantity_text,
)
from app.core.money import decimal_string
from app.core.tables import cell_json, complaint
from app.core.text import fold

MAX_PARTS = 20

PRICED = re.compile(r"(?P<name>.*\S)\s*:\s*(?P<sign>[+\-\u2212])\s*(?P<price>[^:]*\d[^:]*)", re.DOTALL)
WITHOUT = re.compile(r"sin\s+(?P<name>.*\S)", re.IGNORECASE | re.DOTALL)


def options_of(text: str, currency: str) -> list[Option]:
    """`Talla: S|M|L:+40; Color?: rojo|azul` -> axes; `?` says that it need not be chosen."""
    if text.lstrip().startswith("["):
        return options_of_json(cell_json(text), currency)
    axes = []
    for part in (part.strip() for part in text.split(";")):
        if not part:
            continue
        title, colon, choices = part.partition(":")
        name = title.strip().rstrip("?").strip()
        if not colon or not fold(name):
            raise ValueError(complaint("row.option_shape", value=part[:60]))
        values = []
        for choice in (choice.strip() for choice in choices.split("|")):
            if choice:
                label, delta = _priced(choice, currency)
                values.append({"id": fold(label), "name": label, "synonyms": [], "price_delta": delta})
        axes.append({"id": fold(name), "name": name, "required": not title.strip().endswith("?"), "values": values})
    return checked_options(axes)


def extras_of(text: str, currency: str) -> list[Extra]:
    """`queso:+10|crema:+5|sin cebolla` -> extras; the last comes with the product and may be left out."""
    if text.lstrip().startswith("["):
        return extras_of_json(cell_json(text), currency)
    extras = []
    for item in (item.strip() for item in text.split("|")):
        if item:
            name, delta = _priced(item, currency)
            without = WITHOUT.fullmatch(name) if ":" not in item else None
            name = without["name"] if without else name
            extra: Extra = {"id": fold(name), "name": name, "synonyms": [], "price_delta": delta}
            extras.append({**extra, "max": None, "included": without is not None})
    return once_each(extras, "row.option_twice", "row.extra_shape")


def stock_of(text: str, unit: str, options: Sequence[Option]) -> tuple[int | None, list[Variant]]:
    """A stock cell -> (stock, variants): `12`, or `M/azul=3|L/azul=0` counted by variant."""
    if "=" not in text:
        return quantity_of(text, unit), []
    variants = []
    for item in (item.strip() for item in text.split("|")):
        if item:
            words, equals, left = item.rpartition("=")
            parts = words.split("/")
            chosen = (_read_words(parts, options) or _read_words(parts, options[::-1])) if equals else None
            if not chosen:
                raise ValueError(complaint("row.stock_variant", value=item[:60]))
            variants.append({"options": chosen, "sku": "", "stock": quantity_of(left, unit), "price": None})
    return None, checked_variants(variants, options)


def options_cell(options: Sequence[Option], currency: str) -> str:
    """The inverse of `options_of`; JSON where the short form cannot say it all."""
    parts = []
    for axis in options:
        values = "|".join(value["name"] + _sign(value["price_delta"], currency) for value in axis["values"])
        parts.append(f"{axis['name']}{'' if axis['required'] else '?'}: {values}")
    short = "; ".join(parts)
    return _shortest(short, options, lambda text: options_of(text, currency), options_json(options, currency))


def extras_cell(extras: Sequence[Extra], currency: str) -> str:
    """The inverse of `extras_of`."""
    short = "|".join(
        f"sin {extra['name']}" if extra["included"] else extra["name"] + _sign(extra["price_delta"], currency)
        for extra in extras
    )
    return _shortest(short, extras, lambda text: extras_of(text, currency), extras_json(extras, currency))


def stock_cell(stock: int | None, variants: Sequence[Variant], unit: str, options: Sequence[Option]) -> str | None:
    """The inverse of `stock_of`; None where the cell cannot say it (the variants need a column of their own)."""
    if not variants:
        return quantity_text(stock)
    names = {(axis["id"], value["id"]): value["name"] for axis in options for value in axis["values"]}
    short = "|".join(
        f"{'/'.join(names.get(c, c[1]) for c in variant['options'].items())}={quantity_text(variant['stock'])}"
        for variant in variants
    )
    try:
        return short if stock_of(short, unit, options) == (stock, list(variants)) else None
    except ValueError:
        return None


def _priced(text: str, currency: str) -> tuple[str, int]:
    """`L:+40` -> ("L", 4000); a name with no price costs nothing more."""
    match = PRICED.fullmatch(text)
    if match is None:
        return text, 0
    return match["name"], delta_of(match["sign"] + match["price"], currency)


def _sign(minor: int, currency: str) -> str:
    if not minor:
        return ""
    return f":{'-' if minor < 0 else '+'}{decimal_string(abs(minor), currency)}"


def _shortest(short: str, wanted: Sequence[Any], parse: Callable[[str], list[Any]], as_json: object) -> str:
    """The short form where reading it gives the same again, else JSON: nothing is lost on the way out and in."""
    try:
        if parse(short) == list(wanted):
            return short
    except ValueError:
        pass
    return json.dumps(as_json, ensure_ascii=False)


def _read_words(parts: Sequence[str], options: Sequence[Option]) -> dict[str, str] | None:
    """`M/azul` as values of axes, in the axes' order; a value may hold a `/` itself («1/2 litro»)."""
    known = [{word: v["id"] for v in axis["values"] for word in (v["id"], fold(v["name"]))} for axis in options]

    @cache
    def read(part: int, axis: int) -> tuple[tuple[str, str], ...] | None:
        if part == len(parts):
            return ()
        if axis == len(options):
            return None
        for end in range(part + 1, min(len(parts), part + 4) + 1):
            value = known[axis].get(fold("/".join(parts[part:end])))
            rest = None if value is None else read(end, axis + 1)
            if value is not None and rest is not None:
                return ((options[axis]["id"], value), *rest)
        return read(part, axis + 1)

    found = read(0, 0) if len(parts) <= MAX_PARTS else None
    return dict(found) if found else None
