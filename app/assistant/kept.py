"""Trials kept as conversation tests in `data/tests/` (CONTRACT 6), and those tests run."""

from __future__ import annotations

import asyncio
import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path
from typing import Any

from app.assistant.trial import Tried
from app.core.text import fold

FOLDER = Path("data") / "tests"
PROGRAM = Path(__file__).resolve().parents[2]
NAME_MOST = 60
DROPPED = ".dropped"
SECONDS = 120.0
OUTCOME = re.compile(r"(ok|FAIL) (.+)")


@dataclass(frozen=True)
class Checked:
    """One test as it came out; `problems` is empty where it passed."""

    name: str
    ok: bool
    problems: tuple[str, ...] = ()


@dataclass(frozen=True)
class Check:
    """All kept tests run once. `wrong`: why some could not be run."""

    tests: tuple[Checked, ...]
    wrong: str = ""

    @property
    def passed(self) -> int:
        return sum(test.ok for test in self.tests)


def as_test(name: str, said: Sequence[Tried], zone: tzinfo) -> str:
    """The trial as a conversation test: what was said, and of each answer what should stay as it is."""
    from ruamel.yaml import YAML

    now = said[0].at.astimezone(zone).replace(tzinfo=None, microsecond=0)
    test = {"name": name, "now": now.isoformat(), "turns": [_turn(tried, said[:at]) for at, tried in enumerate(said)]}
    yaml, text = YAML(), io.StringIO()
    yaml.width = 4096
    yaml.dump(test, text)
    return text.getvalue()


def keep(home: Path, name: str, text: str) -> Path:
    """Writes it under the name; one of that name before is not written over. The file."""
    folder = home / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    stem = re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:NAME_MOST] or "prueba"
    for number in range(1, 1000):
        path = folder / (f"{stem}.yaml" if number == 1 else f"{stem}-{number}.yaml")
        try:
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            continue
        return path
    raise FileExistsError(stem)


def kept(home: Path) -> list[Path]:
    """The files kept, by name."""
    return sorted((home / FOLDER).glob("*.yaml"))


def find(home: Path, file: str) -> Path | None:
    """The kept file of this name."""
    return next((path for path in kept(home) if path.name == file), None)


def drop(home: Path, file: str) -> bool:
    """Takes one off; `bring_back` undoes it."""
    path = find(home, file)
    if path is not None:
        path.replace(path.with_suffix(DROPPED))
    return path is not None


def bring_back(home: Path, file: str) -> bool:
    path = home / FOLDER / Path(file).name
    path = path.with_suffix(DROPPED) if path.suffix == ".yaml" else path
    if path.suffix != DROPPED or not path.is_file():
        return False
    path.replace(path.with_suffix(".yaml"))
    return True


async def check(home: Path) -> Check:
    """Runs them in a process of its own, which takes its memory with it when it ends."""
    files = kept(home)
    if not files:
        return Check(())
    process = await asyncio.create_subprocess_exec(
        *_command(home, files), cwd=PROGRAM, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(), SECONDS)
    except TimeoutError:
        process.kill()
        await process.wait()
        return Check((), wrong=f"{SECONDS:.0f} s")
    wrong = err.decode("utf-8", "replace").strip() if process.returncode not in (0, 1) else ""
    return Check(_outcomes(out.decode("utf-8", "replace")), wrong)


def _command(home: Path, files: Sequence[Path]) -> list[str]:
    program = [sys.executable, "-m", "app", "--home", str(home.resolve()), "check"]
    return [*program, *(str(file.resolve()) for file in files)]


def _outcomes(printed: str) -> tuple[Checked, ...]:
    tests: list[tuple[str, bool, list[str]]] = []
    for line in printed.splitlines():
        if line.startswith("    ") and tests:
            tests[-1][2].append(line.strip())
        elif found := OUTCOME.fullmatch(line):
            tests.append((found[2], found[1] == "ok", []))
    return tuple(Checked(name, ok, tuple(problems)) for name, ok, problems in tests)


def _turn(tried: Tried, before: Sequence[Tried]) -> dict[str, Any]:
    """What was said or tapped, and what of the answer does not hang on how it is worded."""
    turn: dict[str, Any] = {"tap" if tried.payload and _was_shown(tried, before) else "user": tried.text}
    if tried.answer is None:
        return turn
    answer = tried.answer
    expected: dict[str, Any] = {"intent": answer.intent, "source": answer.source}
    if answer.handoff:
        expected["handoff"] = True
    if answer.cart:
        expected["cart"] = [{"product_id": line["product_id"], "qty": line["qty"]} for line in answer.cart]
    order = next((out["order"] for out in reversed(tried.outs) if out["order"] is not None), None)
    if order is not None:
        expected["total"] = order["total"]
    return {**turn, "bot": expected}


def _was_shown(tried: Tried, before: Sequence[Tried]) -> bool:
    """A choice of the answer just before, which a test can tap."""
    last = next((one.outs for one in reversed(before) if one.outs), [])
    return any(tried.text == choice["title"] for out in last for choice in (*out["quick_replies"], *out["cards"]))
