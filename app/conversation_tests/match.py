"""Compares what the bot did with what a conversation test expects of it. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any

from app.core.text import fold


@dataclass(frozen=True)
class Seen:
    """What came back for one turn, in CONTRACT's shapes."""

    reply: str
    intent: str = ""
    kind: str = "text"
    source: str = ""
    language: str = ""
    handoff: bool = False
    total: str = ""
    order: Mapping[str, Any] | None = None
    quick_replies: Sequence[str] = ()
    cart: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def differences(expected: Mapping[str, Any], seen: Seen) -> list[str]:
    """One line for each expectation that was not met; empty when all were."""
    found = [
        _differs(key, expected[key], getattr(seen, key))
        for key in ("intent", "kind", "source", "language", "handoff")
        if key in expected and expected[key] != getattr(seen, key)
    ]
    if "total" in expected and not same(expected["total"], seen.total):
        found.append(_differs("total", expected["total"], seen.total))
    if "order_status" in expected and (seen.order or {}).get("status") != expected["order_status"]:
        found.append(_differs("order_status", expected["order_status"], (seen.order or {}).get("status")))
    if "order" in expected:
        found += _order(expected["order"], seen.order)
    shown = {fold(title) for title in seen.quick_replies}
    found += [
        _differs("quick_replies", title, list(seen.quick_replies))
        for title in expected.get("quick_replies", ())
        if fold(title) not in shown
    ]
    if "cart" in expected and not same_lines(expected["cart"], seen.cart):
        found.append(_differs("cart", expected["cart"], [_brief(line) for line in seen.cart]))
    return found + _reply(expected, seen.reply)


def same(expected: Any, seen: Any) -> bool:
    """Equal, where numbers equal their texts, mappings are matched on the keys written, and lists in any order."""
    if isinstance(expected, Mapping):
        return isinstance(seen, Mapping) and all(
            key in seen and same(value, seen[key]) for key, value in expected.items()
        )
    if isinstance(expected, list | tuple):
        return isinstance(seen, list | tuple) and _pair(expected, seen, same)
    left, right = _number(expected), _number(seen)
    if left is not None and right is not None:
        return left == right
    return bool(expected == seen)


def same_lines(expected: Sequence[Mapping[str, Any]], seen: Sequence[Mapping[str, Any]]) -> bool:
    """The whole cart, in any order, each line on the keys written."""
    return _pair(expected, seen, _same_line)


def _same_line(expected: Mapping[str, Any], seen: Mapping[str, Any]) -> bool:
    for key, value in expected.items():
        if key not in seen:
            return False
        if key == "name":
            if fold(str(value)) != fold(str(seen[key])):
                return False
        elif key == "options":
            if not isinstance(value, Mapping) or set(value) != set(seen[key]) or not same(value, seen[key]):
                return False
        elif not same(value, seen[key]):
            return False
    return True


def _pair(expected: Sequence[Any], seen: Sequence[Any], equal: Any) -> bool:
    """Whether each expected thing has a seen one of its own, and none is left over."""
    if len(expected) != len(seen):
        return False
    if not expected:
        return True
    first, *rest = expected
    return any(
        equal(first, candidate) and _pair(rest, [*seen[:at], *seen[at + 1 :]], equal)
        for at, candidate in enumerate(seen)
    )


def _order(expected: Mapping[str, Any] | None, seen: Mapping[str, Any] | None) -> list[str]:
    if expected is None or seen is None:
        return [] if expected is None and seen is None else [_differs("order", expected, seen)]
    return [
        _differs(f"order.{key}", value, seen.get(key))
        for key, value in expected.items()
        if key not in seen or not same(value, seen[key])
    ]


def _reply(expected: Mapping[str, Any], reply: str) -> list[str]:
    folded = fold(reply)
    found = [
        f"reply_contains: falta «{text}»" for text in expected.get("reply_contains", ()) if fold(text) not in folded
    ]
    found += [f"reply_lacks: sobra «{text}»" for text in expected.get("reply_lacks", ()) if fold(text) in folded]
    found += [
        f"reply_matches: no cumple «{pattern}»"
        for pattern in expected.get("reply_matches", ())
        if re.search(pattern, reply) is None
    ]
    return [*found, f"respuesta: {reply!r}"] if found else []


def _differs(key: str, expected: Any, seen: Any) -> str:
    return f"{key}: esperaba {expected!r}, fue {seen!r}"


def _brief(line: Mapping[str, Any]) -> dict[str, Any]:
    """A line of the cart without what says nothing."""
    return {key: value for key, value in line.items() if value not in (None, "", [], {})}


def _number(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value)) if isinstance(value, int | float | str) else None
    except InvalidOperation:
        return None
    return number if number is not None and number.is_finite() else None
