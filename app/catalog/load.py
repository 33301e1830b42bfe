"""Takes menus in: by `import`, and from `data/` as the owner edits the file there (CONTRACT 2, "Who owns a value")."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection

from app.catalog import read
from app.catalog.menu_file import Menu, parse_menu
from app.catalog.write import Shelf, put_shared, repriced_cells, set_currency
from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import keep_fact
from app.core.money import minor_digits
from app.core.ownership import (
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
from app.core.tables import BadRow, complaint, read_bytes

MENU_FILES = ("menu.json", "menu.csv")  # the first that is there is read
DATA_NAME = "menu"  # both are one source: the shop's menu
READABLE = (".csv", ".tsv", ".txt", ".json", ".xlsx")


def import_menu(
    db: Database,
    path: Path,
    *,
    replace: bool = False,
    currency: str = "",
    fallback: str = "USD",
    now: datetime | None = None,
) -> FileReport:
    """Merges a menu file into the database by sku, else folded name; `replace` also takes off what it does not have.

    `currency`: the shop's, where its configuration says one; `fallback`: where neither it nor the file does.
    UserError where the file cannot be used at all.
    """
    if path.suffix.lower() not in READABLE:
        raise UserError(complaint("unknown_format", file=path.name))
    data, when = read_bytes(path), now or datetime.now(UTC)
    menu = parse_menu(data, path.name, currency, db.read_now(read.menu_currency) or fallback)
    return db.write_now(lambda conn: put_menu(conn, menu, path.name, replace=replace, now=when))


def sync_menu(
    conn: Connection, folder: Path, *, currency: str = "", fallback: str = "USD", now: datetime
) -> FileReport:
    """Takes in what changed in `menu.json`, else `menu.csv`, since it was last read; nothing where it is as it was.

    A file that cannot be used changes nothing: the report's `problem` says why. One that is not there says nothing.
    """
    fallback = read.menu_currency(conn) or fallback
    there = [folder / name for name in MENU_FILES if (folder / name).is_file()]
    if not there:
        set_currency(conn, currency or fallback, now=now)
        return FileReport(MENU_FILES[1], read=False)
    report = FileReport(there[0].name)
    if len(there) > 1:
        report.warnings.append(complaint("both_menus"))
    try:
        data = read_bytes(there[0])
        last = last_read(conn, DATA_NAME)
        digest = digest_of(data, there[0].name, currency, fallback)
        if digest == last.digest:
            report.read, report.bad = False, last.bad
            return report
        menu = parse_menu(data, there[0].name, currency, fallback)
    except UserError as error:
        report.read, report.problem = False, str(error)
        return report
    _sync(conn, menu, last, report, now)
    last.digest, last.bad = digest, report.bad
    keep_read(conn, DATA_NAME, last, now)
    return report


def put_menu(conn: Connection, menu: Menu, name: str, *, replace: bool = False, now: datetime) -> FileReport:
    """Merges a menu that was read into the database; `replace` also takes off what it does not have."""
    report = FileReport(name, bad=list(menu.bad), warnings=list(menu.warnings))
    moved = set_currency(conn, menu.currency, now=now)
    if menu.said:
        keep_fact(conn, read.CURRENCY_FACT, menu.said)
    shelf = Shelf.open(conn, now, menu.currency)
    ids, keys = shelf.keys()
    kept: set[int] = set()
    for row, place in zip(menu.rows, pair([row.key for row in menu.rows], keys), strict=True):
        try:
            if place is None:
                kept.add(shelf.add(row.cells))
                report.added += 1
            else:
                kept.add(ids[place])
                report.changed += shelf.change(ids[place], row.cells)
        except ValueError as error:
            report.bad.append(BadRow(row.line, str(error)))
    for part, items in menu.shared.items():
        moved |= put_shared(conn, part, items)
    if replace:
        bad_places = pair([key for key, _ in menu.bad_keys], keys)
        kept |= {ids[place] for place in bad_places if place is not None}  # a bad row keeps what is there of it
        report.removed = sum(shelf.switch_off(product_id) for product_id in ids if product_id not in kept)
    if moved or report.added or report.changed or report.removed:
        bump_data_version(conn)
    return report


def _sync(conn: Connection, menu: Menu, last: LastRead, report: FileReport, now: datetime) -> None:
    """Applies what changed, and makes `last` what the file says now."""
    report.bad, report.warnings = list(menu.bad), [*report.warnings, *menu.warnings]
    _rescale(last, menu.currency)
    moved = set_currency(conn, menu.currency, now=now)
    if menu.said:
        keep_fact(conn, read.CURRENCY_FACT, menu.said)
    moved |= _sync_shared(conn, menu, last)
    changes, left, waits = compare([(row.key, row.cells) for row in menu.rows], last.rows, menu.bad_keys)
    if waits:
        report.warnings.append(complaint("removals_wait"))
    shelf = Shelf.open(conn, now, menu.currency)
    ids, keys = shelf.keys()
    of_file = {row.target for row in last.rows}
    strangers = [at for at, product_id in enumerate(ids) if product_id not in of_file]
    fresh = [change for change in changes if change.last is None or change.last.target not in shelf.rows]
    found = pair([menu.rows[change.row].key for change in fresh], [keys[at] for at in strangers])
    adopted = {
        change.row: ids[strangers[place]] for change, place in zip(fresh, found, strict=True) if place is not None
    }
    order: list[int] = []
    for change in changes:
        row = menu.rows[change.row]
        try:
            target = change.last.target if change.last and change.last.target in shelf.rows else adopted.get(change.row)
            if target is None and change.last is not None and not change.cells and not change.last.gone:
                continue  # deleted in the panel, and the file says nothing new of it
            if target is None:
                target = shelf.add(row.cells)
                report.added += 1
            elif change.last is None or change.cells or change.last.gone:
                report.changed += shelf.change(target, change.cells, change.last.cells if change.last else None)
            order.append(target)
            _remember(last, change.last, LastRow(target, row.key, row.cells))
        except ValueError as error:
            report.bad.append(BadRow(row.line, str(error)))
    for gone in left:
        gone.gone = True
        report.removed += shelf.switch_off(gone.target)
    shelf.order(order)
    if moved or report.added or report.changed or report.removed:
        bump_data_version(conn)


def _remember(last: LastRead, before: LastRow | None, row: LastRow) -> None:
    if before is None:
        last.rows.append(row)
    else:
        before.target, before.key, before.gone = row.target, row.key, False
        before.cells = {**before.cells, **row.cells}  # a column that left the file takes nothing away


def _sync_shared(conn: Connection, menu: Menu, last: LastRead) -> bool:
    """The options and extras of every product, where the file says other ones than last time."""
    moved = False
    before = last.rest.get("shared", {})
    for part in read.SHARED_FACTS:
        wanted = menu.shared.get(part, [])
        if wanted != before.get(part, []):
            moved |= put_shared(conn, part, wanted)
    last.rest = {"shared": menu.shared, "currency": menu.currency}
    return moved


def _rescale(last: LastRead, currency: str) -> None:
    """Puts what the file said last into the decimals of the currency it is read in now."""
    before = last.rest.get("currency", currency)
    shift = minor_digits(currency) - minor_digits(before)
    if shift:
        for row in last.rows:
            row.cells = repriced_cells(row.cells, shift)
        last.rest["shared"] = {
            part: repriced_cells({part: items}, shift)[part] for part, items in last.rest.get("shared", {}).items()
        }
