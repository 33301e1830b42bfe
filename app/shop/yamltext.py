"""Values as YAML text, in the way an owner would have written them."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.shop.yamltree import NULLS, Node

STEP = 2
_SAFE_PLAIN = re.compile(r"[^\W\d_](?:[\w .,/()-]*[\w).])?")
_WORDS = {"true", "false", "yes", "no", "on", "off", "y", "n", *NULLS}
_CONTROL = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Lines:
    """A value in the owner's own lines, comments and all; `data` is what they say."""

    text: str
    data: Any


def is_deep(value: Any) -> bool:
    """Whether a value reads better over several lines: it holds lists or mappings."""
    if isinstance(value, Lines):
        return True
    inside = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else ()
    return any(isinstance(one, Mapping | list | tuple | Lines) for one in inside)


def pair(key: str, value: Any, indent: int) -> str:
    """A key and its value at this indentation, over as many lines as it takes; no newline at the end."""
    head = " " * indent + key_text(key) + ":"
    if is_deep(value) or (isinstance(value, Mapping) and indent == 0 and value):
        return f"{head}\n{block(value, indent + STEP)}"
    return f"{head} {flow(value)}"


def block(value: Any, indent: int) -> str:
    if isinstance(value, Lines):
        return textwrap.indent(value.text, " " * indent)
    if isinstance(value, Mapping) and value:
        return "\n".join(pair(str(key), one, indent) for key, one in value.items())
    if isinstance(value, list | tuple) and value:
        return "\n".join(" " * indent + "- " + flow(one) for one in value)
    return " " * indent + flow(value)


def flow(value: Any, old: Node | None = None) -> str:
    """A value on one line; a text keeps the quotes of the `old` one where they can hold it."""
    if isinstance(value, Lines):
        return flow(value.data)
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key_text(str(key))}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Decimal):
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    return "null" if value is None else _text(str(value), old)


def key_text(key: str) -> str:
    return key if re.fullmatch(r"[a-z][a-z0-9_-]*", key) and key not in _WORDS else _double(key)


def _text(value: str, old: Node | None) -> str:
    printable = not _CONTROL.search(value) and not re.search(r"[\x00-\x1f]", value)
    if old is not None and old.quote == "'" and printable:
        return "'" + value.replace("'", "''") + "'"
    plain = old is not None and old.kind == "scalar" and not old.quote and old.end > old.start and old.target is None
    if plain and _SAFE_PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    return _double(value)


def _double(value: str) -> str:
    """In double quotes; JSON's escapes are YAML's, which wants a few more characters escaped."""
    return _CONTROL.sub(lambda char: f"\\u{ord(char[0]):04x}", json.dumps(value, ensure_ascii=False))
