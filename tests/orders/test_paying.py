"""Cash, transfer with its proof, the shop's own methods; what expires, and money that comes too late."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core.errors import NotAllowed
from app.orders import service as orders
from app.orders.service import Order
from tests.orders.conftest import Shop


def paid(shop: Shop, order: Order) -> str:
    return shop.again(order).payment.status


@pytest.mark.parametrize("method", ["cash", "Nequi", "una vaca"])
def test_what_a_person_collects_is_unpaid_and_never_expires(shop: Shop, method: str) -> None:
    order = shop.order("nacatamal", method=method)
    assert (order.method, order.payment.status, orders.as_json(order)["payment"]) == (
        method, "unpaid", {"method": method, "status": "unpaid", "url": None},
    )  # fmt: skip
    shop.wait(days=30)
    assert shop.expire() == []
    assert shop.again(order).status == "confirmed"
    assert not shop.proof(order), "nobody asked for one"
    assert shop.settle(order, "paid").payment.status == "paid"


def test_a_transfer_waits_for_its_proof_so_long_and_then_its_stock_is_free_again(any_shop: Shop) -> None:
    order = any_shop.order("nacatamal", method="transfer")
    assert (order.payment.status, order.payment.expires_at) == ("pending", any_shop.now + timedelta(minutes=30))
    any_shop.wait(minutes=29)
    assert any_shop.expire() == []
    any_shop.wait(minutes=1)
    (expired,) = any_shop.expire()
    assert (expired.status, expired.cancel_reason, expired.payment.status) == ("cancelled", "expired", "failed")
    assert any_shop.left("nacatamal") == 10
    assert [job["payload"]["status"] for job in any_shop.jobs("order_news")] == ["cancelled"], "its customer is told"
    assert any_shop.jobs("notice")[-1]["key"] == f"cancelled:{order.id}", "and the owner"
    assert any_shop.expire() == []


def test_a_proof_in_time_stops_the_clock_and_a_person_looks_at_it(shop: Shop) -> None:
    order = shop.order("nacatamal", method="transfer")
    shop.wait(minutes=20)
    assert shop.proof(order, "photo-1")
    assert paid(shop, order) == "to_verify"
    assert shop.proof(order, "photo-2")
    assert shop.proof(order, "photo-1"), "sent again"
    assert shop.again(order).payment.proofs == ("photo-1", "photo-2")
    shop.wait(hours=3)
    assert shop.expire() == []
    assert [job["key"] for job in shop.jobs("notice")][1:] == [f"proof:{order.id}"], "the owner is told once"
    assert shop.settle(order, "paid").payment.status == "paid"
    assert not shop.proof(order)
    assert shop.jobs("order_news")[-1]["payload"]["payment"] == "paid"


def test_a_proof_that_shows_something_else_is_asked_for_again_without_a_clock(shop: Shop) -> None:
    order = shop.order("nacatamal", method="transfer")
    shop.wait(minutes=10)
    shop.proof(order)
    assert shop.settle(order, "pending").payment.status == "pending"
    assert shop.proof(order, "photo-2")
    shop.wait(days=1)
    assert shop.expire() == []


def test_a_late_proof_is_kept_and_money_that_came_too_late_is_owed_back(shop: Shop) -> None:
    order = shop.order("nacatamal", method="transfer")
    shop.wait(minutes=31)
    shop.expire()
    assert shop.proof(order), "kept, for a person to look at"
    assert shop.again(order).status == "cancelled", "nothing is sold again by it"
    assert shop.left("nacatamal") == 10
    assert shop.settle(order, "paid").payment.status == "refund_due"
    assert shop.jobs("notice")[-1]["key"] == f"refund:{order.id}"
    assert shop.settle(order, "refunded").payment.status == "refunded"


def test_an_order_somebody_already_prepares_does_not_expire(shop: Shop) -> None:
    order = shop.order("nacatamal", method="transfer")
    shop.move(order, "preparing")
    shop.wait(hours=1)
    assert shop.expire() == []
    assert shop.again(order).status == "preparing"


def test_cancelling_a_paid_order_leaves_money_to_give_back(shop: Shop) -> None:
    order = shop.settle(shop.order("cafe"), "paid")
    assert shop.move(order, "cancelled").payment.status == "refund_due"
    partly = shop.settle(shop.settle(shop.order("cafe"), "paid"), "partly_refunded")
    assert shop.move(partly, "cancelled").payment.status == "refund_due"
    waiting = shop.order("cafe", method="transfer")
    assert shop.move(waiting, "cancelled").payment.status == "failed"
    unpaid = shop.order("cafe")
    assert shop.move(unpaid, "cancelled").payment.status == "unpaid"


def test_cancelling_while_the_proof_is_looked_at_leaves_it_to_be_looked_at(shop: Shop) -> None:
    order = shop.order("cafe", method="transfer")
    shop.proof(order)
    assert shop.move(order, "cancelled").payment.status == "to_verify"
    assert shop.settle(order, "paid").payment.status == "refund_due"


def test_a_payment_is_settled_once_for_each_cause_and_never_taken_back(shop: Shop) -> None:
    order = shop.order("cafe")
    shop.settle(order, "paid", cause="stripe:pi_1:paid")
    shop.settle(order, "paid", cause="stripe:pi_1:paid")
    assert len(shop.jobs("order_news")) == 1
    for status in ("unpaid", "pending", "failed", "paid"):
        with pytest.raises(NotAllowed):
            shop.settle(order, status)
    assert paid(shop, order) == "paid"
    shop.settle(order, "refunded", cause="twice")
    shop.settle(order, "refunded", cause="twice")
    with pytest.raises(NotAllowed):
        shop.settle(order, "refunded", cause="from the other tab")


def test_a_transfer_nobody_asks_proof_of_is_unpaid(shop: Shop) -> None:
    from dataclasses import replace

    transfer = shop.settings.payments.transfer.model_copy(update={"ask_proof": False})
    payments = shop.settings.payments.model_copy(update={"transfer": transfer})
    shop.settings = replace(shop.settings, payments=payments)
    order = shop.order("cafe", method="transfer")
    assert (order.payment.status, shop.jobs("order_expiry")) == ("unpaid", [])
    assert shop.proof(order), "shown without being asked"
    assert paid(shop, order) == "to_verify"
