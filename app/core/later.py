"""A room's door that opens some of its files only when somebody asks for what is in them: a shop at rest does not hold them."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def later(door: str, *files: str) -> Callable[[str], Any]:
    """The `__getattr__` (PEP 562) of the module `door`: what it does not name itself is sought in these files beside it.

    The type checker is shown the same names by imports under `TYPE_CHECKING`.
    """
    room = door.rpartition(".")[0]

    def find(name: str) -> Any:
        if not name.startswith("__"):
            for file in files:
                module = import_module(f"{room}.{file}")
                if hasattr(module, name):
                    return getattr(module, name)
        raise AttributeError(f"module {door!r} has no attribute {name!r}")

    return find
