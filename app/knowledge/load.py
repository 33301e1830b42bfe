"""Takes FAQs in: by `import`, from `data/faqs.csv` as the owner edits it there (CONTRACT 2), and from the panel."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from app.core.db import Database
from app.core.errors import UserError
from app.core.ownership import (
    Change,
    FileReport,
    LastRead,
    LastRow,
    bump_data_version,
    compare,
    digest_of,
    keep_read,
    last_read,
    pair,
)
from app.core.tables import complaint, read_bytes
from app.core.text import fold
from app.knowledge.faq import Faq
from app.knowledge.faq_file import FaqFile, checked, key_of, mistakes, parse_faqs
from app.knowledge.models import faqs
from app.knowledge.read import faq_of

FAQ_FILE = "faqs.csv"
UNDO_DAYS = 7
READABLE = (".csv", ".tsv", ".txt", ".json", ".xlsx")

Cells = dict[str, Any]


class FaqRefused(UserError):
    """What was said of a FAQ cannot be kept. `mistakes`: a sentence for each of its columns that has one."""

    def __init__(self, mistakes: Mapping[str, str]) -> None:
        super().__init__("; ".join(complaint("row.in_column", column=name, why=why) for name, why in mistakes.items()))
        self.mistakes = mistakes


class Stale(Exception):
    """Somebody else was first. `now`: the FAQ as they left it, None where they took it off."""

    def __init__(self, now: Faq | None) -> None:
        super().__init__("edited since")
        self.now = now


def import_faqs(db: Database, path: Path, *, replace: bool = False, now: datetime | None = None) -> FileReport:
    """Merges a file of questions into the database by folded first question; `replace` also takes off the others.

    UserError where the file cannot be used at all.
    """
    return import_faq_data(db, read_bytes(path), path.name, replace=replace, now=now)


def import_faq_data(
    db: Database, data: bytes, name: str, *, replace: bool = False, now: datetime | None = None
) -> FileReport:
    """The same of a file's content; its name says what it is."""
    if Path(name).suffix.lower() not in READABLE:
        raise UserError(complaint("unknown_format", file=name))
    file = parse_faqs(data, name)
    return db.write_now(lambda conn: _import(conn, file, name, replace, now or datetime.now(UTC)))


def sync_faqs(conn: Connection, folder: Path, *, now: datetime) -> FileReport:
    """Takes in what changed in `faqs.csv` since it was last read; nothing where it is as it was.

    A file that cannot be used changes nothing: the report's `problem` says why. One that is not there says nothing.
    """
    report = FileReport(FAQ_FILE)
    path = folder / FAQ_FILE
    if not path.is_file():
        report.read = False
        return report
    try:
        data = read_bytes(path)
        last, digest = last_read(conn, FAQ_FILE), digest_of(data)
        if digest == last.digest:
            report.read, report.bad = False, last.bad
            return report
        file = parse_faqs(data, path.name)
    except UserError as error:
        report.read, report.problem = False, str(error)
        return report
    _sync(conn, file, last, report, now)
    last.digest, last.bad = digest, report.bad
    keep_read(conn, FAQ_FILE, last, now)
    return report


def edit_faq(
    conn: Connection, faq_id: int | None, *, based_on: str = "", now: datetime | None = None, **said: Any
) -> int:
    """Changes a FAQ, or adds one (`faq_id` None); its id.

    `question`: all its phrasings, as a list; `answer`; `tags`, a list; `language`. They win over the file from now on,
    until the same cell changes there. FaqRefused names what is wrong. `based_on`: the `Faq.version` it was edited on;
    Stale where it is another by now and does not say the same already.
    """
    said = said if faq_id is not None else {"question": [], "answer": "", **said}
    if wrong := mistakes(said):
        raise FaqRefused(wrong)
    cells = checked(said)
    shelf = _Shelf.of_one(conn, now or datetime.now(UTC), faq_id)
    if faq_id is not None and faq_id not in shelf.rows:
        raise Stale(None) if based_on else UserError(complaint("no_faq", id=faq_id))
    if faq_id is not None and based_on:
        shelf.refuse_stale(faq_id, cells, based_on)
    if "question" in cells and _is_taken(conn, cells["question"][0], faq_id):
        raise FaqRefused({"question": complaint("row.question_taken")})
    bump_data_version(conn)
    if faq_id is None:
        return shelf.add(cells, edited=True)
    shelf.edit(faq_id, cells)
    return faq_id


