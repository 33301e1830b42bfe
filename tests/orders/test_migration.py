"""A database of the version before orders: its orders are still there, and new ones come after them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from app.core import migrate
from app.core.db import Database
from app.orders import service as orders
from tests.orders.conftest import Shop

OLD = {
    "customer_name": "Ana", "phone": "+505 8888", "items_json": '[{"product_id": "cafe", "qty": 1}]', "status": "draft",
    "channel": "web", "branch": "",
}  # fmt: skip


@pytest.fixture
def old(database_url: str) -> Database:
    """At 0003, with two rows in `order`."""
    db = Database(database_url)
    migrate._run(db, "0003")
    into = text(
        'INSERT INTO "order" (id, customer_name, phone, items_json, status, channel, branch, created_at) '
        "VALUES (:id, :customer_name, :phone, :items_json, :status, :channel, :branch, :created_at)"
    )
    rows = [{**OLD, "id": f"old-{2 - n}", "created_at": datetime(2026, 1, 1 + n, 9, tzinfo=UTC)} for n in range(2)]
    db.write_now(lambda conn: conn.execute(into, rows))
    return db


def test_orders_of_an_older_database_are_kept_and_new_ones_follow(old: Database, tmp_path: Path) -> None:
    backed_up: list[str] = []
    assert migrate.upgrade(old, backup=lambda: backed_up.append(migrate.version(old)))
    assert (backed_up, migrate.version(old)) == (["0003"], migrate.versions()[-1])
    shop = Shop(old, tmp_path)
    placed = shop.order("cafe")
    kept, again, new = old.read_now(orders.listed)
    assert (kept.id, again.id, new.id) == ("old-2", "old-1", placed.id)
    assert (kept.name, kept.phone, kept.channel, kept.status, kept.number) == ("Ana", "+505 8888", "web", "draft", "")
    assert kept.created_at == datetime(2026, 1, 1, 9, tzinfo=UTC)
    assert [line["product_id"] for line in kept.lines] == ["cafe"]
    assert placed.number == "0001"
    shop.check_books()
    assert old.read_now(lambda conn: orders.export_orders(conn, "csv"))
    old.close()


def test_a_kill_in_the_middle_of_it_leaves_the_older_database_whole(tmp_path: Path) -> None:
    """The migration is one transaction: what it had done by then is undone (TRUST U-02)."""
    db = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    migrate._run(db, "0003")
    db.write_now(lambda conn: conn.execute(text(
        "INSERT INTO \"order\" VALUES ('a', 'Ana', '', '[]', 'draft', 'web', '', '2026-01-01')"
    )))  # fmt: skip
    db.write_now(lambda conn: conn.execute(text("CREATE TABLE payment_event (in_the_way INTEGER)")))
    with pytest.raises(Exception, match="payment_event"):
        migrate.upgrade(db)
    db.close()
    plain = sqlite3.connect(tmp_path / "old.sqlite")
    assert plain.execute('SELECT id, customer_name FROM "order"').fetchall() == [("a", "Ana")]
    assert plain.execute("SELECT version_num FROM alembic_version").fetchall() == [("0003",)]
    plain.execute("DROP TABLE payment_event")
    plain.close()
    again = Database(f"sqlite:///{tmp_path / 'old.sqlite'}")
    assert migrate.upgrade(again)
    assert again.read_now(lambda conn: orders.find(conn, "a")) is not None
    again.close()
