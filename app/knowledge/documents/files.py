"""The files of `data/docs/`: which are there, which changed, and what those say. Touches no database."""

from __future__ import annotations

import stat
import time
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.core.apart import Refused, ToRead, read_apart
from app.core.log import get_logger
from app.core.ownership import digest_of
from app.core.text import clean
from app.knowledge.documents.passages import LONGEST_HEADING, LONGEST_WORD, MANY_WORDS, MOST_PASSAGES

FOLDER = "docs"
READABLE = (".pdf", ".txt", ".md")
MOST_FILES = 200
MOST_BYTES = 20_000_000
MOST_SECONDS = 60.0  # of one start for all of them; the rest have their turn at the next
LONGEST_RESULT = 8_000_000  # bytes of JSON
READER = "app.knowledge.documents.extract:read_document"
LONGEST_PASSAGE = 2 * MANY_WORDS * LONGEST_WORD  # letters
VERSION = "1"  # of how files are read: raise it, and all of them are read again

log = get_logger("documents")


@dataclass(slots=True)
class Reading:
    """What a document says now. `passages`: (page, heading, text); none where `problem` kept all of it away."""

    title: str = ""
    pages: int = 0
    problem: str = ""
    passages: list[tuple[int | None, str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Found:
    """A file. `reading` None: as it was last time, or, with a `problem`, not looked into now ("outside", "later", …)."""

    name: str
    digest: str = ""
    reading: Reading | None = None
    problem: str = ""


@dataclass(slots=True)
class Folder:
    """What is in the folder; `passed_over`: how many documents more than MOST_FILES there are."""

    files: list[Found] = field(default_factory=list)
    passed_over: int = 0


def read_folder(folder: Path, known: Mapping[str, str]) -> Folder | None:
    """The documents of `folder`/docs, those read whose digest differs from the `known` one of their name.

    None where there is no such folder. Starts a process only if something is to be read; a bomb costs its own time.
    """
    home = folder / FOLDER
    if not home.is_dir():
        return None
    paths = {name_of(path): path for path in sorted(home.iterdir()) if _is_candidate(path)}
    named = list(paths.items())
    found = [_look(name, path, home) for name, path in named[:MOST_FILES]]
    changed = [one for one in found if not one.problem and known.get(one.name) != one.digest]
    _read([one for one in changed if one.reading is None], paths)
    for one in found:
        if one.reading is not None and known.get(one.name) == one.digest:
            one.reading = None
    return Folder(found, max(0, len(named) - MOST_FILES))


def _is_candidate(path: Path) -> bool:
    if path.name.startswith((".", "~$")):
        return False
    return path.is_symlink() or path.is_file()


def name_of(path: Path) -> str:
    """Its name as the database keeps it."""
    return clean(unicodedata.normalize("NFC", path.name.encode("utf-8", "surrogateescape").decode("utf-8", "replace")))


def _look(name: str, path: Path, home: Path) -> Found:
    if not name.lower().endswith(READABLE):
        return Found(name, problem="unknown")
    try:
        real = path.resolve(strict=True)
        about = real.stat()
    except (OSError, RuntimeError):  # a link to nowhere, or to itself
        return Found(name, problem="unreadable")
    if not real.is_relative_to(home.resolve()) or not stat.S_ISREG(about.st_mode):
        return Found(name, problem="outside")
    if about.st_size > MOST_BYTES:
        return Found(name, digest_of("too_big", str(about.st_size)), Reading(problem="too_big"))
    try:
        return Found(name, digest_of(_bytes(real), VERSION))
    except OSError:
        return Found(name, problem="unreadable")


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES)


def _read(files: list[Found], paths: Mapping[str, Path]) -> None:
    """Fills in what these files say."""
    begun = time.monotonic()
    waiting = iter(files)

    def next_ones() -> Iterator[ToRead]:
        for one in files:
            if time.monotonic() - begun > MOST_SECONDS:
                return
            yield ToRead(one.name, lambda name=one.name: _bytes(paths[name].resolve()))  # type: ignore[misc]

    try:
        for result in read_apart(READER, next_ones(), LONGEST_RESULT):
            next(waiting).reading = _reading(result)
    except OSError as error:  # no process to be had, or a file that just went
        log.warning("documents_not_read", reason=f"{type(error).__name__}: {error}")
    for one in waiting:
        one.problem = "later"


def _reading(result: Any) -> Reading:
    """The child's answer, taken for no more than text and numbers: it may not be itself any more."""
    if isinstance(result, Refused):
        return Reading(problem=result.reason)
    try:
        passages = [
            (
                None if page is None else min(int(page), 1_000_000),
                clean(str(heading)[:LONGEST_HEADING]),
                clean(str(text)[:LONGEST_PASSAGE]),
            )
            for page, heading, text in result["passages"][:MOST_PASSAGES]
        ]
        title = " ".join(clean(str(result["title"])).split())
        return Reading(title, min(int(result["pages"]), 1_000_000), str(result["problem"])[:20], passages)
    except (KeyError, TypeError, ValueError):
        return Reading(problem="broken")