def switch_faq(conn: Connection, faq_id: int, on: bool, *, now: datetime | None = None) -> None:
    """Takes a FAQ out of use or puts it back."""
    values = {"enabled": on, "updated_at": now or datetime.now(UTC)}
    found = conn.execute(update(faqs).where(faqs.c.id == faq_id, faqs.c.deleted_at.is_(None)).values(**values))
    if found.rowcount == 0:
        raise UserError(complaint("no_faq", id=faq_id))
    bump_data_version(conn)


def delete_faq(conn: Connection, faq_id: int, *, now: datetime) -> bool:
    """Takes a FAQ off; False if it was off already. `restore_faq` brings it back for UNDO_DAYS; its row in `faqs.csv`
    does so only by saying something new."""
    conn.execute(delete(faqs).where(faqs.c.deleted_at < now - timedelta(days=UNDO_DAYS)))
    mine = (faqs.c.id == faq_id, faqs.c.deleted_at.is_(None))
    gone = conn.execute(update(faqs).where(*mine).values(deleted_at=now)).rowcount > 0
    if gone:
        bump_data_version(conn)
    return gone


def restore_faq(conn: Connection, faq_id: int) -> bool:
    """Brings back what `delete_faq` took off; False where it is gone for good, or its question has come back otherwise."""
    question = conn.execute(select(faqs.c.question).where(faqs.c.id == faq_id)).scalar()
    if question is None or _is_taken(conn, question, faq_id):
        return False
    conn.execute(update(faqs).where(faqs.c.id == faq_id).values(deleted_at=None))
    bump_data_version(conn)
    return True


def _is_taken(conn: Connection, question: str, by_other_than: int | None) -> bool:
    same = select(faqs.c.id).where(faqs.c.folded_question == fold(question), faqs.c.deleted_at.is_(None))
    return any(faq_id != by_other_than for faq_id in conn.execute(same).scalars())


@dataclass(slots=True)
class _Shelf:
    """The FAQs in the database while a file is taken in."""

    conn: Connection
    now: datetime
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)

    @classmethod
    def open(cls, conn: Connection, now: datetime) -> _Shelf:
        found = conn.execute(select(faqs).where(faqs.c.deleted_at.is_(None)).order_by(faqs.c.id)).mappings()
        return cls(conn, now, {row["id"]: dict(row) for row in found})

    @classmethod
    def of_one(cls, conn: Connection, now: datetime, faq_id: int | None) -> _Shelf:
        """Only that one, if it is there."""
        found = conn.execute(select(faqs).where(faqs.c.id == faq_id, faqs.c.deleted_at.is_(None))).mappings()
        return cls(conn, now, {row["id"]: dict(row) for row in found})

    def refuse_stale(self, faq_id: int, cells: Cells, based_on: str) -> None:
        now = faq_of(self.rows[faq_id])
        said = {"question": list(now.phrasings), "answer": now.answer, "tags": list(now.tags), "language": now.language}
        if now.version != based_on and any(said[name] != value for name, value in cells.items()):
            raise Stale(now)

    def add(self, cells: Cells, *, edited: bool = False) -> int:
        columns = {"tags": "", "language": "", **_columns(cells), "enabled": True, "created_at": self.now}
        columns |= {"updated_at": self.now, "edited_fields": sorted(cells) if edited else []}
        columns["folded_text"] = _folded(columns)
        done = self.conn.execute(insert(faqs).values(**columns))
        faq_id = int(done.inserted_primary_key[0])  # type: ignore[index]
        self.rows[faq_id] = {"id": faq_id, "source_row": None, **columns}
        return faq_id

    def change(self, faq_id: int, cells: Cells) -> bool:
        """Puts the cells of a file in and switches the FAQ on; False if it said so already."""
        row = self.rows[faq_id]
        columns = {name: value for name, value in _columns(cells).items() if row[name] != value}
        if not row["enabled"]:
            columns["enabled"] = True
        moved = bool(columns)
        edited = [name for name in row["edited_fields"] if name not in cells]
        if edited != row["edited_fields"]:
            columns["edited_fields"] = edited
        self._update(faq_id, columns)
        return moved

    def edit(self, faq_id: int, cells: Cells) -> None:
        """Puts the cells of a person in and marks those that differ as theirs."""
        row = self.rows[faq_id]
        said = {"question": [row["question"], *row["phrasings"]], "answer": row["answer"], "language": row["language"]}
        said["tags"] = row["tags"].split("|") if row["tags"] else []
        theirs = {name for name, value in cells.items() if said[name] != value}
        self._update(faq_id, {**_columns(cells), "edited_fields": sorted({*row["edited_fields"], *theirs})})

    def switch_off(self, faq_id: int) -> bool:
        if faq_id not in self.rows or not self.rows[faq_id]["enabled"]:
            return False
        self._update(faq_id, {"enabled": False})
        return True

    def number(self, numbers: dict[int, int]) -> bool:
        """Keeps which row of the file each FAQ is; False if it was so."""
        moves = [
            {"at": faq_id, "number": numbers.get(faq_id)}
            for faq_id, row in self.rows.items()
            if row["source_row"] != numbers.get(faq_id)
        ]
        if moves:
            query = update(faqs).where(faqs.c.id == bindparam("at")).values(source_row=bindparam("number"))
            self.conn.execute(query, moves)
        return bool(moves)

    def _update(self, faq_id: int, columns: dict[str, Any]) -> None:
        if columns:
            columns |= {"updated_at": self.now, "folded_text": _folded({**self.rows[faq_id], **columns})}
            self.conn.execute(update(faqs).where(faqs.c.id == faq_id).values(**columns))
            self.rows[faq_id].update(columns)


