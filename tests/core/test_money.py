"""Money: read as people write it, never a float, never of another currency."""

from __future__ import annotations

import contextlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.money import decimal_string, is_currency, minor_digits, parse_money, show

CURRENCIES = [
    "NIO",
    "ARS",
    "MXN",
    "COP",
    "CLP",
    "PYG",
    "PEN",
    "USD",
    "EUR",
    "CRC",
    "GTQ",
    "HNL",
    "BRL",
    "JPY",
    "KWD",
    "DOP",
]


@pytest.mark.parametrize(
    ("written", "currency", "minor"),
    [
        ("120", "NIO", 12000), ("120.00", "NIO", 12000), ("120.5", "NIO", 12050), ("C$ 1,240", "NIO", 124000),
        ("1.240,50", "ARS", 124050), ("1.240,50", "NIO", 124050), ("1,240.50", "NIO", 124050), ("$1.240", "CLP", 1240),
        ("1.240", "ARS", 124000), ("1,240", "NIO", 124000), ("12,5", "NIO", 1250), ("1 240,50", "NIO", 124050),
        ("1'240.50", "CHF", 124050), ("1,240,000", "NIO", 124000000), ("1,240,500.25", "NIO", 124050025),
        ("120.0000", "NIO", 12000), ("120.000", "NIO", 12000), ("120.00", "CLP", 120), ("1.240", "KWD", 1240),
        ("120 córdobas", "NIO", 12000), ("12 USD", "USD", 1200), ("US$ 12", "USD", 1200), ("S/. 12.50", "PEN", 1250),
        ("Gs. 15.000", "PYG", 15000), ("$ 4.25", "USD", 425), (".50", "USD", 50), ("+40", "NIO", 4000), (" 7 ", "NIO", 700),
        ("-0", "NIO", 0), (12, "NIO", 1200), (Decimal("1.50"), "NIO", 150), ("0", "NIO", 0), ("007", "NIO", 700),
    ],
)  # fmt: skip
def test_prices_are_read_as_people_write_them(written: str | int | Decimal, currency: str, minor: int) -> None:
    assert parse_money(written, currency) == minor


@pytest.mark.parametrize(
    ("written", "currency"),
    [
        ("", "NIO"), ("gratis", "NIO"), ("120.505", "NIO"), ("0.125", "NIO"), ("1240.505", "NIO"), ("120.50", "CLP"),
        ("1.240", "NIO"), ("1,240", "ARS"), ("1,24,0", "NIO"), ("1.2.3", "NIO"), ("1,240,5", "NIO"), ("1.240.50,5", "NIO"),
        ("€ 10", "NIO"), ("US$ 10", "NIO"), ("C$ 10", "USD"), ("-5", "NIO"), ("C$ -5", "NIO"), ("--5", "NIO"), ("12e3", "NIO"),
        ("Infinity", "NIO"), ("NaN", "NIO"), ("٣", "NIO"), ("9" * 30, "NIO"), ("1 2", "NIO"), ("5 - 10", "NIO"),
        ("=1+1", "NIO"), (10**20, "NIO"), (Decimal("NaN"), "NIO"), (Decimal("1.005"), "NIO"), (-1, "NIO"),
    ],
)  # fmt: skip
def test_what_could_be_two_prices_or_none_is_refused(written: str | int | Decimal, currency: str) -> None:
    with pytest.raises(ValueError):
        parse_money(written, currency)


def test_a_refusal_says_what_to_write() -> None:
    with pytest.raises(ValueError, match=r"más decimales que NIO.*escribilo 1240"):
        parse_money("1.240", "NIO")
    with pytest.raises(ValueError, match="no es la moneda de la tienda"):
        parse_money("€ 10", "NIO")


def test_below_zero_only_where_it_is_asked_for() -> None:
    assert [parse_money(text, "NIO", negative=True) for text in ("-5", "C$ -5", "-C$ 5", "−5")] == [-500] * 4


def test_a_float_is_never_money() -> None:
    with pytest.raises(TypeError):
        parse_money(1.5, "NIO")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("minor", "currency", "shown"),
    [
        (12400, "NIO", "C$ 124"), (12450, "NIO", "C$ 124.50"), (124000, "NIO", "C$ 1,240"), (5, "NIO", "C$ 0.05"),
        (124050, "ARS", "$ 1.240,50"), (425, "USD", "$ 4.25"), (1240, "CLP", "$ 1.240"), (123456789, "MXN", "$ 1,234,567.89"),
        (124050, "EUR", "1.240,50 €"), (1500, "PYG", "Gs. 1.500"), (1250, "BRL", "R$ 12,50"), (1200, "JPY", "￥ 1,200"),
        (0, "NIO", "C$ 0"), (-3000, "NIO", "-C$ 30"), (99999, "NIO", "C$ 999.99"),
    ],
)  # fmt: skip
def test_prices_are_shown_as_the_country_writes_them(minor: int, currency: str, shown: str) -> None:
    assert show(minor, currency, "es") == shown


def test_the_customers_language_does_not_change_the_figures() -> None:
    assert show(124050, "NIO", "en") == show(124050, "NIO", "es") == "C$ 1,240.50"
    assert show(124050, "EUR", "en") == "€ 1,240.50"


@pytest.mark.parametrize(
    ("currency", "digits"), [("NIO", 2), ("CLP", 0), ("PYG", 0), ("JPY", 0), ("KWD", 3), ("COP", 2)]
)
def test_decimals_are_those_of_the_standard(currency: str, digits: int) -> None:
    assert minor_digits(currency) == digits
    assert decimal_string(1, currency) == ("0." + "1".rjust(digits, "0") if digits else "1")


def test_codes_are_told_from_words() -> None:
    assert is_currency("NIO")
    assert not is_currency("nio")
    assert not is_currency("XX")


@given(st.integers(0, 10**13), st.sampled_from(CURRENCIES))
def test_what_is_written_for_programs_is_read_back(minor: int, currency: str) -> None:
    assert parse_money(Decimal(decimal_string(minor, currency)), currency) == minor
    if minor_digits(currency) != 3 or minor % 1000:
        assert parse_money(decimal_string(minor, currency), currency) == minor


@given(st.integers(0, 10**12), st.sampled_from(CURRENCIES))
def test_what_is_shown_to_people_is_read_back(minor: int, currency: str) -> None:
    assert parse_money(show(minor, currency, "es"), currency) == minor


@given(st.text(max_size=30), st.sampled_from(CURRENCIES))
def test_no_text_does_worse_than_be_refused(text: str, currency: str) -> None:
    with contextlib.suppress(ValueError):
        assert parse_money(text, currency) >= 0
