"""What a way to pay is: how a payment begins with it, and what the customer is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from app.payments.states import Status
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Due:
    """What is to be paid: an order's total in minor units. `number` is what its customer calls it."""

    order_id: str
    number: str
    amount: int
    currency: str
    language: str = "es"


@dataclass(frozen=True, slots=True)
class PaymentStart:
    """How a payment begins. `url`: where it is paid online; `words`: what the owner wants said about paying.

    `waits`: the order is held for it no longer than `orders.hold_minutes`.
    """

    status: Status
    url: str = ""
    words: str = ""
    waits: bool = False


class Provider(Protocol):
    """A way to pay; `kind` is its key in `payments`. `takes_proof`: the customer shows that they paid, a person looks.

    What a provider reports is settled under a cause made of its kind, its own payment id and the transition
    (`service.cause_of`), so that the same report, however often and under whatever event it comes, is applied once.
    """

    kind: str
    takes_proof: bool

    def is_on(self, settings: Settings) -> bool:
        """Whether the shop offers it now."""

    def start(self, due: Due, settings: Settings) -> PaymentStart:
        """Begins a payment, inside the transaction that places the order: nothing of it may wait on the network.

        One that is paid online begins `pending` without an address, which a job asks the provider for.
        """
