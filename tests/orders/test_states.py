"""Every step an order or a payment may take, and every one it may not."""

from __future__ import annotations

import pytest

from app.orders.states import STATUSES, may_move
from app.payments import states as paid

ORDER_STEPS = {
    ("draft", "confirmed"), ("draft", "cancelled"),
    ("confirmed", "preparing"), ("confirmed", "cancelled"),
    ("preparing", "ready"), ("preparing", "cancelled"),
    ("ready", "delivered"), ("ready", "cancelled"),
}  # fmt: skip
STEPS_BACK = {("preparing", "confirmed"), ("ready", "preparing")}


@pytest.mark.parametrize("to", STATUSES)
@pytest.mark.parametrize("status", STATUSES)
def test_an_order_goes_forward_and_a_person_takes_one_step_back(status: str, to: str) -> None:
    assert may_move(status, to, by_person=False) == ((status, to) in ORDER_STEPS)
    assert may_move(status, to, by_person=True) == ((status, to) in ORDER_STEPS | STEPS_BACK)


def test_nothing_leads_away_from_an_end_nor_to_a_status_nobody_knows() -> None:
    assert not any(may_move(end, to, True) for end in ("delivered", "cancelled") for to in STATUSES)
    assert not may_move("confirmed", "eaten", True)
    assert not may_move("eaten", "confirmed", True)


def test_money_only_moves_forward() -> None:
    got = {"paid", "refund_due", "partly_refunded", "refunded"}
    for status, reached in paid.MOVES.items():
        assert status not in reached
        if status in got:
            assert reached <= got - {"paid"}, "what was paid is never unpaid again, only given back"
    assert paid.MOVES["refunded"] == frozenset()
    assert set(paid.MOVES) == {status for reached in paid.MOVES.values() for status in reached} | {"unpaid"}
    assert not paid.may_move("eaten", "paid")
