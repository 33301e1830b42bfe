"""Cash: paid when the order is handed over; a person says so."""

from __future__ import annotations

from app.payments.base import Due, PaymentStart
from app.settings import Settings


class Cash:
    kind = "cash"
    takes_proof = False

    def is_on(self, settings: Settings) -> bool:
        return settings.payment_is_on(self.kind)

    def start(self, due: Due, settings: Settings) -> PaymentStart:
        return PaymentStart("unpaid")
