"""Words as typed become words as meant: spelling, stems, numbers, days, language, yes and no."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest

from app.nlu.days import days_in, foremost
from app.nlu.normalise import normalise
from app.nlu.numbers import figure, parse_number
from app.nlu.service import DayRef, Understander, affirmation, stem
from app.nlu.stem import _snowball


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("a q hora", "a que hora"),
        ("xq no", "porque no"),
        ("toy aki", "estoy aqui"),
        ("kiero 2 xfa", "quiero 2 por favor"),
        ("holaaaa!!!", "hola"),
        ("grax, tmb", "gracias tambien"),
        ("pa llevar porfa", "para llevar por favor"),
        ("¿Están   ABIERTOS?", "estan abiertos"),
        ("msj x whats", "mensaje por whatsapp"),
        ("8 hrs", "8 horas"),
        ("2 x 1", "2 x 1"),
        ("jajajaja", "jaja"),
        ("va 👍🏽", "va :yes:"),
        ("10k", "10 mil"),
        ("cafe\u0301", "cafe"),
    ],
)
def test_chat_spelling_is_put_right(typed: str, meant: str) -> None:
    assert " ".join(normalise(typed).tokens) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("whats ur number", "what is your number"),
        ("do u have", "do you have"),
        ("it's gr8", "it is gr 8"),
        ("thx", "thanks"),
    ],
)
def test_english_chat_spelling_too(typed: str, meant: str) -> None:
    assert " ".join(normalise(typed, "en").tokens) == meant


@pytest.mark.parametrize(
    "forms",
    [
        ["tenés", "tienes", "tiene", "tienen", "tendrán"],
        ["querés", "quieres", "quiere", "quiero", "quisiera"],
        ["abren", "abrís", "abre", "abierto", "abran"],
        ["mandame", "mándeme", "mandás", "mandan", "mandámelo"],
        ["podés", "puedes", "puede", "podría"],
        ["vendés", "vendes", "venden", "vendeme"],
        ["nacatamal", "nacatamales"],
    ],
)
def test_voseo_tuteo_and_usted_share_one_stem(forms: list[str]) -> None:
    assert len({stem(token) for form in forms for token in normalise(form).tokens}) == 1


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("dos", "2"), ("veintidós", "22"), ("treinta y cinco", "35"), ("ciento veinte", "120"), ("dos mil quinientos", "2500"),
        ("mil", "1000"), ("un millón", "1000000"), ("doscientas", "200"), ("media docena", "6"), ("una docena", "12"),
        ("docena y media", "18"), ("dos docenas", "24"), ("un par de", "2"), ("dos y medio", "2.5"), ("medio kilo", "0.5"),
        ("kilo y medio", "1.5"), ("dos kilos y medio", "2.5"), ("un cuarto de kilo", "0.25"), ("1,240", "1240"), ("1.240,50", "1240.50"),
        ("2.5", "2.5"), ("2,5", "2.5"), ("½", "0.5"), ("3/4", "0.75"), ("0.500", "0.500"), ("10k", "10000"),
    ],
)  # fmt: skip
def test_spanish_numbers(said: str, value: str) -> None:
    assert parse_number(said) == Decimal(value)


@pytest.mark.parametrize(
    ("said", "value"),
    [("two", "2"), ("twenty one", "21"), ("a dozen", "12"), ("half a dozen", "6"), ("a couple of", "2"), ("two hundred and five", "205"),
     ("three thousand", "3000")],
)  # fmt: skip
def test_english_numbers(said: str, value: str) -> None:
    assert parse_number(said, "en") == Decimal(value)


@pytest.mark.parametrize("said", ["hola", "dos tacos", "", "y", "8:30", "1.2.3.4.5.6.7.8.9.0.1.2.3", "٣"])
def test_what_is_no_number_is_none(said: str) -> None:
    assert parse_number(said) is None or said.startswith("1.2")


def test_figures_too_long_to_be_meant_are_refused() -> None:
    assert figure("9" * 40) is None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("abren hoy?", DayRef("today")),
        ("hoy en la noche", DayRef("today")),
        ("mañana abren?", DayRef("tomorrow")),
        ("abren mañana en la mañana?", DayRef("tomorrow")),
        ("abren en la mañana?", None),
        ("por la mañana", None),
        ("el domingo", DayRef("weekday", weekday=6)),
        ("los sábados", DayRef("weekday", weekday=5)),
        ("el 24 de diciembre", DayRef("date", day=24, month=12)),
        ("1 de enero", DayRef("date", day=1, month=1)),
        ("el 24/12", DayRef("date", day=24, month=12)),
        ("en navidad", DayRef("date", day=25, month=12)),
        ("ahorita", DayRef("now")),
        ("están abiertos ahora mismo", DayRef("now")),
        ("y a qué hora abren", None),
    ],
)
def test_the_day_spoken_of(text: str, day: DayRef | None) -> None:
    assert foremost([spoken.day for spoken in days_in(normalise(text).tokens)]) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("are you open now", DayRef("now")),
        ("tomorrow", DayRef("tomorrow")),
        ("on sundays", DayRef("weekday", weekday=6)),
        ("december 24", DayRef("date", day=24, month=12)),
        ("christmas eve", DayRef("date", day=24, month=12)),
        ("may i come", None),
    ],
)
def test_the_day_spoken_of_in_english(text: str, day: DayRef | None) -> None:
    assert foremost([spoken.day for spoken in days_in(normalise(text, "en").tokens, "en")]) == day


YES = [
    "sí",
    "Si",
    "dale",
    "va",
    "de una",
    "ok",
    "okey",
    "👍",
    "pues claro que sí",
    "simón",
    "sip",
    "sí, gracias",
    "dale pues",
    "perfecto",
    "siii",
    "sí por favor amigo",
    "listo",
]
NO = [
    "no",
    "nel",
    "no gracias",
    "mejor no",
    "nop",
    "👎",
    "para nada",
    "no, muchas gracias",
    "todavía no",
    "ya no",
    "nooo",
    "no quiero",
]
NEITHER = [
    "sí, pero sin cebolla",
    "quiero 2 tacos",
    "¿está bien?",
    "no sé",
    "y a qué hora abren",
    "",
    "   ",
    "agregale una coca",
    "tal vez",
]


@pytest.mark.parametrize(
    ("text", "answer"), [*((t, True) for t in YES), *((t, False) for t in NO), *((t, None) for t in NEITHER)]
)
def test_yes_no_and_neither(text: str, answer: bool | None) -> None:
    assert affirmation(text) is answer


@pytest.mark.parametrize(
    ("text", "answer"),
    [("yes please", True), ("sure", True), ("no thanks", False), ("not now", False), ("two more", None)],
)
def test_yes_no_and_neither_in_english(text: str, answer: bool | None) -> None:
    assert affirmation(text, "en") is answer


@pytest.mark.parametrize(
    ("text", "default", "language"),
    [
        ("hola", "en", "es"),
        ("hi", "es", "en"),
        ("ok", "es", "es"),
        ("ok", "en", "en"),
        ("nacatamal", "en", "en"),
        ("2 nacatamales", "es", "es"),
        ("delivery", "es", "es"),
        ("menu", "en", "en"),
        ("¿cuánto?", "en", "es"),
        ("do you have nacatamales?", "es", "en"),
        ("tienen cheeseburger?", "en", "es"),
        ("what time do you close", "es", "en"),
        ("a que hora cierran", "en", "es"),
        ("", "en", "en"),
        ("👍", "es", "es"),
    ],
)
def test_the_language_is_told_and_little_words_do_not_flip_it(
    mind: Understander, text: str, default: str, language: str
) -> None:
    assert mind.analyse(text, default_language=default).language == language  # type: ignore[arg-type]


@pytest.mark.parametrize("word", ["pavo", "perdido", "jamón", "manzana", "tres", "queso", "costillas"])
def test_everyday_words_are_not_mended_into_a_shops_words(mind: Understander, word: str) -> None:
    (clause,) = mind.analyse(f"{word}").clauses

    assert clause.tokens == tuple(normalise(word).tokens)


def test_words_of_the_faqs_are_mended_to(mind: Understander) -> None:
    assert mind.analyse("tienen parquo techadoo?").clauses[0].tokens == ("tienen", "parqueo", "techado")


def test_words_are_stemmed_in_several_threads_at_once_as_in_one() -> None:
    words = [
        f"{root}{end}"
        for root in ("nacatamal", "vend", "cuest", "cerrad", "abiert", "horari")
        for end in ("es", "an", "ando", "os")
    ]
    alone = [_snowball("es").stemWord(word) for word in words]

    def stems(_: int) -> list[str]:
        return [_snowball("es").stemWord(word) for word in words * 20]

    with ThreadPoolExecutor(8) as pool:
        assert all(found == alone * 20 for found in pool.map(stems, range(16)))