def _import(conn: Connection, file: FaqFile, name: str, replace: bool, now: datetime) -> FileReport:
    report = FileReport(name, bad=list(file.bad))
    shelf = _Shelf.open(conn, now)
    ids, keys = list(shelf.rows), [key_of([row["question"]]) for row in shelf.rows.values()]
    kept = {ids[place] for place in pair([key for key, _ in file.bad_keys], keys) if place is not None}
    for row, place in zip(file.rows, pair([row.key for row in file.rows], keys), strict=True):
        if place is None:
            kept.add(shelf.add(row.cells))
            report.added += 1
        else:
            kept.add(ids[place])
            report.changed += shelf.change(ids[place], row.cells)
    if replace:
        report.removed = sum(shelf.switch_off(faq_id) for faq_id in ids if faq_id not in kept)
    if report.added or report.changed or report.removed:
        bump_data_version(conn)
    return report


def _sync(conn: Connection, file: FaqFile, last: LastRead, report: FileReport, now: datetime) -> None:
    """Applies what changed, and makes `last` what the file says now."""
    report.bad = list(file.bad)
    changes, left, waits = compare([(row.key, row.cells) for row in file.rows], last.rows, file.bad_keys)
    if waits:
        report.warnings.append(complaint("removals_wait"))
    shelf = _Shelf.open(conn, now)
    adopted = _adopted(shelf, file, last, changes)
    numbers: dict[int, int] = {}
    for change in changes:
        row, before = file.rows[change.row], change.last
        target = before.target if before and before.target in shelf.rows else adopted.get(change.row)
        if target is None and before is not None and not change.cells and not before.gone:
            continue  # deleted in the panel, and the file says nothing new of it
        if target is None:
            target = shelf.add(row.cells)
            report.added += 1
        elif before is None or change.cells or before.gone:
            report.changed += shelf.change(target, change.cells)
        numbers[target] = row.number
        if before is None:
            last.rows.append(LastRow(target, row.key, row.cells))
        else:
            before.target, before.key, before.gone = target, row.key, False
            before.cells = {**before.cells, **row.cells}
    for gone in left:
        gone.gone = True
        report.removed += shelf.switch_off(gone.target)
    taken = set(numbers.values())
    for kept in last.rows:  # rows that are bad now keep their number, if no other has it
        number = shelf.rows.get(kept.target, {}).get("source_row")
        if not kept.gone and kept.target not in numbers and number is not None and number not in taken:
            numbers[kept.target] = number
    renumbered = shelf.number(numbers)
    if renumbered or report.added or report.changed or report.removed:
        bump_data_version(conn)


def _adopted(shelf: _Shelf, file: FaqFile, last: LastRead, changes: Sequence[Change]) -> dict[int, int]:
    """Rows that are new in the file but whose question is in the database already -> that FAQ."""
    of_file = {row.target for row in last.rows}
    strangers = [faq_id for faq_id in shelf.rows if faq_id not in of_file]
    keys = [key_of([shelf.rows[faq_id]["question"]]) for faq_id in strangers]
    fresh = [change for change in changes if change.last is None or change.last.target not in shelf.rows]
    found = pair([file.rows[change.row].key for change in fresh], keys)
    return {change.row: strangers[place] for change, place in zip(fresh, found, strict=True) if place is not None}


def _columns(cells: Cells) -> dict[str, Any]:
    """Cells as columns of the table."""
    columns: Cells = {name: cells[name] for name in ("answer", "language") if name in cells}
    if "question" in cells:
        first, *others = cells["question"]
        columns |= {"question": first, "phrasings": others, "folded_question": fold(first)}
    if "tags" in cells:
        columns["tags"] = "|".join(cells["tags"])
    return columns


def _folded(row: Mapping[str, Any]) -> str:
    """All it says, for search."""
    return fold(" ".join((row["question"], *row["phrasings"], row["answer"], row["tags"])))
