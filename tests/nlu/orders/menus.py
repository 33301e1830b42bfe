"""Invented shops for the tests of orders, and a short way to write carts: "2 taco +queso -cebolla size=large"."""

# ruff: noqa: E501

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from app.nlu.service import Addition, Axis, Line, SaidExtra, Sold, Value

SIGNS = {"++": "extra", "+": "add", "~": "light", "-=": "no_extra", "-": "no"}


def axis(id: str, name: str, values: str, *, required: bool = False) -> Axis:
    """ "small chica|pequeña; large grande": the id, then the names."""
    made = []
    for part in values.split(";"):
        value, _, names = part.strip().partition(" ")
        made.append(Value(value, tuple(names.split("|")) if names else (value,)))
    return Axis(id, (name,), required, tuple(made))


def extras(written: str) -> tuple[Addition, ...]:
    """ "queso; salsa salsa verde|salsita; *cebolla": a star marks what comes with it."""
    made = []
    for part in written.split(";"):
        name, _, names = part.strip().partition(" ")
        bare = name.removeprefix("*")
        made.append(Addition(bare, tuple(names.split("|")) if names else (bare,), included=name.startswith("*")))
    return tuple(made)


def sold(
    id: str, names: str, *, unit: str | None = None, axes: Iterable[Axis] = (), extra: str = "", kinds: str = ""
) -> Sold:
    return Sold(id, tuple(names.split("|")), unit, tuple(axes), extras(extra) if extra else (), tuple(kinds.split()))


