"""Tables as files: reads CSV and XLSX as owners really have them, and writes them so that no cell can run.

Reading never stops at a bad row: it is put aside with its line and a reason, and the good ones are kept. Text cells
are written guarded (CONTRACT 2): one that a spreadsheet would take for a formula gets a leading `'`, which reading
takes off again.

XLSX is a zip of XML, and a library of others reads it: that happens in a limited process (`apart.py`). CSV and JSON are
read here: at most 10 MB, in one pass, with bounded cells, rows and lines.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.core.apart import Refused, ToRead, read_apart
from app.core.errors import UserError
from app.core.i18n import Texts, fill
from app.core.text import clean, fold

MAX_BYTES = 10_000_000
MAX_UNPACKED = 100_000_000  # an XLSX is a zip: what it may grow to
MAX_ROWS = 50_000
MAX_COLUMNS = 200
MAX_CELL = 30_000  # a spreadsheet takes 32,767
MAX_CELL_LINES = 200  # a quoted cell that runs on for longer was never closed
SEPARATORS = (",", ";", "\t")
YES = frozenset({"true", "1", "si", "x", "yes", "verdadero"})
NO = frozenset({"false", "0", "no", "falso"})
FORMATS = ("csv", "json", "xlsx")
XLSX_READER = "app.core.sheets:rows_of"
ZIP = b"PK"  # how every zip begins, and so every XLSX

RISKY = re.compile(r"'*[=+\-@\t\r]")
GUARDED = re.compile(r"'+[=+\-@\t\r]")
SEP_LINE = re.compile(r"sep=(.)\s*", re.IGNORECASE)  # what Excel writes above its header
NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Value = str | int | Decimal | bool | None


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that was not taken: the line of the file it begins on, and why. `cells`: what could be read of it."""

    line: int
    reason: str
    cells: Mapping[str, str] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Row:
    """A row by column name. `line`: where it begins in the file; `number`: which row of data it is, from 1."""

    line: int
    number: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class TableFile:
    """What a file holds: the columns known to us with their titles in it, the rows, and what had to be left out.

    `twice`: titles that came again and are not used.
    """

    columns: Mapping[str, str]
    rows: list[Row] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    twice: list[BadRow] = field(default_factory=list)


def complaint(sentence: str, /, **values: object) -> str:
    """A sentence for the owner about what is wrong with a file."""
    return fill(Texts.load("data").raw(sentence, "es"), {name: str(value) for name, value in values.items()})


def read_bytes(path: Path) -> bytes:
    """The file's content; UserError where it cannot be read, is empty or is too large."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise UserError(complaint("unreadable", file=path.name, why=error.strerror or error)) from error
    if not data.strip(b"\xef\xbb\xbf \t\r\n"):
        raise UserError(complaint("empty_file", file=path.name))
    if len(data) > MAX_BYTES:
        raise UserError(complaint("too_large", file=path.name, limit=MAX_BYTES // 1_000_000))
    return data


def read_table(data: bytes, name: str, aliases: Mapping[str, str], required: Sequence[str]) -> TableFile:
    """Reads CSV, or XLSX where `name` ends so.

    `aliases`: folded header -> column. UserError where the file has not the `required` columns or is no table.
    """
    if name.lower().endswith((".xlsx", ".xlsm")):
        return _table(_xlsx_records(data, name), aliases, required, name)
    lines = io.StringIO(decode(data, name), newline="").readlines()
    start, separator = _layout(lines, aliases)
    return _table(_csv_records(lines, start, separator), aliases, required, name)


def write_table(columns: Sequence[str], rows: Iterable[Sequence[Value]], form: str, title: str = "datos") -> bytes:
    """The rows as `csv` (UTF-8 with BOM, commas) or `xlsx`; text is guarded, numbers stay numbers."""
    return _write_xlsx(columns, rows, title) if form == "xlsx" else _write_csv(columns, rows)


def write_json(value: object) -> bytes:
    """Indented UTF-8 JSON with a closing line break."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "replace")


def yes_no(text: str, default: bool) -> bool:
    """The owner's yes or no; `default` where the cell is empty; ValueError says what is expected."""
    word = fold(text)
    if not word:
        return default
    if word in YES or word in NO:
        return word in YES
    raise ValueError(complaint("not_yes_no", value=text[:40]))


