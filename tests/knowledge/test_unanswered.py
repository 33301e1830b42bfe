"""Questions nobody answered: what is kept of them, for how long, and how they are listed."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from random import Random

import numpy as np
import pytest
from sqlalchemy import func, select

from app.chat import service as chat
from app.chat.messages import Sender
from app.core.db import Database
from app.knowledge import unanswered as room
from app.knowledge.alike import groups_alike
from app.knowledge.models import unanswered as table
from app.knowledge.service import Entry, Group, Hit, Index, Missed, keep_unanswered, unanswered_groups
from app.knowledge.terms import words_in

NOON = datetime(2026, 11, 23, 18, 0, tzinfo=UTC)


def customer(db: Database, name: str) -> str:
    return db.write_now(lambda conn: chat.start_conversation(conn, Sender("web", "", name), now=NOON).id)


def keep(
    db: Database, conversation: str, *texts: str, message: str = "", now: datetime = NOON, score: float = 0.0
) -> int:
    missed = [Missed(text, words_in(text), score) for text in texts]
    return db.write_now(
        lambda conn: keep_unanswered(
            conn, missed, conversation_id=conversation, message_id=message or f"{conversation} {texts[0]}",
            channel="web", language="es", now=now,
        )
    )  # fmt: skip


def kept(db: Database) -> list[str]:
    return db.read_now(lambda conn: list(conn.execute(select(table.c.text).order_by(table.c.id)).scalars()))


def nothing(text: str, words: Sequence[str]) -> list[Hit]:
    return []


def listed(
    db: Database, search: room.Search = nothing, *, limit: int = 20, since: datetime | None = None
) -> list[Group]:
    return db.read_now(lambda conn: unanswered_groups(conn, search, min_score=0.5, limit=limit, since=since))


def test_what_is_private_is_masked_before_it_is_kept(db: Database) -> None:
    said = {
        "¿reparan relojes? soy ana@correo.com.ni": "¿reparan relojes? soy •••",
        "¿reparan relojes? llamame al +505 8888-1234 por favor": "¿reparan relojes? llamame al ••• por favor",
        "¿este reloj? https://fotos.example/r?id=8 ¿lo reparan?": "¿este reloj? ••• ¿lo reparan?",
        "¿lo de tienda.example.com/reloj lo reparan?": "¿lo de ••• lo reparan?",
        "¿reparan los de 2500 y los de 12 horas?": "¿reparan los de 2500 y los de 12 horas?",
        "¿reparan\n\x1b[31mrelojes?": "¿reparan [31mrelojes?",
    }
    keep(db, customer(db, "carla"), *said)
    assert kept(db) == list(said.values())
    words = db.read_now(lambda conn: " ".join(conn.execute(select(table.c.words)).scalars()))
    assert not {"ana", "correo", "8888", "fotos", "tienda"} & set(words.split())


def test_a_question_is_kept_to_300_characters(db: Database) -> None:
    keep(db, customer(db, "carla"), "¿reparan relojes " + "muy " * 200 + "viejos?")
    assert len(kept(db)[0]) <= 300


def test_the_same_message_again_adds_nothing(db: Database) -> None:
    carla = customer(db, "carla")
    assert keep(db, carla, "¿reparan relojes?", "¿afilan cuchillos?", message="m1") == 2
    assert keep(db, carla, "¿reparan relojes?", "¿afilan cuchillos?", message="m1") == 0
    assert kept(db) == ["¿reparan relojes?", "¿afilan cuchillos?"]


def test_forgetting_a_conversation_forgets_its_questions_and_no_others(db: Database) -> None:
    carla, dario = customer(db, "carla"), customer(db, "dario")
    keep(db, carla, "¿reparan relojes?")
    keep(db, dario, "¿afilan cuchillos?")
    db.write_now(lambda conn: chat.forget(conn, carla))
    assert kept(db) == ["¿afilan cuchillos?"]


def test_only_the_newest_are_kept(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_KEPT", 3)
    for n in range(5):
        keep(db, customer(db, f"c{n}"), f"¿pregunta {n}?")
    assert kept(db) == ["¿pregunta 2?", "¿pregunta 3?", "¿pregunta 4?"]


def test_one_visitor_cannot_push_out_what_others_asked(db: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "MOST_OF_ONE", 3)
    carla, dario = customer(db, "carla"), customer(db, "dario")
    keep(db, carla, "¿reparan relojes?")
    for n in range(5):
        keep(db, dario, f"¿pregunta {n}?")
    assert kept(db) == ["¿reparan relojes?", "¿pregunta 0?", "¿pregunta 1?", "¿pregunta 2?"]


def test_questions_that_mean_the_same_are_one_group_and_what_more_customers_asked_comes_first(db: Database) -> None:
    carla, dario, elena = customer(db, "carla"), customer(db, "dario"), customer(db, "elena")
    for n in range(4):
        keep(db, carla, "¿afilan cuchillos?", message=f"again {n}")
    keep(db, carla, "¿reparan relojes de pared?")
    keep(db, dario, "reparan relojes", now=NOON + timedelta(hours=2))
    keep(db, elena, "hola, ustedes reparan relojes?")
    keep(db, elena, "¿cuidan plantas?")
    groups = listed(db)
    assert [(group.customers, group.count) for group in groups] == [(3, 3), (1, 4), (1, 1)]
    relojes = groups[0]
    assert {relojes.question, *relojes.examples} == {
        "¿reparan relojes de pared?", "reparan relojes", "hola, ustedes reparan relojes?",
    }  # fmt: skip
    assert relojes.question == "reparan relojes"  # the one in the middle
    assert relojes.last_at == NOON + timedelta(hours=2)
    assert (relojes.language, relojes.channels, relojes.nearest) == ("es", ("web",), None)
    assert [group.question for group in groups[1:]] == ["¿afilan cuchillos?", "¿cuidan plantas?"]


def test_the_list_ends_at_its_limit_and_goes_back_as_far_as_asked(db: Database) -> None:
    keep(db, customer(db, "carla"), "¿reparan relojes?", now=NOON - timedelta(days=9))
    keep(db, customer(db, "dario"), "¿afilan cuchillos?", now=NOON - timedelta(days=1))
    keep(db, customer(db, "elena"), "¿cuidan plantas?")
    assert [group.question for group in listed(db, limit=1)] == ["¿cuidan plantas?"]
    recent = listed(db, since=NOON - timedelta(days=2))
    assert [group.question for group in recent] == ["¿cuidan plantas?", "¿afilan cuchillos?"]


def test_what_the_shop_has_learnt_since_leaves_the_list_and_the_rest_of_its_group_stays(db: Database) -> None:
    keep(db, customer(db, "carla"), "¿reparan relojes?")
    keep(db, customer(db, "dario"), "¿afilan cuchillos?")
    before = Index.build([Entry("faq", "1", "¿Venden pilas?", ("¿Venden pilas?",), "Sí.")])
    assert len(listed(db, before.search)) == 2
    after = Index.build([Entry("faq", "1", "¿Reparan relojes?", ("¿Reparan relojes?",), "Sí, los lunes.")])
    assert [group.question for group in listed(db, after.search)] == ["¿afilan cuchillos?"]


def test_a_group_whose_better_half_was_learnt_takes_the_place_of_what_is_left(db: Database) -> None:
    carla, dario, elena = customer(db, "carla"), customer(db, "dario"), customer(db, "elena")
    for who in (carla, dario, elena):
        keep(db, who, "¿reparan relojes?")
    keep(db, elena, "¿reparan relojes antiguos?")
    for who in (carla, dario):
        keep(db, who, "¿afilan cuchillos?")
    hit = Hit("faq", "1", "¿Reparan relojes?", 0.9, Entry("faq", "1", "", (), ""))
    groups = listed(db, lambda text, words: [hit] if text == "¿reparan relojes?" else [])
    assert [(group.question, group.customers, group.count) for group in groups] == [
        ("¿afilan cuchillos?", 2, 2),
        ("¿reparan relojes antiguos?", 1, 1),
    ]


def test_what_search_already_held_when_it_was_asked_was_no_answer_then_and_is_none_now(db: Database) -> None:
    keep(db, customer(db, "carla"), "¿reparan relojes?", score=0.7)
    hit = Hit("product", "reloj", "Reloj de pared", 0.7, Entry("product", "reloj", "", (), ""))
    [group] = listed(db, lambda text, words: [hit])
    assert group.nearest == hit


def test_the_nearest_thing_is_named_only_if_it_is_near(db: Database) -> None:
    keep(db, customer(db, "carla"), "¿reparan relojes?")
    near, far = (Hit("faq", "1", "¿Venden relojes?", score, Entry("faq", "1", "", (), "")) for score in (0.4, 0.1))
    assert listed(db, lambda text, words: [near])[0].nearest == near
    assert listed(db, lambda text, words: [far])[0].nearest is None


def test_an_embedder_brings_together_what_shares_no_word() -> None:
    questions = [("reparan", "relojes"), ("componen", "cronometros"), ("afilan", "cuchillos")]
    meaning = {"reparan relojes": (1.0, 0.0), "componen cronometros": (1.0, 0.0), "afilan cuchillos": (0.0, 1.0)}
    assert len(groups_alike(questions, [1, 1, 1])) == 3
    groups = groups_alike(questions, [1, 1, 1], lambda texts: np.array([meaning[text] for text in texts]))
    assert sorted(map(sorted, groups)) == [[0, 1], [2]]


def test_five_thousand_questions_are_grouped_in_a_few_seconds_of_work() -> None:
    random = Random(7)
    syllables = [first + second for first in "bcdfglmnprst" for second in "aeiou"]
    nouns = ["".join(random.choices(syllables, k=3)) for _ in range(1_500)]
    questions = [("venden", *random.choices(nouns, k=4)) for _ in range(5_000)]
    began = time.process_time()
    groups = groups_alike(questions, [1] * len(questions))
    assert time.process_time() - began < 6  # of all threads: the machine may be busy with others
    assert sorted(place for group in groups for place in group) == list(range(5_000))


def test_listing_looks_up_only_what_it_shows(db: Database) -> None:
    for n, what in enumerate(("relojes", "cuchillos", "plantas", "zapatos", "bicicletas")):
        keep(db, customer(db, f"c{n}"), f"¿{what}?")
    looked_up: list[str] = []
    listed(db, lambda text, words: looked_up.append(text) or [], limit=2)  # type: ignore[func-returns-value]
    assert len(looked_up) == 2


def test_there_is_nothing_to_list_where_nothing_was_missed(db: Database) -> None:
    assert listed(db) == []
    assert db.read_now(lambda conn: conn.execute(select(func.count()).select_from(table)).scalar()) == 0
