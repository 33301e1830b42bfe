"""Puts documents into `data/docs/` and takes them off, as the owner would by hand; what they say follows at once."""

from __future__ import annotations

import re
import time
import unicodedata
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from secrets import token_hex

from sqlalchemy import Connection

from app.core import jobs
from app.core.db import Database
from app.core.ownership import FileReport
from app.knowledge.documents.files import FOLDER, MOST_FILES, READABLE, name_of, read_folder
from app.knowledge.documents.sync import known_docs, sync_docs

TAKEN_OFF = ".taken-off-"  # before its name: the reader passes over what begins with a point
UNDO_DAYS = 7
LONGEST_NAME = 50  # letters, of up to four bytes each: a file system takes 255 bytes


class NotKept(Exception):
    """A document that is not taken. `reason`: "kind", "empty", "taken", "many" or "disk"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def put_document(folder: Path, name: str, data: bytes) -> str:
    """Writes a new document; the name it has there. One that is there already is never written over."""
    home, plain = folder / FOLDER, plain_name(name)
    if not plain.lower().endswith(READABLE):
        raise NotKept("kind")
    if not data:
        raise NotKept("empty")
    fresh = home / f".new-{token_hex(8)}"
    try:
        home.mkdir(parents=True, exist_ok=True)
        there = [one for one in home.iterdir() if not one.name.startswith(".")]
        if any(name_of(one).lower() == plain.lower() for one in there):
            raise NotKept("taken")
        if len(there) >= MOST_FILES:
            raise NotKept("many")
        fresh.write_bytes(data)
        fresh.replace(home / plain)
    except OSError:
        fresh.unlink(missing_ok=True)
        raise NotKept("disk") from None
    return plain


def take_off_document(folder: Path, name: str) -> bool:
    """Puts a document out of the reader's sight; False where it is gone or may not be moved.

    `bring_back_document` finds it for UNDO_DAYS.
    """
    _forget(folder / FOLDER)
    return _move(folder, name, TAKEN_OFF + name)


def bring_back_document(folder: Path, name: str) -> bool:
    """Undoes `take_off_document`; False where another of its name is there by now, or it is gone for good."""
    return _file(folder, name) is None and _move(folder, TAKEN_OFF + name, name)


def take_in_documents(db: Database, folder: Path, *, now: datetime) -> list[FileReport]:
    """Reads what changed of the folder, before the transaction: that may take seconds."""
    found = read_folder(folder, db.read_now(known_docs))

    def work(conn: Connection) -> list[FileReport]:
        jobs.hold_lane(conn, "data")  # as at the start: of several at once one takes in, the others find it done
        return sync_docs(conn, found, now=now)

    return db.write_now(work)


def sizes_of_documents(folder: Path) -> dict[str, int]:
    """Bytes by name."""
    home = folder / FOLDER
    return {name_of(one): one.stat().st_size for one in home.iterdir() if one.is_file()} if home.is_dir() else {}


def plain_name(name: str) -> str:
    """The last part of a name, of letters, digits and `-_.()` only, that no system takes for something else."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    stem, point, kind = re.sub(r"[^\w .()-]+", "-", last).strip(" .-").rpartition(".")
    return f"{stem[:LONGEST_NAME].strip(' .-')}{point}{kind[:10].strip()}" if stem.strip(" .-") else ""


def _file(folder: Path, name: str) -> Path | None:
    home = folder / FOLDER
    found = home.iterdir() if home.is_dir() else ()
    return next((one for one in found if name_of(one) == name), None)


def _forget(home: Path) -> None:
    """Deletes for good what was taken off long ago: a rename sets when a file was changed last."""
    long_ago = time.time() - UNDO_DAYS * 86_400
    for one in home.glob(f"{TAKEN_OFF}*"):
        with suppress(OSError):
            if one.stat().st_ctime < long_ago:
                one.unlink()


def _move(folder: Path, name: str, to: str) -> bool:
    file = _file(folder, name)
    if file is None:
        return False
    try:
        file.replace(file.with_name(to))
    except OSError:
        return False
    return True
