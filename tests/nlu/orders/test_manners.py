"""Ordinary orders and edits in Spanish against every invented shop: choices, extras, what is refused."""

from __future__ import annotations

import pytest

from app.nlu.service import OrderParser, applied

from .menus import MENUS, cart, written

PARSERS = {name: OrderParser(menu) for name, menu in MENUS.items()}
SAID = [
    (
        "pizzeria",
        "",
        "me das una pizza grande de pepperoni con queso extra y sin cebolla",
        "1 pizza size=large flavor=pepperoni ++queso -cebolla",
    ),
    (
        "pizzeria",
        "",
        "dos medianas hawaianas, una sin piña y la otra normal",
        "1 pizza size=medium flavor=hawaiana -pina; 1 pizza size=medium flavor=hawaiana",
    ),
    (
        "pizzeria",
        "",
        "una familiar vegetariana que no sea de masa gruesa",
        "1 pizza size=family flavor=veggie !crust:thick",
    ),
    (
        "pizzeria",
        "",
        "quiero 12 alitas bbq y un refresco de 2 litros de coca",
        "1 alitas pieces=12 sauce=bbq; 1 refresco brand=coca size=l2",
    ),
    (
        "pizzeria",
        "",
        "una pizza personal margarita, quitale las aceitunas y ponle doble queso",
        "1 pizza size=personal flavor=margarita -aceitunas ++queso",
    ),
    (
        "pizzeria",
        "",
        "3 pizzas grandes: 1 pepperoni, 1 hawaiana y 1 cuatro quesos",
        "1 pizza size=large flavor=pepperoni; 1 pizza size=large flavor=hawaiana; 1 pizza size=large flavor=cuatro",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "no me gusta la cebolla",
        "1 pizza size=large flavor=pepperoni -cebolla",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
        "la lasaña no, mejor un pan de ajo",
        "1 pizza size=large flavor=pepperoni; 1 pan_ajo",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 2 refresco brand=coca",
        "que una coca sea sprite",
        "1 pizza size=large flavor=pepperoni; 1 refresco brand=coca; 1 refresco brand=sprite",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni +queso",
        "quítale el queso",
        "1 pizza size=large flavor=pepperoni",
    ),
    (
        "cafe",
        "",
        "un latte grande deslactosado con dos shots de espresso y una concha",
        "1 latte size=l milk=light +shot*2; 1 concha",
    ),
    (
        "cafe",
        "",
        "sandwich de pavo en pan integral sin mayonesa con aguacate extra",
        "1 sandwich_pavo bread=wheat -mayonesa ++aguacate",
    ),
    ("cafe", "", "un té verde y dos negros", "1 te kind=green; 2 te kind=black"),
    ("cafe", "", "me regala un americano chico y un pay de limon porfa", "1 americano size=s; 1 pay_limon"),
    ("taqueria", "", "2 burritos de pollo con todo menos frijoles", "2 burrito carne=pollo -frijoles"),
    (
        "taqueria",
        "",
        "una quesadilla de res en harina con poquita crema y extra guacamole",
        "1 quesadilla carne=res masa=harina ~crema ++guacamole",
    ),
    (
        "taqueria",
        "",
        "nachos sin jalapeños, una torta cubana y 2 jamaicas de litro",
        "1 nachos -jalapeno; 1 torta tipo=cubana; 2 agua_j size=l",
    ),
    ("taqueria", "", "dame el paquete familiar y 3 coca light", "1 paquete3; 3 refresco marca=light"),
    (
        "taqueria",
        "2 burrito carne=pollo",
        "uno de los burritos que sea de camarón",
        "1 burrito carne=pollo; 1 burrito carne=camaron",
    ),
    ("taqueria", "2 burrito carne=pollo; 1 nachos", "ya no los nachos", "2 burrito carne=pollo"),
    (
        "fonda",
        "",
        "5 tacos: 2 de res con todo, 2 de pollo sin cebolla y 1 al pastor con piña",
        "2 taco_res; 2 taco_pollo -cebolla; 1 taco_pastor +pina",
    ),
    ("fonda", "", "un fresco de cacao grande sin azucar y con poco hielo", "1 fresco_cacao size=large -azucar ~hielo"),
    ("fonda", "", "dos sopas, una de res y una de pollo", "1 sopa_res; 1 sopa_pollo"),
    (
        "ropa",
        "",
        "una camiseta negra talla M y otra blanca L",
        "1 camiseta size=M color=black; 1 camiseta size=L color=white",
    ),
    ("ropa", "", "2 jeans negros talla 30 y una gorra", "2 jeans size=30 color=black; 1 gorra"),
    ("tienda", "", "media libra de queso, 2 docenas de huevos y 3 libras de frijol", "0.5 queso; 24 huevo; 3 frijol"),
    ("tienda", "", "un kilo y medio de papas y dos pollos", "1.5 papa; 2 pollo"),
    ("heladeria", "", "medio kilo de chocolate, limón y dulce de leche", "0.5 kilo gusto=choco,ddl,limon"),
    (
        "carniceria",
        "",
        "2 libras de molida especial y libra y media de costilla",
        "2 molida tipo=especial; 1.5 costilla",
    ),
]


@pytest.mark.parametrize(("shop", "before", "text", "after"), SAID)
def test_what_is_said_of_a_thing_goes_with_that_thing(shop, before, text, after):
    reading = PARSERS[shop].read(text, language="es", cart=cart(before))
    assert written(reading.cart) == written(cart(after))
    assert written(applied(cart(before), reading.changes)) == written(reading.cart)
