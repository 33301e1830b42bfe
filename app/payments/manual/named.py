"""A method the shop only names («Nequi», «tarjeta en el local»): the order stays unpaid until a person settles it."""

from __future__ import annotations

from app.core.text import fold
from app.payments.base import Due, PaymentStart
from app.settings import Settings


class Named:
    takes_proof = False

    def __init__(self, words: str) -> None:
        self.kind = words

    def is_on(self, settings: Settings) -> bool:
        return fold(self.kind) in {fold(words) for words in settings.payments.methods}

    def start(self, due: Due, settings: Settings) -> PaymentStart:
        return PaymentStart("unpaid")
