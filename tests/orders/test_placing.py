"""Placing an order: all of it or nothing, once, with a number people can say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Connection

from app.nlu.service import Line
from app.orders import service as orders
from app.orders.service import CouponSpent, SoldOut
from tests.orders.conftest import Shop

SHIRT = (("color", ("azul",)), ("talla", ("m",)))


def shirt(qty: int = 1, **options: str) -> Line:
    return Line("camisa", Decimal(qty), options=tuple(sorted((axis, (value,)) for axis, value in options.items())))


def some(sku: str, qty: str) -> Line:
    return Line(sku, Decimal(qty))


def test_a_placed_order_is_what_the_draft_said(shop: Shop) -> None:
    draft = shop.draft(some("nacatamal", "2"), some("queso-duro", "1.5"), fee=3000, fulfilment="delivery",
                       address="Del parque 1 c. al sur", zone="Centro", note="sin timbre")  # fmt: skip
    order = shop.place(draft)
    drafted, placed = draft.as_json(), orders.as_json(order)
    assert (drafted["status"], drafted["number"]) == ("draft", None)
    assert placed == {**drafted, "status": "confirmed", "number": "0001"}
    assert (order.total, order.subtotal, order.delivery_fee) == (40500, 37500, 3000)
    assert (order.customer, order.conversation_id, order.zone, order.note) == (
        draft.customer, draft.conversation_id, "Centro", "sin timbre",
    )  # fmt: skip
    assert shop.events(order) == [("draft", "confirmed", "customer", False)]


def test_the_stock_is_reserved_at_once_from_the_shelf_that_is_counted(shop: Shop) -> None:
    shop.order(some("nacatamal", "3"), "cafe", some("queso-duro", "2.25"), shirt(2, talla="m", color="azul"))
    assert shop.left("nacatamal") == 7
    assert shop.left("queso-duro") == Decimal("3.25")
    assert (shop.left("camisa", talla="m", color="azul"), shop.left("camisa", talla="m", color="rojo")) == (1, 2)
    assert shop.left("cafe") is None, "nobody counts it"


def test_what_was_not_chosen_may_be_any_of_the_shelf(shop: Shop) -> None:
    shop.order(shirt(4, talla="m"))
    assert shop.left("camisa", talla="m", color="azul") + shop.left("camisa", talla="m", color="rojo") == 1
    with pytest.raises(SoldOut) as refused:
        shop.order(shirt(2, talla="m"))
    assert refused.value.short == {"Camisa": 1}


def test_a_line_of_two_flavours_takes_half_of_each(shop: Shop) -> None:
    line = Line("camisa", Decimal(2), options=(("color", ("azul", "rojo")), ("talla", ("m",))))
    shop.order(line)
    assert (shop.left("camisa", talla="m", color="azul"), shop.left("camisa", talla="m", color="rojo")) == (2, 1)


def test_an_order_that_is_not_all_there_takes_nothing(shop: Shop) -> None:
    draft = shop.draft("cafe", some("nacatamal", "4"), shirt(1, talla="l", color="azul"), code="SIEMPRE")
    with pytest.raises(SoldOut) as refused:
        shop.place(draft)
    assert refused.value.short == {"Camisa": 0}
    assert shop.levels() == shop.at_start
    assert shop.db.read_now(lambda conn: orders.find(conn, draft.id)) is None
    assert shop.jobs("notice") == []
    assert shop.order("nacatamal").number == "0001", "no number was spent on it"


def test_a_refusal_leaves_the_rest_of_its_transaction_alone(any_shop: Shop) -> None:
    """A turn that could not place the order still stores its answer."""
    from app.core.facts import fact, keep_fact

    sold_out = any_shop.draft(some("nacatamal", "4"), shirt(1, talla="l", color="azul"), code="SIEMPRE")
    spent = any_shop.draft(some("nacatamal", "4"), code="NUNCA")
    fine = any_shop.draft(some("nacatamal", "1"))

    def turn(conn: Connection) -> str:
        keep_fact(conn, "said", "yes")
        for draft in (sold_out, spent):
            with pytest.raises((SoldOut, CouponSpent)):
                any_shop.placing(draft)(conn)
        return any_shop.placing(fine)(conn).number

    assert any_shop.db.write_now(turn) == "0001"
    assert any_shop.db.read_now(lambda conn: fact(conn, "said")) == "yes"
    assert any_shop.left("nacatamal") == 9
    assert len(any_shop.db.read_now(orders.listed)) == len(any_shop.jobs("notice")) == 1


def test_one_product_on_two_lines_is_counted_together(shop: Shop) -> None:
    plain, other = some("nacatamal", "6"), Line("nacatamal", Decimal(5), note="sin chile")
    with pytest.raises(SoldOut) as refused:
        shop.order(plain, other)
    assert refused.value.short == {"Nacatamal": 10}
    shop.order(plain, replace(other, qty=Decimal(4)))
    assert shop.left("nacatamal") == 0


def test_a_product_taken_off_the_menu_meanwhile_is_not_sold(shop: Shop) -> None:
    from app.catalog.service import edit_product, switch_product

    one, other = shop.draft("cafe"), shop.draft("pizza")
    shop.db.write_now(lambda conn: edit_product(conn, "cafe", available="no"))
    shop.db.write_now(lambda conn: switch_product(conn, "pizza", on=False))
    for draft, name in ((one, "Café"), (other, "Pizza")):
        with pytest.raises(SoldOut) as refused:
            shop.place(draft)
        assert refused.value.short == {name: 0}


def test_what_a_branch_does_not_sell_is_not_sold_there(shop: Shop) -> None:
    with pytest.raises(SoldOut):
        shop.order("nacatamal", branch="masaya")
    assert shop.order("cafe", branch="masaya").branch == "masaya"


def test_the_quoted_price_is_the_one_that_is_owed(shop: Shop) -> None:
    from app.catalog.service import edit_product

    draft = shop.draft("cafe")
    shop.db.write_now(lambda conn: edit_product(conn, "cafe", price="99"))
    order = shop.place(draft)
    assert (order.total, order.lines[0]["unit_price"], order.payment.amount) == (2500, "25.00", 2500)


def test_placing_a_draft_twice_is_one_order(any_shop: Shop) -> None:
    draft = any_shop.draft(some("nacatamal", "4"))
    first = any_shop.place(draft)
    assert any_shop.place(replace(draft, note="otra vez"), cause="yes again") == first
    assert any_shop.left("nacatamal") == 6
    assert len(any_shop.jobs("notice")) == 1
    assert len(any_shop.events(first)) == 1


def test_a_yes_that_arrives_many_times_at_once_is_one_order(any_shop: Shop) -> None:
    draft = any_shop.draft(some("nacatamal", "1"))
    with ThreadPoolExecutor(12) as crowd:
        placed = list(crowd.map(lambda n: any_shop.place(draft, cause=f"yes {n}"), range(24)))
    assert {order.number for order in placed} == {"0001"}
    assert any_shop.left("nacatamal") == 9
    assert len(any_shop.jobs("notice")) == 1


def test_numbers_begin_again_in_each_branch_on_each_day_of_the_shop(shop: Shop) -> None:
    assert [shop.order("cafe").number for _ in range(3)] == ["0001", "0002", "0003"]
    assert shop.order("cafe", branch="masaya").number == "0001"
    shop.wait(hours=13, minutes=59)  # 23:59 in Managua, long after midnight in Greenwich
    assert shop.order("cafe").number == "0004"
    shop.wait(minutes=1)
    tomorrow = shop.order("cafe")
    assert (tomorrow.number, tomorrow.day) == ("0001", "2026-11-24")
    by_number = shop.db.read_now(lambda conn: orders.by_number(conn, "0001"))
    assert by_number == tomorrow
    first = shop.db.read_now(lambda conn: orders.by_number(conn, "0001", day="2026-11-23"))
    assert first is not None and first.day == "2026-11-23"


def test_many_orders_at_once_have_each_a_number_of_its_own(any_shop: Shop) -> None:
    drafts = [any_shop.draft("cafe") for _ in range(60)]
    with ThreadPoolExecutor(12) as crowd:
        numbers = [order.number for order in crowd.map(any_shop.place, drafts)]
    assert sorted(numbers) == [f"{n:04}" for n in range(1, 61)]


def test_a_pre_order_keeps_when_it_is_due(shop: Shop) -> None:
    due = shop.now + timedelta(hours=20)
    order = shop.order("cafe", due=due)
    assert order.due == due
    assert orders.as_json(order)["due"] == "2026-11-24T12:00+00:00"
    assert "due" not in orders.as_json(shop.order("cafe"))


def test_the_owner_is_told_of_an_order_once(shop: Shop) -> None:
    order = shop.order("cafe")
    (job,) = shop.jobs("notice")
    assert (job["key"], job["lane"], job["payload"]) == (
        f"order:{order.id}", "notice", {"what": "order", "order_id": order.id},
    )  # fmt: skip
    assert shop.jobs("order_news") == [], "the reply says it"


def test_a_coupon_holds_on_its_days_and_from_its_minimum_on(shop: Shop) -> None:
    assert shop.discount(" lunes ", 20000).code == "LUNES"
    assert shop.discount("LUNES", 19999) == "minimum"
    assert shop.discount("MARTES", 99999) == "unknown"
    assert shop.discount("", 99999) == "unknown"
    shop.wait(hours=14)
    assert shop.discount("LUNES", 20000) == "day", "in Managua it is Tuesday now"


def test_a_coupon_with_limited_uses_is_spent_once_they_are_used_up(any_shop: Shop) -> None:
    drafts = [any_shop.draft(some("cafe", "10"), code="LUNES") for _ in range(20)]

    def buy(draft: orders.Draft) -> bool:
        try:
            any_shop.place(draft)
        except CouponSpent:
            return False
        return True

    with ThreadPoolExecutor(10) as crowd:
        assert sum(crowd.map(buy, drafts)) == 3
    with pytest.raises(CouponSpent):
        any_shop.order("cafe", code="NUNCA")


def test_a_spent_coupon_takes_nothing_from_the_shelf_and_a_cancelled_order_gives_its_use_back(shop: Shop) -> None:
    placed = [shop.order(some("cafe", "8"), "nacatamal", code="LUNES") for _ in range(3)]
    assert placed[0].discount == 3200
    with pytest.raises(CouponSpent):
        shop.order(some("cafe", "8"), "nacatamal", code="LUNES")
    assert shop.left("nacatamal") == 7
    shop.move(placed[0], "cancelled")
    assert shop.order(some("cafe", "8"), code="lunes").coupon == "lunes"


def test_orders_are_listed_oldest_first_and_page_by_page(shop: Shop) -> None:
    placed = [shop.order("cafe", customer=f"web:shop:{n % 2}") for n in range(5)]
    shop.move(placed[1], "preparing")
    shop.move(placed[2], "cancelled")

    def listed(**asked: str | int) -> list[str]:
        return [order.number for order in shop.db.read_now(lambda conn: orders.listed(conn, **asked))]  # type: ignore[arg-type]

    assert listed() == ["0001", "0002", "0003", "0004", "0005"]
    assert listed(limit=2) == ["0001", "0002"]
    assert listed(after=placed[1].id, limit=2) == ["0003", "0004"]
    assert listed(status="preparing") == ["0002"]
    assert listed(after=placed[4].id) == []
    assert listed(after="nobody") == []
    last = shop.db.read_now(lambda conn: orders.last_of(conn, "web:shop:0"))
    assert last is not None and last.number == "0005"
    under_way = shop.db.read_now(lambda conn: orders.open_orders_of(conn, "web:shop:0"))
    assert [order.number for order in under_way] == ["0001", "0005"]
    assert shop.db.read_now(lambda conn: orders.last_of(conn, "web:shop:dario")) is None
