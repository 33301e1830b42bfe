"""How an order goes from one status to the next, and who may take it there."""

from __future__ import annotations

from typing import Literal

Status = Literal["draft", "confirmed", "preparing", "ready", "delivered", "cancelled"]

# status -> where it may go; `back`: only a person takes a step back.
FORWARD: dict[str, frozenset[str]] = {
    "draft": frozenset({"confirmed", "cancelled"}),
    "confirmed": frozenset({"preparing", "cancelled"}),
    "preparing": frozenset({"ready", "cancelled"}),
    "ready": frozenset({"delivered", "cancelled"}),
    "delivered": frozenset(),
    "cancelled": frozenset(),
}
BACK = {"preparing": "confirmed", "ready": "preparing"}
STATUSES = tuple(FORWARD)
OVER = ("delivered", "cancelled")
AMENDED = ("confirmed", "preparing")  # while a person may still change what is in it

# Who did something, where it was no person. A person is known by name.
CUSTOMER = "customer"
EXPIRY = "expiry"
PAYMENT = "payment"


def may_move(status: str, to: str, by_person: bool) -> bool:
    """Whether an order may go from one status to another; a person may also take one step back."""
    return to in FORWARD.get(status, ()) or (by_person and BACK.get(status) == to)


def may_amend(status: str, by: str) -> bool:
    """Whether what is in an order may be changed. Its event leads from the status to the same one."""
    return status in AMENDED and is_person(by)


def is_person(by: str) -> bool:
    """Whether somebody of the shop did it."""
    return by not in (CUSTOMER, EXPIRY, PAYMENT)
