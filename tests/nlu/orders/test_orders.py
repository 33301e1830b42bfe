"""Messages in, carts out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.nlu.language import detect
from app.nlu.normalise import pieces
from app.nlu.service import Alter, Line, OrderParser, Waiting, applied
from app.nlu.understand import _evidence

from .cases import AMBIGUOUS, ANSWERS, EDITS, LACKING, ORDERS
from .menus import MENUS, cart, written

PARSERS = {name: OrderParser(menu) for name, menu in MENUS.items()}


def read(shop, text, before="", waiting=None):
    language = detect(pieces(text), _evidence(), "es")
    return PARSERS[shop].read(text, language=language, cart=cart(before), waiting=waiting)


@pytest.mark.parametrize(("shop", "before", "text", "after"), ORDERS + EDITS)
def test_message_makes_this_cart(shop, before, text, after):
    reading = read(shop, text, before)
    assert written(reading.cart) == written(cart(after))
    assert written(applied(cart(before), reading.changes)) == written(reading.cart)


@pytest.mark.parametrize(("shop", "text", "words"), LACKING)
def test_what_the_menu_lacks_is_named_back(shop, text, words):
    reading = read(shop, text)
    assert len(reading.unknown) == 1
    assert words in reading.unknown[0].words


@pytest.mark.parametrize(("shop", "text", "qty", "products"), AMBIGUOUS)
def test_product_of_which_several_fit_is_asked_for(shop, text, qty, products):
    (unclear,) = read(shop, text).unclear
    assert unclear.qty == qty
    assert set(unclear.products) == set(products)


@pytest.mark.parametrize(("shop", "before", "text", "waiting", "after"), ANSWERS)
def test_answer_to_the_question_asked(shop, before, text, waiting, after):
    assert written(read(shop, text, before, Waiting(**waiting)).cart) == written(cart(after))


@pytest.mark.parametrize(
    "text", ["hola", "sí", "gracias", "a qué hora abren?", "me llamo Ana López", "vivo en la calle 5 123"]
)
def test_what_orders_nothing_scores_nothing(text):
    reading = read("fonda", text)
    assert reading.score == 0
    assert reading.is_empty
    assert reading.cart == ()


def test_lone_name_is_less_sure_than_a_sentence():
    alone, said = read("fonda", "nacatamal"), read("fonda", "quiero 2 nacatamales")
    assert 0.5 < alone.score < 0.7
    assert said.score > 0.9


def test_takes_the_words_it_used():
    text = "buenas, quiero 2 nacatamales y una toña, gracias"
    reading = read("fonda", text)
    assert [text[start:end] for start, end in reading.took] == ["2 nacatamales", "una toña"]


def test_changes_tell_what_was_done_and_by_which_words():
    reading = read("fonda", "quita la toña y que sean 3 nacatamales", "2 nacatamal; 1 cerveza")
    kinds = {type(change).__name__: change for change in reading.changes}
    assert set(kinds) == {"Remove", "SetQuantity"}
    assert kinds["Remove"].at == 1
    assert "toña" in kinds["Remove"].words
    assert (kinds["SetQuantity"].at, kinds["SetQuantity"].qty) == (0, 3)


def test_part_of_a_line_is_altered_in_its_place():
    (change,) = read("fonda", "a uno quitale la cebolla", "3 taco_res").changes
    assert isinstance(change, Alter)
    assert (change.at, change.qty, written([change.line])) == (0, 1, "1 taco_res -cebolla")


def test_line_of_another_menu_is_left_alone():
    before = (Line("gone", Decimal(1)),)
    assert PARSERS["fonda"].read("2 nacatamales", cart=before).cart[:1] == before


def test_menu_without_products_reads_everything():
    assert OrderParser(()).read("quiero 2 nacatamales").cart == ()