def cell_list(text: str) -> list[str]:
    """A list in a cell: separated by `|`, or a JSON list of texts where an item holds a `|` itself."""
    if text.lstrip().startswith("["):
        try:
            items = cell_json(text)
        except ValueError:
            items = [None]
        if all(isinstance(item, str) for item in items):
            return [item.strip() for item in items if item.strip()]
    return [item.strip() for item in text.split("|") if item.strip()]


def list_cell(items: Sequence[str]) -> str:
    """The inverse of `cell_list`."""
    plain = "|".join(items)
    return plain if cell_list(plain) == list(items) else json.dumps(list(items), ensure_ascii=False)


def cell_json(text: str) -> list[Any]:
    """A cell that is a JSON list; ValueError where it only looks like one."""
    try:
        value = json.loads(text, parse_float=Decimal)
    except (ValueError, RecursionError) as error:
        raise ValueError(complaint("bad_cell_json", value=text[:40])) from error
    if not isinstance(value, list):
        raise ValueError(complaint("bad_cell_json", value=text[:40]))
    return value


def decode(data: bytes, name: str) -> str:
    """Text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or Windows-1252."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if data.count(b"\0") > len(data) // 10:
        raise UserError(complaint("not_text", file=name))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        has_bom = data.startswith(b"\xef\xbb\xbf")
        return data.decode("utf-8-sig", "replace") if has_bom else data.decode("cp1252", "replace")


def guard(text: str) -> str:
    """`'` before what a spreadsheet would run, and before a text that already looks guarded."""
    return "'" + text if RISKY.match(text) else text


def unguard(text: str) -> str:
    """The text as it was before `guard`."""
    return text[1:] if GUARDED.match(text) else text


@dataclass(frozen=True, slots=True)
class _Record:
    """A row as the file has it: `problem` is the key of a complaint, "" where it could be read."""

    line: int
    cells: list[str]
    problem: str = ""


class _Feed:
    """Gives a csv.reader its lines and remembers where the record under way began."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines = lines
        self.at = at
        self.begin = at

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            raise StopIteration
        if self.at - self.begin > MAX_CELL_LINES:
            raise csv.Error("a quoted cell was never closed")
        self.at += 1
        return self.lines[self.at - 1]


def _layout(lines: list[str], aliases: Mapping[str, str]) -> tuple[int, str]:
    """Where the header is, and the separator under which most of its columns are known to us."""
    start = next((at for at, line in enumerate(lines) if line.strip()), 0)
    if lines and (said := SEP_LINE.fullmatch(lines[start])):
        return start + 1, said[1]

    def known(separator: str) -> tuple[int, int]:
        record = next(_csv_records(lines, start, separator), _Record(1, []))
        return sum(_column(cell, aliases) is not None for cell in record.cells), len(record.cells)

    return start, max(SEPARATORS, key=known)


def _csv_records(lines: list[str], start: int, separator: str) -> Iterator[_Record]:
    """Records with the line they begin on. After a quote that never closes, reading goes on at the next line."""
    feed = _Feed(lines, start)
    reader = csv.reader(feed, delimiter=separator, strict=True)
    width = 0
    while True:
        feed.begin = begin = feed.at
        try:
            record = _Record(begin + 1, next(reader))
        except StopIteration:
            return
        except csv.Error:
            record, again = _lone_line(lines[begin], begin, separator), True
        else:
            again = bool(width) and feed.at - begin > 1 and len(record.cells) > width  # it swallowed rows after it
            record = _Record(begin + 1, record.cells, "quote") if again else record
        if again:
            feed.at = begin + 1
            reader = csv.reader(feed, delimiter=separator, strict=True)
        width = width or len(record.cells)
        yield record


def _lone_line(line: str, at: int, separator: str) -> _Record:
    """A line the strict reader refuses: fine where its quotes pair up («"Pizza" grande»), else a bad row."""
    try:
        cells = next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return _Record(at + 1, [], "long_cell")
    return _Record(at + 1, cells, "quote" if line.count('"') % 2 else "")


