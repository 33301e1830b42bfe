"""Whatever customers and staff do to orders, in whatever order, the books are right after each step."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from sqlalchemy import delete, update

from app.catalog.models import products, variants
from app.core.db import Database
from app.core.errors import NotAllowed
from app.core.migrate import upgrade
from app.core.models import jobs
from app.nlu.service import Line, SaidExtra, merged
from app.orders import models, service
from app.orders.service import CouponSpent, Draft, Order, SoldOut
from app.payments import models as paid
from tests.orders.conftest import Shop
from tests.sizes import size

colours = st.sampled_from([(), ("azul",), ("rojo",), ("azul", "rojo")])
lines = st.one_of(
    st.builds(lambda qty, extra: Line("nacatamal", Decimal(qty), extras=extra), st.integers(1, 4),
              st.sampled_from([(), (SaidExtra(kind="add", id="queso"),), (SaidExtra(kind="no", id="cebolla"),)])),
    st.builds(lambda qty: Line("cafe", Decimal(qty)), st.integers(1, 9)),
    st.builds(lambda qty: Line("queso-duro", Decimal(qty) / 1000), st.integers(1, 3000)),
    st.builds(lambda qty, colour: Line("camisa", Decimal(qty), options=(
        *((("color", colour),) if colour else ()), ("talla", ("m",)))), st.integers(1, 3), colours),
)  # fmt: skip
methods = st.sampled_from(["cash", "transfer", "Nequi"])
coupons = st.sampled_from(["", "", "LUNES", "SIEMPRE", "NUNCA"])
people = st.sampled_from(["Beto", service.CUSTOMER, service.PAYMENT])


class Counter(RuleBasedStateMachine):
    """Customers put things together and say yes, once or twice; people and the clock do the rest."""

    db: ClassVar[Database]
    folder: ClassVar[Path]
    drafts = Bundle("drafts")
    placed = Bundle("placed")
    _causes = itertools.count()

    def __init__(self) -> None:
        super().__init__()
        self.db.write_now(_wipe)
        self.shop = Shop(self.db, self.folder)
        self.sold: dict[str, Order] = {}

    @rule(target=drafts, cart=st.lists(lines, min_size=1, max_size=4), method=methods, code=coupons)
    def draft(self, cart: list[Line], method: str, code: str) -> Draft:
        held = not isinstance(self.shop.discount(code, 10**9), str) if code else False
        cheap = self.shop.draft(*merged(cart)).bill.subtotal < 20000
        return self.shop.draft(
            *merged(cart), method=method, code=code if held and not (code == "LUNES" and cheap) else ""
        )

    @rule(target=placed, draft=drafts)
    def say_yes(self, draft: Draft) -> Order | None:
        before = self.shop.levels()
        try:
            order = self.shop.place(draft)
        except (SoldOut, CouponSpent):
            assert self.shop.levels() == before, "who gets nothing takes nothing"
            assert draft.id not in self.sold
            return None
        if draft.id in self.sold:
            assert self.shop.levels() == before, "a second yes takes nothing"
            assert order.number == self.sold[draft.id].number
        self.sold[draft.id] = order
        return order

    @rule(order=placed, to=st.sampled_from(service.STATUSES), by=people)
    def move(self, order: Order | None, to: str, by: str) -> None:
        if order is not None:
            with contextlib.suppress(NotAllowed):
                self.shop.move(order, to, by=by, cause=f"move {next(self._causes)}")

    @rule(order=placed, to=st.sampled_from(["paid", "failed", "pending", "refunded", "partly_refunded", "refund_due"]))
    def settle(self, order: Order | None, to: str) -> None:
        if order is not None:
            with contextlib.suppress(NotAllowed):
                self.shop.settle(order, to, cause=f"pay {next(self._causes)}")

    @rule(order=placed)
    def send_proof(self, order: Order | None) -> None:
        if order is not None:
            self.shop.proof(order, f"photo {next(self._causes)}")

    @rule(minutes=st.sampled_from([1, 4, 10, 31]))
    def wait(self, minutes: int) -> None:
        self.shop.wait(minutes=minutes)
        self.shop.expire()

    @invariant()
    def the_books_are_right(self) -> None:
        self.shop.check_books()


def _wipe(conn: Any) -> None:
    tables = (paid.payment_events, paid.payments, models.order_events, models.order_numbers, models.coupon_uses,
              models.orders, jobs)  # fmt: skip
    for table in tables:
        conn.execute(delete(table))
    conn.execute(update(products).where(products.c.sku == "nacatamal").values(stock=10_000))
    conn.execute(update(products).where(products.c.sku == "queso-duro").values(stock=5_500))
    for key, stock in (("azul", 3_000), ("rojo", 2_000)):
        conn.execute(update(variants).where(variants.c.key.like(f'%{key}%"m"%')).values(stock=stock))


def test_the_books_stay_right_whatever_happens() -> None:
    with tempfile.TemporaryDirectory() as folder:
        Counter.folder = Path(folder)
        Counter.db = Database(f"sqlite:///{folder}/db.sqlite", durable=False)
        upgrade(Counter.db)
        try:
            Counter.TestCase.settings = settings(
                max_examples=size(40, 1_500), stateful_step_count=size(25, 50), deadline=None
            )
            Counter.TestCase().runTest()
        finally:
            Counter.db.close()


def spoiled(shop: Shop, table: Any, **values: Any) -> str:
    shop.db.write_now(lambda conn: conn.execute(update(table).values(**values)))
    return "\n".join(shop.db.read_now(lambda conn: service.check_books(conn, shop.at_start)).problems)


@pytest.mark.parametrize(
    ("table", "values", "page"),
    [
        (models.orders, {"total": 1}, "totals"),
        (models.orders, {"subtotal": 1}, "totals"),
        (models.orders, {"status": "ready"}, "orders"),
        (models.order_events, {"to_status": "delivered"}, "orders"),
        (paid.payments, {"status": "paid"}, "orders"),
        (paid.payments, {"amount": 1}, "totals"),
        (models.orders, {"taken_json": []}, "stock"),
        (models.coupon_uses, {"used": 7}, "orders"),
        (jobs, {"kind": "other"}, "notices"),
    ],
)
def test_the_check_sees_what_is_wrong(tmp_path: Path, table: Any, values: dict[str, Any], page: str) -> None:
    db = Database(f"sqlite:///{tmp_path / 'db.sqlite'}", durable=False)
    upgrade(db)
    shop = Shop(db, tmp_path)
    shop.order(Line("nacatamal", Decimal(2)), code="SIEMPRE")
    shop.check_books()
    assert spoiled(shop, table, **values)
    books = db.read_now(lambda conn: service.check_books(conn, shop.at_start))
    assert getattr(books, page) is False and not books.are_right
    db.close()


def test_without_the_stock_of_the_start_nothing_is_said_of_it(shop: Shop) -> None:
    shop.order("nacatamal")
    books = shop.db.read_now(lambda conn: service.check_books(conn))
    assert books.stock is None and books.are_right
