"""Reads conversation tests from YAML; what is malformed is told with its place. Pure but for reading the file."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

TEST_KEYS = {"name", "data", "config", "locale", "setup", "now", "turns"}
ACTIONS = ("user", "tap", "location", "wait")
TEXTS = {"intent", "kind", "source", "language", "order_status"}
LISTS = {"quick_replies", "reply_contains", "reply_lacks", "reply_matches"}
BOT_KEYS = {*TEXTS, *LISTS, "handoff", "total", "order", "cart"}
UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
WAIT = re.compile(r"(\d+(?:\.\d+)?)\s*([smhd])")


class Malformed(Exception):
    """The file is not a conversation test; the text says where and why."""


@dataclass(frozen=True)
class Step:
    """One turn: what the customer does, and what is expected of the bot."""

    action: str
    value: Any
    expected: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Script:
    """One test. `now` is naive (the shop's local time) or aware."""

    name: str
    steps: tuple[Step, ...]
    data: str = ""
    config: str = ""
    locale: str = ""
    stock: Mapping[str, Any] = field(default_factory=dict)
    known: Mapping[str, str] = field(default_factory=dict)
    now: datetime | None = None


def read_scripts(path: Path) -> list[Script]:
    """The tests of a file: one, or a list. Raises Malformed, also for a file that cannot be read."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        content = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Malformed(f"no se puede leer ({error.strerror})") from error
    except MarkedYAMLError as error:
        mark = error.problem_mark
        raise Malformed(f"línea {mark.line + 1 if mark else '?'}: no es YAML ({error.problem})") from error
    except (YAMLError, ValueError, RecursionError) as error:
        raise Malformed(f"no es YAML ({error})") from error
    tests = content if isinstance(content, list) else [content]
    if not tests:
        raise Malformed("no trae ninguna prueba")
    return [_script(test, number) for number, test in enumerate(tests, 1)]


def _script(test: Any, number: int) -> Script:
    if not isinstance(test, Mapping):
        raise Malformed(f"la prueba {number} no es un mapa con name y turns")
    name = test.get("name")
    where = f"«{name}»" if isinstance(name, str) and name else f"la prueba {number}"
    _only(test, TEST_KEYS, where)
    if not isinstance(name, str) or not name.strip():
        raise Malformed(f"{where}: le falta name")
    for key in ("data", "config", "locale"):
        if not isinstance(test.get(key, ""), str):
            raise Malformed(f"{where}: {key} tiene que ser un texto")
    turns = test.get("turns")
    if not isinstance(turns, list) or not turns:
        raise Malformed(f"{where}: turns tiene que ser una lista con al menos un turno")
    stock, known = _setup(test.get("setup") or {}, where)
    return Script(
        name=name.strip(), steps=tuple(_step(turn, f"{where}, turno {n}") for n, turn in enumerate(turns, 1)),
        data=test.get("data", ""), config=test.get("config", ""), locale=test.get("locale", ""), stock=stock, known=known,
        now=_now(test.get("now"), where),
    )  # fmt: skip


def _setup(setup: Any, where: str) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    if not isinstance(setup, Mapping):
        raise Malformed(f"{where}: setup tiene que ser un mapa")
    _only(setup, {"stock", "known"}, f"{where}: setup")
    stock, known = setup.get("stock") or {}, setup.get("known") or {}
    if not isinstance(stock, Mapping) or not all(_is_number(count) and count >= 0 for count in stock.values()):
        raise Malformed(f"{where}: setup.stock tiene que dar un número a cada SKU")
    if not isinstance(known, Mapping):
        raise Malformed(f"{where}: setup.known tiene que ser un mapa")
    _only(known, {"name", "phone"}, f"{where}: setup.known")
    return {str(sku): count for sku, count in stock.items()}, {key: str(value) for key, value in known.items()}


def _now(value: Any, where: str) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Malformed(f"{where}: no entiendo now: {value!r}; escribilo como 2026-11-24T12:30:00") from error


def _step(turn: Any, where: str) -> Step:
    if not isinstance(turn, Mapping):
        raise Malformed(f"{where}: no es un mapa")
    _only(turn, {*ACTIONS, "bot"}, where)
    actions = [action for action in ACTIONS if action in turn]
    if len(actions) != 1:
        raise Malformed(f"{where}: lleva exactamente uno de {', '.join(ACTIONS)}")
    expected = turn.get("bot") or {}
    if not isinstance(expected, Mapping):
        raise Malformed(f"{where}: bot tiene que ser un mapa")
    return Step(actions[0], _action(actions[0], turn[actions[0]], where), _expected(expected, where))


def _action(action: str, value: Any, where: str) -> Any:
    if action == "wait":
        found = WAIT.fullmatch(str(value).strip())
        if found is None:
            raise Malformed(f"{where}: wait se escribe como 10m (s, m, h o d), no {value!r}")
        return timedelta(**{UNITS[found[2]]: float(found[1])})
    if action == "location":
        if not isinstance(value, Mapping) or set(value) != {"lat", "lon"} or not all(map(_is_number, value.values())):
            raise Malformed(f"{where}: location lleva lat y lon")
        return (float(value["lat"]), float(value["lon"]))
    if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
        raise Malformed(f"{where}: {action} tiene que ser un texto")
    return str(value)


def _expected(bot: Mapping[str, Any], where: str) -> Mapping[str, Any]:
    _only(bot, BOT_KEYS, f"{where}: bot")
    expected = dict(bot)
    for key in LISTS & set(expected):
        items = expected[key] if isinstance(expected[key], list) else [expected[key]]
        if not all(isinstance(item, str | int | float) for item in items):
            raise Malformed(f"{where}: {key} tiene que ser una lista de textos")
        expected[key] = [str(item) for item in items]
    for key in TEXTS & set(expected):
        if not isinstance(expected[key], str):
            raise Malformed(f"{where}: {key} tiene que ser un texto")
    _check_shapes(expected, where)
    return expected


def _check_shapes(expected: Mapping[str, Any], where: str) -> None:
    for pattern in expected.get("reply_matches", ()):
        try:
            re.compile(pattern)
        except re.error as error:
            raise Malformed(f"{where}: reply_matches no es una expresión regular: {error}") from error
    if not isinstance(expected.get("handoff", False), bool):
        raise Malformed(f"{where}: handoff es true o false")
    if not isinstance(expected.get("order") or {}, Mapping):
        raise Malformed(f"{where}: order tiene que ser un mapa")
    cart = expected.get("cart", [])
    if not isinstance(cart, Sequence) or isinstance(cart, str) or not all(isinstance(line, Mapping) for line in cart):
        raise Malformed(f"{where}: cart tiene que ser una lista de líneas")


def _only(found: Mapping[Any, Any], known: set[str], where: str) -> None:
    for key in found:
        if key not in known:
            raise Malformed(f"{where}: no conozco «{key}»; lo que puede ir: {', '.join(sorted(known))}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
