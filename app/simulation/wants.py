"""What a customer wants to end up with, how they change their mind, and where an order differs from it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from random import Random
from typing import Any, Literal

from app.simulation.menu import Good, Menu
from app.simulation.persona import Persona

HALVES = {"docena": ("0.5", "1", "2"), None: ()}
PARTS = ("0.5", "1", "1.5", "2")
MOST_TRIES = 40

Key = tuple[str, tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """So much of a product, made so. `options`: axis id -> value id; `extras`: (kind, id)."""

    good: Good
    qty: Decimal
    options: tuple[tuple[str, str], ...] = ()
    extras: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> Key:
        return self.good.id, self.options, self.extras


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that an order has otherwise. `line`: as it is wanted (`surplus`: as it is there); `got`: as it is there."""

    kind: Literal["missing", "surplus", "quantity", "made"]
    line: Wanted
    got: Wanted | None = None


def wants(persona: Persona, menu: Menu, random: Random) -> tuple[Wanted, ...]:
    """What this customer comes for."""
    return tuple(picked(persona, menu, random, random.randint(*persona.products), ()))


def picked(persona: Persona, menu: Menu, random: Random, count: int, beside: Sequence[Wanted]) -> Iterator[Wanted]:
    """So many products that can be had, each another than those `beside`."""
    taken = {line.good.id for line in beside}
    on_sale = [good for good in menu.goods if good.can_be_had]
    for _ in range(MOST_TRIES):
        if count <= 0 or not on_sale:
            return
        line = _line(persona, random.choice(on_sale), random)
        if line is not None and line.good.id not in taken:
            taken.add(line.good.id)
            count -= 1
            yield line


def changed(
    persona: Persona, menu: Menu, random: Random, before: Sequence[Wanted]
) -> tuple[str, Wanted, Wanted | None]:
    """A change of mind: `set` a line to another quantity, `replace` one by another, `add` one or `remove` one."""
    kinds = ["set", "replace", "add", *(["remove"] if len(before) > 1 else [])]
    kind, line = random.choice(kinds), random.choice(before)
    if kind in ("replace", "add"):
        fresh = next(picked(persona, menu, random, 1, before), None)
        if fresh is not None:
            return (kind, line, fresh) if kind == "replace" else (kind, fresh, None)
        kind = "set"
    if kind == "remove":
        return kind, line, None
    choices = [qty for qty in _quantities(persona, line.good) if qty != line.qty]
    left = line.good.left
    fitting = [qty for qty in choices if left is None or qty <= left]
    return "set", replace(line, qty=random.choice(fitting or [line.qty])), None


def differences(menu: Menu, wanted: Sequence[Wanted], lines: Sequence[Mapping[str, Any]]) -> list[Difference]:
    """Where an order's Lines (CONTRACT 3) are not what is wanted; empty where they are."""
    want, got = _counted(wanted), _counted(_as_wanted(menu, line) for line in lines)
    missing = {key: line for key, line in want.items() if key not in got}
    surplus = {key: line for key, line in got.items() if key not in want}
    both = [(want[key], got[key]) for key in want if key in got]
    found = [Difference("quantity", line, there) for line, there in both if line.qty != there.qty]
    for line in missing.values():
        alike = next((other for other in surplus if other[0] == line.good.id), None)
        if alike is None:
            found.append(Difference("missing", line))
        else:
            found.append(Difference("made", line, surplus[alike]))
            del surplus[alike]
    return found + [Difference("surplus", line, line) for line in surplus.values()]


def _counted(lines: Sequence[Wanted] | Iterator[Wanted]) -> dict[Key, Wanted]:
    """Equal lines added up."""
    counted: dict[Key, Wanted] = {}
    for line in lines:
        before = counted.get(line.key)
        counted[line.key] = line if before is None else replace(line, qty=before.qty + line.qty)
    return counted


def _as_wanted(menu: Menu, line: Mapping[str, Any]) -> Wanted:
    good = menu.by_id.get(line["product_id"]) or Good(line["product_id"], line["name"], Decimal(0))
    options = tuple(sorted((axis, str(value)) for axis, value in line["options"].items()))
    kinds = {"extra": "add"}
    extras = tuple(sorted((kinds.get(said["kind"], said["kind"]), said["id"]) for said in line["extras"]))
    return Wanted(good, Decimal(str(line["qty"])), options, extras)


def _line(persona: Persona, good: Good, random: Random) -> Wanted | None:
    """So much of a product, its choices such as there are some of; None where there are none."""
    chosen: dict[str, str] = {}
    for axis in good.axes:
        if axis["values"] and (axis["required"] or random.random() < persona.options / 2):
            chosen[axis["id"]] = random.choice(axis["values"])["id"]
    qty = random.choice(_quantities(persona, good))
    left = good.left
    if good.variants and all(axis["id"] in chosen for axis in good.axes):
        variant = good.variant(chosen)
        left = None if variant is None or variant["stock"] is None else Decimal(str(variant["stock"]))
    if left is not None and qty > left:
        return None
    extras: tuple[tuple[str, str], ...] = ()
    if good.extras and random.random() < persona.extras:
        extra = random.choice(good.extras)
        extras = (("no" if extra["included"] else "add", extra["id"]),)
    return Wanted(good, qty, tuple(sorted(chosen.items())), extras)


def _quantities(persona: Persona, good: Good) -> list[Decimal]:
    if good.unit is not None:
        return [Decimal(qty) for qty in HALVES.get(good.unit, PARTS)]
    least, most = persona.quantity
    return [Decimal(qty) for qty in range(least, most + 1)]
