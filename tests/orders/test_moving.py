"""An order's way: who may take it where, what is kept of it, and what cancelling gives back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from app.core.errors import NotAllowed
from app.nlu.service import Line
from app.orders import service as orders
from app.orders.service import NoSuchOrder
from tests.orders.conftest import Shop


def test_an_order_goes_all_the_way_and_its_customer_is_told_at_each_step(shop: Shop) -> None:
    order = shop.order("nacatamal")
    for status in ("preparing", "ready", "delivered"):
        order = shop.move(order, status)
        assert (order.status, shop.again(order).status) == (status, status)
    told = [job["payload"] for job in shop.jobs("order_news")]
    assert [news["status"] for news in told] == ["preparing", "ready", "delivered"]
    assert {news["order_id"] for news in told} == {order.id}
    assert [job["key"] for job in shop.jobs("order_news")] == [news["event"] for news in told]
    assert {job["lane"] for job in shop.jobs("order_news")} == {f"order:{order.id}"}, "one after the other"
    assert shop.left("nacatamal") == 9, "sold is sold"


def test_a_step_that_is_not_allowed_changes_nothing_and_is_kept(shop: Shop) -> None:
    order = shop.order("cafe")
    with pytest.raises(NotAllowed) as refused:
        shop.move(order, "delivered")
    assert (refused.value.status, refused.value.was, refused.value.to) == (409, "confirmed", "delivered")
    assert shop.again(order) == order
    assert shop.events(order)[1:] == [("confirmed", "delivered", "Beto", True)]
    assert shop.jobs("order_news") == []


def test_a_person_takes_one_step_back_and_the_clock_does_not(shop: Shop) -> None:
    order = shop.move(shop.order("cafe"), "preparing")
    order = shop.move(shop.move(order, "ready"), "preparing")
    order = shop.move(order, "confirmed")
    with pytest.raises(NotAllowed):
        shop.move(shop.move(order, "preparing"), "confirmed", by=orders.PAYMENT)


def test_the_same_click_twice_is_one_step(shop: Shop) -> None:
    order = shop.order("cafe")
    shop.move(order, "preparing", cause="click")
    assert shop.move(order, "preparing", cause="click").status == "preparing"
    assert len(shop.events(order)) == 2
    with pytest.raises(NotAllowed):
        shop.move(order, "confirmed", by=orders.PAYMENT, cause="other click")
    with pytest.raises(NotAllowed):
        shop.move(order, "confirmed", by="Beto", cause="other click")  # it was refused and stays refused
    assert shop.again(order).status == "preparing"


def test_an_order_nobody_knows_is_not_found(shop: Shop) -> None:
    order = shop.order("cafe")
    with pytest.raises(NoSuchOrder):
        shop.db.write_now(
            lambda conn: orders.move(
                conn, f"{order.id}x", "ready", by="Beto", cause="c", now=shop.now, settings=shop.settings
            )
        )


def test_a_cancelled_order_gives_its_stock_back_once(any_shop: Shop) -> None:
    shirt = Line("camisa", Decimal(2), options=(("color", ("azul",)), ("talla", ("m",))))
    order = any_shop.order(Line("nacatamal", Decimal(4)), shirt, Line("queso-duro", Decimal("0.75")))

    def cancel(n: int) -> bool:
        try:
            any_shop.move(order, "cancelled", cause=f"click {n}", why="no hay gas")
        except NotAllowed:
            return False
        return True

    with ThreadPoolExecutor(8) as people:
        assert sum(people.map(cancel, range(8))) == 1
    assert any_shop.levels() == any_shop.at_start
    assert any_shop.again(order).cancel_reason == "no hay gas"
    assert sum(refused for *_, refused in any_shop.events(order)) == 7


def test_what_was_not_counted_when_it_was_sold_does_not_come_back_as_stock(shop: Shop) -> None:
    from app.catalog.service import edit_product

    order = shop.order(Line("cafe", Decimal(3)))
    shop.db.write_now(lambda conn: edit_product(conn, "cafe", stock="20"))
    shop.at_start = shop.levels()
    shop.move(order, "cancelled")
    assert shop.left("cafe") == 20


def test_a_customer_calls_an_order_off_within_the_minutes_and_before_anybody_begins(shop: Shop) -> None:
    early, late, begun, never = (shop.order("nacatamal") for _ in range(4))
    begun = shop.move(begun, "preparing")
    assert shop.move(early, "cancelled", by=orders.CUSTOMER).status == "cancelled"
    shop.wait(minutes=4, seconds=59)
    assert orders.customer_may_cancel(late, shop.settings, shop.now)
    assert not orders.customer_may_cancel(begun, shop.settings, shop.now)
    shop.wait(seconds=1)
    assert not orders.customer_may_cancel(late, shop.settings, shop.now)
    for order in (late, begun):
        with pytest.raises(NotAllowed):
            shop.move(order, "cancelled", by=orders.CUSTOMER)
    shop.with_orders(cancel_minutes=0)
    assert not orders.customer_may_cancel(never, shop.settings, never.created_at)


def test_a_customer_moves_nothing_else(shop: Shop) -> None:
    order = shop.order("cafe")
    for status in ("preparing", "ready", "delivered"):
        with pytest.raises(NotAllowed):
            shop.move(order, status, by=orders.CUSTOMER)


def test_the_owner_is_told_when_a_customer_calls_off_and_the_customer_when_the_owner_does(shop: Shop) -> None:
    by_carla, by_beto = shop.order("cafe"), shop.order("cafe")
    shop.move(by_carla, "cancelled", by=orders.CUSTOMER)
    shop.move(by_beto, "cancelled", why="se acabó")
    assert [job["key"] for job in shop.jobs("notice")][2:] == [f"cancelled:{by_carla.id}"]
    assert [job["payload"]["order_id"] for job in shop.jobs("order_news")] == [by_beto.id]
