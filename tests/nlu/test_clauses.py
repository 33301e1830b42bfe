"""Where one thing said ends and the next begins."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.nlu.service import Understander

SPLIT = [
    ("buenas, a q hora cierran hoy y tienen nacatamales?", ["greeting", "hours", "availability"]),
    ("hola buen día quiero un vigorón", ["greeting", "order"]),
    ("a como el vigorón y hacen envíos?", ["price", "delivery"]),
    ("tienen nacatamales y cuánto cuestan?", ["availability", "price"]),
    ("¿Dónde están? ¿Aceptan tarjeta?", ["location", "payment"]),
    ("dame un nacatamal, una coca y a qué hora abren?", ["order", "hours"]),
    ("gracias, nos vemos", ["thanks", "goodbye"]),
    ("quiero 2 nacatamales. Hacen envíos?", ["order", "delivery"]),
    ("do you have nacatamales and how much are they?", ["availability", "price"]),
    ("hi! where are you located and do you take cards?", ["greeting", "location", "payment"]),
]
WHOLE = [
    ("dos nacatamales y un fresco de cacao", {"nacatamal": 2, "fresco-cacao": 1}),
    ("quiero arroz y frijoles y una coca", {"arroz-frijoles": 1, "coca-cola": 1}),
    ("2 nacatamales, 1 coca, un café con leche", {"nacatamal": 2, "coca-cola": 1, "cafe-leche": 1}),
    ("me das un nacatamal y media docena de tacos de birria", {"nacatamal": 1, "taco-birria": Decimal("0.5")}),
    ("cuánto cuesta el nacatamal y el vigorón", {"nacatamal": 1, "vigoron": 1}),
    ("two nacatamales and a coca cola please", {"nacatamal": 2, "coca-cola": 1}),
]


@pytest.mark.parametrize(("text", "intents"), SPLIT)
def test_each_question_becomes_a_clause_of_its_own(mind: Understander, text: str, intents: list[str]) -> None:
    assert [clause.intent for clause in mind.analyse(text).clauses] == intents


@pytest.mark.parametrize(("text", "cart"), WHOLE)
def test_a_list_of_products_stays_one_clause(mind: Understander, text: str, cart: dict[str, Decimal | int]) -> None:
    (clause,) = mind.analyse(text).clauses

    assert {mention.product_id: mention.qty for mention in clause.mentions} == cart


def test_what_is_asked_first_leads_the_message_and_the_greeting_steps_back(mind: Understander) -> None:
    analysis = mind.analyse("buenas, a q hora cierran hoy y tienen nacatamales?")

    assert [intent.name for intent in analysis.intents[:2]] == ["hours", "availability"]
    assert next(intent.score for intent in analysis.intents if intent.name == "greeting") < 0.5


def test_a_clause_keeps_the_words_as_they_were_written(mind: Understander) -> None:
    analysis = mind.analyse("Buenas, ¿A q hora cierran HOY? Tenés Vigorón?")

    assert [clause.text for clause in analysis.clauses] == ["Buenas", "A q hora cierran HOY?", "Tenés Vigorón?"]
    assert analysis.clauses[1].folded == "a q hora cierran hoy?"
    assert analysis.clauses[1].tokens == ("a", "que", "hora", "cierran", "hoy")


def test_every_word_belongs_to_exactly_one_clause(mind: Understander) -> None:
    text = "hola quiero 2 tacos de birria, una coca y a qué hora cierran? gracias"
    words = [word for clause in mind.analyse(text).clauses for word in clause.tokens]

    assert [word for word in words if word != "y"] == [
        "hola", "quiero", "2", "tacos", "de", "birria", "una", "coca", "a", "que", "hora", "cierran", "gracias",
    ]  # fmt: skip
