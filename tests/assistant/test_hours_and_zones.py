"""What the shop's sheet answers about a time, several days, and the places it delivers to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assistant.shop import CONFIG, FAQS, Shop

OpenShop = Callable[..., Shop]
ETA = CONFIG.replace("enabled: true\n  minimum", 'enabled: true\n  eta: "30 a 45 minutos"\n  minimum')


@pytest.mark.parametrize(
    ("asked", "starts", "holds"),
    [
        ("¿están abiertos a las 9 de la noche?", "No, hoy a las 21:00", "Volvemos mañana a las 8:00"),
        ("¿puedo pasar mañana a las 7?", "No, mañana, martes, a las 7:00", "de 8:00 a 18:00"),
        ("¿puedo pasar mañana a las 9?", "Sí, mañana, martes, a las 9:00", "de 8:00 a 18:00"),
        ("¿el sábado a las 3 atienden?", "No, el sábado a las 15:00", "de 9:00 a 14:00"),
        ("¿el sábado a la 1 atienden?", "Sí, el sábado a las 13:00", "de 9:00 a 14:00"),
        ("che, ¿a las 17hs siguen abiertos?", "Sí, hoy a las 17:00", "de 8:00 a 18:00"),
        ("¿atienden al mediodía?", "Sí, hoy a las 12:00", "de 8:00 a 18:00"),
        ("¿abren a las 7?", "No, mañana, martes, a las 7:00", "de 8:00 a 18:00"),
        ("¿abren el domingo a las 10?", "El domingo no abrimos.", "Volvemos el lunes"),
        ("¿están abiertos el 24 de diciembre a las 2 de la tarde?", "No, el jueves 24 de diciembre a las 14:00", "de 8:00 a 12:00"),
        ("can I come by tomorrow at 5pm?", "Yes, tomorrow, Tuesday, at 17:00", "from 8:00 to 18:00"),
        ("are you open at 9pm?", "No, today at 21:00", "tomorrow at 8:00"),
    ],
)  # fmt: skip
def test_a_time_gets_a_yes_or_no_with_that_days_hours(shop: Shop, asked: str, starts: str, holds: str) -> None:
    answer = shop.say(asked)
    assert answer.intent == "hours"
    assert answer.replies[0].text.startswith(starts)
    assert holds in answer.replies[0].text


def test_a_time_that_is_past_is_tomorrows(open_shop: OpenShop) -> None:
    assert open_shop(now="2026-11-23T17:30").text("¿atienden a las 10 de la mañana?").startswith("Sí, mañana")
    assert open_shop(now="2026-11-23T09:30").text("¿atienden a las 10 de la mañana?").startswith("Sí, hoy")


def test_after_midnight_counts_to_the_evening_before(open_shop: OpenShop) -> None:
    late = CONFIG.replace('"8:00-18:00"', '"18:00-2:00"')
    assert open_shop(config=late).text("¿están abiertos hoy a la 1 de la madrugada?").startswith("Sí")
    assert open_shop(config=late).text("¿están abiertos hoy a las 3 de la madrugada?").startswith("No")


def test_the_evening_that_began_yesterday_is_the_one_that_closes(open_shop: OpenShop) -> None:
    late = open_shop(config=CONFIG.replace('"8:00-18:00"', '"18:00-2:00"'), now="2026-11-24T01:30")
    assert late.text("¿a qué hora cierran?") == "Hoy cerramos a las 2:00."


def test_times_are_told_as_the_owner_writes_them(open_shop: OpenShop) -> None:
    twelve = CONFIG.replace('"8:00-18:00"', '"8am-6pm"')
    assert "a las 9:00 pm estamos cerrados" in open_shop(config=twelve).text("¿están abiertos a las 9 de la noche?")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("¿abren el finde?", "El sábado abrimos de 9:00 a 14:00. El domingo no abrimos. Volvemos el lunes 30 de noviembre"),
        ("¿abren sábado y domingo?", "El sábado abrimos de 9:00 a 14:00. El domingo no abrimos."),
        ("¿abren de lunes a viernes?", "Atendemos lunes a viernes de 8:00 a 18:00."),
        ("¿atienden de jueves a sábado?", "Atendemos jueves y viernes de 8:00 a 18:00; sábado de 9:00 a 14:00."),
        ("¿abren los feriados?", "El jueves 24 de diciembre abrimos de 8:00 a 12:00."),
        ("¿abren en nochebuena?", "El jueves 24 de diciembre abrimos de 8:00 a 12:00."),
        ("¿el 1 de enero?", "El viernes 1 de enero abrimos de 8:00 a 18:00."),
        ("¿pasado mañana abren?", "El miércoles abrimos de 8:00 a 18:00."),
        ("¿hoy y mañana atienden?", "Hoy abrimos de 8:00 a 18:00. Mañana, martes, abrimos de 8:00 a 18:00."),
        ("do you open on weekends?", "On Saturday we're open from 9:00 to 14:00. On Sunday we're closed."),
    ],
)  # fmt: skip
def test_several_days_are_told_each_in_its_turn(shop: Shop, asked: str, said: str) -> None:
    assert said in shop.text(asked)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("¿están laborando ahora?", "Sí, estamos abiertos hasta las 18:00"),
        ("¿están laburando ahora?", "Sí, estamos abiertos hasta las 18:00"),
        ("qué días atienden", "sábado de 9:00 a 14:00"),
        ("¿a partir de qué hora?", "lunes a viernes de 8:00 a 18:00"),
        ("¿hasta qué hora hay delivery?", "Hoy cerramos a las 18:00"),
        ("¿hasta cuándo atienden?", "18:00"),
        ("mañana atienden?", "de 8:00 a 18:00"),
    ],
)
def test_hours_are_asked_for_in_many_ways(shop: Shop, asked: str, said: str) -> None:
    assert said in shop.text(asked)


def test_a_faq_about_delivery_hours_beats_the_shops_hours(open_shop: OpenShop) -> None:
    shop = open_shop(faqs=FAQS + "¿Hasta qué hora hay delivery?,La moto sale hasta las 4.,delivery\n")
    assert shop.text("¿hasta qué hora hay delivery?") == "La moto sale hasta las 4."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("¿cuánto cobran a Altagracia?", "Sí, llegamos a Altagracia; el envío cuesta C$ 30."),
        ("¿llegan a altagrasia?", "Sí, llegamos a Altagracia; el envío cuesta C$ 30."),
        ("¿hacen envíos a la colonia ciudad jardin?", "Sí, llegamos a Ciudad Jardín, y el envío es gratis."),
        ("vivo en Bolonia, ¿me lo traen?", "Sí, llegamos a Residencial Bolonia"),
        ("¿llegan a Masaya?", "A Masaya no llegamos por ahora. Podés pasar a retirar"),
        ("¿cuál es el mínimo para Altagracia?", "El pedido mínimo es de C$ 150."),
        ("¿tienen pedido mínimo?", "El pedido mínimo es de C$ 150."),
        ("¿hasta dónde entregan?", "Sí, llevamos a Cerca (Altagracia y Residencial Bolonia) por C$ 30"),
        ("¿cobran el envío?", "El envío cuesta según la zona: Cerca (Altagracia y Residencial Bolonia) por C$ 30"),
        ("¿el envío es gratis?", "El envío cuesta según la zona:"),
        ("do you deliver to Altagracia?", "Yes, we deliver to Altagracia"),
    ],
)
def test_a_place_is_answered_with_its_zone(shop: Shop, asked: str, said: str) -> None:
    answer = shop.say(asked)
    assert said in answer.replies[0].text
    assert answer.source == "template"


def test_two_places_are_answered_in_their_order(shop: Shop) -> None:
    both = shop.text("¿van a Altagracia y a Ciudad Jardín?")
    assert both == (
        "Sí, llegamos a Altagracia; el envío cuesta C$ 30. Sí, llegamos a Ciudad Jardín, y el envío es gratis. "
        "El pedido mínimo es de C$ 150."
    )
    one = shop.text("¿van a Masaya y a Altagracia?")
    assert one.index("A Masaya no llegamos") < one.index("Sí, llegamos a Altagracia")
    none = shop.text("¿llegan a Masaya o a Granada?")
    assert none.count("no llegamos") == 2
    assert none.count("retirar") == 1


def test_a_shop_that_measures_asks_for_the_location(open_shop: OpenShop) -> None:
    near = open_shop(config=CONFIG.replace('areas: ["Ciudad Jardín"], fee: "0"', 'radius_km: 5, fee: "50.00"'))
    assert "Mandame tu ubicación" in near.text("¿llegan a Masaya?")


def test_free_delivery_is_said_to_be_free(open_shop: OpenShop) -> None:
    free = open_shop(config=CONFIG.replace('fee: "30.00"', 'fee: "0"'))
    assert free.text("¿el envío es gratis?") == "El envío es gratis."


def test_how_long_delivery_takes_is_told_where_it_is_asked(open_shop: OpenShop) -> None:
    shop = open_shop(config=ETA)
    assert shop.text("¿cuánto tarda el envío?") == "El envío tarda 30 a 45 minutos."
    both = shop.text("¿cuánto sale el envío y cuánto tarda?")
    assert "por C$ 30" in both
    assert "El envío tarda 30 a 45 minutos." in both


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("¿aceptan transferencia?", "Sí, aceptamos transferencia."),
        ("¿aceptan efectivo?", "Sí, aceptamos efectivo."),
        ("¿aceptan Nequi?", "Sí, aceptamos Nequi."),
        ("¿aceptan Yappy?", "Con Yappy no;"),
        ("¿aceptan SINPE?", "Con SINPE no;"),
        ("¿aceptan Mercado Pago?", "Con Mercado Pago no;"),
    ],
)
def test_a_way_to_pay_is_taken_or_not(shop: Shop, asked: str, said: str) -> None:
    assert shop.text(asked).startswith(said)
