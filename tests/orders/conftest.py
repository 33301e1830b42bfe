"""A small shop that sells: its menu in a real database, and customers who order from it."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from app.catalog.service import Product, Shelf, all_products, stock_levels, sync_menu
from app.core.db import Database
from app.core.errors import NotAllowed
from app.core.jobs import Job
from app.core.migrate import upgrade
from app.core.models import jobs
from app.nlu.service import Line
from app.orders import service as orders
from app.orders.service import Draft, Order
from app.settings import Settings, load_settings

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Managua
CONFIG = """
business: {name: "La Tiendita", timezone: "America/Managua", currency: "NIO"}
orders:
  hold_minutes: 30
  cancel_minutes: 5
  discounts:
    - {code: "LUNES", percent: 10, days: [mon], minimum: "200.00", uses: 3}
    - {code: "SIEMPRE", percent: 5}
    - {code: "NUNCA", percent: 5, uses: 0}
payments:
  methods: ["Nequi"]
  transfer: {enabled: true, instructions: "BAC 123-456", ask_proof: true}
branches:
  - {slug: "masaya", name: "Masaya", unavailable: ["nacatamal"]}
"""
MENU = """name,price,stock,unit,options,extras
Nacatamal,120,10,,,queso:+10|crema:+5|sin cebolla
Café,25,,,,
Queso duro,90,5.5,libra,,
Camisa,300,M/azul=3|M/rojo=2|L/azul=0,,Talla: S|M|L:+40; Color?: rojo|azul,
Pizza,200,,,Sabor: napolitana|hawaiana:+20|vegetal:+35,
"""
_ids = itertools.count()


class Shop:
    """A shop in a database of its own; `now` stands still unless a test moves it."""

    def __init__(self, db: Database, folder: Path, config: str = CONFIG, menu: str = MENU) -> None:
        (folder / "config.yaml").write_text(config, encoding="utf-8")
        (folder / "menu.csv").write_text(menu, encoding="utf-8")
        self.db = db
        self.settings: Settings = load_settings(folder, environ={})
        self.now = NOW
        db.write_now(lambda conn: sync_menu(conn, folder, currency="", fallback="NIO", now=NOW))
        self.at_start = self.levels()

    @property
    def menu(self) -> dict[str, Product]:
        return {product.sku: product for product in self.db.read_now(all_products)}

    def levels(self) -> dict[Shelf, int]:
        return self.db.read_now(stock_levels)

    def left(self, sku: str, **options: str) -> Decimal | None:
        return self.menu[sku].in_stock(options)

    def wait(self, **time: float) -> None:
        self.now += timedelta(**time)

    def draft(self, *lines: Line | str, code: str = "", **said: Any) -> Draft:
        """What a customer is about to say yes to; a line may be just a product."""
        menu = self.menu
        wanted = [Line(line, Decimal(1)) if isinstance(line, str) else line for line in lines]
        priced = tuple(orders.priced(menu[line.product_id], line) for line in wanted)
        usual: dict[str, Any] = {
            "id": f"draft-{next(_ids)}", "conversation_id": "c1", "customer": "web:shop:carla", "channel": "web",
            "branch": "", "language": "es", "currency": "NIO", "fulfilment": "pickup", "address": "", "zone": "",
            "name": "Carla", "phone": "+50588881111", "method": "cash",
        }  # fmt: skip
        discount = self.discount(code, sum(line.total for line in priced)) if code else None
        bill = orders.bill(priced, fee=said.pop("fee", 0), discount=discount, tax=self.settings.orders.tax)
        return Draft(lines=priced, bill=bill, coupon=code, **{**usual, **said})

    def discount(self, code: str, subtotal: int) -> Any:
        today = self.now.astimezone(self.settings.profile().timezone).date()
        return orders.discount_for(
            code, self.settings.orders.discounts, subtotal=subtotal, currency="NIO", day=today
        )  # fmt: skip

    def placing(self, draft: Draft, cause: str = "yes") -> Callable[[Connection], Order]:
        now = self.now
        return lambda conn: orders.place(conn, draft, self.settings, now=now, cause=cause)

    def place(self, draft: Draft, cause: str = "yes") -> Order:
        return self.db.write_now(self.placing(draft, cause))

    def order(self, *lines: Line | str, **said: Any) -> Order:
        """A customer's order, placed."""
        return self.place(self.draft(*lines, **said))

    def again(self, order: Order) -> Order:
        found = self.db.read_now(lambda conn: orders.find(conn, order.id))
        assert found is not None
        return found

    def move(self, order: Order, to: str, by: str = "Beto", cause: str = "", why: str = "") -> Order:
        """As the panel does it: what is refused is kept, then raised."""
        cause, now = cause or f"click-{next(_ids)}", self.now
        return self._kept(
            lambda conn: orders.move(
                conn, order.id, to, by=by, why=why, cause=cause, now=now, settings=self.settings
            )
        )  # fmt: skip

    def settle(self, order: Order, to: str, by: str = "Beto", cause: str = "") -> Order:
        cause, now = cause or f"click-{next(_ids)}", self.now
        return self._kept(lambda conn: orders.settle(conn, order.id, to, by=by, cause=cause, now=now))

    def proof(self, order: Order, file: str = "photo-1") -> bool:
        cause, now = f"message-{next(_ids)}", self.now
        return self.db.write_now(lambda conn: orders.proof_sent(conn, order.id, file=file, cause=cause, now=now))

    def expire(self) -> list[Order]:
        """Does the expiry jobs that are due, as the worker would."""
        now = self.now

        def work(conn: Connection) -> list[Order]:
            due = select(jobs).where(
                jobs.c.kind == "order_expiry", jobs.c.state == "pending", jobs.c.run_at <= now
            )  # fmt: skip
            done = []
            for row in conn.execute(due).mappings().all():
                conn.execute(jobs.update().where(jobs.c.id == row["id"]).values(state="running", fence=1))
                job = Job(row["id"], row["kind"], row["key"], row["lane"], row["payload"], 0, 1)
                done.append(orders.expire(conn, job, now=now, settings=self.settings))
            return [order for order in done if order is not None]

        return self.db.write_now(work)

    def jobs(self, kind: str) -> list[dict[str, Any]]:
        query = select(jobs).where(jobs.c.kind == kind).order_by(jobs.c.id)
        return [dict(row) for row in self.db.read_now(lambda conn: conn.execute(query).mappings().all())]

    def events(self, order: Order) -> list[tuple[str, str, str, bool]]:
        """(from, to, by, refused) of each."""
        found = self.db.read_now(lambda conn: orders.history(conn, order.id))
        return [(event.from_status, event.to_status, event.by, event.refused) for event in found]

    def with_orders(self, **changed: Any) -> None:
        """Other settings of `orders`."""
        self.settings = replace(self.settings, orders=self.settings.orders.model_copy(update=changed))

    def check_books(self) -> None:
        books = self.db.read_now(lambda conn: orders.check_books(conn, self.at_start))
        assert books.problems == ()
        assert books.are_right and books.stock is True

    def _kept(self, act: Callable[[Connection], Order]) -> Order:
        done = self.db.write_now(lambda conn: orders.attempt(lambda: act(conn)))
        if isinstance(done, NotAllowed):
            raise done
        return done


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """On SQLite, without waiting for the disk."""
    db = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(db)
    opened = Shop(db, tmp_path)
    yield opened
    opened.check_books()
    db.close()


@pytest.fixture
def any_shop(db: Database, tmp_path: Path) -> Iterator[Shop]:
    """On SQLite and on PostgreSQL."""
    opened = Shop(db, tmp_path)
    yield opened
    opened.check_books()
