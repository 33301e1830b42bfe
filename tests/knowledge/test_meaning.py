"""The index with the meanings of its passages: what it finds that shares no word, and what stays out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.knowledge.service import Entry, Index
from app.nlu.service import Meanings, Scale, embedder_of
from tests.knowledge.test_index import DATA, asked, entries


@pytest.fixture(scope="module")
def meanings() -> Meanings:
    embedder = embedder_of("builtin")
    assert embedder is not None
    return Meanings(embedder)


@pytest.fixture(scope="module")
def index(meanings: Meanings) -> Index:
    return with_meanings(Index.build(entries()), meanings)


def with_meanings(index: Index, meanings: Meanings) -> Index:
    return index.with_vectors(meanings.written(index.texts_to_embed()), meanings.scale)


def test_meaning_finds_more_first_than_words_do(index: Index, meanings: Meanings) -> None:
    by_words = sum(hits[0].id == wanted for text, wanted in asked() if (hits := index.search(text)))
    by_all = sum(hits[0].id == wanted for text, wanted in asked() if (hits := index.search(text, vector=meanings.now)))
    among = sum(wanted in [hit.id for hit in index.search(text, vector=meanings.now)] for text, wanted in asked())
    assert by_all > by_words
    assert by_all / len(asked()) >= 0.80
    assert among / len(asked()) >= 0.95


def test_a_question_in_another_language_finds_the_answer_of_the_shop(index: Index, meanings: Meanings) -> None:
    shop = with_meanings(
        Index.build([
            *entries(),
            Entry("faq", "90", "¿Se puede entrar con perro?", ("¿Se puede entrar con perro?",), "Sí, con correa."),
        ]),
        meanings,
    )  # fmt: skip
    text = "is it ok to bring my dog inside?"
    assert shop.search(text, vector=meanings.now)[0].id == "90"
    assert shop.search(text)[0].id != "90"


def test_what_no_shop_answers_stays_below_half_by_meaning_too(index: Index, meanings: Meanings) -> None:
    texts = DATA["outside"]["texts"]
    taken = sum(
        bool(hits) and hits[0].score >= 0.5 for text in texts if (hits := index.search(text, vector=meanings.now))
    )
    assert taken / len(texts) <= 0.15


def test_what_is_surely_not_about_the_shop_is_less_surely_this_answer(index: Index, meanings: Meanings) -> None:
    drops = []
    for text, _ in asked():
        near, far = (
            index.search(text, vector=meanings.now, intents={"out_of_scope": how_sure})[0].score
            for how_sure in (0.0, 0.95)
        )
        drops.append(near - far)
    assert min(drops) >= 0
    assert max(drops) > 0.3


def test_a_question_of_the_same_kind_is_likelier_the_answer(meanings: Meanings) -> None:
    labels = {"¿Hacen entregas?": {"delivery": 0.9}, "¿Hacen uniformes?": {}}
    pair = [Entry("faq", str(at), text, (text,), "Sí.") for at, text in enumerate(labels)]
    built = with_meanings(Index.build(pair, labels=lambda text: labels[text]), meanings)
    text = "¿hacen llegar cosas?"
    before = {hit.id: hit.score for hit in built.search(text, vector=meanings.now)}
    after = {hit.id: hit.score for hit in built.search(text, vector=meanings.now, intents={"delivery": 0.9})}
    assert after["0"] > before["0"]
    assert after["1"] <= before["1"]


def test_the_very_words_are_settled_without_asking_what_they_mean(index: Index) -> None:
    def refuse(text: str) -> Any:
        raise AssertionError(text)

    question = entries()[0].texts[0]
    assert index.is_certain(question)
    assert index.search(question, vector=refuse)[0].id == entries()[0].id


def test_a_passage_is_found_by_one_of_its_sentences_and_the_one_with_a_figure_where_it_is_asked_how_much(
    meanings: Meanings,
) -> None:
    without = "Para apartar la fecha escribinos con tiempo. Te contestamos el mismo día."
    figures = "La fecha se aparta con el 40 por ciento. El resto se paga el día del evento."
    passages = [
        Entry("doc", f"eventos#{at}", "Eventos", tuple(text.split(". ")), text, place="Fechas")
        for at, text in enumerate((without, figures), 1)
    ]
    built = with_meanings(Index.build([*entries(), *passages]), meanings)
    hit = built.search("¿con cuánto se aparta la fecha?", vector=meanings.now)[0]
    assert (hit.type, hit.id) == ("doc", "eventos#2")
    assert hit.score >= 0.5


@pytest.mark.parametrize("vector", [None, lambda text: None])
def test_where_no_meaning_can_be_had_words_answer(index: Index, vector: Callable[[str], Any] | None) -> None:
    assert index.search("hay parqueo?", vector=vector)[0].id == "21"


def test_another_models_cosines_are_read_on_the_same_scale() -> None:
    narrow = Scale(neutral=0.80, same=0.92)
    assert narrow.read(0.80) == pytest.approx(Scale().neutral)  # type: ignore[arg-type]
    assert narrow.read(0.92) == pytest.approx(Scale().same)  # type: ignore[arg-type]
