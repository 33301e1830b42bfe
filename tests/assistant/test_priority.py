"""What answers when several could: the shop's data, a FAQ in its words, a button, the question just before."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assistant.shop import CONFIG, FAQS, MENU, Shop

OpenShop = Callable[..., Shop]
MORE_FAQS = (
    FAQS
    + """¿Quién trae el pedido?|¿En qué lo mandan?,Kevin en su moto.,delivery
¿Quién es doña Meche?|se me quedó algo en la tienda|¿Dónde está la cocina?,La dueña.,local
¿Puedo comer ahí?|¿Hay donde sentarse?,Hay tres mesas.,local
¿Qué hacen con mi número?|¿Guardan mis datos?,Sólo es para el pedido.,privacidad
¿A qué hora empieza la fritanga?|¿Desde qué hora hay fritanga?,A las 5 de la tarde.,comida
"""
)
FRITANGA = (
    MENU
    + """fritanga-cerdo,Fritanga con cerdo,170,,,,,fritanga,,,,
fritanga-pollo,Fritanga con pollo,160,,,,,fritanga,,,,
tostones,Tostones,40,,,,,fritanga,,,,
huevos,Huevos,84,docena,,,,lacteos,,,,huevo
azucar,Azúcar,40,kilo,,,,lacteos,,,,
horchata,Fresco de horchata,50,,,,,bebidas,,,,
"""
)


@pytest.fixture
def busy(open_shop: OpenShop) -> Shop:
    return open_shop(faqs=MORE_FAQS, menu=FRITANGA)


@pytest.mark.parametrize(
    ("asked", "intent"),
    [("quiero hacer un pedido", "order"), ("me mandás el menú?", "menu"), ("que tienen de comer", "menu"),
     ("cuál es el número de teléfono?", "contact"), ("cómo va mi pedido?", "order_status")],
)  # fmt: skip
def test_what_the_data_answer_is_not_taken_by_a_faq_that_shares_a_word(busy: Shop, asked: str, intent: str) -> None:
    answer = busy.say(asked)
    assert answer.source != "faq"
    assert intent in [found.name for found in answer.intents]


def test_a_faq_that_asks_the_same_beats_hours_and_menu(busy: Shop) -> None:
    assert busy.text("a qué hora hay fritanga?") == "A las 5 de la tarde."
    assert busy.text("quién trae el pedido?") == "Kevin en su moto."


def test_a_question_of_how_long_is_not_answered_with_who(open_shop: OpenShop) -> None:
    config = CONFIG.replace("  enabled: true\n  minimum", '  enabled: true\n  eta: "30 minutos"\n  minimum')
    assert (
        open_shop(faqs=MORE_FAQS, config=config).text("cuánto tardan en traer el pedido?")
        == "El envío tarda 30 minutos."
    )


@pytest.mark.parametrize("title", ["Ubicación", "Horarios", "Ver menú", "Hacer pedido"])
def test_a_usual_button_never_meets_a_faq(open_shop: OpenShop, title: str) -> None:
    faqs = f"question,answer,tags\n{title}|¿{title}?,Esto no.,x\n"
    for how in ("tapped", "typed"):
        shop = open_shop(faqs=faqs)
        choices = {choice.title: choice.payload for choice in shop.say("hola").replies[0].quick_replies}
        answer = shop.say(payload=choices[title]) if how == "tapped" else shop.say(title.lower())
        assert answer.source != "faq", how
        assert "Esto no." not in answer.replies[0].text


@pytest.mark.parametrize("payload", ["ask:", "ask:location", "ask:location:Otra cosa", "ask:nada:Ubicación", "ask::"])
def test_a_button_nobody_made_is_only_text(shop: Shop, payload: str) -> None:
    assert shop.say(payload=payload).replies[0].text


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("hacen delivery a altagracia? cuánto cuesta?",
         "Sí, llegamos a Altagracia; el envío cuesta C$ 30. El pedido mínimo es de C$ 150."),
        ("tienen nacatamal? a cómo?", "Sí, tenemos Nacatamal a C$ 120."),
        ("vivo en altagracia, llegan?", "Sí, llegamos a Altagracia; el envío cuesta C$ 30. El pedido mínimo es de C$ 150."),
        ("hacen envíos a ciudá jardin?", "Sí, llegamos a Ciudad Jardín, y el envío es gratis. El pedido mínimo es de C$ 150."),
        ("vivo en Ticuantepe, ¿llegan hasta allá?",
         "A Ticuantepe no llegamos por ahora. Podés pasar a retirar en Del parque 1 c. al sur."),
    ],
)  # fmt: skip
def test_a_clause_that_goes_on_speaks_of_the_one_before(shop: Shop, asked: str, said: str) -> None:
    answer = shop.say(asked)
    assert answer.replies[0].text == said


def test_another_place_is_not_a_misspelt_zone(shop: Shop) -> None:
    assert shop.text("llegan a altamira?").startswith("A Altamira no llegamos")


def test_a_kind_of_food_shows_its_category_and_keeps_the_price_asked(busy: Shop) -> None:
    alone = busy.say("fritanga")
    assert "Tostones" in alone.replies[0].text
    assert alone.cart == []
    cheap = busy.say("qué tenés de fritanga por menos de 50?")
    assert (cheap.intent, cheap.replies[0].text) == ("menu", "Fritanga por C$ 50 o menos:\n• Tostones: C$ 40")


def test_an_order_of_a_kind_is_asked_back_and_the_rest_kept(busy: Shop) -> None:
    answer = busy.say("quiero 2 frescos y un nacatamal")
    assert [line["name"] for line in answer.cart] == ["Nacatamal"]
    assert "Fresco de horchata" in answer.replies[0].text
    assert "Frescos: ¿cuál querés?" in answer.replies[0].text


def test_a_fresco_there_is_not_is_said_with_those_there_are(busy: Shop) -> None:
    said = busy.text("tienen fresco de mora?")
    assert said.startswith("Fresco de mora no tenemos.")
    assert "Fresco de cacao" in said


def test_several_products_are_a_list_with_cards(busy: Shop) -> None:
    reply = busy.say("tienen nacatamal, baho y gallo pinto?").replies[0]
    assert reply.text == "Sí, tenemos:\n• Nacatamal: C$ 120\n• Baho: C$ 150\n• Gallo pinto: C$ 80"
    assert [card.title for card in reply.cards] == ["Nacatamal", "Baho", "Gallo pinto"]


@pytest.mark.parametrize(
    ("asked", "qty", "unit"),
    [("quiero una docena de nacatamales", 12, None), ("quiero media docena de nacatamales", 6, None),
     ("quiero dos docenas de huevos", 2, "docena"), ("quiero 6 huevos", 0.5, "docena"),
     ("quiero 300 gramos de azúcar", 0.3, "kilo"), ("quiero un kilo de queso", 2.205, "libra"),
     ("quiero 3 libras de queso", 3, "libra")],
)  # fmt: skip
def test_measures_become_the_products_own(busy: Shop, asked: str, qty: float, unit: str | None) -> None:
    [line] = busy.say(asked).cart
    assert (line["qty"], line["unit"]) == (qty, unit)
    assert isinstance(line["qty"], int) == float(qty).is_integer()


@pytest.mark.parametrize(
    ("asked", "now", "said"),
    [
        ("are you open right now?", "2026-11-23T10:00", "Yes, we're open until 18:00."),
        ("are you open right now?", "2026-11-23T20:00", "No, we're closed right now; we open tomorrow at 8:00."),
        ("estan abiertos", "2026-11-23T10:00", "Sí, estamos abiertos hasta las 18:00."),
        ("ahorita atienden?", "2026-11-23T20:00", "No, ahorita estamos cerrados; abrimos mañana a las 8:00."),
        ("abren el lunes que viene?", "2026-11-23T10:00", "El lunes abrimos de 8:00 a 18:00."),
    ],
)  # fmt: skip
def test_a_yes_or_no_question_hears_its_yes_or_no_first(open_shop: OpenShop, asked: str, now: str, said: str) -> None:
    assert open_shop(now=now).text(asked) == said


def test_a_first_miss_suggests_what_comes_nearest(open_shop: OpenShop) -> None:
    faqs = "question,answer,tags\n¿Prestan la manguera para lavar carros?,Los sábados.,x\n¿Tienen wifi?,Sí.,x\n"
    shop = open_shop(faqs=faqs, config=CONFIG + "retrieval: {min_score: 0.7}\n")
    answer = shop.say("manguera lavar zxqw blorp")
    assert answer.source == "fallback"
    assert answer.replies[0].text.endswith("¿Quizás preguntabas por algo de esto?")
    assert shop.titles(answer)[0] == "¿Prestan la manguera para lavar carros?"
    assert shop.text(payload=answer.replies[0].quick_replies[0].payload) == "Los sábados."
