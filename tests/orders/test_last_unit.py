"""The last units are sold once, however many want them at the same moment (TRUST R-10)."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.catalog.models import products
from app.core.db import Database
from app.core.migrate import upgrade
from app.nlu.service import Line
from app.orders.service import Draft, Order, SoldOut
from tests.orders.conftest import Shop
from tests.sizes import size

BUYERS = 50
LAST = 10
_made = itertools.count()


def buy(shop: Shop, draft: Draft) -> bool:
    """Whether this buyer got it."""
    try:
        shop.place(draft)
    except SoldOut:
        return False
    return True


def refill(shop: Shop, sku: str, units: int) -> None:
    sold = shop.menu[sku].stock
    assert sold is not None
    with_these = update(products).where(products.c.sku == sku).values(stock=units * 1000)
    shop.db.write_now(lambda conn: conn.execute(with_these))
    shelf = next(shelf for shelf in shop.at_start if shelf.product_id == shop.menu[sku].id)
    shop.at_start[shelf] += int((units - sold) * 1000)


def test_second_customer_cannot_buy_the_last_unit(any_shop: Shop) -> None:
    refill(any_shop, "nacatamal", 1)
    carla, dario = any_shop.draft("nacatamal"), any_shop.draft("nacatamal", customer="web:shop:dario")
    any_shop.place(carla)
    with pytest.raises(SoldOut) as refused:
        any_shop.place(dario)
    assert refused.value.short == {"Nacatamal": 0}


async def test_fifty_buyers_of_the_last_ten_units_get_ten(shop: Shop) -> None:
    draft = shop.draft("nacatamal")
    for _ in range(size(50, 1_000)):
        refill(shop, "nacatamal", LAST)
        at_once = [shop.db.write(shop.placing(one)) for one in buyers(draft)]
        outcomes = await asyncio.gather(*at_once, return_exceptions=True)
        assert sum(isinstance(outcome, Order) for outcome in outcomes) == LAST
        assert sum(isinstance(outcome, SoldOut) for outcome in outcomes) == BUYERS - LAST
        assert shop.left("nacatamal") == 0


def test_fifty_buyers_on_connections_of_their_own_get_ten(postgres_shop: Shop) -> None:
    draft = postgres_shop.draft("nacatamal")
    with ThreadPoolExecutor(10) as crowd:
        for _ in range(size(20, 1_000)):
            refill(postgres_shop, "nacatamal", LAST)
            assert sum(crowd.map(lambda one: buy(postgres_shop, one), buyers(draft))) == LAST
            assert postgres_shop.left("nacatamal") == 0


@pytest.fixture
def postgres_shop(postgres: Any, tmp_path: Path) -> Iterator[Shop]:
    postgres.psql("CREATE DATABASE last_unit;")
    db = Database(postgres.get_uri("last_unit"))
    upgrade(db)
    opened = Shop(db, tmp_path)
    yield opened
    opened.check_books()
    db.close()


@pytest.fixture
def two_processes(tmp_path: Path) -> Iterator[list[Shop]]:
    """The same shop opened twice, as a server and a worker do: two writers of one SQLite file."""
    first = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(first)
    opened = Shop(first, tmp_path)
    second = Shop.__new__(Shop)
    second.__dict__.update(opened.__dict__, db=Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False))
    yield [opened, second]
    opened.check_books()
    first.close()
    second.db.close()


def test_two_processes_sell_no_unit_twice(two_processes: list[Shop]) -> None:
    drafts = buyers(two_processes[0].draft("nacatamal"))
    with ThreadPoolExecutor(8) as crowd:
        bought = crowd.map(lambda at: buy(two_processes[at % 2], drafts[at]), range(BUYERS))
        assert sum(bought) == LAST


def test_orders_that_want_the_same_things_in_another_order_do_not_wait_for_each_other_for_ever(any_shop: Shop) -> None:
    there = [Line(sku, Decimal(1)) for sku in ("nacatamal", "queso-duro")]
    drafts = [any_shop.draft(*(there if n % 2 else reversed(there))) for n in range(20)]
    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(lambda draft: buy(any_shop, draft), drafts)) == 5


def buyers(draft: Draft) -> list[Draft]:
    """Fifty customers with the same order in mind."""
    return [replace(draft, id=f"buyer-{next(_made)}", customer=f"web:shop:{n}") for n in range(BUYERS)]
