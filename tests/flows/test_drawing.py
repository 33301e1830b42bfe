"""Flows drawn as text."""

from __future__ import annotations

import pytest

from app.core.i18n import Texts
from app.flows.service import drawn, order_flow
from app.shop.flowspec import ACTIONS, TYPES
from tests.flows.declared import flows

TABLE = """\
reservar_mesa
  empieza con: «reservar mesa», «quiero una mesa»
  1 ? ¿Para cuántas personas?
      → people (cantidad de 1 a 12)
      si no sirve: Decime un número del 1 al 12.
  2 ? ¿Adentro o afuera?
      → place (Adentro | Afuera)
  3 » Afuera, sólo hasta las 20:00.
      sólo si place es Afuera
  4 ✓ Mesa para {people}, {place}. ¿La aparto?
      sí → 5
      no → 1 (vuelve a preguntar people)
  5 ● avisa al dueño
  fin
  recuerda una vez a los 10 min sin respuesta
  se abandona a los 30 min sin respuesta"""


def test_a_flow_is_drawn_with_its_branches_and_where_a_no_leads() -> None:
    assert drawn("reservar_mesa", flows()["reservar_mesa"]) == TABLE


def test_what_a_flow_of_goods_does_unsaid_is_drawn_too() -> None:
    told = drawn("quick_order", flows()["quick_order"])
    assert "no → se cancela" in told
    assert "5 ● toma el pedido (con el último sí, aunque no esté escrito)" in told


@pytest.mark.parametrize("language", ["es", "en"])
def test_the_order_everybody_has_is_drawn_in_words_and_not_in_keys(language: str) -> None:
    told = drawn("order", order_flow(), language)
    assert "@" not in told
    assert "fulfilment, name; address, name, phone" in told


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_action_and_every_type_has_a_name(language: str) -> None:
    keys = Texts.load("cli").keys(language)
    assert {f"flows.do.{action}" for action in ACTIONS} <= keys
    assert {f"flows.kind.{kind}" for kind in TYPES if kind != "choice"} <= keys


def test_every_text_of_the_order_is_in_the_catalogue() -> None:
    keys = Texts.load("bot").keys("es")
    texts = [text for step in order_flow().steps for text in (step.text, step.error) if text]
    assert [text for text in texts if text[1:] not in keys] == []
