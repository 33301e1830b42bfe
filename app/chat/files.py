"""Where customers' files are kept, each by a random name that only its row knows."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from pathlib import Path


def files_folder(home: Path) -> Path:
    """The folder; products' photos are under it."""
    return home / "var" / "files"


async def delete_files(home: Path, names: Iterable[str]) -> None:
    """Deletes stored files; one that is gone already is fine."""
    folder = files_folder(home)
    for name in names:
        await asyncio.to_thread((folder / Path(name).name).unlink, missing_ok=True)
