"""Orders and edits in English, against menus in Spanish."""

from __future__ import annotations

import pytest

from app.nlu.service import OrderParser, applied

from .menus import MENUS, cart, written

PARSERS = {name: OrderParser(menu) for name, menu in MENUS.items()}
ORDERS = [
    (
        "pizzeria",
        "can we get a large pepperoni pizza with extra cheese and a 12 piece bbq wings",
        "1 pizza size=large flavor=pepperoni ++queso; 1 alitas pieces=12 sauce=bbq",
    ),
    (
        "pizzeria",
        "two medium hawaiian pizzas thin crust, hold the pineapple please",
        "2 pizza size=medium flavor=hawaiana crust=thin -pina",
    ),
    (
        "pizzeria",
        "I'll have one family size four cheese pizza and 3 cans of coke",
        "1 pizza size=family flavor=cuatro; 3 refresco brand=coca size=can",
    ),
    (
        "pizzeria",
        "a large veggie pizza no onions no olives, garlic bread and a sparkling water",
        "1 pizza size=large flavor=veggie -aceitunas -cebolla; 1 pan_ajo; 1 agua gas=sparkling",
    ),
    ("pizzeria", "do you have lasagna? if so I'd like two", "2 lasagna"),
    (
        "pizzeria",
        "just a personal margherita with mushrooms on it",
        "1 pizza size=personal flavor=margarita +champinones",
    ),
    (
        "cafe",
        "two large lattes with almond milk and one small cappuccino with cinnamon",
        "2 latte size=l milk=almond; 1 capuchino size=s +canela",
    ),
    (
        "cafe",
        "hey could I grab a medium americano with two shots of espresso and a slice of cheesecake",
        "1 americano size=m +shot*2; 1 pay_queso",
    ),
    (
        "cafe",
        "a turkey sandwich on wheat bread, no mayo, add avocado and extra cheese",
        "1 sandwich_pavo bread=wheat -mayonesa +aguacate ++queso",
    ),
    ("cafe", "one ham and cheese croissant and an orange juice", "1 croissant filling=ham; 1 jugo"),
    ("cafe", "three green teas with honey", "3 te kind=green +miel"),
    (
        "cafe",
        "I want a small latte, a large latte and two black teas",
        "1 latte size=s; 1 latte size=l; 2 te kind=black",
    ),
    ("cafe", "a large latte with whipped cream but no vanilla", "1 latte size=l +crema -vainilla"),
    (
        "cafe",
        "a chocolate croissant, two plain ones and a latte large",
        "1 croissant filling=choc; 2 croissant filling=plain; 1 latte size=l",
    ),
    (
        "taqueria",
        "3 chicken burritos with extra guacamole and no beans, plus 2 large horchatas",
        "3 burrito carne=pollo ++guacamole -frijoles; 2 agua_h size=l",
    ),
    (
        "taqueria",
        "one pork quesadilla with sour cream and mushrooms on corn tortilla",
        "1 quesadilla carne=cerdo masa=maiz +crema +champi",
    ),
    (
        "taqueria",
        "two burritos, one chicken and one beef, both with extra cheese",
        "1 burrito carne=pollo ++queso; 1 burrito carne=res ++queso",
    ),
    ("taqueria", "nachos with ground beef and a coke", "1 nachos +carne; 1 refresco marca=coca"),
    ("taqueria", "I'd like a shrimp burrito xl size without rice", "1 burrito carne=camaron size=xl -arroz"),
    ("taqueria", "a combo 1, two combo 2s and a family combo", "1 paquete1; 2 paquete2; 1 paquete3"),
    (
        "taqueria",
        "2 cokes 1 diet coke and 3 hibiscus waters",
        "2 refresco marca=coca; 1 refresco marca=light; 3 agua_j",
    ),
    (
        "fonda",
        "four chicken tacos, two with cheese and two without onion",
        "2 taco_pollo +queso; 2 taco_pollo -cebolla",
    ),
    (
        "fonda",
        "I need two nacatamales with cream, a beef soup and three beers",
        "2 nacatamal +crema; 1 sopa_res; 3 cerveza",
    ),
    ("fonda", "could you send me half a dozen al pastor tacos with no cilantro", "6 taco_pastor -cilantro"),
    ("fonda", "2 tamarind juices and a beer", "1 cerveza"),
    (
        "fonda",
        "gallo pinto with eggs and cream, and a large cacao drink with no ice",
        "1 pinto +huevo +crema; 1 fresco_cacao size=large -hielo",
    ),
    (
        "ropa",
        "two white t-shirts size M and a black one size L",
        "2 camiseta size=M color=white; 1 camiseta size=L color=black",
    ),
    ("ropa", "I'd like blue jeans size 32 and a red cap", "1 jeans size=32 color=blue; 1 gorra color=red"),
    ("ropa", "a medium flowered dress and 3 pairs of socks", "1 vestido size=M; 3 calcetines"),
    ("tienda", "5 pounds of rice, 2 pounds of beans and a dozen eggs", "5 arroz; 2 frijol; 12 huevo"),
    ("tienda", "half a pound of cheese and a liter of milk", "0.5 queso; 1 leche"),
    ("tienda", "3 tomatoes, 2 onions and toilet paper", "3 tomate; 2 cebolla; 1 papel"),
    ("heladeria", "a double cone with dulce de leche and strawberry", "1 cono size=d gusto=ddl,frutilla"),
    ("heladeria", "half a kilo of chocolate and lemon ice cream", "0.5 kilo gusto=choco,limon"),
    ("heladeria", "a banana smoothie with milk no sugar", "1 licuado fruta=banana base=leche -azucar"),
    ("heladeria", "two ham and cheese toasties and a coffee with milk", "2 tostado; 1 cafe_leche"),
    ("carniceria", "a kilo of pork loin", "2.205 lomo"),
    (
        "pizzeria",
        "two large pizzas, one pepperoni and one veggie, and a two liter coke",
        "1 pizza size=large flavor=pepperoni; 1 pizza size=large flavor=veggie; 1 refresco brand=coca size=l2",
    ),
    (
        "pizzeria",
        "Can I get 24 wings buffalo sauce, and two personal margheritas?",
        "1 alitas pieces=24 sauce=buffalo; 2 pizza size=personal flavor=margarita",
    ),
    ("pizzeria", "3 pizzas all large, all pepperoni", "3 pizza size=large flavor=pepperoni"),
    (
        "pizzeria",
        "large thin crust pepperoni, easy on the cheese",
        "1 pizza size=large crust=thin flavor=pepperoni ~queso",
    ),
    ("cafe", "2 iced lattes and a bagel", "2 latte"),
    (
        "cafe",
        "my order: 1 large americano, 1 medium latte (almond milk), 2 conchas",
        "1 americano size=l; 1 latte size=m milk=almond; 2 concha",
    ),
    ("cafe", "a couple of lemon pies and one cheesecake", "2 pay_limon; 1 pay_queso"),
    ("cafe", "ham sandwich, white bread, hold the tomato and lettuce", "1 sandwich_jamon bread=white -tomate -lechuga"),
    (
        "cafe",
        "one ham sandwich and one turkey sandwich both without mayo",
        "1 sandwich_jamon -mayonesa; 1 sandwich_pavo -mayonesa",
    ),
    ("cafe", "a latte, large, with almond milk; and a tea, mint", "1 latte size=l milk=almond; 1 te kind=mint"),
    ("taqueria", "beef burrito with everything except beans", "1 burrito carne=res -frijoles"),
    ("taqueria", "I'll take 2 gringas and 1 cuban torta without onions", "2 gringa; 1 torta tipo=cubana -cebolla"),
    ("taqueria", "do you guys have shrimp burritos? give me 2", "2 burrito carne=camaron"),
    ("taqueria", "burritos: 2 chicken, 1 pork", "2 burrito carne=pollo; 1 burrito carne=cerdo"),
    (
        "fonda",
        "3 beef tacos with corn tortilla and extra cheese, 2 chicken ones on flour",
        "3 taco_res tortilla=maiz ++queso; 2 taco_pollo tortilla=harina",
    ),
    (
        "fonda",
        "we want 2 bahos, 1 vigoron no pork rinds, 3 cokes",
        "2 baho; 1 vigoron -chicharron; 3 gaseosa sabor=coca",
    ),
    ("fonda", "a dozen nacatamales please, 4 of them with cream", "8 nacatamal; 4 nacatamal +crema"),
    ("ropa", "a black L tee and a red XL one", "1 camiseta size=L color=black; 1 camiseta size=XL color=red"),
    ("ropa", "do you have the white t-shirt in medium? I'll take two", "2 camiseta size=M color=white"),
    ("tienda", "one and a half pounds of rice and 2.5 lbs of sugar", "1.5 arroz; 2.5 azucar"),
    ("tienda", "6 eggs, 1 can of coke and a dozen rolls", "6 huevo; 1 coca size=can"),
    ("heladeria", "2 simple cones, one vanilla one lemon", "1 cono size=s gusto=vainilla; 1 cono size=s gusto=limon"),
    ("heladeria", "a quarter kilo of dulce de leche and mint", "0.25 kilo gusto=ddl,menta"),
    ("heladeria", "small cup with chocolate and whipped cream on top", "1 vasito size=s gusto=choco +crema"),
    ("carniceria", "3 lbs of beef ribs and 1 lb of bacon", "3 costilla; 1 tocino"),
    (
        "pizzeria",
        "hi, I wanna order a large half pepperoni half hawaiian pizza",
        "1 pizza size=large flavor=pepperoni,hawaiana",
    ),
    ("cafe", "black tea, two of them", "2 te kind=black"),
]
EDITS = [
    ("pizzeria", "1 pizza size=large flavor=pepperoni", "make it a medium", "1 pizza size=medium flavor=pepperoni"),
    ("pizzeria", "1 pizza size=large flavor=pepperoni", "make that two", "2 pizza size=large flavor=pepperoni"),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "actually can you make it hawaiian instead",
        "1 pizza size=large flavor=hawaiana",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
        "cancel the lasagna and add a garlic bread with cheese",
        "1 pizza size=large flavor=pepperoni; 1 pan_ajo +queso",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
        "no lasagna please",
        "1 pizza size=large flavor=pepperoni",
    ),
    ("pizzeria", "2 lasagna", "only one lasagna", "1 lasagna"),
    ("pizzeria", "2 lasagna", "take one lasagna off", "1 lasagna"),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "add jalapenos to the pizza",
        "1 pizza size=large flavor=pepperoni +jalapeno",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 refresco brand=coca",
        "change the coke to a sprite",
        "1 pizza size=large flavor=pepperoni; 1 refresco brand=sprite",
    ),
    ("pizzeria", "1 pizza size=large flavor=pepperoni", "another one please", "2 pizza size=large flavor=pepperoni"),
    ("pizzeria", "1 lasagna; 2 pan_ajo", "never mind, cancel everything", ""),
    ("cafe", "1 latte size=l", "make it a small with almond milk", "1 latte size=s milk=almond"),
    ("cafe", "1 latte size=l; 1 concha", "remove the concha and make the latte small", "1 latte size=s"),
    ("cafe", "1 latte size=l; 1 americano size=l", "make them both medium", "1 latte size=m; 1 americano size=m"),
    ("cafe", "2 latte size=l", "make one of them small", "1 latte size=l; 1 latte size=s"),
    ("taqueria", "1 burrito carne=pollo", "no beans in the burrito", "1 burrito carne=pollo -frijoles"),
    (
        "taqueria",
        "1 burrito carne=pollo; 1 nachos",
        "swap the nachos for a quesadilla",
        "1 burrito carne=pollo; 1 quesadilla",
    ),
    ("taqueria", "1 burrito carne=pollo; 1 nachos", "I don't want the nachos anymore", "1 burrito carne=pollo"),
    ("taqueria", "2 burrito carne=pollo", "make one of them beef", "1 burrito carne=pollo; 1 burrito carne=res"),
    ("fonda", "2 taco_res; 1 cerveza", "instead of the beer give me a fanta", "2 taco_res; 1 gaseosa sabor=fanta"),
    ("fonda", "2 taco_res; 1 cerveza", "change it to 4 beef tacos", "4 taco_res; 1 cerveza"),
    ("fonda", "2 taco_res; 1 cerveza", "one more beer please", "2 taco_res; 2 cerveza"),
    ("fonda", "2 taco_res; 1 cerveza", "double the tacos", "4 taco_res; 1 cerveza"),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 2 refresco brand=coca",
        "can I change one of the cokes for a fanta",
        "1 pizza size=large flavor=pepperoni; 1 refresco brand=coca; 1 refresco brand=fanta",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 2 refresco brand=coca",
        "only one coke actually",
        "1 pizza size=large flavor=pepperoni; 1 refresco brand=coca",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "with stuffed crust please",
        "1 pizza size=large flavor=pepperoni style=stuffed",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "and no onions",
        "1 pizza size=large flavor=pepperoni -cebolla",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "what time do you close?",
        "1 pizza size=large flavor=pepperoni",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni",
        "how much is the lasagna?",
        "1 pizza size=large flavor=pepperoni",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
        "that's all thanks",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
    ),
    (
        "pizzeria",
        "1 pizza size=large flavor=pepperoni; 1 lasagna",
        "replace the lasagna with garlic bread",
        "1 pizza size=large flavor=pepperoni; 1 pan_ajo",
    ),
    (
        "cafe",
        "1 latte size=l; 1 concha",
        "can you add vanilla syrup to the latte",
        "1 latte size=l +vainilla; 1 concha",
    ),
    ("cafe", "1 latte size=l; 1 concha", "two conchas instead of one", "1 latte size=l; 2 concha"),
    ("cafe", "1 latte size=l; 1 concha", "make the latte two", "2 latte size=l; 1 concha"),
    ("cafe", "3 concha", "I only want two conchas", "2 concha"),
    ("cafe", "3 concha", "take off two conchas", "1 concha"),
    ("cafe", "1 latte size=l", "I said small", "1 latte size=s"),
    ("cafe", "1 latte size=l", "sorry, medium not large", "1 latte size=m"),
    (
        "taqueria",
        "1 burrito carne=pollo; 1 nachos",
        "actually make the burrito shrimp",
        "1 burrito carne=camaron; 1 nachos",
    ),
    ("taqueria", "1 burrito carne=pollo; 1 nachos", "I changed my mind about the nachos", "1 burrito carne=pollo"),
    ("taqueria", "1 burrito carne=pollo", "add a side of guacamole to that", "1 burrito carne=pollo +guacamole"),
    (
        "taqueria",
        "1 burrito carne=pollo",
        "and 2 large horchatas with no ice",
        "1 burrito carne=pollo; 2 agua_h size=l -hielo",
    ),
    ("fonda", "2 nacatamal", "make that a dozen", "12 nacatamal"),
    ("fonda", "2 nacatamal", "+1 nacatamal", "3 nacatamal"),
    ("fonda", "2 nacatamal; 1 cerveza", "forget the beer", "2 nacatamal"),
    ("fonda", "2 nacatamal; 3 cerveza", "remove 2 beers", "2 nacatamal; 1 cerveza"),
    ("ropa", "1 camiseta size=M color=white", "in black please", "1 camiseta size=M color=black"),
    ("ropa", "1 camiseta size=M color=white", "change the size to L", "1 camiseta size=L color=white"),
]