SIZE = axis("size", "tamaño", "small pequeño|chico; large grande")
TORTILLA = axis("tortilla", "tortilla", "maiz maíz; harina")
FONDA = (
    sold("nacatamal", "Nacatamal|nacatamales", extra="crema; cuajada", kinds="desayunos"),
    sold("vigoron", "Vigorón", extra="*repollo; *chicharron chicharrón"),
    sold("pinto", "Gallo pinto|pinto", extra="huevo; crema; queso queso frito"),
    sold("taco_res", "Taco de res", axes=[TORTILLA], extra="queso; *cebolla; *cilantro; chile chile|picante", kinds="tacos"),
    sold("taco_pollo", "Taco de pollo", axes=[TORTILLA], extra="queso; *cebolla; *cilantro; chile chile|picante", kinds="tacos"),
    sold("taco_pastor", "Taco al pastor", axes=[TORTILLA], extra="queso; *cebolla; *cilantro; pina piña", kinds="tacos"),
    sold("baho", "Baho|vaho"),
    sold("sopa_res", "Sopa de res"),
    sold("sopa_pollo", "Sopa de pollo"),
    sold("fresco_cacao", "Fresco de cacao", axes=[SIZE], extra="*hielo; *azucar azúcar", kinds="bebidas"),
    sold("fresco_jamaica", "Fresco de jamaica", axes=[SIZE], extra="*hielo; *azucar azúcar", kinds="bebidas"),
    sold("gaseosa", "Gaseosa", axes=[axis("sabor", "sabor", "coca Coca-Cola|coca; fanta Fanta; uva Uva", required=True)], kinds="bebidas"),
    sold("cerveza", "Cerveza|toña", kinds="bebidas"),
    sold("tres_leches", "Tres leches", kinds="postres"),
)  # fmt: skip
CAFE = (
    sold("americano", "Café americano|americano", axes=[axis("size", "tamaño", "s chico; m mediano; l grande", required=True)], extra="leche; crema; azucar azúcar; shot shot de espresso"),
    sold("latte", "Latte|café latte", axes=[axis("size", "tamaño", "s chico; m mediano; l grande", required=True), axis("milk", "leche", "whole entera; light deslactosada; almond leche de almendras|almendra")], extra="vainilla jarabe de vainilla; shot shot de espresso; crema crema batida"),
    sold("capuchino", "Capuchino|capuccino", axes=[axis("size", "tamaño", "s chico; m mediano; l grande", required=True)], extra="canela; shot shot de espresso"),
    sold("te", "Té", axes=[axis("kind", "sabor", "green verde; black negro; mint menta", required=True)], extra="miel; limon limón"),
    sold("croissant", "Croissant|cuernito", axes=[axis("filling", "relleno", "plain natural; ham jamón y queso; choc chocolate")]),
    sold("concha", "Concha"),
    sold("pay_queso", "Pay de queso|cheesecake"),
    sold("pay_limon", "Pay de limón"),
    sold("sandwich_pavo", "Sándwich de pavo", axes=[axis("bread", "pan", "white blanco; wheat integral")], extra="*mayonesa; *lechuga; *tomate; queso; aguacate; jalapeno jalapeños"),
    sold("sandwich_jamon", "Sándwich de jamón", axes=[axis("bread", "pan", "white blanco; wheat integral")], extra="*mayonesa; *lechuga; *tomate; queso; aguacate; jalapeno jalapeños"),
    sold("jugo", "Jugo de naranja", axes=[axis("size", "tamaño", "s medio litro; l un litro|litro")]),
)  # fmt: skip
PIZZERIA = (
    sold("pizza", "Pizza", axes=[
        axis("size", "tamaño", "personal; medium mediana; large grande; family familiar", required=True),
        axis("flavor", "sabor", "pepperoni; hawaiana; margarita; cuatro cuatro quesos; veggie vegetariana", required=True),
        axis("crust", "masa", "thin masa delgada|delgada; thick masa gruesa|gruesa"),
        axis("style", "borde", "stuffed borde de queso|orilla rellena"),
    ], extra="queso; champinones champiñones|hongos; aceitunas; jamon jamón; pina piña; cebolla; jalapeno jalapeño"),
    sold("alitas", "Alitas", axes=[axis("pieces", "piezas", "6 6 piezas; 12 12 piezas; 24 24 piezas", required=True), axis("sauce", "salsa", "bbq BBQ; buffalo búfalo; mango mango habanero")]),
    sold("lasagna", "Lasaña"),
    sold("ensalada", "Ensalada césar", extra="pollo; *crutones; aderezo aderezo extra"),
    sold("pan_ajo", "Pan de ajo", extra="queso"),
    sold("refresco", "Refresco", axes=[axis("brand", "sabor", "coca Coca-Cola|coca; sprite Sprite; fanta Fanta", required=True), axis("size", "presentación", "can lata; l2 2 litros|dos litros")]),
    sold("agua", "Agua", axes=[axis("gas", "gas", "still sin gas; sparkling con gas")]),
)  # fmt: skip
TIENDA = (
    sold("arroz", "Arroz", unit="libra"), sold("frijol", "Frijol rojo|frijoles", unit="libra"), sold("azucar", "Azúcar", unit="libra"),
    sold("queso", "Queso fresco|queso", unit="libra"), sold("crema", "Crema|bolsa de crema"), sold("huevo", "Huevo|huevos"),
    sold("pan", "Pan francés", unit="docena"), sold("tortilla", "Tortilla|tortillas"), sold("jabon", "Jabón de lavar|jabón"),
    sold("aceite", "Aceite de cocina 1 litro|aceite"), sold("leche", "Leche entera|leche", unit="litro"), sold("tomate", "Tomate"),
    sold("cebolla", "Cebolla"), sold("platano", "Plátano maduro|maduro"), sold("papa", "Papa", unit="kilo"), sold("pollo", "Pollo entero|pollo", unit="kilo"),
    sold("papel", "Papel higiénico"), sold("coca", "Coca-Cola|coca", axes=[axis("size", "tamaño", "can lata|de lata; l15 1.5 litros|litro y medio; l3 3 litros")]),
    sold("galleta", "Galletas María|galletas"), sold("cafe", "Café instantáneo 200 g|café"),
)  # fmt: skip
ROPA = (
    sold("camiseta", "Camiseta", axes=[axis("size", "talla", "S; M; L; XL", required=True), axis("color", "color", "white blanca|blanco; black negra|negro; red roja|rojo", required=True)]),
    sold("jeans", "Jeans|pantalón de mezclilla", axes=[axis("size", "talla", "28; 30; 32; 34", required=True), axis("color", "color", "blue azul; black negro")]),
    sold("gorra", "Gorra", axes=[axis("color", "color", "black negra; red roja")]),
    sold("vestido", "Vestido floreado", axes=[axis("size", "talla", "S; M; L", required=True)]),
    sold("calcetines", "Calcetines|par de calcetines"),
)  # fmt: skip
GUSTOS = axis(
    "gusto",
    "gustos",
    "ddl dulce de leche|ddl; choco chocolate; frutilla; limon limón; vainilla; menta menta granizada|menta",
    required=True,
)
HELADERIA = (
    sold("kilo", "Helado por kilo|helado", unit="kilo", axes=[GUSTOS], kinds="helados"),
    sold("cono", "Cucurucho|cono", axes=[axis("size", "tamaño", "s simple; d doble; t triple"), GUSTOS], extra="bano baño de chocolate|bañado; crema crema chantilly|crema; mani maní"),
    sold("vasito", "Vasito", axes=[axis("size", "tamaño", "s chico; l grande"), GUSTOS], extra="crema crema chantilly|crema; salsa salsa de frutilla"),
    sold("licuado", "Licuado", axes=[axis("fruta", "fruta", "banana; durazno; frutilla", required=True), axis("base", "base", "leche; agua", required=True)], extra="azucar azúcar; *hielo"),
    sold("medialuna", "Medialuna|factura", axes=[axis("tipo", "tipo", "manteca de manteca|manteca; grasa de grasa|grasa")]),
    sold("tostado", "Tostado de jamón y queso|tostado", axes=[axis("pan", "pan", "miga de miga|miga; arabe árabe")]),
    sold("cafe_leche", "Café con leche"), sold("cortado", "Cortado"),
    sold("promo", "Promo merienda|promo 1"), sold("promo2", "Promo desayuno|promo 2"),
)  # fmt: skip
CARNE = axis("carne", "carne", "res de res|carne; pollo; cerdo cerdo|puerco; camaron camarón")
TAQUERIA = (
    sold("burrito", "Burrito", axes=[CARNE, axis("size", "tamaño", "r normal|regular; xl grande|xl")], extra="*frijoles; *arroz; queso; guacamole guacamole|guaca; crema; *pico pico de gallo; jalapeno jalapeños; papas"),
    sold("quesadilla", "Quesadilla", axes=[CARNE, axis("masa", "tortilla", "maiz maíz; harina")], extra="queso; guacamole guacamole|guaca; crema; champi champiñones"),
    sold("torta", "Torta", axes=[axis("tipo", "tipo", "milanesa; pierna pierna adobada|pierna; jamon jamón; cubana", required=True)], extra="*aguacate; *cebolla; *chiles jalapeños|chiles; quesillo"),
    sold("gringa", "Gringa de pastor|gringa"),
    sold("nachos", "Nachos con queso|nachos", extra="*jalapeno jalapeños; carne carne molida|carne; guacamole"),
    sold("consome", "Consomé", axes=[axis("size", "tamaño", "s chico; l grande")]),
    sold("agua_h", "Agua de horchata|horchata", axes=[axis("size", "tamaño", "m medio litro; l litro")], extra="*hielo"),
    sold("agua_j", "Agua de jamaica|jamaica", axes=[axis("size", "tamaño", "m medio litro; l litro")], extra="*hielo"),
    sold("refresco", "Refresco", axes=[axis("marca", "sabor", "coca Coca-Cola|coca; light Coca Light|coca light; sidral Sidral Mundet|sidral|manzanita; squirt", required=True)]),
    sold("salsa", "Salsa roja extra|salsa extra", axes=[]),
    sold("paquete1", "Paquete 1|combo 1"), sold("paquete2", "Paquete 2|combo 2"), sold("paquete3", "Paquete familiar|combo familiar"),
)  # fmt: skip
CARNICERIA = (
    sold("molida", "Carne molida|molida", unit="libra", axes=[axis("tipo", "tipo", "regular corriente|regular; especial sin grasa|especial")]),
    sold("lomo", "Lomo de cerdo", unit="libra"), sold("costilla", "Costilla de res", unit="libra"), sold("posta", "Posta de pollo|posta", unit="libra"),
    sold("pechuga", "Pechuga de pollo|pechuga", unit="libra", axes=[axis("corte", "corte", "entera; fileteada en filetes|fileteada|filete; cubos en cubos|cubos")]),
    sold("alas", "Alitas de pollo|alas", unit="libra"), sold("chorizo", "Chorizo criollo|chorizo"), sold("salchicha", "Salchicha|salchichas", unit="docena"),
    sold("tocino", "Tocino ahumado|tocino", unit="libra"), sold("jamon", "Jamón de pavo|jamón", unit="libra"), sold("hueso", "Hueso para sopa"),
    sold("carbon", "Bolsa de carbón|carbón"),
)  # fmt: skip
CEVICHERIA = (
    sold("ceviche", "Ceviche de pescado|ceviche", axes=[axis("tam", "tamaño", "p personal; f fuente|familiar", required=True), axis("aji", "picante", "sin sin picante|sin ají; poco poco picante; full bien picante|picante")], extra="*cebolla; *camote; *cancha canchita|cancha; choclo"),
    sold("ceviche_mixto", "Ceviche mixto|mixto", axes=[axis("tam", "tamaño", "p personal; f fuente|familiar", required=True)], extra="*cebolla; *camote; *cancha canchita|cancha"),
    sold("leche_tigre", "Leche de tigre"),
    sold("arroz_mariscos", "Arroz con mariscos"), sold("chaufa", "Arroz chaufa de mariscos|chaufa"), sold("jalea", "Jalea mixta|jalea"),
    sold("causa", "Causa rellena|causa", axes=[axis("rel", "relleno", "pollo; atun atún; langostino langostinos")]),
    sold("lomo", "Lomo saltado", extra="huevo huevo frito|huevo montado|a lo pobre; platano plátano frito"),
    sold("chicha", "Chicha morada|chicha", axes=[axis("pres", "presentación", "v vaso; j jarra; m media jarra")], extra="*hielo; *azucar azúcar"),
    sold("inca", "Inca Kola|inka cola", axes=[axis("pres", "presentación", "p personal|500 ml; l litro y medio|1.5 l; g 3 litros|tres litros")]),
    sold("cusquena", "Cerveza Cusqueña|cusqueña|chela"),
    sold("suspiro", "Suspiro a la limeña|suspiro"),
    sold("arepa_queso", "Arepa de queso"), sold("arepa_carne", "Arepa de carne mechada|carne mechada"), sold("arepa_pollo", "Arepa de pollo|reina pepiada"),
)  # fmt: skip
FERRETERIA = (
    sold("clavo2", "Clavo 2 pulgadas|clavos de 2 pulgadas", unit="libra"), sold("clavo3", "Clavo 3 pulgadas|clavos de 3 pulgadas", unit="libra"),
    sold("pintura", "Pintura látex", axes=[axis("color", "color", "white blanca|blanco; red roja|rojo; blue azul"), axis("size", "presentación", "gallon galón; quarter cuarto de galón|cuarto; bucket cubeta")]),
    sold("brocha", "Brocha", axes=[axis("size", "medida", "2 2 pulgadas; 4 4 pulgadas")]), sold("martillo", "Martillo"), sold("cemento", "Cemento Canal|bolsa de cemento|cemento"),
    sold("foco", "Foco LED|bombillo|foco", axes=[axis("w", "potencia", "9 9 watts|9w; 12 12 watts|12w")]), sold("cable", "Cable eléctrico"), sold("tubo", "Tubo PVC de media|tubo pvc"),
)  # fmt: skip
MEZCLA = (  # where the same word is a product, a choice of another and part of what a third is called
    sold("quesillo", "Quesillo|quesillo con crema", axes=[axis("queso", "queso", "sencillo; trenza", required=True)], extra="crema"),
    sold("pan", "Pan simple"), sold("manzana", "Manzana", unit="libra"),
    sold("refresco", "Refresco|refresco de manzana|refresco de cola", axes=[axis("sabor", "sabor", "cola; manzana; uva", required=True)]),
    sold("combo", "Combo del día", axes=[axis("agua", "agua", "jamaica; horchata", required=True)]),
    sold("agua_j", "Agua de jamaica|jamaica"), sold("agua_h", "Agua de horchata|horchata"),
    sold("floreado", "Vestido floreado", axes=[axis("talle", "talle", "S; M; L", required=True), axis("color", "color", "rosa; celeste", required=True)]),
    sold("calza", "Calza larga"), sold("pollera", "Pollera larga"),
    sold("fiesta", "Vestido de fiesta", axes=[axis("talle", "talle", "S; M; L", required=True)]),
)  # fmt: skip
MENUS = {
    "mezcla": MEZCLA,
    "cevicheria": CEVICHERIA,
    "ferreteria": FERRETERIA,
    "heladeria": HELADERIA,
    "taqueria": TAQUERIA,
    "carniceria": CARNICERIA,
    "fonda": FONDA,
    "cafe": CAFE,
    "pizzeria": PIZZERIA,
    "tienda": TIENDA,
    "ropa": ROPA,
}


