"""Flows in conversation: started by what is said, answered in any order, left for a question and resumed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.assistant.turn import Answer
from tests.assistant.shop import CONFIG, Shop
from tests.flows.declared import FLOWS

OpenShop = Callable[..., Shop]
TABLE = "Mesa para 4, Afuera. ¿La aparto?"


@pytest.fixture
def shop(open_shop: OpenShop) -> Shop:
    return open_shop(config=CONFIG + FLOWS)


def talk(shop: Shop, *said: str) -> Answer:
    """Says these one after the other; the last answer."""
    answers = [shop.say(text) for text in said]
    return answers[-1]


def text(answer: Answer) -> str:
    return answer.replies[0].text


def values(shop: Shop) -> Any:
    return shop.state.get("flow", {}).get("values")


@pytest.mark.parametrize(
    "said",
    ["reservar mesa", "quiero una mesa", "Quiero reservar una mesa", "¿puedo reservar una mesa?", "quisiera hacer una reserva de mesa",
     "hola, quiero reservar mesa porfa", "resrvar mesa"],
)  # fmt: skip
def test_its_phrase_starts_it_however_it_is_put(shop: Shop, said: str) -> None:
    assert text(shop.say(said)).endswith("¿Para cuántas personas?")


@pytest.mark.parametrize("said", ["¿tienen parqueo?", "quiero 2 nacatamales", "hola", "¿está reservado el salón?"])
def test_other_words_do_not(shop: Shop, said: str) -> None:
    shop.say(said)
    assert "flow" not in shop.state


def test_it_runs_to_its_end_with_its_branches_and_tells_what_it_rests_on(shop: Shop) -> None:
    shop.say("quiero reservar mesa")
    answer = shop.say("4")
    assert (text(answer), shop.titles(answer), answer.source) == ("¿Adentro o afuera?", ["Adentro", "Afuera"], "flow")
    assert [(source.type, source.id, source.used) for source in answer.sources if source.type == "flow"] == [
        ("flow", "reservar_mesa", True)
    ]
    answer = shop.say("afuera")
    assert text(answer) == f"Afuera, sólo hasta las 20:00.\n{TABLE}"
    assert shop.titles(answer) == ["Sí", "No"]
    assert text(shop.say("sí")) == "¡Listo! Ya quedó anotado."
    assert "flow" not in shop.state


def test_what_its_first_words_say_is_not_asked(shop: Shop) -> None:
    assert text(shop.say("¿puedo reservar una mesa para 4 personas afuera?")).endswith(TABLE)


def test_an_answer_that_cannot_be_gets_its_own_words_and_in_the_end_a_person(shop: Shop) -> None:
    shop.say("reservar mesa")
    assert text(shop.say("somos 20")) == "Decime un número del 1 al 12.\n¿Para cuántas personas?"
    shop.say("bastantes")
    answer = shop.say("un montón")
    assert "¿Querés que te pase con una persona?" in text(answer)
    assert answer.ask_person
    assert shop.say("sí").handoff


def test_a_question_in_between_is_answered_and_the_flow_goes_on(shop: Shop) -> None:
    shop.say("reservar mesa")
    answer = shop.say("¿a qué hora cierran?")
    assert (answer.source, answer.intent) == ("template", "hours")
    assert "18:00" in text(answer)
    assert text(answer).endswith("¿Para cuántas personas?")
    answer = shop.say("para 4. ¿tienen parqueo?")
    assert "Caben dos carros" in text(answer)
    assert text(answer).endswith("¿Adentro o afuera?")
    assert values(shop) == {"people": 4}


def test_what_nobody_can_answer_in_between_is_said_and_the_question_stays(shop: Shop) -> None:
    shop.say("reservar mesa")
    answer = shop.say("¿venden tornillos de media pulgada?")
    assert text(answer).endswith("¿Para cuántas personas?")
    assert values(shop) == {}


def test_an_earlier_answer_is_corrected_at_any_time(shop: Shop) -> None:
    talk(shop, "reservar mesa", "4", "adentro")
    assert text(shop.say("mejor afuera")) == f"Afuera, sólo hasta las 20:00.\n{TABLE}"
    assert text(shop.say("perdón, somos 5")) == "Mesa para 5, Afuera. ¿La aparto?"
    assert text(shop.say("sí pero para 6")) == "Mesa para 6, Afuera. ¿La aparto?"


def test_a_no_leads_back_and_keeps_the_rest(shop: Shop) -> None:
    talk(shop, "reservar mesa", "4", "afuera")
    assert text(shop.say("no")) == "¿Para cuántas personas?"
    assert text(shop.say("6")) == "Mesa para 6, Afuera. ¿La aparto?"


def test_one_goes_back_a_question(shop: Shop) -> None:
    talk(shop, "reservar mesa", "4", "afuera")
    assert text(shop.say("atrás")) == "¿Adentro o afuera?"
    assert text(shop.say("volver")) == "¿Para cuántas personas?"


@pytest.mark.parametrize("said", ["cancelar", "ya no quiero", "olvidalo, gracias", "mejor no"])
def test_it_is_cancelled(shop: Shop, said: str) -> None:
    talk(shop, "reservar mesa", "4")
    assert text(shop.say(said)).startswith("Listo, lo dejamos ahí.")
    assert "flow" not in shop.state
    assert shop.say("¿a qué hora cierran?").intent == "hours"


def test_a_choice_is_understood_misspelt_tapped_by_number_and_in_part(open_shop: OpenShop) -> None:
    for said in ("afuerra", "2", "la segunda", "afuera porfa"):
        shop = open_shop(config=CONFIG + FLOWS)
        assert text(talk(shop, "reservar mesa", "4", said)).endswith(TABLE), said


def test_a_person_asked_for_comes_first(shop: Shop) -> None:
    assert talk(shop, "reservar mesa", "quiero hablar con una persona").handoff


def test_the_quick_order_of_the_brief_places_an_order_with_a_pick_up_and_the_first_way_to_pay(shop: Shop) -> None:
    assert text(shop.say("Hacer pedido")) == "¿Tu nombre?"
    assert text(shop.say("Ana Rivas")) == "¿Qué producto querés?"
    assert text(shop.say("nacatamal")) == "¿Cantidad?"
    answer = shop.say("2")
    assert text(answer) == "Perfecto, 2 x Nacatamal a nombre de Ana Rivas. ¿Confirmamos?"
    assert [(line["name"], line["qty"]) for line in answer.cart] == [("Nacatamal", 2)]
    answer = shop.say("sí")
    order = answer.replies[0].order
    assert order is not None
    assert (order["status"], order["fulfilment"], order["payment"]["method"]) == ("confirmed", "pickup", "cash")
    assert (order["customer"]["name"], order["total"]) == ("Ana Rivas", "240.00")
    assert (answer.intent, answer.cart) == ("order", [])


def test_quantities_and_several_products_in_one_answer_leave_nothing_to_ask(shop: Shop) -> None:
    answer = talk(shop, "Hacer pedido", "Ana", "2 nacatamales y un fresco de cacao")
    assert text(answer) == "Perfecto, 2 x Nacatamal y 1 x Fresco de cacao a nombre de Ana. ¿Confirmamos?"


def test_the_order_is_changed_before_its_yes(shop: Shop) -> None:
    talk(shop, "Hacer pedido", "Ana", "2 nacatamales")
    assert "2 x Nacatamal y 1 x Fresco de cacao" in text(shop.say("agregale un fresco de cacao"))
    assert "3 x Nacatamal y 1 x Fresco" in text(shop.say("mejor 3 nacatamales"))
    assert "a nombre de Luis." in text(shop.say("a nombre de Luis mejor"))
    order = shop.say("dale").replies[0].order
    assert order is not None
    assert (order["customer"]["name"], order["total"]) == ("Luis", "420.00")


def test_a_no_to_the_quick_order_places_nothing_and_empties_the_cart(shop: Shop) -> None:
    answer = talk(shop, "Hacer pedido", "Ana", "2 nacatamales", "no")
    assert (text(answer).startswith("Listo, lo dejamos ahí."), answer.cart, answer.replies[0].order) == (True, [], None)


def test_what_the_menu_lacks_is_said_and_asked_again(shop: Shop) -> None:
    answer = talk(shop, "Hacer pedido", "Ana", "un sushi")
    assert "Sushi no tenemos." in text(answer)
    assert text(answer).endswith("¿Qué producto querés?")


def test_a_known_customer_is_not_asked_their_name(open_shop: OpenShop) -> None:
    assert text(open_shop(config=CONFIG + FLOWS, name="Carla").say("Hacer pedido")) == "¿Qué producto querés?"


def test_a_message_that_names_products_goes_to_the_cart(shop: Shop) -> None:
    shop.say("quiero 2 nacatamales")
    assert "flow" not in shop.state


def test_products_named_while_another_flow_waits_are_an_order_and_no_answer(shop: Shop) -> None:
    answer = talk(shop, "reservar mesa", "2 nacatamales")
    assert answer.source == "order"
    assert "flow" not in shop.state


def test_left_too_long_it_starts_afresh(shop: Shop) -> None:
    talk(shop, "reservar mesa", "4")
    shop.now = "2026-11-23T10:31"
    shop.silence = timedelta(minutes=31)
    shop.say("afuera")
    assert "flow" not in shop.state
    assert text(shop.say("reservar mesa")) == "¿Para cuántas personas?"


def test_what_becomes_of_personal_data_is_said_once_before_the_first_is_asked(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + FLOWS + 'privacy: {consent: "Guardamos tus datos sólo para tu pedido."}\n')
    assert text(shop.say("Hacer pedido")) == "Guardamos tus datos sólo para tu pedido.\n¿Tu nombre?"
    assert text(shop.say("¿tienen parqueo?")).endswith("portón. ¿Tu nombre?")
    talk(shop, "cancelar")
    assert text(shop.say("Hacer pedido")) == "¿Tu nombre?"


def test_without_personal_questions_nothing_is_said_of_data(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + FLOWS + 'privacy: {consent: "Guardamos tus datos."}\n')
    assert text(shop.say("reservar mesa")) == "¿Para cuántas personas?"


def test_a_shop_that_takes_no_orders_starts_no_quick_order(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + FLOWS + "orders: {enable: false}\n")
    shop.say("Hacer pedido")
    assert "flow" not in shop.state


def test_a_flow_the_owner_took_away_is_forgotten(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + FLOWS)
    shop.say("reservar mesa")
    state = shop.state
    other = open_shop()
    other.state = state
    assert other.say("¿a qué hora cierran?").intent == "hours"
    assert "flow" not in other.state


DATES = """
flows:
  cita:
    start: ["sacar una cita"]
    steps:
      - {ask: "¿Para cuándo?", var: date, error: "Decime un día y una hora que no hayan pasado."}
      - {ask: "¿A qué correo te confirmamos?", var: email, error: "Ese correo no me cuadra."}
      - {confirm: "Cita {date}, {email}. Estamos en {direccion}. ¿La anoto?"}
      - {do: payment_link}
      - {do: handoff}
"""


def test_days_times_mails_and_what_the_shop_is_like_are_read_back(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + DATES)
    assert text(shop.say("quiero sacar una cita")) == "¿Para cuándo?"
    assert text(shop.say("ayer")).startswith("Decime un día y una hora que no hayan pasado.")
    assert text(shop.say("el viernes a las 4")) == "¿A qué correo te confirmamos?"
    assert values(shop)["date"] == "2026-11-27T16:00"
    assert text(shop.say("ana@")).startswith("Ese correo no me cuadra.")
    assert text(shop.say("es ana@correo.com")) == (
        "Cita el viernes a las 16:00, ana@correo.com. Estamos en Del parque 1 c. al sur. ¿La anoto?"
    )
    assert "Cita el viernes a las 17:00" in text(shop.say("mejor a las 5 pm"))
    answer = shop.say("sí")
    assert answer.handoff
    assert text(answer).startswith("Podés pagar con efectivo.")
