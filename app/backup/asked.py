"""A restore that somebody asked for in the panel: the server notes it, ends, and does it before it serves again."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from app.backup import service as backups
from app.core.errors import UserError

ASKED = "var/restore-asked"
TOLD = "var/restore-told.json"


@dataclass(frozen=True, slots=True)
class Told:
    """What came of it. `state`: `begun` (cut short, if that is all there is), `done` or `failed` (`why`; nothing changed)."""

    state: str
    name: str
    at: str
    why: str = ""
    made_at: str = ""
    safety: str = ""
    parked: int = 0
    keys: tuple[str, ...] = ()


def ask(home: Path, path: Path) -> None:
    """Notes which backup the next start puts back."""
    _write(home / ASKED, path.name)


def told(home: Path) -> Told | None:
    """How the last one went; None where there was none."""
    try:
        kept = json.loads((home / TOLD).read_text("utf-8"))
        return Told(**{**kept, "keys": tuple(kept["keys"])})
    except (OSError, ValueError, KeyError, TypeError):
        return None


def forget_told(home: Path) -> None:
    """It has been read."""
    (home / TOLD).unlink(missing_ok=True)


def restore_asked(home: Path, db_url: str, now: datetime) -> Told | None:
    """Does what was asked for, once: a restore that cannot be done must not keep the shop from opening."""
    asked = home / ASKED
    if not asked.is_file():
        return None
    name = Path(asked.read_text("utf-8").strip()).name
    _tell(home, Told("begun", name, now.isoformat()))
    asked.unlink()
    try:
        done = backups.restore(home, db_url, home / backups.FOLDER / name, now=now)
    except (UserError, OSError) as error:
        return _tell(home, Told("failed", name, now.isoformat(), why=str(error)))
    safety = done.safety.name if done.safety else ""
    return _tell(
        home,
        Told(
            "done", name, now.isoformat(), made_at=done.made_at, safety=safety, parked=done.parked, keys=done.keys
        ),
    )  # fmt: skip


def _tell(home: Path, told: Told) -> Told:
    _write(home / TOLD, json.dumps(asdict(told), ensure_ascii=False))
    return told


def _write(path: Path, text: str) -> None:
    """Whole and on disk, or not at all."""
    partial = path.with_name(path.name + ".part")
    with partial.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    partial.replace(path)