def _xlsx_records(data: bytes, name: str) -> Iterator[_Record]:
    """Rows as the reading process found them; a zip or XML bomb ends there."""
    if not data.startswith(ZIP):
        raise UserError(complaint("bad_xlsx", file=name))
    limits = {"unpacked": MAX_UNPACKED, "rows": MAX_ROWS, "columns": MAX_COLUMNS}
    try:
        found = next(read_apart(XLSX_READER, [ToRead(name, lambda: data, limits)]))
    except OSError as error:
        raise UserError(complaint("unreadable", file=name, why=error.strerror or error)) from error
    if isinstance(found, Refused):
        raise UserError(complaint("too_heavy" if found.reason == "too_heavy" else "bad_xlsx", file=name))
    if "problem" in found:
        raise UserError(complaint(found["problem"], file=name, limit=found["limit"]))
    for line, cells in enumerate(found["rows"], 1):
        yield _Record(line, cells)


def _table(records: Iterator[_Record], aliases: Mapping[str, str], required: Sequence[str], name: str) -> TableFile:
    header = next((record for record in records if any(cell.strip() for cell in record.cells)), _Record(1, []))
    columns = [_column(cell, aliases) for cell in header.cells]
    missing = [column for column in required if column not in columns]
    if missing:
        seen = ", ".join(cell.strip()[:30] for cell in header.cells[:10])
        raise UserError(complaint("no_column", file=name, line=header.line, column=missing[0], seen=seen))
    titles = [cell.strip()[:40] for cell in header.cells]
    table = TableFile({column: titles[columns.index(column)] for column in columns if column})
    for at, column in enumerate(columns):
        if column is not None and column in columns[:at]:
            table.twice.append(BadRow(header.line, complaint("double_column", column=titles[at])))
            columns[at] = None
    number = 0
    for record in records:
        if not record.problem and not any(unguard(cell).strip() for cell in record.cells):
            number += bool(record.cells)
            continue
        number += 1
        if number > MAX_ROWS:
            raise UserError(complaint("too_many_rows", file=name, limit=MAX_ROWS))
        _take(table, record, number, columns)
    return table


def _take(table: TableFile, record: _Record, number: int, columns: Sequence[str | None]) -> None:
    """Puts a record among the rows, or among the bad ones with its reason. Cells missing at the end are empty."""
    padded = record.cells + [""] * (len(columns) - len(record.cells))
    cells = {column: unguard(cell) for column, cell in zip(columns, padded, strict=False) if column is not None}
    problem = record.problem
    if not problem and any(cell.strip() for cell in record.cells[len(columns) :]):
        problem = "too_many_cells"
    elif any("\0" in cell for cell in record.cells):
        problem = "nul"
    elif any(len(cell) > MAX_CELL for cell in record.cells):
        problem = "long_cell"
    if problem:
        reason = complaint(problem, cells=len(record.cells), columns=len(columns), limit=MAX_CELL)
        table.bad.append(BadRow(record.line, reason, cells))
    else:
        table.rows.append(Row(record.line, number, {column: clean(cell) for column, cell in cells.items()}))


def _column(header: str, aliases: Mapping[str, str]) -> str | None:
    """The column a header means, in either language, whatever its case, accents and underscores."""
    return aliases.get(fold(re.sub(r"\(.*?\)", "", header).replace("_", " ").strip(" *:\"'\ufeff")))


def _write_csv(columns: Sequence[str], rows: Iterable[Sequence[Value]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(columns)
    for row in rows:
        writer.writerow([guard(clean(value)) if isinstance(value, str) else _plain(value) for value in row])
    return out.getvalue().encode("utf-8-sig")


def _plain(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else f"{value:f}" if isinstance(value, Decimal) else str(value)


def _write_xlsx(columns: Sequence[str], rows: Iterable[Sequence[Value]], title: str) -> bytes:
    """Text goes in as typed strings, which no spreadsheet runs; only what looks guarded gets one more `'`."""
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title)
    sheet.append(list(columns))
    for row in rows:
        cells: list[object] = []
        for value in row:
            if isinstance(value, str):
                text = NOT_IN_XML.sub("\ufffd", clean(value))
                cell = WriteOnlyCell(sheet, "")
                cell.value = "'" + text if GUARDED.match(text) else text
                cell.data_type = "s"
                cell.quotePrefix = bool(RISKY.match(text))
                cells.append(cell)
            else:
                cells.append(value)
        sheet.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
