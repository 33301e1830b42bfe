"""Short messages that go on with what was talked about, and customers who say who they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.assistant.responders.introductions import details_given
from app.chat.models import contacts
from app.chat.service import Details
from app.commands.talk import Talk
from app.wiring import prepare_home
from tests.assistant.shop import CONFIG, FAQS, Shop

OpenShop = Callable[..., Shop]
ETA = CONFIG.replace("enabled: true\n  minimum", 'enabled: true\n  eta: "30 a 45 minutos"\n  minimum')
PLAY = FAQS + "¿Hay juegos para niños?|¿Tienen sillas altas para niños?,Hay un corralito y dos sillas altas.,local\n"


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("¿a qué hora cierran?", [("¿y los domingos?", "El domingo no abrimos"), ("¿y mañana?", "Mañana, martes, abrimos"),
                                  ("¿y a las 8?", "a las 8:00"), ("¿y en nochebuena?", "24 de diciembre")]),
        ("¿abren el sábado?", [("¿y a las 8?", "el sábado a las 8:00"), ("y el 24?", "martes 24 de noviembre")]),
        ("¿hacen envíos?", [("¿y a Masaya?", "A Masaya no llegamos"), ("¿y a Bolonia?", "Sí, llegamos a Residencial Bolonia"),
                            ("¿y cuánto es el mínimo?", "El pedido mínimo es de C$ 150")]),
        ("¿hacen envíos?", [("¿y cuánto tarda?", "El envío tarda 30 a 45 minutos.")]),
        ("¿cómo puedo pagar?", [("¿y con nequi?", "Sí, aceptamos Nequi"), ("¿y con yappy?", "Con yappy no"),
                                ("¿y con tarjeta?", "Sí, débito y crédito.")]),
        ("¿dónde quedan?", [("¿y la dirección?", "Del parque 1 c. al sur"), ("¿y tienen parqueo?", "Caben dos carros")]),
        ("what time do you close?", [("and on Sundays?", "On Sunday we're closed"), ("what about tomorrow?", "Tomorrow, Tuesday")]),
        ("do you deliver?", [("and to Masaya?", "We don't deliver to Masaya")]),
    ],
)  # fmt: skip
def test_a_follow_up_goes_on_with_the_last_topic(
    open_shop: OpenShop, first: str, then: Sequence[tuple[str, str]]
) -> None:
    shop = open_shop(config=ETA)
    shop.say(first)
    for asked, said in then:
        assert said in shop.text(asked), asked


@pytest.mark.parametrize("between", ["gracias", "jaja", "ok", "👍", "dale", "jajaja buenísimo"])
def test_courtesies_in_between_do_not_break_the_topic(shop: Shop, between: str) -> None:
    shop.say("¿hacen envíos?")
    shop.say(between)
    assert "A Masaya no llegamos" in shop.text("¿y a Masaya?")


def test_a_question_about_the_last_answer_is_searched_together_with_it(open_shop: OpenShop) -> None:
    shop = open_shop(faqs=PLAY)
    shop.say("¿hay juegos?")
    assert shop.state["topic"]["subjects"] == ["faq"]
    assert shop.text("¿y para niños?") == "Hay un corralito y dos sillas altas."


def test_an_answer_that_does_not_speak_of_it_is_not_given_again(open_shop: OpenShop) -> None:
    shop = open_shop(faqs=PLAY)
    shop.say("¿tienen wifi?")
    assert "mostrador" not in shop.text("¿y piscina?")


def test_a_day_after_an_answer_that_tells_of_it_is_that_answers(open_shop: OpenShop) -> None:
    fry = (
        FAQS
        + "¿A qué hora empieza la fritanga?|¿Qué días hay fritanga?,A las 5. El domingo descansan las brasas.,comida\n"
    )
    shop = open_shop(faqs=fry)
    assert "brasas" in shop.text("¿qué días hay fritanga?")
    assert "brasas" in shop.text("¿y los domingos?")
    assert "Mañana, martes, abrimos" in shop.text("¿y mañana?")


def test_what_was_talked_about_long_ago_is_no_context(shop: Shop) -> None:
    shop.say("¿hacen envíos?")
    shop.silence = timedelta(minutes=29)
    assert "A Masaya no llegamos" in shop.text("y a Masaya")
    shop.silence = timedelta(minutes=31)
    assert "A Masaya no llegamos" not in shop.text("y a Masaya")


@pytest.mark.parametrize(
    ("said", "details", "answer"),
    [
        ("soy Carla", Details("Carla"), "¡Mucho gusto, Carla!"),
        ("hola, me llamo José Pérez", Details("José Pérez"), "¡Mucho gusto, José!"),
        ("8888-7777", Details(phone="+50588887777"), "Gracias. Ya anoté tu número."),
        ("soy Carla y mi número es 8888-7777", Details("Carla", "+50588887777"), "Gracias, Carla. Ya anoté tu número."),
        ("mi correo es carla@gmail.com", Details(email="carla@gmail.com"), "Gracias. Ya anoté tu correo."),
        ("mi cel 8888 7777 y mi correo carla@gmail.com", Details("", "+50588887777", "carla@gmail.com"), "tu número y tu correo."),
        ("my name is Ann, my phone is +505 8888 7777", Details("Ann", "+50588887777"), "Thanks, Ann. I've noted your number."),
    ],
)  # fmt: skip
def test_who_says_who_they_are_is_thanked_and_noted(shop: Shop, said: str, details: Details, answer: str) -> None:
    text = shop.text(said)
    assert answer in text
    assert details_given(shop.last) == details
    assert "8888" not in text


def test_a_name_beside_a_question_is_noted_and_the_question_answered(shop: Shop) -> None:
    answer = shop.say("buenas, soy José. ¿a qué hora cierran?")
    assert answer.intent == "hours"
    assert "18:00" in answer.replies[0].text
    assert "ofrezco" not in answer.replies[0].text
    assert details_given(shop.last).name == "José"


def test_who_wants_to_be_called_is_noted_too(shop: Shop) -> None:
    shop.say("este es mi número 8888 7777, llámenme por favor")
    assert details_given(shop.last).phone == "+50588887777"


def test_who_asks_to_be_called_is_told_that_it_is_noted_and_who_asks_for_the_number_gets_it(shop: Shop) -> None:
    noted = "Ya quedó anotado para que te llamen."
    assert noted in shop.say("¿me pueden llamar al 8765 9988?").replies[0].text
    assert noted not in shop.say("¿a qué número los puedo llamar?").replies[0].text


def test_a_name_on_an_order_is_no_product_that_is_missing(shop: Shop) -> None:
    answer = shop.say("quiero 2 nacatamales a nombre de Marta Ruiz")
    assert "Ruiz" not in answer.replies[0].text
    assert details_given(shop.last).name == "Marta Ruiz"


@pytest.mark.parametrize(
    "said", ["¿este es su número 8888-7777?", "¿cuál es su correo? el de ana@gmail.com?", "+505 8888 1234"]
)
def test_numbers_that_are_not_the_customers_are_not_kept(shop: Shop, said: str) -> None:
    shop.say(said)
    assert not details_given(shop.last)


def test_an_order_for_somebody_else_does_not_rename_the_customer(open_shop: OpenShop) -> None:
    shop = open_shop(name="Carla")
    shop.say("quiero 2 nacatamales a nombre de Dario")
    assert not details_given(shop.last)
    shop.say("en realidad soy Carlota")
    assert details_given(shop.last) == Details("Carlota")


def test_what_a_customer_tells_is_kept_for_the_person_who_takes_over(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    prepare_home(tmp_path)
    with Talk(tmp_path) as talk:
        carla, dario = talk.new_customer(), talk.new_customer(name="Dario")
        talk.hear(carla, "soy Carla, mi cel es 8888-7777 y mi correo carla@gmail.com")
        assert "Carla" in talk.hear(carla, "hola").reply
        talk.hear(carla, "mi número nuevo es 7777-8888")
        rows = talk.house.db.read_now(lambda conn: conn.execute(select(contacts).order_by(contacts.c.id)).all())
    assert [(row.name, row.phone, row.email) for row in rows] == [
        ("Carla", "+50577778888", "carla@gmail.com"), ("Dario", "", ""),
    ]  # fmt: skip
    assert dario != carla
    logged = "".join(path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.log")) + capfd.readouterr().err
    assert "88887777" not in logged.replace("-", "")
