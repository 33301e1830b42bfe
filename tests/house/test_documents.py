"""Every setting, key and route is documented: what the documents say and what the code does are held together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from app.shop.config import Config
from app.shop.env import KEYS
from app.shop.section import Section
from app.web.routes import ROWS

ROOT = Path(__file__).resolve().parents[2]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def sections_in(annotation: Any) -> Iterator[type[Section]]:
    if isinstance(annotation, type) and issubclass(annotation, Section):
        yield annotation
    elif get_origin(annotation) in (Union, UnionType, Annotated, tuple, list, dict) or get_args(annotation):
        for part in get_args(annotation):
            yield from sections_in(part)


def keys_of(section: type[Section], seen: frozenset[type[Section]] = frozenset()) -> Iterator[str]:
    for name, field in section.model_fields.items():
        yield field.alias or name
        for inner in sections_in(field.annotation):
            if inner not in seen:
                yield from keys_of(inner, seen | {inner})


def test_every_key_of_config_yaml_is_shown_in_the_example() -> None:
    text = read("config_example.yaml")
    missing = {key for key in keys_of(Config) if not re.search(rf"(?<![\w]){re.escape(key)}\s*:", text)}
    assert missing == set()


def test_every_key_of_env_is_told() -> None:
    told = set(re.findall(r"^\| `([A-Z_]+)`", read("docs/env.md"), re.MULTILINE))
    assert told - {"TENDERO_HOME", "TENDERO_CLOCK", "HOST", "PORT", "EXAMPLE"} == set(KEYS)


def test_every_route_is_told_with_who_may_call_it() -> None:
    told = set(re.findall(r"^\| `([A-Z]+) (\S+)` \| (\w+) \|", read("docs/routes.md"), re.MULTILINE))
    assert told == {(row.method, row.path, row.who.value) for row in ROWS}
