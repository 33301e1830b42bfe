"""One shared word is not an answer: question and phrasing must cover each other."""

from __future__ import annotations

import pytest

from app.knowledge.coverage import cover
from app.knowledge.service import Entry, Index
from app.knowledge.terms import said_words, words_in

FAQS = {
    "1": ("¿Quién trae el pedido?", "¿El repartidor es de confianza?"),
    "2": ("¿Puedo comer ahí?", "¿Tienen mesas?"),
    "3": ("¿Qué hacen con mi número?", "¿Guardan mis datos?"),
    "4": ("¿De dónde es el café?", "¿Qué café venden?"),
    "5": ("¿Cuánto dura el nacatamal?", "¿Se puede congelar el nacatamal?"),
    "6": ("dejé olvidado mi paraguas", "se me quedó algo en la tienda"),
    "7": ("¿Abren en Navidad?", "¿Qué horario tienen en Navidad?"),
    "8": ("¿Tienen parqueo?", "¿Dónde puedo parquear?"),
    "9": ("¿Hacen envíos?", "¿Mandan a domicilio?"),
    "10": ("¿A qué hora empieza la fritanga?", "¿Desde qué hora hay fritanga?"),
}


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build([Entry("faq", row, texts[0], texts, "Sí, con gusto.") for row, texts in FAQS.items()])


@pytest.mark.parametrize(
    "text",
    ["q venden", "cuanto cuesta", "cuál es el número de teléfono", "ubicación", "cuanto es 2+2",
     "qué precio tiene", "cuánto vale"],
)  # fmt: skip
def test_a_light_message_is_taken_for_no_question_it_shares_a_word_with(index: Index, text: str) -> None:
    assert all(hit.score < 0.5 for hit in index.search(text, (), 4))


@pytest.mark.parametrize(
    ("text", "row"),
    [("a qué hora hay fritanga", "10"), ("quien trae mi pedido", "1"), ("guardan mis datos?", "3"),
     ("cuanto dura un nacatamal", "5"), ("tienen parqueo", "8"), ("mandan a domicilio?", "9")],
)  # fmt: skip
def test_the_same_question_in_other_words_is_sure(index: Index, text: str, row: str) -> None:
    [hit] = index.search(text, (), 1)
    assert (hit.id, hit.score >= 0.75) == (row, True)


def test_coverage_is_measured_both_ways() -> None:
    def both(asked: str, phrasing: str) -> tuple[float, float]:
        return cover(said_words(words_in(asked)), said_words(words_in(phrasing)), lambda root: 1.0)

    assert both("¿Tienen parqueo?", "¿Tienen parqueo?") == (1.0, 1.0)
    asked, phrasing = both("parqueo", "¿Tienen parqueo techado para camiones?")
    assert asked == 1.0
    assert phrasing < 0.5
    asked, phrasing = both("tienen parqueo y venden leche de cabra", "¿Tienen parqueo?")
    assert phrasing == 1.0
    assert asked < 0.5


def test_another_word_for_the_same_thing_counts_but_less_than_the_word() -> None:
    def least(asked: str) -> float:
        return cover(said_words(words_in(asked)), said_words(words_in("¿Hacen envíos?")), lambda root: 1.0).least

    assert 0.3 < least("hacen delivery") < least("hacen envíos") == 1.0


def test_a_question_word_tells_who_from_when(index: Index) -> None:
    who, when = (
        index.search("quién trae el pedido", (), 1)[0].score,
        index.search("cuándo trae el pedido", (), 1)[0].score,
    )
    assert who > when
