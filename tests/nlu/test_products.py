"""Products named, with quantities, typos and things no product is called."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.nlu.service import Lexicon, Understander

CARTS = [
    ("2 nacatamales", {"nacatamal": "2"}),
    ("nacatamales 2", {"nacatamal": "2"}),
    ("nacatamal x3", {"nacatamal": "3"}),
    ("2x nacatamal", {"nacatamal": "2"}),
    ("nacatamales 2, coca x3", {"nacatamal": "2", "coca-cola": "3"}),
    ("un nacatamal", {"nacatamal": "1"}),
    ("un par de tacos de birria", {"taco-birria": "2"}),
    ("quiero doce tacos al pastor", {"taco-pastor": "12"}),
    ("quiero tres tres leches", {"tres-leches": "3"}),
    ("3 pasteles de tres leches", {"tres-leches": "3"}),
    ("dos ricos nacatamales", {"nacatamal": "2"}),
    ("treinta y dos nacatamales", {"nacatamal": "32"}),
    ("a couple of nacatamales", {"nacatamal": "2"}),
]


@pytest.mark.parametrize(("text", "cart"), CARTS)
def test_quantities_belong_to_the_product_they_stand_by(mind: Understander, text: str, cart: dict[str, str]) -> None:
    mentions = mind.analyse(text).mentions

    assert {mention.product_id: str(mention.qty) for mention in mentions} == cart
    assert all(mention.said_qty for mention in mentions)


@pytest.mark.parametrize(
    ("text", "product"),
    [
        ("tienen nacatamles?", "nacatamal"),
        ("quiero un nacatamall", "nacatamal"),
        ("un vijoron", "vigoron"),
        ("un bigoron porfa", "vigoron"),
        ("una koka kola", "coca-cola"),
        ("gayo pinto", "gallo-pinto"),
        ("kafe con leche", "cafe-leche"),
        ("un cafecito con leche", "cafe-leche"),
        ("VIGORON", "vigoron"),
        ("cheesburger please", "burger"),
    ],
)
def test_slips_of_the_pen_still_name_the_product(mind: Understander, text: str, product: str) -> None:
    assert [mention.product_id for mention in mind.analyse(text).mentions] == [product]


def test_a_part_of_a_name_names_it_when_only_one_product_has_it(mind: Understander) -> None:
    (mention,) = mind.analyse("cuánto vale el de pastor?").mentions

    assert (mention.product_id, mention.words, mention.others) == ("taco-pastor", "pastor", ())
    assert 0.6 < mention.score < 1


def test_a_part_that_several_products_share_says_which_ones_it_may_be(mind: Understander) -> None:
    (mention,) = mind.analyse("quiero 2 tacos").mentions

    assert {mention.product_id, *mention.others} == {"taco-pastor", "taco-birria"}
    assert mention.score < 0.6
    assert mention.qty == 2


def test_the_longest_name_wins(lexicon: Lexicon) -> None:
    both = Lexicon.build([("arroz", ["Arroz"]), ("arroz-pollo", ["Arroz con pollo"]), ("pollo", ["Pollo frito"])])

    assert [found.products for found in both.find(["un", "arroz", "con", "pollo"])] == [("arroz-pollo",)]
    assert [found.products for found in both.find(["un", "arroz"])] == [("arroz",)]


def test_what_comes_with_a_product_is_not_taken_for_it(mind: Understander) -> None:
    assert mind.analyse("tenés leche?").mentions == () or mind.analyse("tenés leche?").mentions[0].score < 0.6


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("tenés sushi?", ("sushi",)),
        ("quiero una pizza y 3 nacatamales", ("pizza",)),
        ("2 nacatamales y un ceviche", ("ceviche",)),
        ("me das dos baleadas y una coca", ("baleadas",)),
        ("do you have lasagna?", ("lasagna",)),
        ("cuánto cuesta la paella?", ("paella",)),
        ("tienen nacatamales?", ()),
        ("quiero hacer un pedido grande", ()),
        ("quiero 2 nacatamales para llevar por favor", ()),
        ("tenés nacatamales para mañana?", ()),
    ],
)
def test_what_no_product_is_called_is_told(mind: Understander, text: str, missing: tuple[str, ...]) -> None:
    assert tuple(word for clause in mind.analyse(text).clauses for word in clause.missing) == missing


def test_a_measure_is_kept_beside_the_quantity(mind: Understander) -> None:
    (mention,) = mind.analyse("medio kilo de queso seco").mentions

    assert (mention.product_id, mention.qty, mention.unit) == ("queso-seco", Decimal("0.5"), "kilo")


@pytest.mark.parametrize(
    ("text", "qty", "unit"),
    [
        ("una docena de nacatamales", "1", "docena"),
        ("media docena de nacatamales", "0.5", "docena"),
        ("docena y media de nacatamales", "1.5", "docena"),
        ("two dozen nacatamales", "2", "docena"),
        ("300 gramos de queso seco", "300", "gramo"),
        ("2 kilos y medio de queso seco", "2.5", "kilo"),
        ("3 nacatamales", "3", ""),
    ],
)
def test_the_quantity_counts_the_measure_that_was_said(mind: Understander, text: str, qty: str, unit: str) -> None:
    (mention,) = mind.analyse(text).mentions

    assert (mention.qty, mention.unit, mention.said_qty) == (Decimal(qty), unit, True)


PULPERIA = (
    ("arroz", ("Arroz", "arroz por libra")),
    ("queso", ("Queso seco", "queso")),
    ("frijoles", ("Frijoles rojos", "frijoles")),
    ("sal", ("Sal",)),
    ("leche", ("Litro de leche",)),
    ("huevos", ("Huevos", "blanquillos")),
    ("cajeta", ("Cajeta de coco",)),
    ("vino", ("Vino tinto", "vino")),
    ("fresco-cacao", ("Fresco de cacao",)),
    ("fresco-melon", ("Fresco de melón",)),
)


@pytest.fixture(scope="module")
def pulperia() -> Understander:
    return Understander(Lexicon.build(PULPERIA))


@pytest.mark.parametrize(
    ("text", "products"),
    [
        ("3 libras de frijoles", ["frijoles"]),
        ("a cómo está la libra de queso", ["queso"]),
        ("arroz por libra tenés?", ["arroz"]),
        ("un litro de leche", ["leche"]),
        ("cuánto me sale eso?", []),
        ("cuánto sale el queso", ["queso"]),
        ("hay sal?", ["sal"]),
        ("una coca bien helada", []),
        ("la comida me vino tarde", []),
        ("hay vino?", ["vino"]),
        ("quiero algo seco", []),
    ],
)
def test_measures_and_verbs_name_no_product(pulperia: Understander, text: str, products: list[str]) -> None:
    assert [mention.product_id for mention in pulperia.analyse(text).mentions] == products


@pytest.mark.parametrize("text", ["guevos", "guebos", "uebos", "weveos", "hay webos?", "güevos"])
def test_a_name_is_known_by_its_sound(pulperia: Understander, text: str) -> None:
    assert [mention.product_id for mention in pulperia.analyse(text).mentions] == ["huevos"]


def test_another_kind_of_what_is_sold_is_missing_and_the_family_is_unsure(pulperia: Understander) -> None:
    (clause,) = pulperia.analyse("tenés fresco de guanábana?").clauses
    (mention,) = clause.mentions

    assert clause.missing == ("fresco de guanábana",)
    assert {mention.product_id, *mention.others} == {"fresco-cacao", "fresco-melon"}
    assert mention.score < 0.6
    assert pulperia.analyse("tenés fresco de melón?").clauses[0].missing == ()


@pytest.mark.parametrize(
    "text",
    [
        "hay algo que cueste 20 córdobas?",
        "qué tenés por menos de 80 pesos",
        "quiero algo de 30 bolas",
        "hacen envíos a México?",
        "quiero probar algo diferente",
        "quiero que me aconsejen qué pedir",
        "me gusta Managua",
    ],
)
def test_money_places_and_verbs_are_never_missing(pulperia: Understander, text: str) -> None:
    assert [words for clause in pulperia.analyse(text).clauses for words in clause.missing] == []


def test_a_time_or_a_price_is_no_quantity(mind: Understander) -> None:
    for text in ("nacatamales a las 3", "tenés nacatamales de 50 pesos?"):
        assert [(m.qty, m.said_qty) for m in mind.analyse(text).mentions] == [(Decimal(1), False)]


def test_an_ordinary_word_never_becomes_a_product(mind: Understander) -> None:
    for text in ("qué onda", "hola vecino que tal", "quiero pagar", "está bien", "el carro es rojo"):
        assert mind.analyse(text).mentions == ()
