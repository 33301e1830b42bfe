"""What an order costs: options, extras, weights, discounts and tax, to the last cent of any currency."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.catalog.service import Extra, OptionAxis, OptionValue, Product, Variant
from app.nlu.service import Line, SaidExtra
from app.orders.pricing import Bill, Priced, bill, check_quantity, half_up, priced


@dataclass(frozen=True)
class Rule:
    """A discount or a tax, as the settings have it."""

    percent: Decimal
    included: bool = False


SIZE = OptionAxis("size", "tamaño", True, (OptionValue("small", "chica"), OptionValue("large", "grande", (), 4000)))
SAUCE = OptionAxis(
    "sauce", "salsa", False, (OptionValue("green", "verde", (), 500), OptionValue("red", "roja", (), 700))
)
CHEESE = Extra("cheese", "queso", price_delta=1000)
ONION = Extra("onion", "cebolla", price_delta=300, included=True)
TACO = Product(1, "taco", "Taco", 2000, "NIO", options=(SIZE, SAUCE), extras=(CHEESE, ONION))
MEAT = Product(2, "carne", "Carne", 9999, "NIO", unit="libra")


def cost(product: Product, qty: str = "1", **said: object) -> Priced:
    return priced(product, Line(product.sku, Decimal(qty), **said))  # type: ignore[arg-type]


def test_what_is_chosen_adds_to_the_price() -> None:
    assert cost(TACO).unit_price == 2000
    assert cost(TACO, options=(("size", ("large",)),)).unit_price == 6000
    assert cost(TACO, "3", options=(("sauce", ("green",)), ("size", ("large",)))).total == 3 * 6500


def test_several_values_of_one_option_cost_what_the_dearest_adds() -> None:
    assert cost(TACO, options=(("sauce", ("green", "red")),)).unit_price == 2700


def test_a_variant_with_a_price_of_its_own_costs_that_and_what_else_is_chosen() -> None:
    large = Variant("k", {"size": "large"}, price=5000)
    taco = Product(1, "taco", "Taco", 2000, "NIO", options=(SIZE, SAUCE), extras=(CHEESE,), variants=(large,))
    assert cost(taco, options=(("size", ("large",)),)).unit_price == 5000
    assert cost(taco, options=(("sauce", ("red",)), ("size", ("large",)))).unit_price == 5700
    assert cost(taco, options=(("sauce", ("green", "red")), ("size", ("large",)))).unit_price == 5700
    assert cost(taco, options=(("size", ("small",)),)).unit_price == 2000


@pytest.mark.parametrize(
    ("kind", "id_", "qty", "more"),
    [
        ("add", "cheese", 1, 1000),
        ("add", "cheese", 3, 3000),
        ("extra", "cheese", 2, 2000),
        ("add", "onion", 1, 0),  # it comes with it
        ("extra", "onion", 1, 300),
        ("light", "cheese", 1, 0),
        ("no", "onion", 1, 0),
        ("no_extra", "cheese", 1, 0),
        ("add", "nothing-like-it", 1, 0),
    ],
)
def test_extras_cost_where_more_of_them_is_asked_for(kind: str, id_: str, qty: int, more: int) -> None:
    extra = SaidExtra(kind=kind, id=id_, qty=qty)  # type: ignore[arg-type]
    assert cost(TACO, "2", extras=(extra,)).total == 2 * (2000 + more)


def test_a_price_never_falls_below_nothing() -> None:
    cheap = OptionAxis("size", "tamaño", False, (OptionValue("half", "media", (), -5000),))
    taco = Product(1, "taco", "Taco", 2000, "NIO", options=(cheap,))
    assert cost(taco, options=(("size", ("half",)),)).total == 0


def test_a_line_by_weight_is_rounded_once_and_half_up() -> None:
    assert cost(MEAT, "0.5").total == 5000  # 4999.5
    assert cost(MEAT, "0.333").total == 3330  # 3329.667
    assert cost(MEAT, "1.5").total == 14999  # 14998.5


@pytest.mark.parametrize(
    ("qty", "unit"),
    [("0", None), ("-1", None), ("0.5", None), ("1.0001", "libra"), ("10001", None), ("NaN", "libra"), ("Infinity", None)],
)  # fmt: skip
def test_a_quantity_that_cannot_be_sold_is_refused(qty: str, unit: str | None) -> None:
    with pytest.raises(ValueError, match="sold"):
        check_quantity(Decimal(qty), unit)


def test_a_line_says_what_contract_asks_for() -> None:
    extras = (SaidExtra(kind="extra", id="cheese"), SaidExtra(kind="no", id="onion"))
    options = (("sauce", ("green", "red")), ("size", ("large",)))
    line = cost(TACO, "2", options=options, extras=extras, without_options=("sauce:brown",), note="rápido")
    assert line.as_json("NIO") == {
        "product_id": "taco", "name": "Taco", "qty": 2, "unit": None,
        "options": {"sauce": ["green", "red"], "size": "large"},
        "extras": [{"id": "cheese", "kind": "extra", "qty": 1}, {"id": "onion", "kind": "no", "qty": 1}],
        "without_options": ["sauce:brown"], "note": "rápido", "unit_price": "77.00", "total": "154.00",
    }  # fmt: skip
    assert dict(line.names) == {
        "sauce:green": "verde", "sauce:red": "roja", "size:large": "grande", "cheese": "queso", "onion": "cebolla",
    }  # fmt: skip
    assert cost(MEAT, "0.25").as_json("NIO")["qty"] == 0.25


def test_a_currency_without_cents_has_none_anywhere() -> None:
    fish = Product(3, "pez", "Pez", 4990, "CLP", unit="kilo")
    line = cost(fish, "0.3")
    assert (line.total, line.as_json("CLP")["total"]) == (1497, "1497")
    assert bill([line], discount=Rule(Decimal("33.3"))).total == 1497 - 499  # 498.501
    assert bill([line], tax=Rule(Decimal(19))).tax == 284  # 284.43


def test_a_tax_in_the_prices_changes_no_total_and_one_on_top_is_added() -> None:
    line = cost(TACO, "5")
    within = bill([line], fee=1500, tax=Rule(Decimal(15), included=True))
    assert (within.total, within.tax, within.tax_added) == (11500, 1500, False)
    on_top = bill([line], fee=1500, tax=Rule(Decimal(15)))
    assert (on_top.total, on_top.tax, on_top.tax_added) == (13225, 1725, True)
    assert bill([line], tax=None).tax == 0


def test_a_discount_is_of_the_goods_and_not_of_the_delivery() -> None:
    line = cost(TACO, "5")
    assert bill([line], fee=1500, discount=Rule(Decimal(10))) == Bill((line,), 10000, 1500, 1000, 0, 10500)
    assert bill([line], fee=1500, discount=Rule(Decimal(100))).total == 1500


quantities = st.integers(1, 10_000_000).map(lambda thousandths: Decimal(thousandths) / 1000)
prices = st.integers(0, 10**12)
percents = st.decimals(0, 100, places=4)


@given(st.lists(st.tuples(prices, quantities), max_size=8), st.integers(0, 10**9), percents, percents, st.booleans())
def test_the_parts_of_a_bill_always_make_its_total(
    goods: list[tuple[int, Decimal]], fee: int, off: Decimal, percent: Decimal, included: bool
) -> None:
    lines = [cost(Product(1, "x", "X", price, "NIO", unit="kilo"), str(qty)) for price, qty in goods]
    made = bill(lines, fee=fee, discount=Rule(off), tax=Rule(percent, included))
    assert made.subtotal == sum(line.total for line in lines)
    assert 0 <= made.discount <= made.subtotal
    assert made.total == made.subtotal - made.discount + fee + (0 if included else made.tax)
    assert 0 <= made.tax <= made.total


@given(prices, quantities)
def test_a_line_is_within_half_a_cent_of_what_it_is_exactly(price: int, qty: Decimal) -> None:
    total = cost(Product(1, "x", "X", price, "NIO", unit="kilo"), str(qty)).total
    assert -Fraction(1, 2) < total - price * Fraction(qty) <= Fraction(1, 2)


@given(st.fractions(0, 10**9))
def test_rounding_takes_a_half_up(amount: Fraction) -> None:
    rounded = half_up(amount)
    assert abs(rounded - amount) <= Fraction(1, 2)
    assert half_up(Fraction(rounded) + Fraction(1, 2)) == rounded + 1
