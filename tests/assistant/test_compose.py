"""Templates with unfilled variables, and several answers in one message."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.assistant.compose import compose, render
from app.assistant.turn import Part
from app.assistant.voice import Voice
from app.chat.messages import Card, QuickReply

VOICE = Voice("es")


def values(**known: str) -> dict[str, Callable[[], str]]:
    names = ("abierto_ahora", "horario", "direccion", "mapa", "zonas", "minimo", "tiempo_envio")
    return {name: lambda name=name: known.get(name, "") for name in names}  # type: ignore[misc]


@pytest.mark.parametrize(
    ("template", "known", "said"),
    [
        ("Estamos en {direccion}. {mapa}", {"direccion": "Barrio X", "mapa": "https://m/1"}, "Estamos en Barrio X. https://m/1"),
        ("Estamos en {direccion}. {mapa}", {"mapa": "https://m/1"}, "https://m/1"),
        ("Estamos en {direccion}. {mapa}", {}, ""),
        ("{abierto_ahora} Atendemos {horario}.", {"abierto_ahora": "Sí, estamos abiertos."}, "Sí, estamos abiertos."),
        ("Llevamos a {zonas}. Mínimo {minimo}. Tarda {tiempo_envio}.", {"zonas": "Centro", "tiempo_envio": "30 min"},
         "Llevamos a Centro. Tarda 30 min."),
        ("Sin variables. Dos frases.", {}, "Sin variables. Dos frases."),
        ("¡Vení! Estamos en {direccion}.", {}, "¡Vení!"),
        ("Estamos en {direccion}.", {"direccion": "4a Calle, S.A."}, "Estamos en 4a Calle, S.A."),
        ("Estamos en {direccion}.", {"direccion": "{horario}"}, "Estamos en {horario}."),
    ],
)  # fmt: skip
def test_a_sentence_whose_variable_is_not_filled_is_left_out(template: str, known: dict[str, str], said: str) -> None:
    assert render(template, values(**known)) == said


def part(text: str, at: int = 0, **more: object) -> Part:
    return Part((at,), text, "hours", "template", **more)  # type: ignore[arg-type]


def test_the_greeting_comes_first_and_the_goodbye_last() -> None:
    bye, hello = part("Hasta luego.", 0, place="closing"), part("¡Buenas!", 2, place="opening")
    said = compose([bye, part("Hoy cerramos a las 18:00.", 1), hello], VOICE)
    assert said.text == "¡Buenas! Hoy cerramos a las 18:00. Hasta luego."


def test_what_was_said_is_not_said_again() -> None:
    said = compose([part("Hoy no abrimos. Volvemos mañana.", 0), part("Volvemos mañana. El martes sí.", 1)], VOICE)
    assert said.text == "Hoy no abrimos. Volvemos mañana. El martes sí."


def test_a_yes_stays_where_the_sentence_before_does_not_say_it() -> None:
    said = compose([part("Sí, aceptamos tarjeta. En efectivo también.", 0), part("Sí, hacemos factura.", 1)], VOICE)
    assert said.text == "Sí, aceptamos tarjeta. En efectivo también. Sí, hacemos factura."


def test_a_greeting_is_joined_to_what_follows_unless_that_is_a_list() -> None:
    hello, long = part("¡Buenas!", 0, place="opening"), "Sí, " + "muy " * 60 + "bien."
    assert compose([hello, part(long, 1)], VOICE).text == f"¡Buenas! {long}"
    assert compose([hello, part("Tenemos:\n• Pan", 1)], VOICE).text == "¡Buenas!\n\nTenemos:\n• Pan"


def test_only_the_first_answer_begins_with_yes() -> None:
    said = compose([part("Sí, estamos abiertos.", 0), part("Sí, tenemos Nacatamal a C$ 120.", 1)], VOICE)
    assert said.text == "Sí, estamos abiertos. Tenemos Nacatamal a C$ 120."


def test_a_list_stands_apart() -> None:
    said = compose([part("Hoy cerramos a las 18:00.", 0), part("Tenemos:\n• Nacatamal: C$ 120", 1)], VOICE)
    assert said.text == "Hoy cerramos a las 18:00.\n\nTenemos:\n• Nacatamal: C$ 120"


def test_the_choices_of_an_offer_win_so_that_a_yes_means_one_thing() -> None:
    yes, menu = QuickReply("Sí", "person:yes"), QuickReply("Ver más", "menu:page=1")
    offer = part("¿Le aviso?", 0, offer="order", quick_replies=(yes,))
    said = compose([offer, part("Menú", 1, quick_replies=(menu,))], VOICE)
    assert said.quick_replies == (yes,)
    assert said.text == "Menú ¿Le aviso?"


def test_cards_make_the_reply_cards_and_a_hand_off_a_hand_off() -> None:
    card = Card("Nacatamal", "product:nacatamal")
    assert compose([part("Tenemos:", cards=(card, card))], VOICE).cards == (card,)
    assert compose([part("Tenemos:", cards=(card,))], VOICE).kind == "cards"
    assert compose([part("Te paso.", handoff=True), part("Tenemos:", 1, cards=(card,))], VOICE).kind == "handoff"


@pytest.mark.parametrize(
    ("items", "said"),
    [(["a"], "a"), (["a", "b"], "a y b"), (["a", "b", "c"], "a, b y c"), (["pan", "iguana"], "pan e iguana"),
     (["pan", "hielo"], "pan y hielo"), ([], "")],
)  # fmt: skip
def test_lists_are_joined_as_they_are_spoken(items: list[str], said: str) -> None:
    assert VOICE.join(items) == said
