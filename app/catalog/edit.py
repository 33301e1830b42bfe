"""Changes a person makes to products in the panel; each cell changed is marked as theirs."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import Connection, select, update

from app.catalog.menu_file import read_cells
from app.catalog.models import products
from app.catalog.read import own_and_shared, shared
from app.catalog.write import Shelf
from app.core.errors import UserError
from app.core.ownership import bump_data_version
from app.core.tables import complaint


def edit_product(conn: Connection, sku: str, /, *, now: datetime | None = None, **written: object) -> None:
    """Puts cells, written as in `menu.csv` (`stock=3`, `price="120.00"`), into a product.

    They win over the file from now on, until the same cell changes there. UserError names every column that is wrong.
    """
    said = {column: "" if value is None else str(value) for column, value in written.items()}
    row = conn.execute(select(products).where(products.c.sku == sku)).mappings().first()
    if row is None:
        raise UserError(complaint("no_product", sku=sku[:40]))
    shelf = Shelf.open(conn, now or datetime.now(UTC), row["currency"])
    try:
        options = own_and_shared(row["options"], shared(conn, "options"))
        cells = read_cells(said, row["currency"], known={"unit": row["unit"], "options": options})
        before = {name: row[name] for name in cells if name != "variants"}
        enabled = row["enabled"]
        shelf.change(row["id"], cells)
    except ValueError as error:
        raise UserError(str(error)) from error
    edited = {name for name in cells if name not in before or before[name] != cells[name]}
    marks = sorted({*row["edited_fields"], *edited})
    conn.execute(update(products).where(products.c.id == row["id"]).values(edited_fields=marks, enabled=enabled))
    bump_data_version(conn)


def switch_product(conn: Connection, sku: str, on: bool, *, now: datetime | None = None) -> None:
    """Takes a product off the menu or puts it back."""
    values = {"enabled": on, "updated_at": now or datetime.now(UTC)}
    found = conn.execute(update(products).where(products.c.sku == sku).values(**values))
    if found.rowcount == 0:
        raise UserError(complaint("no_product", sku=sku[:40]))
    bump_data_version(conn)
