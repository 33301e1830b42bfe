"""Changing what is in an order that is not made yet: its price, its stock, its coupon, and who was first."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import Connection

from app.core.errors import NotAllowed
from app.nlu.service import Line
from app.orders import service as orders
from app.orders.service import Amendment, CannotAmend, Order, Overtaken, SoldOut
from tests.orders.conftest import Shop

_clicks = itertools.count()


def last_seen(shop: Shop, order: Order) -> str:
    return shop.db.read_now(lambda conn: orders.last_events(conn, [order.id])[order.id])


def change(shop: Shop, order: Order, *quantities: str, added: tuple[Line, ...] = (), **more: Any) -> Amendment:
    """The change somebody makes who has just looked at the order."""
    priced = tuple(orders.priced(shop.menu[line.product_id], line) for line in added)
    seen = more.get("seen") or last_seen(shop, order)
    money = more.get("currency", order.currency)
    return Amendment([Decimal(qty) for qty in quantities], priced, more.get("note", ""), seen, money)


def amending(
    shop: Shop, order: Order, wanted: Amendment, cause: str = ""
) -> Callable[[Connection], Order | NotAllowed]:
    cause, now = cause or f"change-{next(_clicks)}", shop.now
    return lambda conn: orders.attempt(
        lambda: orders.amend(conn, order.id, wanted, by="Beto", cause=cause, now=now, settings=shop.settings)
    )


def amend(shop: Shop, order: Order, wanted: Amendment, cause: str = "") -> Order:
    done = shop.db.write_now(amending(shop, order, wanted, cause))
    if isinstance(done, NotAllowed):
        raise done
    return done


def lines_of(order: Order) -> list[tuple[str, float, str]]:
    return [(line["product_id"], line["qty"], line["total"]) for line in order.lines]


def test_more_less_gone_and_added_are_priced_and_stocked(any_shop: Shop) -> None:
    shop = any_shop
    order = shop.order(Line("nacatamal", Decimal(3)), "cafe", Line("queso-duro", Decimal("1.5")))
    after = amend(
        shop, order, change(shop, order, "5", "0", "0.5", added=(Line("pizza", Decimal(1)),), note="con prisa")
    )
    assert lines_of(after) == [("nacatamal", 5, "600.00"), ("queso-duro", 0.5, "45.00"), ("pizza", 1, "200.00")]
    assert (after.total, after.payment.amount, after.note) == (84500, 84500, "con prisa")
    assert (shop.left("nacatamal"), shop.left("queso-duro")) == (5, 5)
    shop.move(after, "cancelled")
    assert (shop.left("nacatamal"), shop.left("queso-duro")) == (10, Decimal("5.5"))


def test_variants_go_back_to_the_shelf_they_came_from(shop: Shop) -> None:
    options = (("color", ("azul",)), ("talla", ("m",)))
    order = shop.order(Line("camisa", Decimal(2), options=options))
    assert shop.left("camisa", talla="m", color="azul") == 1
    red = (("color", ("rojo",)), ("talla", ("m",)))
    amend(shop, order, change(shop, order, "1", added=(Line("camisa", Decimal(1), options=red),)))
    assert shop.left("camisa", talla="m", color="azul") == 2
    assert shop.left("camisa", talla="m", color="rojo") == 1


def test_what_stays_keeps_the_price_it_was_told_at_and_equal_lines_are_one(shop: Shop) -> None:
    order = shop.order(Line("cafe", Decimal(2)))
    same = amend(shop, order, change(shop, order, "2", added=(Line("cafe", Decimal(1)),)))
    assert lines_of(same) == [("cafe", 3, "75.00")]
    from app.catalog.models import products

    shop.db.write_now(lambda conn: conn.execute(products.update().values(price=4000).where(products.c.sku == "cafe")))
    dearer = amend(shop, same, change(shop, same, "4", added=(Line("cafe", Decimal(1)),)))
    assert lines_of(dearer) == [("cafe", 4, "100.00"), ("cafe", 1, "40.00")]


def test_a_coupon_follows_the_lines_and_leaves_with_its_minimum(shop: Shop) -> None:
    order = shop.order(Line("nacatamal", Decimal(2)), code="LUNES")
    assert (order.discount, order.total) == (2400, 21600)
    more = amend(shop, order, change(shop, order, "3"))
    assert (more.discount, more.coupon) == (3600, "LUNES")
    less = amend(shop, more, change(shop, more, "1"))
    assert (less.discount, less.coupon, less.total) == (0, "", 12000)


def test_a_coupon_the_shop_no_longer_has_stays_as_it_was_agreed(shop: Shop) -> None:
    order = shop.order(Line("nacatamal", Decimal(2)), code="SIEMPRE")
    shop.with_orders(discounts=())
    more = amend(shop, order, change(shop, order, "4"))
    assert (more.coupon, more.discount) == ("SIEMPRE", 2400)


def test_a_delivery_keeps_its_fee(shop: Shop) -> None:
    order = shop.order("cafe", fulfilment="delivery", address="casa 1", fee=3000)
    assert amend(shop, order, change(shop, order, "2")).total == 8000


def test_what_is_not_there_changes_nothing(any_shop: Shop) -> None:
    shop = any_shop
    order = shop.order(Line("nacatamal", Decimal(3)), Line("queso-duro", Decimal(1)))
    with pytest.raises(SoldOut):
        amend(shop, order, change(shop, order, "11", "0.5"))
    assert (shop.left("nacatamal"), shop.left("queso-duro")) == (7, Decimal("4.5"))
    assert lines_of(shop.again(order)) == lines_of(order)


def test_what_the_branch_does_not_have_cannot_be_added(shop: Shop) -> None:
    order = shop.order("cafe", branch="masaya")
    with pytest.raises(SoldOut):
        amend(shop, order, change(shop, order, "1", added=(Line("nacatamal", Decimal(1)),)))


def test_the_second_of_two_people_is_told_and_nothing_of_the_first_is_lost(any_shop: Shop) -> None:
    shop = any_shop
    order = shop.order("cafe", "nacatamal")
    seen = last_seen(shop, order)
    first = amend(shop, order, change(shop, order, "2", "1", seen=seen))
    with pytest.raises(Overtaken) as refused:
        amend(shop, order, change(shop, order, "1", "5", seen=seen))
    assert refused.value.order == first == shop.again(order)


def test_the_same_press_twice_is_one_change(shop: Shop) -> None:
    order = shop.order("cafe")
    wanted = change(shop, order, "1", added=(Line("nacatamal", Decimal(1)),))
    first = amend(shop, order, wanted, "press")
    assert amend(shop, order, wanted, "press") == first
    assert len(shop.jobs("order_news")) == 1


@pytest.mark.parametrize("status", ["ready", "delivered", "cancelled"])
def test_what_is_made_or_over_cannot_be_changed_and_the_try_is_kept(shop: Shop, status: str) -> None:
    order = shop.order("cafe")
    steps = {
        "ready": ["preparing", "ready"],
        "delivered": ["preparing", "ready", "delivered"],
        "cancelled": ["cancelled"],
    }
    for to in steps[status]:
        shop.move(order, to)
    with pytest.raises(NotAllowed):
        amend(shop, order, change(shop, order, "2"))
    assert shop.events(order)[-1] == (status, status, "Beto", True)


def test_what_is_being_made_can_still_be_changed(shop: Shop) -> None:
    order = shop.order("cafe")
    shop.move(order, "preparing")
    assert amend(shop, order, change(shop, order, "2")).status == "preparing"


def test_a_paid_order_is_changed_only_for_the_same_money(shop: Shop) -> None:
    order = shop.order("cafe", "nacatamal")
    shop.settle(order, "paid")
    with pytest.raises(CannotAmend, match="paid"):
        amend(shop, order, change(shop, order, "2", "1"))
    assert amend(shop, order, change(shop, order, "1", "1", note="sin azúcar")).note == "sin azúcar"


def test_an_order_of_nothing_is_not_a_change(shop: Shop) -> None:
    order = shop.order("cafe")
    with pytest.raises(CannotAmend, match="empty"):
        amend(shop, order, change(shop, order, "0"))


def test_nothing_is_added_to_an_order_in_other_money_than_it_is_sold_in_now(shop: Shop) -> None:
    order = shop.order("cafe", "nacatamal")
    with pytest.raises(CannotAmend, match="currency"):
        amend(shop, order, change(shop, order, "1", "1", added=(Line("pizza", Decimal(1)),), currency="USD"))
    assert lines_of(amend(shop, order, change(shop, order, "2", "0", currency="USD"))) == [("cafe", 2, "50.00")]


@pytest.mark.parametrize("qty", ["1.5", "10001", "0.001"])
def test_a_quantity_nothing_is_sold_in_is_refused(shop: Shop, qty: str) -> None:
    order = shop.order("cafe")
    with pytest.raises(ValueError):
        amend(shop, order, change(shop, order, qty))


@pytest.mark.parametrize(("written", "qty"), [("2", "2"), (" 1,5 ", "1.5"), ("", "0"), ("0.25", "0.25")])
def test_quantities_are_read_as_people_write_them(written: str, qty: str) -> None:
    assert orders.quantity_of(written) == Decimal(qty)


@pytest.mark.parametrize("written", ["dos", "-1", "NaN", "Infinity", "1e999999999999", "1.2.3", "9" * 40])
def test_what_is_no_quantity_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        orders.quantity_of(written)


def test_its_history_tells_what_was_in_it_before(shop: Shop) -> None:
    order = shop.order(Line("cafe", Decimal(2)))
    amend(shop, order, change(shop, order, "3"))
    found = shop.db.read_now(lambda conn: orders.history(conn, order.id))
    assert (found[-1].why, found[-1].by) == ("2 Café", "Beto")