@pytest.mark.parametrize(("shop", "text", "after"), ORDERS)
def test_order_in_english_finds_its_spanish_menu(shop, text, after):
    assert written(PARSERS[shop].read(text, language="en").cart) == written(cart(after))


@pytest.mark.parametrize(("shop", "before", "text", "after"), EDITS)
def test_edit_in_english_changes_the_cart(shop, before, text, after):
    reading = PARSERS[shop].read(text, language="en", cart=cart(before))
    assert written(reading.cart) == written(cart(after))
    assert written(applied(cart(before), reading.changes)) == written(reading.cart)


def test_english_with_a_menus_spanish_names_is_read_as_english_where_it_was_taken_for_spanish():
    reading = PARSERS["heladeria"].read("a double cone with dulce de leche and strawberry", language="es")
    assert written(reading.cart) == written(cart("1 cono size=d gusto=ddl,frutilla"))


def test_half_of_what_goes_by_the_piece_is_never_ordered():
    for text in ("make that latte half decaf", "half of the lattes small", "medio latte"):
        lines = PARSERS["cafe"].read(text, language="en", cart=cart("1 latte size=l")).cart
        assert all(line.qty == int(line.qty) for line in lines)


@pytest.mark.parametrize("said", ["make it 4 nacatamales", "please make that 4 nacatamales", "i said 4 nacatamales"])
def test_an_english_correction_sets_the_quantity_though_the_menus_names_made_it_spanish(said: str) -> None:
    reading = OrderParser(MENUS["fonda"]).read(said, language="es", cart=cart("2 nacatamal"))
    assert written(reading.cart) == "4 nacatamal"
