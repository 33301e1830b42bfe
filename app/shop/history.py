"""The versions of config.yaml that were replaced: which there are, what each says otherwise, and going back to one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Literal

from app.shop.files import locked, replace
from app.shop.reading import read_config, read_file

FOLDER = "config_history"
KEEP = 50
NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z")
WRITTEN = "%Y%m%dT%H%M%S.%fZ"
AROUND = 2  # lines shown before and after what differs


class NoSuchVersion(LookupError):
    """No version of that name is kept, or no longer."""


@dataclass(frozen=True)
class Line:
    """One line of a comparison: kept by both, only in what is now (`gone` when one goes back), or only in the version."""

    kind: Literal["same", "gone", "back", "gap"]
    text: str = ""


@dataclass(frozen=True)
class Compared:
    """A version beside what is now. `seen` names what is now, so that going back can tell whether it changed since."""

    name: str
    replaced_at: datetime
    lines: tuple[Line, ...]
    seen: str


def keep(path: Path, before: bytes) -> str:
    """The previous version goes to the history; the oldest beyond KEEP go away. Its name."""
    folder = _folder(path)
    folder.mkdir(parents=True, exist_ok=True)
    name = datetime.now(UTC).strftime(WRITTEN)
    replace(folder / f"{name}.yaml", before)
    for old in sorted(folder.glob("*.yaml"))[:-KEEP]:
        old.unlink(missing_ok=True)
    return name


def versions(path: Path) -> list[tuple[str, datetime]]:
    """(name, when it was replaced) of the versions of the file at `path`, newest first."""
    names = (file.stem for file in _folder(path).glob("*.yaml"))
    return [(name, _replaced_at(name)) for name in sorted(filter(NAME.fullmatch, names), reverse=True)]


def compare(path: Path, name: str) -> Compared:
    """What would change if one went back to the version; raises NoSuchVersion."""
    from difflib import SequenceMatcher  # only here: a server at rest does not hold it

    version, now = _read(path, name), _now(path)
    before, after = (raw.decode("utf-8-sig", "replace").splitlines() for raw in (now, version))
    lines: list[Line] = []
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(AROUND):
        lines += [Line("gap")] if lines else []
        for tag, i, j, k, m in group:
            if tag == "equal":
                lines += [Line("same", text) for text in before[i:j]]
            else:
                lines += [Line("gone", text) for text in before[i:j]] + [Line("back", text) for text in after[k:m]]
    return Compared(name, _replaced_at(name), tuple(lines), sha256(now).hexdigest())


def go_back(path: Path, name: str, seen: str) -> str:
    """Puts the version in the place of what is now, which is kept under the name returned.

    `seen` as `compare` gave it. Returns "" and does nothing where the file is no longer what was seen. Raises
    NoSuchVersion, and SettingsError where the version is not valid for this program.
    """
    version = _read(path, name)
    read_config(version, path.name)
    with locked(path):
        now = _now(path)
        if sha256(now).hexdigest() != seen:
            return ""
        kept = keep(path, now)
        replace(path, version)
    return kept


def _folder(path: Path) -> Path:
    return path.resolve().parent / "var" / FOLDER


def _read(path: Path, name: str) -> bytes:
    file = _folder(path) / f"{name}.yaml"
    if not NAME.fullmatch(name) or not file.is_file():
        raise NoSuchVersion(name)
    return read_file(file, file.name)


def _now(path: Path) -> bytes:
    return read_file(path, path.name) if path.exists() else b""


def _replaced_at(name: str) -> datetime:
    return datetime.strptime(name, WRITTEN).replace(tzinfo=UTC)
