"""Puts an unpacked backup in the place of the shop's files, all or nothing, also across a power cut."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

STAGING = "var/restoring"
READY = "ready"
ASIDE = "aside"


@dataclass(frozen=True, slots=True)
class Move:
    """One thing to replace: its path in the staging folder and its place in the home."""

    staged: str
    place: str


def stage(home: Path) -> Path:
    """An empty staging folder inside the home."""
    folder = home / STAGING
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True, mode=0o700)
    return folder


def commit(home: Path, moves: list[Move]) -> None:
    """Declares the staging folder complete and carries out the moves. From here on it only goes forward."""
    folder = home / STAGING
    lines = "".join(f"{move.staged}\t{move.place}\n" for move in moves)
    partial = folder / (READY + ".part")
    with partial.open("w", encoding="utf-8") as file:
        file.write(lines)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(folder / READY)
    finish_interrupted(home)


def finish_interrupted(home: Path) -> bool:
    """Goes on with a swap that a power cut stopped; what had not been declared complete is left. True if it went on."""
    folder = home / STAGING
    ready = folder / READY
    if not ready.exists():
        return False
    for line in ready.read_text(encoding="utf-8").splitlines():
        staged, _, place = line.partition("\t")
        _move(folder, staged, home / place)
    shutil.rmtree(folder)
    return True


def _move(folder: Path, staged: str, place: Path) -> None:
    """Idempotent: what has been moved already is not in the staging folder any more."""
    new = folder / staged
    if not new.exists():
        return
    # a write-ahead log must never meet another database than its own: it goes first
    for companion in (place.with_name(place.name + "-wal"), place.with_name(place.name + "-shm"), place):
        old = (folder / ASIDE / staged).with_name(companion.name)
        if os.path.lexists(companion) and not os.path.lexists(old):
            old.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(companion, old)
    place.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(new, place)
