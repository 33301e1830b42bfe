"""Doors that open their files late: nothing of those is used by the door itself, and each name is found."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
DOORS = sorted(path for path in APP.rglob("service.py") if "later(__name__" in path.read_text("utf-8"))


def promised(tree: ast.Module) -> set[str]:
    """The names a door shows the type checker only."""
    blocks = [node for node in tree.body if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"]
    imports = [node for block in blocks for node in block.body if isinstance(node, ast.ImportFrom)]
    return {name.asname or name.name for node in imports for name in node.names}


def used(tree: ast.Module) -> set[str]:
    """The names its code reads; annotations are never run."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            node.returns = None
            for one in (*node.args.args, *node.args.kwonlyargs, *node.args.posonlyargs):
                one.annotation = None
        if isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


@pytest.mark.parametrize("path", DOORS, ids=lambda path: path.parent.name)
def test_a_door_finds_what_it_promises_and_uses_none_of_it_itself(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    names = promised(tree)
    door = import_module(f"app.{path.parent.name}.service")
    assert names
    assert [name for name in sorted(names) if not hasattr(door, name)] == []
    assert used(tree) & names == set()


def test_what_no_file_has_is_an_attribute_error() -> None:
    door = import_module("app.catalog.service")
    with pytest.raises(AttributeError, match="no_such_thing"):
        door.no_such_thing  # noqa: B018
