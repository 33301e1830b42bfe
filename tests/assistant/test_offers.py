"""A person: asked for, offered, accepted or refused; what is not understood; an order read back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.assistant.shop import CONFIG, Shop

OpenShop = Callable[..., Shop]
COMPLAINT = "me llegó frío el nacatamal, qué mal servicio"


def test_a_complaint_is_met_with_an_apology_and_an_offer(shop: Shop) -> None:
    answer = shop.say(COMPLAINT)
    assert shop.titles(answer) == ["Sí", "No"]
    assert (answer.intent, answer.handoff, answer.ask_person) == ("complaint", False, True)


@pytest.mark.parametrize("yes", ["sí", "dale", "si por favor", "1", "Sí", "👍", "sí, avísele"])
def test_a_yes_hands_over(shop: Shop, yes: str) -> None:
    shop.say(COMPLAINT)
    answer = shop.say(yes)
    assert (answer.handoff, answer.replies[0].kind, answer.source) == (True, "handoff", "handoff")
    assert answer.replies[0].text == "Te paso con alguien del equipo en un momento."


@pytest.mark.parametrize("no", ["no", "no gracias", "2", "No", "no, dejá"])
def test_a_no_does_not(shop: Shop, no: str) -> None:
    shop.say(COMPLAINT)
    answer = shop.say(no)
    assert not answer.handoff
    assert answer.understood
    assert shop.say("a qué hora cierran?").source == "template"


def test_the_tapped_choice_does_what_its_title_does(shop: Shop) -> None:
    yes = shop.say(COMPLAINT).replies[0].quick_replies[0]
    assert shop.say(payload=yes.payload).handoff


def test_without_an_answer_the_bot_goes_on_and_a_later_yes_hands_nothing_over(shop: Shop) -> None:
    shop.say(COMPLAINT)
    assert shop.say("dónde están?").intent == "location"
    assert not shop.say("sí").handoff


def test_what_is_not_on_the_menu_is_said_and_not_in_the_cart(shop: Shop) -> None:
    answer = shop.say("quiero 2 nacatamales y un sushi")
    assert [line["name"] for line in answer.cart] == ["Nacatamal"]
    assert "Sushi no tenemos." in answer.replies[0].text


def test_what_is_sold_out_is_said_and_not_in_the_cart(shop: Shop) -> None:
    answer = shop.say("quiero 1 vigorón")
    assert answer.cart == []
    assert "Vigorón se nos agotó" in answer.replies[0].text


def test_an_order_while_closed_says_when_it_opens(open_shop: OpenShop) -> None:
    said = open_shop(now="2026-11-29T10:00").say("quiero 2 nacatamales y un fresco de cacao")
    assert "abrimos mañana a las 8:00" in said.replies[0].text
    assert len(said.cart) == 2


def test_an_order_without_a_product_is_asked_for_one(shop: Shop) -> None:
    answer = shop.say("Hacer pedido")
    assert (answer.intent, answer.handoff, answer.cart) == ("order", False, [])
    assert answer.replies[0].text == "Con gusto. Decime qué querés y cuántos."


def test_so_many_of_what_was_just_talked_about(shop: Shop) -> None:
    shop.say("cuánto cuesta el nacatamal?")
    assert [(line["name"], line["qty"]) for line in shop.say("dame dos").cart] == [("Nacatamal", 2)]


def test_an_order_nobody_placed_is_looked_for_by_a_person(shop: Shop) -> None:
    answer = shop.say("dónde viene mi pedido?")
    assert (answer.intent, answer.handoff, answer.ask_person) == ("order_status", False, True)


def test_with_no_order_there_is_nothing_to_cancel(shop: Shop) -> None:
    answer = shop.say("cancelá mi pedido")
    assert (answer.intent, answer.handoff, answer.ask_person) == ("cancel_order", False, False)


def test_a_shop_that_takes_no_orders_says_so(open_shop: OpenShop) -> None:
    answer = open_shop(config=CONFIG + "orders: {enable: false}\n").say("quiero 2 nacatamales")
    assert answer.replies[0].text.startswith("Por acá no tomamos pedidos.")
    assert answer.cart == []


def test_asking_for_a_person_hands_over_at_once(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + 'responses: {escalate: "Ya viene Ana."}\n')
    answer = shop.say("quiero hablar con una persona")
    assert (answer.replies[0].text, answer.intent, answer.handoff) == ("Ya viene Ana.", "human", True)


def test_a_cold_order_is_a_complaint(shop: Shop) -> None:
    answer = shop.say("mi pedido llegó frío y falta un nacatamal")
    assert (answer.intent, answer.handoff, answer.ask_person) == ("complaint", False, True)
    assert answer.replies[0].text.startswith("Disculpá")
    assert shop.say("sí").handoff


def test_not_understood_asks_again_then_offers_then_hands_over(shop: Shop) -> None:
    first, second, third = (shop.say(text) for text in ("xkq blorp zzt", "asdfg qwrt", "zzt plok"))
    assert first.replies[0].text == "Perdóname, no te entendí bien. ¿Me lo repetís?"
    assert [answer.source for answer in (first, second, third)] == ["fallback"] * 3
    assert [answer.misses for answer in (first, second)] == [1, 2]
    assert (first.ask_person, second.ask_person) == (False, True)
    assert (
        second.replies[0].text == "Perdóname, no te entendí bien. ¿Me lo repetís? ¿Querés que te pase con una persona?"
    )
    assert shop.titles(second) == ["Sí", "No"]
    assert (third.handoff, third.replies[0].kind) == (True, "handoff")


def test_an_answer_in_between_begins_the_count_anew(shop: Shop) -> None:
    shop.say("xkq blorp zzt")
    shop.say("dónde están?")
    assert shop.say("asdfg qwrt").misses == 1


def test_the_yes_to_the_second_fallback_hands_over(shop: Shop) -> None:
    shop.say("xkq blorp zzt")
    shop.say("asdfg qwrt")
    assert shop.say("sí").handoff


def test_a_greeting_does_not_hide_what_was_not_understood(shop: Shop) -> None:
    answer = shop.say("hola! xkq blorp zzt")
    assert (answer.source, answer.misses) == ("fallback", 1)
    assert answer.replies[0].text.startswith("¡Buenas!")


def test_a_choice_of_the_owners_is_said_when_tapped_typed_or_numbered(open_shop: OpenShop) -> None:
    for how in ("payload", "title", "number"):
        shop = open_shop()
        choice = shop.say("hola").replies[0].quick_replies[1]
        said = {"payload": {"payload": choice.payload}, "title": {"text": "ubicación"}, "number": {"text": "2"}}[how]
        assert shop.say(**said).intent == "location", how


@pytest.mark.parametrize(
    "payload",
    ["", "nonsense", "menu:page=-1&under=x", "menu:page=99999999999999", "product:' OR 1=1", "say:", "menu:%ff"],
)
def test_a_payload_nobody_offered_does_no_harm(shop: Shop, payload: str) -> None:
    answer = shop.say("", payload=payload)
    assert answer.replies[0].text
    assert not answer.handoff


def test_a_faq_about_something_else_does_not_swallow_an_order(open_shop: OpenShop) -> None:
    faqs = "question,answer,tags\n¿Quién trae el pedido?|¿Cómo hago un pedido?,Lo trae Kevin en su moto.,delivery\n"
    shop = open_shop(faqs=faqs)
    assert shop.say("Hacer pedido").source == "order"
    assert shop.say("cancelá mi pedido").intent == "cancel_order"
    assert shop.text("quién trae el pedido?").startswith("Lo trae Kevin en su moto.")
