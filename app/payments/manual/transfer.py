"""A bank transfer: the customer sends its proof, and a person looks whether the money came."""

from __future__ import annotations

from app.payments.base import Due, PaymentStart
from app.settings import Settings


class Transfer:
    kind = "transfer"
    takes_proof = True

    def is_on(self, settings: Settings) -> bool:
        return settings.payment_is_on(self.kind)

    def start(self, due: Due, settings: Settings) -> PaymentStart:
        """With `ask_proof` the order waits for the proof; without, it is paid when a person says so."""
        transfer = settings.payments.transfer
        if not transfer.ask_proof:
            return PaymentStart("unpaid", words=transfer.instructions)
        return PaymentStart("pending", words=transfer.instructions, waits=True)
