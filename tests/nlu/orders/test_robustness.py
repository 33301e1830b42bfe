"""Whatever somebody writes: an answer, a cart that adds up, and no product out of thin air."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nlu.service import OrderParser, Waiting, applied, merged

from .cases import EDITS, ORDERS
from .menus import MENUS, cart

NAUGHTY = Path(__file__).parents[2] / "attacks" / "naughty"
PARSER = OrderParser(MENUS["fonda"])
CARTS = [
    "",
    "2 nacatamal",
    "3 taco_res +queso; 1 gaseosa",
    "1 fresco_cacao size=small -hielo; 12 taco_pollo tortilla=maiz; 1 cerveza",
]
WAITING = [None, Waiting(at=(0,), axis="size"), Waiting(products=("taco_res", "taco_pollo"))]
WORDS = sorted(
    {word for _, _, text, _ in ORDERS + EDITS for word in text.split()}
    | set("y de con sin 2 3 , . ? ( ) no mas un la los a".split())
)


def texts(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for part in value.values() if isinstance(value, dict) else value:
            yield from texts(part)


def check(text, before, waiting, language="es"):
    lines = cart(before)
    reading = PARSER.read(text, language=language, cart=lines, waiting=waiting)
    assert merged(applied(lines, reading.changes)) == merged(reading.cart) or sorted(
        map(str, applied(lines, reading.changes))
    ) == sorted(map(str, reading.cart))
    assert all(0 < line.qty < 10**6 for line in reading.cart)
    assert all(line.qty == line.qty.to_integral_value() for line in reading.cart)  # this shop sells by the piece
    assert 0 <= reading.score <= 1
    assert all(0 <= start < end for start, end in reading.took)
    assert bool(reading.score) == (not reading.is_empty)
    return reading


@pytest.mark.parametrize("file", ["blns.json", "edge_messages.json"])
def test_naughty_strings(file):
    for text in texts(json.loads((NAUGHTY / file).read_text())):
        for before in CARTS[:2]:
            check(text[:4000], before, None)


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200), st.sampled_from(CARTS), st.sampled_from(WAITING), st.sampled_from(["es", "en"]))
def test_any_text(text, before, waiting, language):
    check(text, before, waiting, language)


@settings(max_examples=600, deadline=None)
@given(
    st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join),
    st.sampled_from(CARTS),
    st.sampled_from(WAITING),
    st.sampled_from(["es", "en"]),
)
def test_any_words_of_an_order(text, before, waiting, language):
    check(text, before, waiting, language)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.sampled_from("hola buenas que tal todo bien gracias adios donde queda el local a que hora cierran".split()),
        max_size=10,
    ).map(" ".join)
)
def test_talk_of_other_things_changes_nothing(text):
    reading = check(text, "", None)
    assert reading.cart == ()
    assert check(text, "2 nacatamal", None).cart == cart("2 nacatamal")


def test_endless_message():
    check("2 nacatamales y " * 2000, "", None)
    check("1" * 4000, "2 nacatamal", None)
    check("taco de res con queso sin cebolla " * 300, "", None)
