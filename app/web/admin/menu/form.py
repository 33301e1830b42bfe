"""A product's form: its fields read, and what the template needs to draw them again.

Rows of options (`a0-…`, their values `a0-v0-…`), extras (`x0-…`) and counts by variant (`s0-…`) are numbered; each list
is drawn with an empty row at its end, and a row without a name is no row.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import product as combinations
from typing import Any

from app.catalog import service as catalog
from app.catalog.service import Product, Sheet
from app.web.call import Call

ROWS_MOST = 200
VARIANTS_MOST = 60  # more are counted in a file
PLAIN = ("name", "price", "description", "categories", "unit", "synonyms", "sku", "stock")
FLAGS = ("best_seller", "seasonal")
NAMED = {"id": "", "name": "", "synonyms": "", "price_delta": "", "max": "", "included": False}  # an empty row


@dataclass(frozen=True)
class Form:
    """A form as it was sent: what it says, what it was based on, and the list a row was asked to be added to."""

    sheet: Sheet
    base: Sheet
    add: str = ""
    wrong: Mapping[str, str] = field(default_factory=dict)
    there: Mapping[str, str] = field(default_factory=dict)  # what somebody else put meanwhile, in words


def read(call: Call) -> Form:
    """The form that was sent."""
    sheet: Sheet = {name: call.field(name).replace("\r\n", "\n") for name in PLAIN}
    sheet |= {name: bool(call.field(name)) for name in FLAGS}
    sheet |= {"options": _axes(call), "extras": _extras(call)}
    sheet["variants"] = [] if call.field("uncount") else _variants(call)
    try:
        base = json.loads(call.field("base") or "{}")
    except ValueError:
        base = {}
    return Form(sheet, base if isinstance(base, dict) else {}, call.field("add"))


def blank() -> Form:
    return Form(dict(catalog.EMPTY), {})


def counts(sheet: Sheet, product: Product | None) -> list[dict[str, Any]]:
    """The rows in which units are counted by variant: those there are, and the combinations of what is to be chosen."""
    if product is None or not product.options:
        return []
    names = {(axis.id, value.id): value.name for axis in product.options for value in axis.values}
    rows = {_key(row["options"]): {**row, "kept": True} for row in sheet["variants"]}
    counted = {axis for row in sheet["variants"] for axis in row["options"]}
    axes = [axis for axis in product.options if (axis.id in counted if counted else axis.required)]
    mixes = [dict(mix) for mix in combinations(*([(axis.id, value.id) for value in axis.values] for axis in axes))]
    if axes and len(mixes) <= VARIANTS_MOST:
        for mix in mixes:
            rows.setdefault(_key(mix), {"options": mix, "stock": "", "price": "", "sku": "", "kept": False})
    return [
        {**row, "key": key, "label": " · ".join(names.get(pair, pair[1]) for pair in row["options"].items())}
        for key, row in rows.items()
    ][:ROWS_MOST]


def in_words(column: str, value: Any) -> str:
    """What a column says, for somebody who has to choose between two of them."""
    if column == "options":
        return "; ".join(f"{axis['name']}: {', '.join(one['name'] for one in axis['values'])}" for axis in value)
    if column == "extras":
        return ", ".join(extra["name"] for extra in value)
    if column == "variants":
        return ", ".join(f"{'/'.join(one['options'].values())}={one['stock']}" for one in value)
    return value if isinstance(value, str) else "✓" if value else "—"


def _axes(call: Call) -> list[dict[str, Any]]:
    axes = []
    for at in _numbers(call, "a"):
        values = [one for to in _numbers(call, f"a{at}-v") if (one := _row(call, f"a{at}-v{to}"))["name"]]
        id_, name = call.field(f"a{at}-id"), call.field(f"a{at}-name").strip()
        if name or (values and not id_):
            axes.append({"id": id_, "name": name, "required": bool(call.field(f"a{at}-required")), "values": values})
    return axes


def _extras(call: Call) -> list[dict[str, Any]]:
    rows = [(at, _row(call, f"x{at}")) for at in _numbers(call, "x")]
    return [
        {**row, "max": call.field(f"x{at}-max").strip(), "included": bool(call.field(f"x{at}-included"))}
        for at, row in rows
        if row["name"]
    ]


def _variants(call: Call) -> list[dict[str, Any]]:
    found = []
    for at in _numbers(call, "s"):
        try:
            options = json.loads(call.field(f"s{at}-options"))
        except ValueError:
            continue
        said = {part: call.field(f"s{at}-{part}").strip() for part in ("stock", "price", "sku")}
        is_row = isinstance(options, dict) and all(isinstance(value, str) for value in options.values())
        if is_row and (any(said.values()) or call.field(f"s{at}-kept")):
            found.append({"options": options, **said})
    return found


def _row(call: Call, prefix: str) -> dict[str, str]:
    """A named row, its parts as a sheet has them."""
    said = {part: call.field(f"{prefix}-{part}").strip() for part in ("name", "synonyms", "price_delta")}
    return {"id": call.field(f"{prefix}-id"), **said}


def _numbers(call: Call, prefix: str) -> range:
    """The numbers of the rows with this prefix, which come one after the other."""
    assert call.form is not None
    form, suffix = call.form, "-options" if prefix == "s" else "-name"
    return range(next((at for at in range(ROWS_MOST) if f"{prefix}{at}{suffix}" not in form), ROWS_MOST))


def _key(options: Mapping[str, str]) -> str:
    return json.dumps(dict(sorted(options.items())), ensure_ascii=False)
