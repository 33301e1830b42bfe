"""The counter's view: lanes and the day's figures, how late an order is, and finding orders by day, state, name and phone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.core.db import Database
from app.orders import service as orders
from app.orders.service import Order, Sought
from tests.orders.conftest import NOW, Shop


def found(shop: Shop, **wanted: str) -> list[str]:
    page, _ = shop.db.read_now(lambda conn: orders.page_of(conn, Sought(**wanted)))
    return [order.name for order in page]


@pytest.fixture
def people(any_shop: Shop) -> Shop:
    """José's order is of yesterday; Ana's is cancelled; Łucja's is being made."""
    shop = any_shop
    shop.order("cafe", name="José Peña", phone="+505 8888-1111")
    shop.wait(days=1)
    shop.move(shop.order("cafe", name="Ana", phone="+50577772222"), "cancelled")
    shop.move(shop.order("cafe", name="Łucja 100%", phone=""), "preparing")
    return shop


@pytest.mark.parametrize(
    ("wanted", "names"),
    [
        ({}, ["Łucja 100%", "Ana", "José Peña"]),
        ({"text": "jose"}, ["José Peña"]),
        ({"text": "PEÑA"}, ["José Peña"]),
        ({"text": "8888-1111"}, ["José Peña"]),
        ({"text": "777722"}, ["Ana"]),
        ({"text": "#1"}, ["Ana", "José Peña"]),
        ({"text": "0002"}, ["Łucja 100%"]),
        ({"text": "100%"}, ["Łucja 100%"]),
        ({"text": "%"}, ["Łucja 100%"]),
        ({"text": "_"}, []),
        ({"text": "nadie"}, []),
        ({"status": "cancelled"}, ["Ana"]),
        ({"payment": "failed"}, []),
        ({"payment": "unpaid", "status": "preparing"}, ["Łucja 100%"]),
        ({"until": "2026-11-23"}, ["José Peña"]),
        ({"since": "2026-11-24", "until": "2026-11-24"}, ["Łucja 100%", "Ana"]),
    ],
)
def test_orders_are_found_by_what_is_known_of_them(people: Shop, wanted: dict[str, str], names: list[str]) -> None:
    assert found(people, **wanted) == names
    lines = people.db.read_now(lambda conn: orders.export_orders(conn, "csv", Sought(**wanted))).decode("utf-8-sig")
    assert [line.split(",")[3] for line in lines.splitlines()[1:]] == names[::-1]


def test_pages_follow_one_another_without_gap_or_twice(shop: Shop) -> None:
    for number in range(5):
        shop.order("cafe", name=f"n{number}")
    seen, before = [], ""
    while True:
        page, before = shop.db.read_now(lambda conn, start=before: orders.page_of(conn, Sought(), start, 2))  # type: ignore[misc]
        seen += [order.name for order in page]
        if not before:
            break
    assert seen == ["n4", "n3", "n2", "n1", "n0"]


def test_lanes_hold_what_is_under_way_oldest_first_with_their_count(people: Shop) -> None:
    lanes = people.db.read_now(orders.lanes)
    assert [(lane.status, lane.count, [order.name for order in lane.orders]) for lane in lanes] == [
        ("confirmed", 1, ["José Peña"]), ("preparing", 1, ["Łucja 100%"]), ("ready", 0, []),
    ]  # fmt: skip


def test_the_days_figures_leave_out_what_was_called_off(people: Shop) -> None:
    day = people.db.read_now(lambda conn: orders.of_day(conn, "2026-11-24"))
    assert (day.orders, day.sold, day.delivered) == (1, 2500, 0)


@pytest.mark.parametrize(
    ("minutes", "status", "fulfilment", "haste"),
    [
        (0, "confirmed", "pickup", "fresh"), (9, "preparing", "delivery", "fresh"), (10, "confirmed", "pickup", "soon"),
        (30, "preparing", "pickup", "soon"), (31, "preparing", "pickup", "late"), (31, "preparing", "delivery", "soon"),
        (61, "ready", "delivery", "late"), (61, "ready", "pickup", "soon"),
    ],
)  # fmt: skip
def test_the_clock_is_fresh_then_soon_then_late(
    shop: Shop, minutes: int, status: str, fulfilment: str, haste: str
) -> None:
    order = replace(shop.order("cafe"), status=status, fulfilment=fulfilment)
    settings = replace(shop.settings, delivery=shop.settings.delivery.model_copy(update={"eta": "45 min a 1 hora"}))
    assert orders.pace(order, NOW + timedelta(minutes=minutes), settings).haste == haste


@pytest.mark.parametrize(("hours", "haste"), [(3, "later"), (0.4, "soon"), (-0.2, "late")])
def test_a_preorder_waits_for_its_hour(shop: Shop, hours: float, haste: str) -> None:
    order: Order = replace(shop.order("cafe"), due=NOW + timedelta(hours=hours))
    assert orders.pace(order, NOW, shop.settings).haste == haste


def test_what_is_paid_is_news_too(shop: Shop) -> None:
    order = shop.order("cafe")
    before = shop.db.read_now(orders.last_change)
    shop.settle(order, "paid")
    assert shop.db.read_now(orders.last_change) != before


def test_the_orders_of_an_older_database_are_found_by_name(database_url: str) -> None:
    from sqlalchemy import text

    from app.core import migrate

    db = Database(database_url)
    migrate._run(db, "0003")
    db.write_now(
        lambda conn: conn.execute(
            text(
                'INSERT INTO "order" (id, customer_name, phone, items_json, status, channel, branch, created_at) '
                "VALUES ('old', 'Ángela', '+505 8888', '[]', 'draft', 'web', '', '2026-01-01 09:00:00+00:00')"
            )
        )
    )
    assert migrate.upgrade(db)
    page, _ = db.read_now(lambda conn: orders.page_of(conn, Sought(text="angela")))
    again, _ = db.read_now(lambda conn: orders.page_of(conn, Sought(text="5058888")))
    assert [order.id for order in (*page, *again)] == ["old", "old"]
    db.close()
