"""How a payment goes from one status to the next: money only moves forward."""

from __future__ import annotations

from typing import Literal

Status = Literal[
    "unpaid", "pending", "to_verify", "paid", "refund_due", "partly_refunded", "refunded", "failed"
]  # fmt: skip

MOVES: dict[str, frozenset[str]] = {
    "unpaid": frozenset({"to_verify", "paid", "failed"}),
    "pending": frozenset({"to_verify", "paid", "failed"}),
    "to_verify": frozenset({"pending", "paid", "failed"}),  # back: the proof shows something else, another is asked for
    "failed": frozenset({"to_verify", "paid"}),  # money may come late
    "paid": frozenset({"refund_due", "partly_refunded", "refunded"}),
    "refund_due": frozenset({"partly_refunded", "refunded"}),
    "partly_refunded": frozenset({"refund_due", "refunded"}),
    "refunded": frozenset(),
}
ASKED = frozenset({"unpaid", "pending", "to_verify", "failed"})  # nothing of it was paid
HELD = frozenset({"paid", "partly_refunded"})  # the shop has money of the customer's


def may_move(status: str, to: str) -> bool:
    """Whether a payment may go from one status to another."""
    return to in MOVES.get(status, ())
