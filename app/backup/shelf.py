"""The backups that lie in the shop's own folder: which there are, what one holds, and one that is put there."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import sqlite3
import tempfile
import zipfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from app.backup import archive, contents, snapshot
from app.backup.archive import Manifest
from app.backup.service import FOLDER, check_settings, default_path
from app.core.db import Database

NAME = re.compile(r"(noche|subido|tendero|antes-de-restaurar|antes-de-actualizar)-\d{4}-\d\d-\d\d-\d{6}\.zip")
UPLOADED = "subido"
ASIDE = ".aparte"
COUNTED = {
    "products": "SELECT count(*) FROM product",
    "questions": "SELECT count(*) FROM faq",
    "conversations": "SELECT count(*) FROM conversation",
    "orders": 'SELECT count(*) FROM "order"',
}


@dataclass(frozen=True, slots=True)
class Lying:
    """A backup in the folder; `kind`: how its name begins, which says why it was made; `size` in bytes."""

    name: str
    kind: str
    at: datetime
    size: int


@dataclass(frozen=True, slots=True)
class Held:
    """What a backup says of itself and how much it holds, by kind."""

    manifest: Manifest
    counts: dict[str, int]


def lying(home: Path) -> list[Lying]:
    """The newest first."""
    found = []
    for path in (home / FOLDER).glob("*.zip"):
        if (named := NAME.fullmatch(path.name)) and path.is_file():
            state = path.stat()
            found.append(Lying(path.name, named[1], datetime.fromtimestamp(state.st_mtime, UTC), state.st_size))
    return sorted(found, key=lambda one: (one.at, one.name), reverse=True)


def path_of(home: Path, name: str) -> Path | None:
    """The file of that name in the folder; None for anything else."""
    path = home / FOLDER / name
    return path if NAME.fullmatch(name) and path.is_file() and not path.is_symlink() else None


def put(home: Path, source: Path, now: datetime) -> Path:
    """Takes a file in as a backup of the folder. UserError, in plain words, for one that could not be restored."""
    look(home, source)
    to = default_path(home, now, prefix=UPLOADED)
    to.parent.mkdir(parents=True, exist_ok=True)
    partial = to.with_name(f".{to.name}.{os.getpid()}.part")
    try:
        with source.open("rb") as file, partial.open("xb") as copy:
            shutil.copyfileobj(file, copy, archive.CHUNK)
            copy.flush()
            os.fsync(copy.fileno())
        partial.chmod(0o600)
        partial.replace(to)
    finally:
        partial.unlink(missing_ok=True)
    return to


def put_aside(path: Path) -> None:
    """Deletes one so that it can still be brought back; the night throws it away."""
    path.replace(path.with_name(path.name + ASIDE))


def bring_back(home: Path, name: str) -> bool:
    """Whether there was one to bring back."""
    path = home / FOLDER / (name + ASIDE)
    if not NAME.fullmatch(name) or not path.is_file():
        return False
    path.replace(home / FOLDER / name)
    return True


def look(home: Path, path: Path) -> Held:
    """Reads a backup through, as a restore would, and counts what it holds; nothing of the shop is touched."""
    manifest = archive.verify(path)
    (home / "var").mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="backup-", dir=home / "var") as folder:
        file = Path(folder) / contents.DATABASE
        with zipfile.ZipFile(path) as zipped:
            for name in {contents.DATABASE, contents.CONFIG} & set(zipped.namelist()):
                with zipped.open(name) as source, (Path(folder) / name).open("xb") as to:
                    shutil.copyfileobj(source, to, archive.CHUNK)
        check_settings(Path(folder))
        snapshot.refuse_newer(manifest.version, snapshot.inspect(file))
        with contextlib.closing(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True)) as conn:
            counts = {kind: _count(conn, query) for kind, query in COUNTED.items()}
    return Held(manifest, counts)


def counts_of(db: Database) -> dict[str, int]:
    """As many of each there are now."""
    with db.raw_writer().connect() as conn:
        return {kind: int(conn.exec_driver_sql(query).scalar_one()) for kind, query in COUNTED.items()}


def _count(conn: sqlite3.Connection, query: str) -> int:
    """0 where an older version had no such table."""
    try:
        return int(conn.execute(query).fetchone()[0])
    except sqlite3.OperationalError:
        return 0
