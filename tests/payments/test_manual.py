"""The ways to pay that need no provider, as the shop's settings offer them."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.payments.base import Due, PaymentStart
from app.payments.registry import PROVIDERS, offered, provider_of
from app.payments.service import cause_of, start
from app.settings import Settings, load_settings

DUE = Due("order-1", "0001", 12000, "NIO")


def settings(folder: Path, payments: str = "") -> Settings:
    (folder / "config.yaml").write_text(payments, encoding="utf-8")
    return load_settings(folder, environ={})


def test_a_silent_shop_takes_cash_and_nothing_else(tmp_path: Path) -> None:
    assert offered(settings(tmp_path)) == ["cash"]


def test_ways_are_offered_in_the_order_they_are_written(tmp_path: Path) -> None:
    shop = settings(
        tmp_path,
        'payments:\n  transfer: {enabled: true, instructions: "BAC 1"}\n  methods: ["Nequi", "tarjeta"]\n  cash: {enabled: true}\n',
    )
    assert offered(shop) == ["transfer", "Nequi", "tarjeta", "cash"]
    assert offered(settings(tmp_path, "payments:\n  cash: {enabled: false}\n")) == []


def test_a_transfer_tells_the_owners_instructions_and_waits_for_its_proof(tmp_path: Path) -> None:
    shop = settings(tmp_path, 'payments:\n  transfer: {enabled: true, instructions: "BAC 1"}\n')
    assert start(DUE, "transfer", shop) == PaymentStart("pending", words="BAC 1", waits=True)
    plain = settings(tmp_path, 'payments:\n  transfer: {enabled: true, instructions: "BAC 1", ask_proof: false}\n')
    assert start(DUE, "transfer", plain) == PaymentStart("unpaid", words="BAC 1")


@pytest.mark.parametrize("method", ["cash", "Nequi"])
def test_what_a_person_collects_begins_unpaid_and_waits_for_nothing(tmp_path: Path, method: str) -> None:
    assert start(DUE, method, settings(tmp_path)) == PaymentStart("unpaid")
    assert not provider_of(method).takes_proof


def test_every_provider_is_known_by_its_kind() -> None:
    assert {kind: provider.kind for kind, provider in PROVIDERS.items()} == {kind: kind for kind in PROVIDERS}


def test_the_same_transition_of_the_same_payment_is_one_cause() -> None:
    assert cause_of("stripe", "pi_1", "paid") == cause_of("stripe", "pi_1", "paid")
    assert len({cause_of("stripe", "pi_1", "paid"), cause_of("paypal", "pi_1", "paid"), cause_of("stripe", "pi_2", "paid"),
                cause_of("stripe", "pi_1", "refunded")}) == 4  # fmt: skip
