"""Conversations of a folder played by `python -m app check`, and how many passed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from tools.quality.asking import ROOT
from tools.quality.layout import table

ORDERING = ("order", "modify_order", "cancel_order")


@dataclass(frozen=True)
class Dialogue:
    """A conversation that was played. `problem`: the first difference, empty where it passed."""

    shop: str
    name: str
    orders: bool
    problem: str


def play(file: Path) -> list[Dialogue]:
    """The conversations of a file as `check` tells them: a line each, its differences indented under it."""
    print(f"playing {file.parent.name}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "app", "check", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        print(done.stderr.strip(), file=sys.stderr)
    content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    scripts = content if isinstance(content, list) else [content]
    told: list[list[str]] = []
    for line in done.stdout.splitlines():
        if line.startswith(("ok ", "FAIL ")):
            told.append([line])
        elif told:
            told[-1].append(line.strip())
    told += [["FAIL", "not played"]] * (len(scripts) - len(told))
    return [
        Dialogue(
            file.parent.name, script["name"], orders_something(script), "" if lines[0].startswith("ok") else lines[1]
        )
        for script, lines in zip(scripts, told, strict=False)
    ]


def orders_something(script: Mapping[str, Any]) -> bool:
    """Whether a conversation expects an order: something in the cart, an order or its status, or such an intent."""
    expected = [turn.get("bot") or {} for turn in script["turns"]]
    return any(
        bot.get("cart") or bot.get("order") or bot.get("order_status") or bot.get("intent") in ORDERING
        for bot in expected
    )


def dialogue_table(played: Sequence[Dialogue]) -> list[str]:
    lines = []
    for name in ("ALL", *dict.fromkeys(one.shop for one in played)):
        mine = [one for one in played if name in ("ALL", one.shop)]
        lines.append(
            (
                name,
                _passed(mine),
                _passed(one for one in mine if not one.orders),
                _passed(one for one in mine if one.orders),
            )
        )
    return table(("shop", "passed", "ordering nothing", "ordering"), lines)


def _passed(dialogues: Iterable[Dialogue]) -> str:
    results = [not one.problem for one in dialogues]
    share = f" ({100 * sum(results) / len(results):.0f} %)" if results else ""
    return f"{sum(results)}/{len(results)}{share}"
