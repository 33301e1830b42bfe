"""The catalogue in conversation: filters, sizes and colours, what goes on from a list, comparisons, what a product holds."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.assistant.responders.look import Look
from app.assistant.responders.traits import families
from app.assistant.responders.variants import chosen_in
from app.catalog.models import products
from app.catalog.service import OptionAxis, OptionValue, Product
from app.core.i18n import Texts
from tests.assistant.shop import Shop

TAQUERIA = """sku,name,price,description,available,stock,categories,best_seller,options,extras,synonyms
pastor,Taco al pastor,24,"Cerdo adobado, con piña y cebolla.",,,tacos,si,,queso:+10|sin cebolla,pastor
bistec,Taco de bistec,30,"Bistec de res en la plancha.",,,tacos,,,aguacate:+12,bistec
nopal,Taco de nopal,22,"Nopal asado con queso, sin carne.",,,tacos,,,,nopal
hongos,Taco de hongos,26,"Champiñones con epazote.",,,tacos,,,,hongos
lengua,Taco de lengua,38,"Lengua de res.",no,,tacos,,,,lengua
tostada,Tostada de atún,60,"Atún fresco con salsa habanero.",,,mariscos,,,,tostada
flan,Flan,40,"De cajeta, para compartir entre dos.",,,postres,,,,
arroz,Arroz con leche,35,"Con canela.",,,postres,,,,
agua,Agua de jamaica,20,"Bien fría.",,,bebidas,,Tamaño?: vaso|litro:+25,,jamaica
jabon,Jabón,15,"Para lavar.",,,limpieza,,,,
"""
ROPA = """sku,name,price,description,stock,categories,options,synonyms
remera,Remera básica,18900,"Algodón liso.",S/negro=5|M/azul=3|M/negro=9|L/azul=0|L/negro=1,remeras,"Talle: S|M|L:+1000; Color: negro|azul",remera
canguro,Buzo canguro,49900,"Frisa con capucha.",M/gris=2|L/gris=0|M/rojo=0|L/rojo=4,buzos,"Talle: M|L; Color: gris|rojo",canguro
redondo,Buzo redondo,42900,"Frisa sin capucha.",M/gris=2,buzos,"Talle: M|L; Color: gris|rojo",sweater
zapatilla,Zapatillas de lona,46900,"Lona.",38/negro=2|39/negro=0,calzado,"Número: 38|39; Color: negro",zapatillas
"""


@pytest.fixture
def tacos(tmp_path: Path) -> Shop:
    return Shop(tmp_path, menu=TAQUERIA, faqs="question,answer\n")


@pytest.fixture
def ropa(tmp_path: Path) -> Shop:
    return Shop(tmp_path, menu=ROPA, faqs="question,answer\n")


def skus(shop: Shop, text: str) -> list[str]:
    """The products of the cards shown."""
    return [card.payload.removeprefix("product:") for card in shop.say(text).replies[0].cards]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("¿qué tenés sin carne?", ["nopal", "hongos"]),
        ("¿qué tienen sin carne por menos de 25?", ["nopal"]),
        ("what do you have without meat?", ["nopal", "hongos"]),
        ("¿qué hay con queso?", ["nopal"]),
        ("anything with cheese?", ["nopal"]),
        ("tacos sin cebolla", ["bistec", "nopal", "hongos"]),
        ("¿qué tenés entre 35 y 60 pesos?", ["tostada", "flan", "arroz"]),
        ("tengo 20 pesos, ¿para qué me alcanza?", ["agua", "jabon"]),
        ("algo por más de 50", ["tostada"]),
        ("algo dulce para compartir", ["flan"]),
        ("¿tienen champiñones?", ["hongos"]),
    ],
)  # fmt: skip
def test_filters_hold_alone_and_together(tacos: Shop, text: str, shown: list[str]) -> None:
    assert skus(tacos, text) == shown


def test_without_something_is_said_as_the_menu_tells_it(tacos: Shop) -> None:
    assert tacos.text("¿qué tenés sin carne?").startswith("Esto tenemos sin carne, según la carta:")


def test_what_may_harm_is_never_guessed_from_silence(tacos: Shop) -> None:
    answer = tacos.say("¿algo sin gluten?")
    assert answer.replies[0].cards == ()
    assert "La carta no marca nada sin gluten" in answer.replies[0].text


def test_the_cheapest_and_the_dearest_are_named_first(tacos: Shop) -> None:
    assert tacos.text("¿qué es lo más barato que tienen?").startswith("Lo más barato es Jabón a C$ 15.")
    assert tacos.text("lo más caro").startswith("Lo más caro es Tostada de atún a C$ 60.")


def test_a_soft_wish_that_nothing_meets_is_let_go_and_said(tacos: Shop) -> None:
    said = tacos.text("algo para regalar por menos de 21")
    assert "La carta no dice qué es para regalar." in said
    assert "Agua de jamaica" in said


def test_a_list_is_refined_by_what_is_said_next(tacos: Shop) -> None:
    assert skus(tacos, "tacos por favor, ¿qué tacos hay?") == ["pastor", "bistec", "nopal", "hongos"]
    assert skus(tacos, "¿y sin carne?") == ["nopal", "hongos"]
    assert skus(tacos, "¿y por menos de 25?") == ["nopal"]


def test_one_of_a_list_is_pointed_at_by_its_place(tacos: Shop) -> None:
    tacos.say("¿qué tacos hay?")
    assert tacos.text("la segunda").startswith("Taco de bistec cuesta C$ 30.")


def test_cheaper_than_what_was_spoken_of(tacos: Shop) -> None:
    tacos.say("¿cuánto cuesta el taco de hongos?")
    answer = tacos.say("¿y más barato?")
    assert [card.payload for card in answer.replies[0].cards] == ["product:nopal", "product:pastor"]
    assert answer.replies[0].text.startswith("Más barato que Taco de hongos:")


def test_the_other_one_is_what_was_spoken_of_before(tacos: Shop) -> None:
    tacos.say("¿cuánto cuesta el flan?")
    tacos.say("¿y la tostada?")
    assert "Flan cuesta C$ 40." in tacos.text("¿y el otro?")


def test_two_are_compared_and_the_cheaper_named(tacos: Shop) -> None:
    said = tacos.text("¿cuál es más barato, el flan o la tostada?")
    assert said.startswith("Lo más barato es Flan.")
    assert "C$ 60" in said and "Atún fresco" in said
    assert "Flan is cheaper." in tacos.text("which is cheaper, the flan or the tostada?")


def test_what_a_product_holds_is_told_in_the_menus_words_and_no_more(tacos: Shop) -> None:
    assert "Cerdo adobado" in tacos.text("¿qué lleva el taco al pastor?")
    assert tacos.text("¿el taco al pastor lleva piña?").startswith("Sí, Taco al pastor lleva piña.")
    assert "puede ir sin cebolla" in tacos.text("¿se puede sin cebolla?")
    assert "queso por C$ 10 más" in tacos.text("¿y con queso?")


def test_what_is_sold_out_is_said_with_the_nearest_in_price(tacos: Shop) -> None:
    assert tacos.text("¿tenés taco de lengua?") == (
        "Taco de lengua se nos agotó por ahora. Te puedo ofrecer Taco de bistec a C$ 30 y Taco de hongos a C$ 26."
    )


def test_a_size_and_colour_are_looked_up_in_the_stock(ropa: Shop) -> None:
    said = ropa.text("¿tenés la remera básica en M azul?")
    assert said.startswith("Sí, Remera básica M azul a") and said.endswith("quedan 3.")
    assert "se nos agotó" in ropa.text("¿y en L?"), "the colour is kept"
    assert "L negro" in ropa.text("¿y en L?")
    assert "en rojo no viene" in ropa.text("¿y en rojo?")


@pytest.mark.parametrize(
    "text",
    [
        "remera básica talle eme azul, ¿hay?",
        "¿hay remera básica en la mediana azul?",
        "¿tienen remeras básicas azules en M?",
    ],
)
def test_sizes_and_colours_are_understood_as_people_say_them(ropa: Shop, text: str) -> None:
    assert "Remera básica" in ropa.text(text)
    assert "negro" not in ropa.text(text)


def test_the_price_of_a_size_has_its_difference(ropa: Shop) -> None:
    assert "19,900" in ropa.text("¿cuánto sale la remera básica en L negra?")


def test_what_is_left_to_choose_is_listed_without_what_is_gone(ropa: Shop) -> None:
    assert ropa.text("¿en qué colores viene la remera básica?") == "De Remera básica quedan: negro y azul."
    assert "S, M y L" in ropa.text("¿qué talles quedan?").replace(" C$ 18,900", "").replace(" C$ 19,900", "")


def test_a_size_alone_filters_the_menu_by_what_is_in_stock(ropa: Shop) -> None:
    assert skus(ropa, "¿qué hay en talle M gris?") == ["canguro", "redondo"]
    assert skus(ropa, "buzos sin capucha") == ["redondo"]


def test_a_price_is_read_at_the_moment_it_is_asked(ropa: Shop) -> None:
    ropa.say("¿tenés la remera básica en M azul?")
    ropa.db.write_now(lambda conn: conn.execute(update(products).where(products.c.sku == "remera").values(price=100)))
    assert "C$ 1;" in ropa.text("¿y en azul?")


def test_of_the_dearest_of_a_kind_just_that_one_is_shown(tacos: Shop) -> None:
    said = tacos.text("¿cuál es el taco más caro?")
    assert "Taco de bistec" in said and "Taco al pastor" not in said


def test_an_option_asked_next_is_told_with_its_own_price(tacos: Shop) -> None:
    tacos.text("¿cuánto cuesta el agua de jamaica en vaso?")
    assert "45" in tacos.text("¿y la de litro?")


def test_a_word_that_one_value_alone_has_names_it() -> None:
    sizes = tuple(OptionValue(name, name) for name in ("medio litro", "litro"))
    water = Product(1, "a", "Agua", 1, "NIO", options=(OptionAxis("tamano", "Tamaño", True, sizes),))
    assert chosen_in(water, "la de medio") == {"tamano": "medio litro"}
    assert chosen_in(water, "la de litro") == {"tamano": "litro"}


def test_a_look_survives_as_a_button_and_nonsense_in_one_is_not_looked_for() -> None:
    look = Look("tacos", "", 9000, 100, True, False, ("cheese", "=piña"), ("meat",), ("m", "azul"), "up", 2, True)
    assert Look.of(look.payload) == look
    assert Look.of("menu:having=nonsense&lacking=__class__&under=x&by_price=sideways&page=-1") == Look()


def test_every_family_has_its_words_in_both_languages() -> None:
    for language in ("es", "en"):
        keys = Texts.load("bot").keys(language)
        assert {f"trait.{name}_{how}" for name in families() for how in ("with", "without")} <= keys


def test_a_single_letter_is_a_size_only_where_one_is_pointed_at() -> None:
    sizes = tuple(OptionValue(name.lower(), name) for name in ("S", "M"))
    shirt = Product(1, "s", "Remera", 1, "NIO", options=(OptionAxis("talle", "Talle", True, sizes),))

    def chosen(text: str) -> dict[str, Any]:
        return chosen_in(shirt, text)

    assert chosen("en m por favor") == {"talle": "m"}
    assert chosen("i'm looking for it") == {}
    assert chosen("la mediana") == {"talle": "m"}
