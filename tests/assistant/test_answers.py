"""What customers are told: several things at once, the shop's sheet, its menu, its FAQs, in their language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assistant.shop import CONFIG, MENU, Shop

OpenShop = Callable[..., Shop]


def test_two_questions_get_one_friendly_message(shop: Shop) -> None:
    answer = shop.say("buenas, a q hora cierran hoy y tienen nacatamales?")
    assert answer.replies[0].text == "¡Buenas! Hoy cerramos a las 18:00. Sí, tenemos Nacatamal a C$ 120."
    assert len(answer.replies) == 1
    assert (answer.intent, answer.source) == ("hours", "template")
    assert {"hours", "greeting", "availability"} <= {intent.name for intent in answer.intents}
    assert answer.intents[0].name == "hours"


def test_a_greeting_is_answered_once_and_by_name(open_shop: OpenShop) -> None:
    shop = open_shop(name="Carla Ruiz")
    first = shop.say("hola")
    assert first.replies[0].text == "¡Buenas, Carla! Soy el asistente automático de La Esquina. ¿Qué te ofrezco?"
    assert shop.titles(first) == ["Ver menú", "Ubicación", "Horarios", "Hacer pedido"]
    assert shop.text("hola") == "¡Buenas, Carla! ¿Qué te ofrezco?"


@pytest.mark.parametrize(
    ("asked", "now", "said"),
    [
        ("están abiertos?", "2026-11-23T10:00", "Sí, estamos abiertos hasta las 18:00."),
        ("están abiertos ahorita?", "2026-11-23T20:00", "No, ahorita estamos cerrados; abrimos mañana a las 8:00."),
        ("a qué hora cierran?", "2026-11-23T10:00", "Hoy cerramos a las 18:00."),
        ("y mañana a qué hora abren?", "2026-11-23T10:00", "Mañana, martes, abrimos de 8:00 a 18:00."),
        ("el domingo abren?", "2026-11-23T10:00", "El domingo no abrimos. Volvemos el lunes 30 de noviembre a las 8:00."),
        ("abren el 24 de diciembre?", "2026-11-23T10:00", "El jueves 24 de diciembre abrimos de 8:00 a 12:00."),
        ("abren el 28?", "2026-11-23T10:00", "El sábado 28 de noviembre abrimos de 9:00 a 14:00."),
        (
            "cuál es su horario?", "2026-11-23T10:00",
            ("Sí, estamos abiertos hasta las 18:00. "
             "Atendemos lunes a viernes de 8:00 a 18:00, sábado de 9:00 a 14:00, domingo cerrado."),
        ),
    ],
)  # fmt: skip
def test_hours_are_told_for_the_moment_that_is_meant(open_shop: OpenShop, asked: str, now: str, said: str) -> None:
    answer = open_shop(now=now).say(asked)
    assert answer.replies[0].text == said
    assert (answer.intent, answer.source) == ("hours", "template")


def test_hours_are_told_in_the_shops_time_zone(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG.replace("America/Managua", "Asia/Tokyo"), now="2026-11-23T08:30")
    assert shop.moment().utcoffset().total_seconds() == 9 * 3600  # type: ignore[union-attr]
    assert shop.text("están abiertos?") == "Sí, estamos abiertos hasta las 18:00."


def test_a_faq_about_something_more_specific_beats_the_hours(shop: Shop) -> None:
    answer = shop.say("a qué hora sale el pan?")
    assert answer.replies[0].text == "El pan sale a las 3 de la tarde."
    assert answer.source == "faq"


def test_the_template_answers_right_now_even_where_a_faq_tells_the_hours(open_shop: OpenShop) -> None:
    faqs = "question,answer,tags\n¿Cuál es el horario?|¿A qué hora abren?,Siempre de ocho a seis.,horario\n"
    shop = open_shop(faqs=faqs)
    assert shop.say("¿Cuál es el horario?").source == "faq"
    assert shop.text("están abiertos ahora?") == "Sí, estamos abiertos hasta las 18:00."
    assert shop.say("a qué hora abren mañana?").source == "template"


def test_a_faq_wins_over_a_template_for_its_own_words(shop: Shop) -> None:
    assert shop.text("aceptan tarjeta?") == "Sí, débito y crédito."
    assert shop.text("cómo puedo pagar?") == "Podés pagar con efectivo, transferencia o Nequi."


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("dónde están?", "Estamos en Del parque 1 c. al sur. https://www.google.com/maps?q=12.1364,-86.2514"),
        ("cuál es su teléfono?", "Podés llamarnos o escribirnos al +505 8888 1234."),
        ("aceptan nequi?", "Sí, aceptamos Nequi."),
        ("aceptan bitcoin?", "Con bitcoin no; podés pagar con efectivo, transferencia o Nequi."),
        ("a qué cuenta deposito?", "Para transferir: BAC 123-456."),
        ("llegan a altagracia?", "Sí, llegamos a Altagracia; el envío cuesta C$ 30. El pedido mínimo es de C$ 150."),
        ("mandan a bolonia?", "Sí, llegamos a Residencial Bolonia; el envío cuesta C$ 30. El pedido mínimo es de C$ 150."),
        ("hacen envíos a ciudad jardín?", "Sí, llegamos a Ciudad Jardín, y el envío es gratis. El pedido mínimo es de C$ 150."),
        ("llegan hasta masaya?", "A Masaya no llegamos por ahora. Podés pasar a retirar en Del parque 1 c. al sur."),
        ("cuánto es el mínimo para delivery?", "El pedido mínimo es de C$ 150."),
    ],
)  # fmt: skip
def test_the_shops_sheet_is_told(shop: Shop, asked: str, said: str) -> None:
    assert shop.text(asked) == said


def test_without_coordinates_the_map_looks_for_the_address(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG.replace("  location: {lat: 12.1364, lon: -86.2514}\n", ""))
    assert "https://www.google.com/maps?q=Del%20parque%201%20c.%20al%20sur" in shop.text("dónde están?")


def test_a_shop_without_delivery_says_where_to_pick_up(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG.split("delivery:")[0])
    assert shop.text("hacen delivery?") == "No hacemos envíos; los pedidos se retiran en Del parque 1 c. al sur."


def test_a_location_sent_is_measured_against_the_zones(open_shop: OpenShop) -> None:
    near = open_shop(config=CONFIG.replace('areas: ["Ciudad Jardín"], fee: "0"', 'radius_km: 5, fee: "50.00"'))
    assert near.text(location=(12.14, -86.25)).startswith("Sí, llegamos hasta donde estás; el envío cuesta C$ 50.")
    assert near.text(location=(11.97, -86.09)).startswith("Hasta ahí no llegamos por ahora.")


def test_an_owners_template_is_used_and_an_unfilled_sentence_left_out(open_shop: OpenShop) -> None:
    templates = 'responses:\n  templates:\n    waiting: "Más o menos {tiempo_espera}."\n    location: "Vení a {direccion}. {mapa}"\n'
    shop = open_shop(config=CONFIG + templates)
    assert shop.text("dónde están?").startswith("Vení a Del parque 1 c. al sur. https://")
    assert shop.say("cuánto tarda un pedido?").source == "fallback"
    assert (
        open_shop(config=CONFIG.replace("business:\n", 'business:\n  waiting: "15 minutos"\n') + templates).text(
            "cuánto tarda un pedido?"
        )
        == "Más o menos 15 minutos."
    )


def test_prices_come_from_the_menu_with_units_and_options(shop: Shop) -> None:
    assert shop.text("cuánto cuesta el nacatamal?") == "Nacatamal cuesta C$ 120."
    assert shop.text("a cuánto el queso?") == "Queso seco cuesta C$ 98 la libra."
    assert shop.text("cuánto cuesta el fresco de cacao?") == "Fresco de cacao: medio litro C$ 60 y litro C$ 110."
    assert shop.text("y el de litro?") == "Fresco de cacao litro cuesta C$ 110."
    assert shop.text("cuánto valen 3 nacatamales?") == "3 Nacatamal: C$ 360 (C$ 120 cada uno)."


def test_sold_out_is_said_with_what_there_is_instead(shop: Shop) -> None:
    assert shop.text("tienen vigorón?") == "Vigorón se nos agotó por ahora. Te puedo ofrecer Baho a C$ 150."


def test_what_a_branch_does_not_sell_is_off_there(open_shop: OpenShop) -> None:
    config = CONFIG + 'branches:\n  - {slug: "masaya", name: "La Esquina Masaya", unavailable: ["nacatamal"]}\n'
    assert open_shop(config=config).text("tienen nacatamales?") == "Sí, tenemos Nacatamal a C$ 120."
    there = open_shop(config=config, branch="masaya")
    assert there.text("tienen nacatamales?").startswith("Nacatamal se nos agotó por ahora.")
    assert "Nacatamal" not in there.text("ver menú")


def test_what_the_menu_lacks_is_named_back(shop: Shop) -> None:
    said = shop.text("tienen sushi?")
    assert said.startswith("Sushi no tenemos.")
    assert "desayunos" in said


def test_the_menu_is_shown_by_pages_with_cards_and_categories(open_shop: OpenShop) -> None:
    rows = "".join(f"dulce-{n},Dulce {n},{n + 10},,,,,dulces,,,,\n" for n in range(12))
    shop = open_shop(menu=MENU + rows)
    first = shop.say("ver menú")
    reply = first.replies[0]
    assert (first.intent, reply.kind, len(reply.cards)) == ("menu", "cards", 10)
    assert "• Nacatamal: C$ 120" in reply.text
    assert (reply.cards[0].title, reply.cards[0].price) == ("Nacatamal", "C$ 120")
    assert shop.titles(first)[0] == "Ver más"
    more = shop.say("ver más").replies[0].text
    assert "Dulce 11" in more
    assert "Nacatamal" not in more


@pytest.mark.parametrize(
    ("asked", "there", "absent"),
    [
        ("qué bebidas tienen?", "Fresco de cacao", "Nacatamal"),
        ("qué tienen por menos de 70?", "Fresco de cacao", "Gallo pinto"),
        ("qué es lo más vendido?", "Nacatamal", "Gallo pinto"),
        ("qué hay de temporada?", "Fresco de cacao", "Nacatamal"),
        ("algo para tomar?", "Fresco de cacao", "Nacatamal"),
    ],
)
def test_the_menu_is_filtered(shop: Shop, asked: str, there: str, absent: str) -> None:
    said = shop.text(asked)
    assert there in said
    assert absent not in said


def test_two_faqs_are_answered_together(shop: Shop) -> None:
    said = shop.text("tienen wifi y parqueo?")
    assert "La clave está en el mostrador." in said
    assert "Caben dos carros" in said


def test_follow_ups_go_on_with_what_was_talked_about(shop: Shop) -> None:
    shop.say("a qué hora cierran hoy y tienen nacatamales?")
    assert shop.text("y mañana?") == "Mañana, martes, abrimos de 8:00 a 18:00."
    assert shop.text("y cuánto cuesta?") == "Nacatamal cuesta C$ 120."
    shop.say("llegan a altagracia?")
    assert shop.text("y a bolonia?").startswith("Sí, llegamos a Residencial Bolonia")


def test_off_topic_is_declined_kindly_and_counts_as_understood(shop: Shop) -> None:
    answer = shop.say("quién ganó el mundial de fútbol?")
    assert (answer.intent, answer.source, answer.misses) == ("out_of_scope", "template", 0)
    assert "La Esquina" in answer.replies[0].text


def test_the_bot_says_that_it_is_one(shop: Shop) -> None:
    answer = shop.say("sos un robot?")
    assert answer.intent == "smalltalk"
    assert "asistente automático" in answer.replies[0].text


def test_english_is_answered_in_english_and_the_shops_words_are_marked(shop: Shop) -> None:
    assert shop.text("hi, what time do you close today?") == "Hi! Today we close at 18:00."
    assert shop.text("do you have nacatamales?") == "Yes, we have Nacatamal for C$ 120."
    assert shop.text("how much is it?") == "Nacatamal is C$ 120."
    assert shop.say("ok").language == "en"
    spanish_words = shop.text("do you have wifi?")
    assert spanish_words == "La clave está en el mostrador. (in Spanish)"


def test_an_owners_spanish_texts_are_not_said_to_an_english_customer(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + 'responses: {fallback: "¿Cómo dijo?", escalate: "Ya viene Ana."}\n', locale="en")
    assert "¿Cómo dijo?" not in shop.text("xkq blorp zzt")
    assert shop.text("I want to talk to a person") == "I'll get you someone from the team in a moment."


@pytest.mark.parametrize(("treat", "said"), [("vos", "Podés pagar"), ("tu", "Puedes pagar"), ("usted", "Puede pagar")])
def test_the_customer_is_addressed_as_the_shop_wants(open_shop: OpenShop, treat: str, said: str) -> None:
    assert open_shop(config=CONFIG + f"responses: {{treat_as: {treat}}}\n").text("cómo puedo pagar?").startswith(said)


def test_sources_are_the_best_candidates_whatever_answered(shop: Shop, open_shop: OpenShop) -> None:
    answer = shop.say("aceptan tarjeta?")
    faq = next(source for source in answer.sources if source.type == "faq")
    assert (faq.id, faq.used) == ("4", True)
    weak = shop.say("a qué hora cierran hoy y dónde hay parqueo")
    scores = [source.score for source in weak.sources]
    assert scores == sorted(scores, reverse=True)
    assert [source.type for source in weak.sources] == ["faq", "faq", "faq", "product"]  # four is all there is room for
    roomy = open_shop(config=CONFIG + "retrieval: {top_k: 50}\n").say("a qué hora cierran hoy y dónde hay parqueo")
    assert ("template", "hours", True) in [(source.type, source.id, source.used) for source in roomy.sources]
