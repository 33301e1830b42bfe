"""Who owns a value (CONTRACT 2): what a file of `data/` says now against what it said when it was last read.

The database owns every value; a file only tells what changed in it since. So what is applied is the cells that
differ from the file's own last reading, whatever the panel, an order or an import did to the others meanwhile.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, update

from app.core.db import insert_new
from app.core.facts import fact, keep_fact
from app.core.models import data_files
from app.core.tables import BadRow

DATA_VERSION = "data_version"

Cells = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Key:
    """How a row is recognised: by its code (`strong`), else its folded name (`weak`). `soft`: the code is none of its
    own but was made from the name, so it gives way to a real one."""

    strong: str
    weak: str
    soft: bool = False


@dataclass(slots=True)
class LastRow:
    """A row as the file said it last, and the record it went to. `gone`: it has left the file since."""

    target: int
    key: Key
    cells: Cells
    gone: bool = False


@dataclass(slots=True)
class LastRead:
    """A file as it was last read: `rest` is what it says beside its rows."""

    digest: str = ""
    rows: list[LastRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    rest: Cells = field(default_factory=dict)


@dataclass(slots=True)
class FileReport:
    """What came of a file. `read`: False where it was as last time; `problem`: why nothing of it could be used."""

    name: str
    added: int = 0
    changed: int = 0
    removed: int = 0
    bad: list[BadRow] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    read: bool = True
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What one row asks for: `row` is its place in the file, `last` what it said before, `cells` what is new in it."""

    row: int
    last: LastRow | None
    cells: Cells


def digest_of(*parts: bytes | str) -> str:
    """SHA-256 of the parts, each kept apart from the next."""
    whole = hashlib.sha256()
    for part in parts:
        data = part.encode("utf-8", "surrogatepass") if isinstance(part, str) else part
        whole.update(len(data).to_bytes(8, "big") + data)
    return whole.hexdigest()


def pair(rows: Sequence[Key], known: Sequence[Key]) -> list[int | None]:
    """For each row the place of the one known that it is: by code, else by name; nobody is taken twice."""
    found: list[int | None] = [None] * len(rows)
    taken: set[int] = set()

    def match(part: str, fits: Callable[[Key, Key], bool]) -> None:
        places: dict[str, list[int]] = {}
        for place, key in enumerate(known):
            places.setdefault(getattr(key, part), []).append(place)
        for at, row in enumerate(rows):
            value = getattr(row, part)
            if found[at] is not None or not value:
                continue
            free = (p for p in places.get(value, ()) if p not in taken and fits(row, known[p]))
            if (match_at := next(free, None)) is not None:
                found[at] = match_at
                taken.add(match_at)

    match("strong", lambda row, _: not row.soft)
    match("weak", lambda row, other: row.soft or other.soft)
    match("strong", lambda row, _: row.soft)  # renamed in the panel since: its code still is the name it had
    return found


def compare(
    rows: Sequence[tuple[Key, Cells]], last: Sequence[LastRow], bad: Sequence[tuple[Key, bool]]
) -> tuple[list[Change], list[LastRow], bool]:
    """-> (what each row asks for, the rows that left the file, whether leaving had to wait).

    `bad`: the rows that could not be used, and whether their key is sure. One that is recognised keeps its previous
    good version; while there are some that are not, no row is taken to have left.
    """
    places = pair([key for key, _ in rows], [row.key for row in last])
    before = [None if place is None else last[place] for place in places]
    changes = [Change(at, said, _changed(rows[at][1], said)) for at, said in enumerate(before)]
    paired = {place for place in places if place is not None}
    rest = [row for at, row in enumerate(last) if at not in paired and not row.gone]
    kept = pair([key for key, _ in bad], [row.key for row in rest])
    unknown = any(place is None and not sure for place, (_, sure) in zip(kept, bad, strict=True))
    left = [row for at, row in enumerate(rest) if at not in kept]
    return changes, [] if unknown else left, unknown and bool(left)


def last_read(conn: Connection, name: str) -> LastRead:
    """The file as it was last read; empty if it never was."""
    found = conn.execute(select(data_files.c.digest, data_files.c.rows).where(data_files.c.name == name)).first()
    if found is None:
        return LastRead()
    said = found.rows
    rows = [LastRow(row["target"], Key(**row["key"]), row["cells"], row["gone"]) for row in said.get("rows", ())]
    bad = [BadRow(line, reason) for line, reason in said.get("bad", ())]
    return LastRead(found.digest, rows, bad, said.get("rest", {}))


def keep_read(conn: Connection, name: str, read: LastRead, now: datetime) -> None:
    """Keeps it as the base of the next comparison."""
    rows = {
        "rows": [asdict(row) for row in read.rows],
        "bad": [[row.line, row.reason] for row in read.bad],
        "rest": read.rest,
    }
    values: Cells = {"digest": read.digest, "rows": rows, "read_at": now}
    if not insert_new(conn, data_files, name=name, **values):
        conn.execute(update(data_files).where(data_files.c.name == name).values(**values))


def bump_data_version(conn: Connection) -> None:
    """Tells every process that what it knows of the shop's data is old."""
    keep_fact(conn, DATA_VERSION, str(int(fact(conn, DATA_VERSION, "0")) + 1))


def _changed(cells: Cells, last: LastRow | None) -> Cells:
    if last is None:
        return cells
    return {name: value for name, value in cells.items() if name not in last.cells or last.cells[name] != value}