def cart(written: str) -> tuple[Line, ...]:
    """A cart from its short form."""
    return tuple(_line(part.strip()) for part in written.split(";") if part.strip())


def _line(written: str) -> Line:
    qty, product, *rest = written.split()
    options: list[tuple[str, tuple[str, ...]]] = []
    said: list[SaidExtra] = []
    refused: list[str] = []
    for word in rest:
        sign = next((sign for sign in SIGNS if word.startswith(sign)), "")
        if word.startswith("!"):
            refused.append(word[1:])
        elif sign:
            extra, _, count = word.removeprefix(sign).partition("*")
            said.append(SaidExtra(SIGNS[sign], extra, int(count or 1)))  # type: ignore[arg-type]
        else:
            name, _, values = word.partition("=")
            options.append((name, tuple(values.split(","))))
    return Line(product, Decimal(qty), tuple(sorted(options)), tuple(sorted(said)), tuple(sorted(refused)))


def written(lines: Iterable[Line]) -> str:
    """The short form of a cart, sorted."""
    return "; ".join(sorted(_written(line) for line in lines))


def _written(line: Line) -> str:
    signs = {kind: sign for sign, kind in SIGNS.items()}
    parts = [f"{line.qty.normalize():f}", line.product_id]
    parts += [f"{name}={','.join(sorted(values))}" for name, values in line.options]
    parts += [signs[extra.kind] + extra.id + (f"*{extra.qty}" if extra.qty > 1 else "") for extra in line.extras]
    return " ".join([*parts, *(f"!{refused}" for refused in line.without_options)])
