"""What of a known kind a message says, and where it stands in the text."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.nlu.service import Clock, DayRef, Entities, Money, Understander, called


def read(mind: Understander, text: str, language: str = "es") -> Entities:
    return mind.analyse(text, default_language=language, country="NI").entities  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("text", "amount", "currency", "said"),
    [
        ("tengo C$ 120 nada más", "120", "NIO", "C$ 120"),
        ("me alcanza con 120 pesos?", "120", "", "120 pesos"),
        ("qué hay por 20 mangos", "20", "", "20 mangos"),
        ("algo por veinte pesos", "20", "", "veinte pesos"),
        ("cuesta 2 lucas?", "2000", "", "2 lucas"),
        ("son ₡3.000", "3000", "CRC", "₡3.000"),
        ("$5.50 está bien", "5.50", "", "$5.50"),
        ("US$ 20.", "20", "USD", "US$ 20"),
        ("$10k", "10000", "", "$10k"),
    ],
)
def test_money_is_read_with_its_currency(mind: Understander, text: str, amount: str, currency: str, said: str) -> None:
    (money,) = read(mind, text).money
    assert (money.value, text[money.start : money.end]) == (Money(Decimal(amount), currency), said)


def test_mangos_are_fruit_where_the_shop_sells_them() -> None:
    from app.nlu.service import Lexicon

    shop = Understander(Lexicon.build([("mango", ("Mango",))]))
    assert shop.analyse("quiero 20 mangos").entities.money == ()


@pytest.mark.parametrize(
    ("text", "clock"),
    [
        ("abren a las 9", Clock(9)),
        ("9 y media?", Clock(9, 30)),
        ("a las 9 y media", Clock(9, 30)),
        ("a las 9 menos cuarto", Clock(8, 45)),
        ("3pm", Clock(15, sure=True)),
        ("a las 3:00 p. m. abren?", Clock(15, sure=True)),
        ("atienden al mediodía", Clock(12, sure=True)),
        ("a las 20hs", Clock(20, sure=True)),
        ("tipo 8 de la noche", Clock(20, sure=True)),
        ("a la una", Clock(1)),
        ("a las 12 de la noche", Clock(24, sure=True)),
        ("a las 2 de la madrugada", Clock(2, sure=True)),
        ("20:30", Clock(20, 30, sure=True)),
    ],
)
def test_times_of_day_are_read(mind: Understander, text: str, clock: Clock) -> None:
    assert [one.value for one in read(mind, text).times] == [clock]


@pytest.mark.parametrize(
    "text",
    ["las 2 nacatamales", "atienden 24 horas", "quiero 9", "mesa para 4 a las orillas", "a las 3 personas", "somos 8"],
)
def test_a_number_alone_is_no_time(mind: Understander, text: str) -> None:
    assert read(mind, text).times == ()


def test_times_in_english(mind: Understander) -> None:
    assert read(mind, "are you open after 9?", "en").clock == Clock(9)
    assert read(mind, "can I come at half past noon", "en").clock == Clock(12, sure=True)
    assert read(mind, "are you open at 9 in the evening?", "en").clock == Clock(21, sure=True)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("el 24 de diciembre abren?", [DayRef("date", day=24, month=12)]),
        ("abren este finde", [DayRef("weekday", weekday=5, until=6)]),
        ("los fines de semana", [DayRef("weekday", weekday=5, until=6)]),
        ("pasado mañana", [DayRef("day_after")]),
        ("el viernes que viene", [DayRef("weekday", weekday=4)]),
        ("de lunes a viernes", [DayRef("weekday", weekday=0, until=4)]),
        ("de viernes a lunes", [DayRef("weekday", weekday=4, until=0)]),
        ("abren sábado y domingo?", [DayRef("weekday", weekday=5), DayRef("weekday", weekday=6)]),
        ("abren en navidad o en año nuevo", [DayRef("date", day=25, month=12), DayRef("date", day=1, month=1)]),
        ("abren los feriados?", [DayRef("holidays")]),
        ("mañana por la mañana", [DayRef("tomorrow")]),
        ("en la mañana", []),
        ("el primero de mayo", [DayRef("date", day=1, month=5)]),
    ],
)
def test_days_are_read_in_their_order(mind: Understander, text: str, days: list[DayRef]) -> None:
    assert [one.value for one in read(mind, text).days] == days


def test_the_day_that_counts_is_the_most_exact_one(mind: Understander) -> None:
    (clause,) = mind.analyse("mañana 24 de diciembre abren?").clauses
    assert clause.day == DayRef("date", day=24, month=12)


@pytest.mark.parametrize(
    "text", ["8888-7777", "mi cel es +505 8888 7777", "505 88887777 no, 8888 7777", "(505) 8888-7777 y ya"]
)
def test_phones_are_read_as_those_of_the_shops_country(mind: Understander, text: str) -> None:
    assert "+50588887777" in [one.value for one in read(mind, text).phones]


@pytest.mark.parametrize(
    "text", ["cuenta 000-000000-0", "12345678901234567890", "el 24/12/2026", "son C$ 88887777", "1234567"]
)
def test_what_no_phone_can_be_is_none(mind: Understander, text: str) -> None:
    assert read(mind, text).phones == ()


def test_without_a_country_only_a_whole_number_is_a_phone(mind: Understander) -> None:
    assert mind.analyse("8888-7777").entities.phones == ()
    assert [one.value for one in mind.analyse("+505 8888-7777").entities.phones] == ["+50588887777"]


def test_emails_are_read_without_asking_the_network(mind: Understander) -> None:
    said = read(mind, "mi correo es Carla.P@Gmail.com, gracias")
    assert [one.value for one in said.emails] == ["Carla.P@gmail.com"]
    assert read(mind, "escribime a carla@@gmail o a a@b..c").emails == ()


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("soy Carla", "Carla"),
        ("hola soy carla, a qué hora cierran?", "Carla"),
        ("me llamo José Pérez y quiero pedir", "José Pérez"),
        ("a nombre de maria lopez porfa", "Maria Lopez"),
        ("mi nombre es Sofía de los Ángeles Ruiz", "Sofía de los Ángeles Ruiz"),
        ("SOY CARLA", "Carla"),
        ("my name is Ann Lee", "Ann Lee"),
        ("I'm Bob", "Bob"),
        ("le habla Chepe", "Chepe"),
        ("Retiro. Me llamo Flor. Débito", "Flor"),
        ("a nombre de Lic. Flor Paz", "Lic. Flor Paz"),
        ("yo me llamo maría candelaria portillo", "María Candelaria Portillo"),
        ("me llamo ana quiero dos nacatamales", "Ana"),
    ],
)
def test_names_are_read_as_one_writes_them(mind: Understander, text: str, name: str) -> None:
    (found,) = read(mind, text).names
    assert found.value == name
    assert text[found.start : found.end].casefold() == name.casefold()


@pytest.mark.parametrize(
    "text",
    ["soy de Managua", "soy vegetariano", "soy la de los nacatamales", "soy nuevo por acá", "a nombre de quién?", "I'm vegetarian",
     "soy alérgica al maní", "¿habla inglés?", "i'm looking for bread", "soy yo otra vez", "SOY CLIENTE"],
)  # fmt: skip
def test_what_somebody_is_is_no_name(mind: Understander, text: str) -> None:
    assert read(mind, text).names == ()


def test_each_clause_has_its_own_and_the_message_all(mind: Understander) -> None:
    analysis = mind.analyse("¿Abren el sábado a las 9? ¿Y qué me alcanza con 100 pesos?", country="NI")
    first, second = analysis.clauses
    assert (len(first.entities.times), len(first.entities.money)) == (1, 0)
    assert (len(second.entities.times), len(second.entities.money)) == (0, 1)
    assert [len(getattr(analysis.entities, kind)) for kind in ("money", "times", "days")] == [1, 1, 1]
    money = analysis.entities.money[0]
    assert analysis.text[money.start : money.end] == "100 pesos"


@pytest.mark.parametrize(
    ("name", "called_by"),
    [
        ("Carla Ruiz Paz", "Carla"), ("Doña Miriam", "Doña Miriam"), ("don José  Pérez", "don José"), ("Sra. Ana Paz", "Sra. Ana"),
        ("Don", "Don"), ("Domingo Paz", "Domingo"), ("", ""), ("   ", ""),
    ],
)  # fmt: skip
def test_somebody_is_called_by_their_title_and_first_name(name: str, called_by: str) -> None:
    assert called(name) == called_by
