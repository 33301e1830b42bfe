"""Questions and answers: in by file, import and panel, out by export, and who owns a value (CONTRACT 2)."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact
from app.core.ownership import FileReport
from app.core.tables import cell_list, list_cell, write_table
from app.core.text import fold
from app.knowledge.faq_file import parse_faqs
from app.knowledge.service import (
    Faq,
    all_faqs,
    edit_faq,
    export_faqs,
    faq_entries,
    import_faqs,
    switch_faq,
    sync_faqs,
)

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
FIRST = (
    "question,answer,tags\n"
    "¿Aceptan tarjeta?|¿Puedo pagar con Visa?,\"Sí, todas.\",pagos|tarjeta\n"
    "¿Hay parqueo?,Sí,\n"
    "¿Abren el domingo?,No,horario\n"
)  # fmt: skip


class Shop:
    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder

    def write(self, text: str) -> FileReport:
        (self.folder / "faqs.csv").write_text(text, encoding="utf-8")
        return self.start()

    def start(self) -> FileReport:
        return self.db.write_now(lambda conn: sync_faqs(conn, self.folder, now=NOW))

    def bring(self, text: str, name: str = "otras.csv", *, replace: bool = False) -> FileReport:
        (self.folder / name).write_text(text, encoding="utf-8")
        return import_faqs(self.db, self.folder / name, replace=replace, now=NOW)

    def all(self, off: bool = False) -> list[Faq]:
        return self.db.read_now(lambda conn: all_faqs(conn, include_off=off))

    def faq(self, question: str) -> Faq:
        return next(faq for faq in self.all(off=True) if faq.question == question)

    def edit(self, faq_id: int | None, **said: object) -> int:
        return self.db.write_now(lambda conn: edit_faq(conn, faq_id, now=NOW, **said))


@pytest.fixture
def shop(db: Database, tmp_path: Path) -> Shop:
    return Shop(db, tmp_path)


def counts(report: FileReport) -> tuple[int, int, int]:
    return report.added, report.changed, report.removed


def test_a_file_gives_phrasings_tags_and_row_numbers(shop: Shop) -> None:
    assert counts(shop.write(FIRST)) == (3, 0, 0)
    card = shop.all()[0]
    assert card.phrasings == ("¿Aceptan tarjeta?", "¿Puedo pagar con Visa?")
    assert (card.answer, card.tags, card.row, card.source_id) == ("Sí, todas.", ("pagos", "tarjeta"), 1, "1")
    assert [faq.row for faq in shop.all()] == [1, 2, 3]
    entry = faq_entries(shop.all())[0]
    assert (entry.type, entry.id, entry.texts, entry.body) == ("faq", "1", card.phrasings, "Sí, todas.")


def test_titles_may_be_spanish_and_the_file_as_windows_saves_it(shop: Shop) -> None:
    (shop.folder / "faqs.csv").write_bytes("Pregunta;Respuesta;Etiquetas\n¿Venden piña?;Sí;\n".encode("cp1252"))
    assert counts(shop.start()) == (1, 0, 0)
    assert shop.all()[0].question == "¿Venden piña?"


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",Sí,", "question: falta"),
        ("¿Hay?,,", "answer: falta"),
        ("|,Sí,", "question: falta"),
        ("¿HAY parqueo?,No,", "question: ya está en la línea 2"),
        ("¿Uno?,Sí,x,y", "4 celdas"),
        ("a" * 1001 + ",Sí,", "question: es más largo que 1000 letras"),
        ("¿Uno?," + "b" * 8001 + ",", "answer: es más largo que 8000 letras"),
    ],
)
def test_a_bad_row_is_told_with_line_and_reason_and_the_others_are_kept(shop: Shop, row: str, words: str) -> None:
    report = shop.write(f"question,answer,tags\n¿Hay parqueo?,Sí,\n{row}\n¿Otra?,Sí,\n")
    assert [bad.line for bad in report.bad] == [3]
    assert words in report.bad[0].reason
    assert [(faq.question, faq.row) for faq in shop.all()] == [("¿Hay parqueo?", 1), ("¿Otra?", 3)]


def test_an_unchanged_file_is_not_read_again_and_one_that_is_not_there_says_nothing(shop: Shop) -> None:
    assert not shop.start().read
    shop.write(FIRST)
    version = shop.db.read_now(lambda conn: fact(conn, "data_version"))
    assert not shop.start().read
    (shop.folder / "faqs.csv").unlink()
    assert not shop.start().read
    assert len(shop.all()) == 3
    assert shop.db.read_now(lambda conn: fact(conn, "data_version")) == version


def test_what_the_panel_changed_wins_until_the_same_cell_changes_in_the_file(shop: Shop) -> None:
    shop.write(FIRST)
    card = shop.faq("¿Aceptan tarjeta?")
    shop.edit(card.id, answer="Solo Visa", tags=["dinero"])
    shop.write(FIRST.replace("pagos|tarjeta", "pagos"))
    assert (shop.faq("¿Aceptan tarjeta?").answer, shop.faq("¿Aceptan tarjeta?").tags) == ("Solo Visa", ("pagos",))
    shop.write(FIRST.replace("Sí, todas.", "Sí, también American."))
    assert shop.faq("¿Aceptan tarjeta?").answer == "Sí, también American."


def test_a_question_reworded_in_the_panel_is_still_that_of_its_row(shop: Shop) -> None:
    shop.write(FIRST)
    shop.edit(shop.faq("¿Hay parqueo?").id, question=["¿Dónde parqueo?"])
    assert counts(shop.write(FIRST.replace("¿Hay parqueo?,Sí", "¿Hay parqueo?,Sí hay"))) == (0, 1, 0)
    assert shop.faq("¿Dónde parqueo?").answer == "Sí hay"
    assert len(shop.all(off=True)) == 3


def test_a_row_that_left_is_switched_off_and_comes_back_with_the_panels_words(shop: Shop) -> None:
    shop.write(FIRST)
    shop.edit(shop.faq("¿Hay parqueo?").id, answer="Claro")
    assert counts(shop.write(FIRST.replace("¿Hay parqueo?,Sí,\n", ""))) == (0, 0, 1)
    assert [(faq.question, faq.row) for faq in shop.all()] == [("¿Aceptan tarjeta?", 1), ("¿Abren el domingo?", 2)]
    assert counts(shop.write(FIRST)) == (0, 1, 0)
    assert [(faq.answer, faq.row) for faq in shop.all()] == [("Sí, todas.", 1), ("Claro", 2), ("No", 3)]


def test_rows_that_move_keep_what_they_are_and_change_their_numbers(shop: Shop) -> None:
    shop.write(FIRST)
    ids = {faq.question: faq.id for faq in shop.all()}
    head, *rows = FIRST.splitlines()
    shop.write("\n".join([head, "¿Venden hielo?,Sí,", *reversed(rows)]) + "\n")
    assert [(faq.row, faq.question) for faq in shop.all()] == [
        (1, "¿Venden hielo?"), (2, "¿Abren el domingo?"), (3, "¿Hay parqueo?"), (4, "¿Aceptan tarjeta?"),
    ]  # fmt: skip
    assert all(faq.id == ids[faq.question] for faq in shop.all()[1:])


def test_a_bad_row_keeps_its_previous_good_version_and_number(shop: Shop) -> None:
    shop.write(FIRST)
    report = shop.write(FIRST.replace("¿Hay parqueo?,Sí,", "¿Hay parqueo?,,"))
    assert (counts(report), [bad.line for bad in report.bad]) == ((0, 0, 0), [3])
    assert [(faq.row, faq.answer) for faq in shop.all()] == [(1, "Sí, todas."), (2, "Sí"), (3, "No")]


def test_a_file_that_cannot_be_used_changes_nothing_and_says_why(shop: Shop) -> None:
    shop.write(FIRST)
    report = shop.write("a,b\n1,2\n")
    assert "falta la columna «question»" in report.problem
    assert len(shop.all()) == 3


def test_import_merges_by_folded_first_question_and_replace_takes_off_the_rest(shop: Shop) -> None:
    shop.write(FIRST)
    report = shop.bring("question,answer\n¿ACEPTAN TARJETA?,No\n¿Venden hielo?,Sí\n")
    assert counts(report) == (1, 1, 0)
    card = shop.all()[0]
    assert (card.phrasings, card.answer, card.tags, card.row) == (("¿ACEPTAN TARJETA?",), "No", ("pagos", "tarjeta"), 1)
    assert shop.faq("¿Venden hielo?").source_id == f"f{shop.faq('¿Venden hielo?').id}"
    report = shop.bring("question,answer\n¿Venden hielo?,Sí\n¿Hay parqueo?,\n", replace=True)
    assert (counts(report), len(report.bad)) == ((0, 0, 2), 1)
    assert [faq.question for faq in shop.all()] == ["¿Hay parqueo?", "¿Venden hielo?"]


def test_json_is_read_in_the_shapes_people_write_and_bad_items_are_told(shop: Shop) -> None:
    items = [
        {"question": "¿Uno?", "answer": "1"},
        {"question": ["¿Dos?", "¿2?"], "answer": "2", "tags": "a|b", "language": "Español"},
        {"question": "¿Tres?", "phrasings": ["¿3?"], "answer": "3", "tags": ["c"]},
        {"question": 4, "answer": "4"},
        {"question": "¿Cinco?", "answer": "5", "language": "klingon"},
        "seis",
    ]
    for text in (json.dumps(items), json.dumps({"faqs": items})):
        report = shop.bring(text, "faqs.json")
        assert len(report.bad) == 3
    assert [(faq.phrasings, faq.tags, faq.language) for faq in shop.all()] == [
        (("¿Uno?",), (), ""), (("¿Dos?", "¿2?"), ("a", "b"), "es"), (("¿Tres?", "¿3?"), ("c",), ""),
    ]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "json", "xlsx"])
def test_what_goes_out_comes_in_again_as_the_same_faqs(shop: Shop, form: str) -> None:
    shop.edit(None, question=["=1+1", "a|b", "@maria"], answer='+34 600\n"dos", líneas', tags=["-12.50"], language="en")
    shop.edit(None, question=["¿Normal?"], answer="'=ya protegido")
    wanted = [(faq.phrasings, faq.answer, faq.tags, faq.language) for faq in shop.all()]
    data = shop.db.read_now(lambda conn: export_faqs(conn, form))
    for faq in shop.all():
        shop.edit(faq.id, answer="otra", tags=[])
    (shop.folder / f"x.{form}").write_bytes(data)
    assert counts(import_faqs(shop.db, shop.folder / f"x.{form}", now=NOW)) == (0, 2, 0)
    assert [(faq.phrasings, faq.answer, faq.tags, faq.language) for faq in shop.all()] == wanted


def test_the_panel_adds_edits_and_switches_with_reasons_for_what_it_refuses(shop: Shop) -> None:
    new = shop.edit(None, question=["¿Hay hielo?"], answer="Sí")
    assert shop.faq("¿Hay hielo?").id == new
    with pytest.raises(UserError, match="answer: falta"):
        shop.edit(new, answer=" ")
    with pytest.raises(UserError, match="question: falta"):
        shop.edit(None, answer="Sí")
    with pytest.raises(UserError, match="no hay ninguna pregunta"):
        shop.edit(10_000, answer="Sí")
    shop.db.write_now(lambda conn: switch_faq(conn, new, False))
    assert shop.all() == []


TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(
    lambda text: fold(text).strip()
)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.lists(TEXTS, min_size=1, max_size=3, unique_by=fold), TEXTS),
        max_size=4,
        unique_by=lambda row: fold(row[0][0]),
    )
)
def test_any_questions_survive_the_way_through_a_file(rows: list[tuple[list[str], str]]) -> None:
    table = [[list_cell([" ".join(text.split()) for text in phrasings]), answer.strip()] for phrasings, answer in rows]
    file = parse_faqs(write_table(["question", "answer"], table, "csv"), "faqs.csv")
    assert not file.bad
    assert [row.cells["question"] for row in file.rows] == [cell_list(cell) for cell, _ in table]
    assert [row.cells["answer"] for row in file.rows] == [answer for _, answer in table]
