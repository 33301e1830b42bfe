"""Changes a person makes to products in the panel; each cell changed is marked as theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, func, select, update

from app.catalog.menu_file import WrongCells, read_cells
from app.catalog.models import products, variants
from app.catalog.product import THOUSANDTHS
from app.catalog.read import shared
from app.catalog.shapes import quantity_of
from app.catalog.sheet import COLUMNS, Sheet, sheet_of, still_there, written
from app.catalog.write import Shelf
from app.core.errors import UserError
from app.core.ownership import Cells, bump_data_version
from app.core.tables import complaint
from app.core.text import fold

# What the agent understands a product by. Prices and stock it reads anew for every answer.
UNDERSTOOD = frozenset({"name", "sku", "description", "categories", "unit", "synonyms", "options", "extras"})
MOST_BEST = 3  # best sellers: with more of them none stands out


class SomebodyElseChanged(Exception):
    """These columns were changed by somebody else since the form was shown; `now` is how the product stands."""

    def __init__(self, columns: Sequence[str], now: Sheet) -> None:
        super().__init__(", ".join(columns))
        self.columns = tuple(columns)
        self.now = now


def product_sheet(conn: Connection, product_id: int) -> Sheet | None:
    """The product as a form shows it; None where there is none."""
    row = _row(conn, product_id)
    return None if row is None else _sheet(conn, row)


def save_product(conn: Connection, product_id: int, sheet: Sheet, base: Sheet, *, now: datetime) -> list[str]:
    """Puts what differs between a form and the product as the form was shown (`base`); the columns that changed.

    What others changed meanwhile in other columns stays. Raises SomebodyElseChanged, WrongCells, or UserError where
    there is no such product.
    """
    row = _row(conn, product_id)
    if row is None:
        raise UserError(complaint("no_product", sku=str(product_id)))
    there = _sheet(conn, row)
    changed = [column for column in COLUMNS if sheet[column] != base.get(column)]
    clash = [column for column in changed if there[column] not in (base.get(column), sheet[column])]
    if clash:
        raise SomebodyElseChanged(clash, there)
    sheet = {column: sheet[column] if column in changed else there[column] for column in COLUMNS}
    if "options" in changed:
        sheet["variants"] = still_there(sheet["variants"], [*sheet["options"], *shared(conn, "options")])
    said = set(changed)
    if sheet["variants"] != there["variants"] or ("stock" in said and there["variants"]):
        said.add("variants")  # a stock said alone would do away with them
    if said:
        _put(conn, row, _read(conn, row, written(sheet, (c for c in COLUMNS if c in said))), now)
    return changed


def add_product(conn: Connection, sheet: Sheet, currency: str, *, now: datetime) -> int:
    """A new product of a form; its id. Raises WrongCells."""
    said = {column: text for column, text in written(sheet, COLUMNS).items() if text not in ("", "[]", "false")}
    cells = read_cells({"name": "", "price": "", **said}, currency, known={"shared": shared(conn, "options")})
    _check(conn, cells, None)
    try:
        product_id = Shelf.open(conn, now, currency).add(cells)
    except ValueError as error:
        raise WrongCells({"sku": str(error)}, {}) from error
    last = select(func.max(products.c.position) + 1).scalar_subquery()
    conn.execute(update(products).where(products.c.id == product_id).values(position=last))
    bump_data_version(conn)
    return product_id


def edit_product(conn: Connection, sku: str, /, *, now: datetime | None = None, **written: object) -> None:
    """Puts cells, written as in `menu.csv` (`stock=3`, `price="120.00"`), into a product.

    They win over the file from now on, until the same cell changes there. UserError names every column that is wrong.
    """
    said = {column: "" if value is None else str(value) for column, value in written.items()}
    row = conn.execute(select(products).where(products.c.sku == sku)).mappings().first()
    if row is None:
        raise UserError(complaint("no_product", sku=sku[:40]))
    try:
        _put(conn, row, _read(conn, row, said), now or datetime.now(UTC))
    except ValueError as error:
        raise UserError(str(error)) from error


def switch_product(conn: Connection, sku: str, on: bool, *, now: datetime | None = None) -> None:
    """Takes a product off the menu or puts it back."""
    values = {"enabled": on, "updated_at": now or datetime.now(UTC)}
    found = conn.execute(update(products).where(products.c.sku == sku).values(**values))
    if found.rowcount == 0:
        raise UserError(complaint("no_product", sku=sku[:40]))
    bump_data_version(conn)


def set_available(conn: Connection, product_id: int, on: bool, *, now: datetime) -> bool:
    """Whether customers may have it today; False where there is no such product."""
    return _set(conn, product_id, now, available=on)


def set_image(conn: Connection, product_id: int, image: str, *, now: datetime) -> bool:
    """The address of its picture, "" for none; False where there is no such product."""
    return _set(conn, product_id, now, image=image)


def add_stock(conn: Connection, product_id: int, units: int, *, now: datetime) -> bool:
    """Adds to what is left (or takes from it), in the database: whatever was sold meanwhile stays sold.

    False where it is not counted, or would go below zero.
    """
    left = products.c.stock + units * THOUSANDTHS
    enough = (products.c.id == product_id, products.c.stock.is_not(None), left >= 0)
    done = conn.execute(update(products).where(*enough).values(stock=left)).rowcount == 1
    return done and _set(conn, product_id, now)


def set_stock(
    conn: Connection, product_id: int, wanted: Mapping[str, str], shown: Mapping[str, str], *, now: datetime
) -> bool:
    """Puts the counts that differ from those shown: by variant's key, "" for the product's own; "" is not counted.

    False, and nothing changed, where one of them is no longer as it was shown. Raises WrongCells.
    """
    row = _row(conn, product_id)
    if row is None:
        return False
    savepoint = conn.begin_nested()
    for key, text in wanted.items():
        if text == shown.get(key):
            continue
        try:
            before, after = (quantity_of(said, row["unit"]) for said in (shown.get(key, ""), text))
        except ValueError as error:
            savepoint.rollback()
            raise WrongCells({key or "stock": str(error)}, {}) from error
        table = variants if key else products
        which = (variants.c.product_id == product_id, variants.c.key == key) if key else (products.c.id == product_id,)
        same = table.c.stock.is_(None) if before is None else table.c.stock == before
        if conn.execute(update(table).where(*which, same).values(stock=after)).rowcount == 0:
            savepoint.rollback()
            return False
    savepoint.commit()
    return _set(conn, product_id, now)


def _row(conn: Connection, product_id: int) -> RowMapping | None:
    return conn.execute(select(products).where(products.c.id == product_id)).mappings().first()


def _sheet(conn: Connection, row: RowMapping) -> Sheet:
    mine = select(variants).where(variants.c.product_id == row["id"]).order_by(variants.c.id)
    return sheet_of(row, conn.execute(mine).mappings().all())


def _read(conn: Connection, row: RowMapping, said: Mapping[str, str]) -> Cells:
    """Written cells of a product that is there."""
    known = {"unit": row["unit"], "options": row["options"], "shared": shared(conn, "options")}
    return read_cells(said, row["currency"], known=known)


def _put(conn: Connection, row: RowMapping, cells: Cells, now: datetime) -> None:
    _check(conn, cells, row)
    before = {name: row[name] for name in cells if name != "variants"}
    try:
        Shelf.open(conn, now, row["currency"]).change(row["id"], cells)
    except ValueError as error:
        raise WrongCells({"sku": str(error)}, {}) from error
    edited = {name for name in cells if name not in before or before[name] != cells[name]}
    marks = sorted({*row["edited_fields"], *edited})
    values = {"edited_fields": marks, "enabled": row["enabled"], "updated_at": now}
    conn.execute(update(products).where(products.c.id == row["id"]).values(**values))
    if not edited.isdisjoint(UNDERSTOOD):
        bump_data_version(conn)


def _check(conn: Connection, cells: Cells, row: RowMapping | None) -> None:
    """What holds for a product whoever writes it: it has a name, and few are best sellers."""
    wrong = {}
    if "name" in cells and not fold(cells["name"]):
        wrong["name"] = complaint("row.missing")
    if cells.get("best_seller") and not (row and row["best_seller"]):
        best = select(products.c.name).where(products.c.enabled, products.c.best_seller).order_by(products.c.position)
        names = [name for (name,) in conn.execute(best)]
        if len(names) >= MOST_BEST:
            wrong["best_seller"] = complaint("row.best_sellers", most=MOST_BEST, names=", ".join(names[:MOST_BEST]))
    if wrong:
        raise WrongCells(wrong, {})


def _set(conn: Connection, product_id: int, now: datetime, **values: Any) -> bool:
    row = _row(conn, product_id)
    if row is None:
        return False
    marks = sorted({*row["edited_fields"], *values})
    values |= {"edited_fields": marks, "updated_at": now}
    conn.execute(update(products).where(products.c.id == product_id).values(**values))
    return True
