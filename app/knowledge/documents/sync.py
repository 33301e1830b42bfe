"""Takes what was read of `data/docs/` into the database: a file that cannot be used changes nothing but its report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from app.core.ownership import FileReport, bump_data_version
from app.core.tables import complaint
from app.core.text import fold
from app.knowledge.documents.files import FOLDER, MOST_BYTES, MOST_FILES, Folder, Found, Reading
from app.knowledge.documents.passages import MOST_PASSAGES
from app.knowledge.models import docs, passages

LONGEST_SLUG = 60


def known_docs(conn: Connection) -> dict[str, str]:
    """Digest by name of the documents as they were read last."""
    return {row.path: row.digest for row in conn.execute(select(docs.c.path, docs.c.digest))}


def sync_docs(conn: Connection, folder: Folder | None, *, now: datetime) -> list[FileReport]:
    """A report for each document that changed or has a problem. `folder` None says nothing."""
    if folder is None:
        return []
    rows = {row["path"]: dict(row) for row in conn.execute(select(docs)).mappings()}
    reports = [_take(conn, one, rows, now) for one in folder.files]
    reports += _switch_off(conn, rows, {one.name for one in folder.files if one.digest or one.problem in NOT_NOW})
    if any(report.added or report.changed or report.removed for report in reports):
        bump_data_version(conn)
    if folder.passed_over:
        count = MOST_FILES + folder.passed_over
        reports.append(FileReport(FOLDER, read=False, problem=complaint("doc.too_many", count=count, limit=MOST_FILES)))
    return [report for report in reports if report.read or report.problem or report.warnings]


def problem_sentence(path: str, problem: str, has_passages: bool) -> str:
    """What is wrong with a document and what to do, for the owner; "" where nothing is."""
    if not problem:
        return ""
    told = {"file": f"{FOLDER}/{path}", "limit": MOST_PASSAGES if problem == "cut" else MOST_BYTES // 1_000_000}
    sentence = complaint(f"doc.{problem}", **told)
    return f"{sentence}. {complaint('doc.kept')}" if has_passages and problem not in PARTLY else sentence


NOT_NOW = ("later", "unreadable")  # a file that may well be as it was
PARTLY = ("cut", "part_scanned")  # what could be read is in use
KNOWN_PROBLEMS = (*PARTLY, "scanned", "encrypted", "broken", "too_big", "too_heavy", "empty", "not_text")


def _take(conn: Connection, one: Found, rows: Mapping[str, dict[str, Any]], now: datetime) -> FileReport:
    report = FileReport(f"{FOLDER}/{one.name}", read=False)
    row = rows.get(one.name)
    if one.problem:
        report.problem = problem_sentence(one.name, one.problem, one.problem in NOT_NOW and row is not None)
        return report
    if one.reading is None or (row is not None and row["digest"] == one.digest):
        assert row is not None
        if not row["enabled"]:
            conn.execute(update(docs).where(docs.c.id == row["id"]).values(enabled=True))
            report.changed = 1
        _tell(report, one.name, row["problem"], bool(row["embedding_meta"].get("passages")))
        return report
    report.read = True
    if row is None:
        report.added = 1
        row = _add(conn, one, {row["slug"] for row in rows.values()}, now)
    else:
        report.changed = 1
    kept = _keep(conn, row, one.digest, one.reading, now)
    _tell(report, one.name, one.reading.problem, kept)
    return report


def _tell(report: FileReport, name: str, problem: str, has_passages: bool) -> None:
    sentence = problem_sentence(name, problem, has_passages)
    if problem in PARTLY:
        report.warnings.append(sentence)
    else:
        report.problem = sentence


def _add(conn: Connection, one: Found, taken: set[str], now: datetime) -> dict[str, Any]:
    base = re.sub(r"\W+", "-", fold(one.name.rpartition(".")[0])).strip("-_")[:LONGEST_SLUG] or "doc"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    row = {"path": one.name, "title": name_in_words(one.name), "slug": slug, "digest": "", "pages": 0, "problem": "",
           "enabled": True, "embedding_meta": {}, "read_at": now}  # fmt: skip
    taken.add(slug)
    return {**row, "id": conn.execute(insert(docs).values(**row)).inserted_primary_key[0]}  # type: ignore[index]


def _keep(conn: Connection, row: Mapping[str, Any], digest: str, reading: Reading, now: datetime) -> bool:
    """Replaces what the document said by what it says; what it said stays where nothing can be read. True: it has text."""
    problem = reading.problem if not reading.problem or reading.problem in KNOWN_PROBLEMS else "broken"
    values: dict[str, Any] = {"digest": digest, "problem": problem, "enabled": True, "read_at": now}
    if reading.passages:
        found = [
            {"doc_id": row["id"], "position": at, "page": page, "heading": heading, "text": text}
            for at, (page, heading, text) in enumerate(reading.passages, 1)
        ]
        conn.execute(delete(passages).where(passages.c.doc_id == row["id"]))
        conn.execute(insert(passages), found)
        values |= {"title": reading.title or name_in_words(row["path"]), "pages": reading.pages}
        values["embedding_meta"] = {"passages": len(found)}
    conn.execute(update(docs).where(docs.c.id == row["id"]).values(**values))
    return bool(reading.passages or row["embedding_meta"].get("passages"))


def _switch_off(conn: Connection, rows: Mapping[str, dict[str, Any]], there: set[str]) -> list[FileReport]:
    gone = [row for path, row in rows.items() if path not in there and row["enabled"]]
    for row in gone:
        conn.execute(update(docs).where(docs.c.id == row["id"]).values(enabled=False))
    return [FileReport(f"{FOLDER}/{row['path']}", removed=1) for row in gone]


def name_in_words(name: str) -> str:
    """`politica-de_cambios.pdf` is `Politica de cambios`."""
    words = " ".join(re.sub(r"[-_.]+", " ", name.rpartition(".")[0]).split())
    return words[:1].upper() + words[1:] or name
