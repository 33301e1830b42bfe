"""Units taken off the shelf and put back: whole wishes, from the row that is counted, never below zero."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete, update

from app.catalog import stock
from app.catalog.models import products, variants
from app.catalog.service import OutOfStock, Shelf, Wish, return_stock, stock_levels, sync_menu, take_stock
from app.core.db import Database
from app.core.migrate import upgrade

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
SIZE = {"id": "size", "name": "tamaño", "values": [{"id": "s", "name": "S"}, {"id": "l", "name": "L"}]}
MENU = {
    "currency": "NIO",
    "products": [
        {"sku": "pan", "name": "Pan", "price": "5", "stock": 10},
        {"sku": "agua", "name": "Agua", "price": "5"},
        {"sku": "polo", "name": "Polo", "price": "5", "options": [SIZE],
         "variants": [{"options": {"size": "s"}, "stock": 2}, {"options": {"size": "l"}, "stock": 4}]},
        {"sku": "gorra", "name": "Gorra", "price": "5", "stock": 3, "options": [SIZE],
         "variants": [{"options": {"size": "l"}, "price": "9"}]},
        {"sku": "bolsa", "name": "Bolsa", "price": "5", "stock": 1, "options": [SIZE],
         "variants": [{"options": {"size": "s"}, "stock": 2}, {"options": {"size": "l"}}]},
    ],
}  # fmt: skip


def stocked(db: Database, folder: Path) -> Database:
    (folder / "menu.json").write_text(json.dumps(MENU), encoding="utf-8")
    db.write_now(lambda conn: sync_menu(conn, folder, currency="", fallback="NIO", now=NOW))
    return db


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Database]:
    db = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(db)
    yield stocked(db, tmp_path)
    db.close()


def wish(sku: str, qty: str, **options: str) -> Wish:
    return Wish(sku, {axis: value.split("+") for axis, value in options.items()}, Decimal(qty))


def take(db: Database, *wishes: Wish) -> dict[Shelf, int]:
    return db.write_now(lambda conn: take_stock(conn, wishes))


def left(db: Database) -> list[int]:
    """Of bread, caps and bags, then of polos in small and large, then of small bags."""
    levels = db.read_now(stock_levels)
    return [
        levels[row] for row in sorted(levels, key=lambda row: (bool(row.variant), row.product_id, '"l"' in row.variant))
    ]


@pytest.mark.parametrize(
    ("wishes", "after"),
    [
        ([wish("pan", "3")], [7, 3, 1, 2, 4, 2]),
        ([wish("agua", "99")], [10, 3, 1, 2, 4, 2]),
        ([wish("polo", "2", size="s")], [10, 3, 1, 0, 4, 2]),
        ([wish("polo", "5")], [10, 3, 1, 0, 1, 2]),  # any size
        ([wish("polo", "3", size="s+l")], [10, 3, 1, 0.5, 2.5, 2]),  # half of each
        ([wish("polo", "1", size="s", colour="red")], [10, 3, 1, 1, 4, 2]),  # what it has no axis for
        ([wish("gorra", "2", size="l")], [10, 1, 1, 2, 4, 2]),  # priced by variant, counted by product
        ([wish("gorra", "1", size="s"), wish("gorra", "2", size="l")], [10, 0, 1, 2, 4, 2]),
        ([wish("bolsa", "2", size="s")], [10, 3, 1, 2, 4, 0]),
        ([wish("bolsa", "1", size="l")], [10, 3, 0, 2, 4, 2]),
        ([wish("bolsa", "3")], [10, 3, 0, 2, 4, 0]),
    ],
)
def test_units_come_from_where_they_are_counted(shelf: Database, wishes: list[Wish], after: list[float]) -> None:
    before = left(shelf)
    taken = take(shelf, *wishes)
    assert left(shelf) == [int(units * 1000) for units in after]
    shelf.write_now(lambda conn: return_stock(conn, taken))
    assert left(shelf) == before


@pytest.mark.parametrize(
    ("wishes", "there"),
    [
        ([wish("pan", "11")], {"pan": 10}),
        ([wish("polo", "3", size="s")], {"polo": 2}),
        ([wish("polo", "7")], {"polo": 6}),
        ([wish("polo", "5", size="s+l")], {"polo": 6}),  # half of five is more than there are small ones
        ([wish("gorra", "2", size="l"), wish("gorra", "2")], {"gorra": 3}),
        ([wish("pan", "1"), wish("nada", "1")], {"nada": 0}),
        ([wish("pan", "11"), wish("polo", "9"), wish("agua", "1")], {"pan": 10, "polo": 6}),
    ],
)
def test_what_is_not_all_there_is_not_touched(shelf: Database, wishes: list[Wish], there: dict[str, int]) -> None:
    before = left(shelf)
    with pytest.raises(OutOfStock) as refused:
        take(shelf, *wishes)
    assert refused.value.left == there
    assert left(shelf) == before


def test_a_plan_that_somebody_else_spoiled_is_made_again(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on PostgreSQL, where another order may take what was just read."""
    shelf = stocked(db, tmp_path)
    plan, calls = stock._plan, []

    def spoiled(*args: object) -> dict[Shelf, int]:
        calls.append(args)
        made = plan(*args)  # type: ignore[arg-type]
        return {**made, max(made): 10**9} if len(calls) == 1 else made

    monkeypatch.setattr(stock, "_plan", spoiled)
    take(shelf, wish("pan", "9"), wish("polo", "1", size="l"))
    assert (len(calls), left(shelf)) == (2, [1000, 3000, 1000, 2000, 3000, 2000])


def test_what_is_gone_from_the_menu_or_not_counted_any_more_is_not_put_back(shelf: Database) -> None:
    taken = take(shelf, wish("pan", "3"), wish("polo", "1", size="s"), wish("bolsa", "1", size="s"))

    def work(conn: Connection) -> None:
        conn.execute(delete(variants).where(variants.c.key.like('%"s"%')))
        conn.execute(update(products).where(products.c.sku == "pan").values(stock=None))
        return_stock(conn, taken)

    shelf.write_now(work)
    assert left(shelf) == [3000, 1000, 4000]


amounts = st.integers(1, 6000).map(lambda thousandths: Decimal(thousandths) / 1000)
wishes = st.lists(
    st.one_of(
        st.builds(lambda qty: Wish("pan", {}, qty), amounts),
        st.builds(lambda qty, sizes: Wish("polo", {"size": sizes}, qty), amounts, st.sampled_from([("s",), ("l",), ("s", "l")])),
        st.builds(lambda qty: Wish("bolsa", {}, qty), amounts),
    ),
    max_size=4,
)  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wishes)
def test_whatever_is_wished_for_is_taken_to_the_last_thousandth_or_not_at_all(
    shelf: Database, some: list[Wish]
) -> None:
    before = shelf.read_now(stock_levels)
    try:
        taken = take(shelf, *some)
    except OutOfStock:
        assert shelf.read_now(stock_levels) == before
        return
    after = shelf.read_now(stock_levels)
    assert sum(taken.values()) == sum(int(one.qty * 1000) for one in some)
    assert all(after[row] == before[row] - taken.get(row, 0) >= 0 for row in before)
    shelf.write_now(lambda conn: return_stock(conn, taken))
    assert shelf.read_now(stock_levels) == before
