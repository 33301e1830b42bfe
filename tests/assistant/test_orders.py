"""An order in chat, from the first words to its number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.assistant.turn import Answer
from app.catalog import service as catalog
from app.orders import service as orders
from tests.assistant.shop import CONFIG, Shop

OpenShop = Callable[..., Shop]
ALL = "2 nacatamales y un fresco de cacao, para retirar, a nombre de Carla Ruiz, pago en efectivo"


def cart(answer: Answer) -> list[tuple[str, Any]]:
    return [(line["name"], line["qty"]) for line in answer.cart]


def shown(answer: Answer) -> Any:
    return answer.replies[-1].order


def change(shop: Shop, sku: str, **cells: object) -> None:
    shop.db.write_now(lambda conn: catalog.edit_product(conn, sku, **cells))


def test_products_go_into_the_cart_with_their_total_and_what_is_missing_is_asked_at_once(shop: Shop) -> None:
    answer = shop.say("quiero 2 nacatamales y un fresco de cacao")
    assert cart(answer) == [("Nacatamal", 2), ("Fresco de cacao", 1)]
    assert answer.total == 30_000
    assert (answer.intent, answer.source, answer.handoff) == ("order", "order", False)
    assert "C$ 300" in answer.replies[0].text
    assert answer.replies[0].text.count("?") == 1


def test_a_correction_changes_the_cart_and_never_overwrites_the_rest(shop: Shop) -> None:
    shop.say("quiero 2 nacatamales y un fresco de cacao")
    answer = shop.say("mejor que sea solo un nacatamal")
    assert cart(answer) == [("Nacatamal", 1), ("Fresco de cacao", 1)]
    assert "1 nacatamal" in answer.replies[0].text.lower()


def test_everything_in_one_message_needs_only_a_yes(shop: Shop) -> None:
    summary = shop.say(ALL)
    assert summary.replies[0].kind == "order_summary"
    assert (shown(summary)["status"], shown(summary)["number"], shown(summary)["total"]) == ("draft", None, "300.00")
    assert shown(summary)["customer"]["name"] == "Carla Ruiz"
    placed = shop.say("sí, confirmo")
    assert (shown(placed)["status"], shown(placed)["number"]) == ("confirmed", "0001")
    assert shown(placed)["id"] == shown(summary)["id"]
    assert placed.cart == []


def test_a_second_yes_is_no_second_order(shop: Shop) -> None:
    shop.say(ALL)
    shop.say("sí, confirmo")
    shop.say("sí, confirmo")
    assert len(shop.db.read_now(orders.listed)) == 1


def test_step_by_step_an_order_takes_few_messages(shop: Shop) -> None:
    said = [shop.say(text) for text in ("dame 2 nacatamales", "paso a traerlo, soy Ana", "efectivo", "dale")]
    assert [answer.replies[0].kind for answer in said] == ["text", "text", "order_summary", "order_summary"]
    assert shown(said[-1])["status"] == "confirmed"


def test_a_price_that_rose_after_the_summary_is_shown_before_it_is_charged(shop: Shop) -> None:
    shop.say(ALL)
    change(shop, "nacatamal", price="130.00")
    again = shop.say("sí")
    assert (shown(again)["status"], shown(again)["total"]) == ("draft", "320.00")
    assert shown(shop.say("sí"))["total"] == "320.00"


def test_what_sold_out_before_the_yes_is_said_and_the_rest_stays(shop: Shop) -> None:
    shop.say("3 baho y un nacatamal, para retirar, a nombre de Ana Ruiz, efectivo")
    change(shop, "baho", stock="0")
    answer = shop.say("sí, confirmo")
    assert cart(answer) == [("Nacatamal", 1)]
    assert "Baho" in answer.replies[0].text
    assert shown(answer)["status"] == "draft"


def test_the_stock_is_taken_at_the_yes_and_comes_back_when_it_is_called_off(shop: Shop) -> None:
    def left() -> Any:
        return shop.db.read_now(lambda conn: catalog.by_sku(conn, ["baho"]))["baho"].stock

    shop.say("2 baho, para retirar, a nombre de Ana Ruiz, efectivo")
    assert left() == 3
    shop.say("sí")
    assert left() == 1
    shop.say("quiero cancelar mi pedido")
    assert left() == 1
    cancelled = shop.say("sí, cancelalo")
    assert shown(cancelled)["status"] == "cancelled"
    assert left() == 3


def test_more_than_there_is_becomes_what_there_is_and_that_is_said(shop: Shop) -> None:
    answer = shop.say("dame 5 baho")
    assert cart(answer) == [("Baho", 3)]
    assert "3" in answer.replies[0].text


def test_a_question_in_the_middle_is_answered_and_the_order_goes_on(shop: Shop) -> None:
    shop.say("dame 2 nacatamales")
    answer = shop.say("¿a qué hora cierran?")
    assert answer.intent == "hours"
    assert "18:00" in answer.replies[0].text
    assert cart(answer) == [("Nacatamal", 2)]
    assert answer.replies[0].text.rstrip().endswith("?")


def test_called_off_before_the_yes_it_is_empty_at_once(shop: Shop) -> None:
    shop.say("dame 2 nacatamales")
    answer = shop.say("no, mejor cancelalo")
    assert (answer.intent, answer.cart) == ("cancel_order", [])


def test_an_address_in_a_zone_adds_its_fee(shop: Shop) -> None:
    answer = shop.say(
        "2 nacatamales a domicilio, del parque de Altagracia 2 cuadras al sur, soy Ana, 8888 1235, efectivo"
    )
    assert (shown(answer)["delivery_fee"], shown(answer)["total"]) == ("30.00", "270.00")
    assert shown(answer)["fulfilment"] == "delivery"


def test_below_the_minimum_it_says_what_is_missing(shop: Shop) -> None:
    answer = shop.say("un fresco de cacao a domicilio a Altagracia")
    assert cart(answer) == [("Fresco de cacao", 1)]
    assert "C$ 150" in answer.replies[0].text
    assert "C$ 90" in answer.replies[0].text


def test_outside_every_zone_picking_up_is_offered(shop: Shop) -> None:
    shop.say("2 nacatamales a domicilio")
    answer = shop.say("a Masaya, calle La Calzada 12")
    assert cart(answer) == [("Nacatamal", 2)]
    assert "Masaya" in answer.replies[0].text
    assert shown(answer) is None


def test_closed_it_is_an_order_for_the_next_opening(open_shop: OpenShop) -> None:
    shop = open_shop(now="2026-11-22T10:00")  # a Sunday
    first = shop.say("dame 2 nacatamales")
    assert cart(first) == [("Nacatamal", 2)]
    assert "8:00" in first.replies[0].text
    shop.say("paso a retirar, soy Ana, en efectivo")
    assert shown(shop.say("sí"))["status"] == "confirmed"


def test_closed_where_the_shop_refuses_nothing_is_placed(open_shop: OpenShop) -> None:
    shop = open_shop(now="2026-11-22T10:00", config=CONFIG + "orders: {when_closed: refuse}\n")
    answer = shop.say(ALL)
    assert shown(answer) is None
    assert cart(answer) == [("Nacatamal", 2), ("Fresco de cacao", 1)]
    assert "8:00" in answer.replies[0].text


@pytest.mark.parametrize("asked", ["¿cómo va mi pedido?", "ya está lo mío?"])
def test_how_my_order_goes(shop: Shop, asked: str) -> None:
    shop.say(ALL)
    shop.say("sí")
    answer = shop.say(asked)
    assert answer.intent == "order_status"
    assert "0001" in answer.replies[0].text


def test_the_usual_is_the_last_order_again(shop: Shop) -> None:
    shop.say(ALL)
    shop.say("sí")
    again = shop.say("lo mismo de siempre")
    assert cart(again) == [("Nacatamal", 2), ("Fresco de cacao", 1)]


def test_so_many_of_what_was_just_spoken_of(shop: Shop) -> None:
    shop.say("cuánto cuesta el nacatamal?")
    assert cart(shop.say("la quiero")) == [("Nacatamal", 1)]


def test_a_name_an_address_and_a_number_are_no_products(shop: Shop) -> None:
    shop.say("2 nacatamales a domicilio")
    answer = shop.say("Altagracia, del parque 1 c abajo, portón café. Norma Baho 8456 7890")
    assert cart(answer) == [("Nacatamal", 2)]
    assert (shop.state["basket"]["facts"]["name"], shop.state["basket"]["facts"]["phone"]) == (
        "Norma Baho",
        "+50584567890",
    )


def test_to_an_angry_customer_only_the_apology_is_said(shop: Shop) -> None:
    shop.say("dame 2 nacatamales")
    answer = shop.say("OIGA, llevo una hora esperando, qué falta de respeto!")
    assert answer.intent == "complaint"
    assert "retirarlo" not in answer.replies[0].text
    assert cart(answer) == [("Nacatamal", 2)]


def test_a_coupon_takes_its_percent_off(open_shop: OpenShop) -> None:
    shop = open_shop(
        config=CONFIG + 'orders: {discounts: [{code: "LUNES", percent: 10, days: [mon], minimum: "200.00"}]}\n'
    )
    answer = shop.say(f"{ALL}. tengo el cupón LUNES")
    assert (shown(answer)["discount"], shown(answer)["total"]) == ("30.00", "270.00")


def test_a_coupon_of_another_day_is_refused_in_words(open_shop: OpenShop) -> None:
    shop = open_shop(config=CONFIG + 'orders: {discounts: [{code: "MARTES", percent: 10, days: [tue]}]}\n')
    answer = shop.say(f"{ALL}. tengo el cupón MARTES")
    assert shown(answer)["total"] == "300.00"
    assert "cupón" in answer.replies[0].text


def test_which_of_several_is_asked_and_its_answer_keeps_the_number(open_shop: OpenShop) -> None:
    menu = "sku,name,price,categories\ncacao,Fresco de cacao,60,frescos\ntama,Fresco de tamarindo,45,frescos\n"
    shop = open_shop(menu=menu)
    first = shop.say("dame 3 frescos")
    assert first.cart == []
    assert shop.titles(first) == ["Fresco de cacao", "Fresco de tamarindo"]
    assert cart(shop.say("de tamarindo")) == [("Fresco de tamarindo", 3)]


def test_what_has_to_be_chosen_is_asked_and_answered_in_parts(open_shop: OpenShop) -> None:
    menu = "sku,name,price,categories,options\npizza,Pizza,100,pizzas,Tamaño: chica|grande:+50\n"
    shop = open_shop(menu=menu)
    first = shop.say("quiero 3 pizzas")
    assert cart(first) == [("Pizza", 3)]
    assert shop.titles(first) == ["chica", "grande"]
    answer = shop.say("2 grandes y 1 chica")
    assert sorted((line["qty"], line["options"]["tamano"]) for line in answer.cart) == [(1, "chica"), (2, "grande")]
    assert answer.total == 40_000
