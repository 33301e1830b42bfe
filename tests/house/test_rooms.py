"""The rooms of the house keep to their doors (ARCHITECTURE, "Who may import whom")."""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
APP = ROOT / "app"
OPEN_TO_ALL = {"core", "shop", "settings", "locales"}
KNOW_EVERYTHING = {
    "copies",
    "night",
    "wiring",
    "main",
    "worker",
    "cli",
    "commands",
    "conversation_tests",
    "simulation",
    "__main__",
}
DOORS = {"service", "messages", "base", "registry"}


def rooms() -> set[str]:
    return {path.name for path in APP.iterdir() if path.is_dir() and path.name not in {"__pycache__", "locales"}}


def doors_used() -> Iterator[tuple[str, str, str]]:
    """(file, its room, what it imports of ours), imports for types only left out."""
    for path in sorted(APP.rglob("*.py")):
        parts = path.relative_to(APP).with_suffix("").parts
        for node in runtime_nodes(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "app":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    target = APP.parent / Path(*whole.split("."))
                    is_module = target.with_suffix(".py").exists() or target.is_dir()
                    yield "/".join(parts), parts[0], whole if is_module else node.module
            elif isinstance(node, ast.Import):
                yield from (
                    ("/".join(parts), parts[0], alias.name) for alias in node.names if alias.name.startswith("app.")
                )


def runtime_nodes(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            continue
        yield node
        yield from runtime_nodes(node)


def test_another_room_is_entered_by_its_door_only() -> None:
    wrong = []
    for file, room, name in doors_used():
        _, target, *inside = [*name.split("."), ""][:3]
        if room in KNOW_EVERYTHING or target in OPEN_TO_ALL or target == room or target not in rooms():
            continue
        if inside[0] not in DOORS:
            wrong.append(f"{file} imports {name}")
    assert wrong == []


def test_tables_stay_in_their_room() -> None:
    wrong = [
        f"{file} imports {name}"
        for file, room, name in doors_used()
        if name.split(".")[-1] == "models" and name.split(".")[1] not in {room, "core"} and room not in KNOW_EVERYTHING
    ]
    assert wrong == []


def test_every_room_is_named_in_the_import_rules() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    core = next(contract for contract in contracts if contract.get("source_modules") == ["app.core"])
    named = {module.removeprefix("app.") for module in core["forbidden_modules"]}
    assert rooms() - {"core"} - named == set()


def test_files_and_functions_stay_readable() -> None:
    long_ones = []
    for path in sorted(APP.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if text.count("\n") > 450:
            long_ones.append(f"{path.relative_to(ROOT)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or 0) - node.lineno + 1
                if length > 60:
                    long_ones.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length} lines")
    assert long_ones == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        path.relative_to(ROOT).as_posix()
        for path in APP.rglob("*.py")
        if path.read_text(encoding="utf-8").strip()
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []
