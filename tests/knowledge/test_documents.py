"""Documents of `data/docs`: what they become, when they are read again, and what is quoted from them."""

from __future__ import annotations

import os
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from fpdf import FPDF
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from app.core.db import Database
from app.core.facts import fact
from app.core.ownership import DATA_VERSION, FileReport
from app.core.tables import complaint
from app.knowledge.documents import files as doc_files
from app.knowledge.documents.extract import read_document
from app.knowledge.documents.passages import MANY_WORDS
from app.knowledge.documents.sync import KNOWN_PROBLEMS
from app.knowledge.service import (
    DocPassage,
    Document,
    all_docs,
    all_passages,
    doc_entries,
    known_docs,
    quote,
    read_folder,
    sync_docs,
)
from app.knowledge.terms import words_in

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)
RULES = """# Reglas de la casa

Así trabajamos.

## Cambios y devoluciones

Se cambia dentro de *ocho* días con el **recibo**. Pasado ese plazo
no se cambia.

Para devolver hace falta:

- el recibo
- la prenda sin uso, con su [etiqueta](https://ejemplo.test/x)

### Rebajas

Lo rebajado no se devuelve.

## Envíos

| Zona | Costo | Tarda |
|---|---|---|
| Centro | C$ 30 | 20 minutos |
| Monte Verde | C$ 60 | |
"""


class Shop:
    """A folder of documents and the database they are synced into."""

    def __init__(self, db: Database, folder: Path) -> None:
        self.db = db
        self.folder = folder
        (folder / "docs").mkdir()

    def write(self, name: str, content: str | bytes) -> list[FileReport]:
        path = self.folder / "docs" / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return self.start()

    def start(self) -> list[FileReport]:
        found = read_folder(self.folder, self.db.read_now(known_docs))
        return self.db.write_now(lambda conn: sync_docs(conn, found, now=NOW))

    def passages(self) -> list[DocPassage]:
        return self.db.read_now(all_passages)

    def ids(self) -> list[str]:
        return [one.id for one in self.passages()]

    def doc(self, path: str) -> Document:
        return next(one for one in self.db.read_now(lambda conn: all_docs(conn, include_off=True)) if one.path == path)

    def version(self) -> str:
        return self.db.read_now(lambda conn: fact(conn, DATA_VERSION, "0"))


@pytest.fixture
def shop(db: Database, tmp_path: Path) -> Shop:
    folder = tmp_path / "data"
    folder.mkdir()
    return Shop(db, folder)


def read(name: str, content: str | bytes) -> dict[str, Any]:
    return read_document(content.encode() if isinstance(content, str) else content, name)


def printed(*pages: list[tuple[str, int]], title: str = "", **locked: str) -> bytes:
    """A PDF of pages of (text, size of its letters), wrapped as a printer would."""
    pdf = FPDF(format="A4")
    if title:
        pdf.set_title(title)
    if locked:
        pdf.set_encryption(**locked)  # type: ignore[arg-type]
    for lines in pages:
        pdf.add_page()
        for text, size in lines:
            pdf.set_font("helvetica", size=size)
            pdf.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")
    return bytes(pdf.output())


def scanned(tmp_path: Path, text_page: bool = False) -> bytes:
    picture = tmp_path / "foto.png"
    Image.new("RGB", (300, 400), "white").save(picture)
    pdf = FPDF()
    pdf.add_page()
    pdf.image(str(picture), w=100)
    if text_page:
        pdf.add_page()
        pdf.set_font("helvetica", size=11)
        pdf.multi_cell(0, 6, "Se abre a las ocho.")
    return bytes(pdf.output())


def test_markdown_is_cut_at_its_headings_and_keeps_the_way_to_each() -> None:
    found = read("reglas.md", RULES)
    assert found["title"] == "Reglas de la casa"
    assert [(page, heading) for page, heading, _ in found["passages"]] == [
        (None, ""),
        (None, "Cambios y devoluciones"),
        (None, "Cambios y devoluciones › Rebajas"),
        (None, "Envíos"),
    ]
    assert found["passages"][1][2].split("\n")[0].endswith("recibo. Pasado ese plazo no se cambia.")


def test_bullets_and_rows_of_tables_stay_readable_on_lines_of_their_own() -> None:
    texts = [text for _, _, text in read("reglas.md", RULES)["passages"]]
    assert "- la prenda sin uso, con su etiqueta" in texts[1].split("\n")
    assert texts[3].split("\n") == [
        "- Zona: Centro; Costo: C$ 30; Tarda: 20 minutos",
        "- Zona: Monte Verde; Costo: C$ 60",
    ]


def test_nothing_of_a_document_is_lost() -> None:
    said = " ".join(f"{heading} {text}" for _, heading, text in read("reglas.md", RULES)["passages"])
    for word in ("trabajamos", "ocho", "recibo", "etiqueta", "rebajado", "Monte", "Rebajas"):
        assert word in said
    lone = read("notas.md", "# Título\n\n## Cerrado los lunes\n\n## Abierto los martes\n\nDe 8 a 5.")["passages"]
    assert any("Cerrado los lunes" in text for _, _, text in lone)


def test_a_text_of_windows_is_read_with_its_accents_and_its_headings() -> None:
    text = "HORARIO DE LA CASA\n\nAbrimos de lunes a viernes y des-\ncansamos el sábado.\n\nEntregas\n\nEl señor reparte por la mañana.\n"
    found = read("horario.txt", text.encode("cp1252"))
    assert [(heading, body) for _, heading, body in found["passages"]] == [
        ("", "Abrimos de lunes a viernes y descansamos el sábado."),
        ("Entregas", "El señor reparte por la mañana."),
    ]
    assert found["title"] == "HORARIO DE LA CASA"


def test_a_pdf_tells_page_and_heading_and_joins_the_lines_its_layout_broke() -> None:
    long = "Se abona la mitad al encargar y lo que falta al recibir, siempre en efectivo o por transferencia. " * 3
    data = printed(
        [("Encargos de la casa", 20), ("Adelanto", 15), (long.strip(), 11)],
        [("Entregas", 15), ("Llevamos los encargos grandes en carro.", 11)],
        title="Encargos",
    )
    found = read("encargos.pdf", data)
    assert (found["title"], found["pages"], found["problem"]) == ("Encargos", 2, "")
    assert [(page, heading) for page, heading, _ in found["passages"]] == [
        (1, "Encargos de la casa › Adelanto"),
        (2, "Encargos de la casa › Entregas"),
    ]
    assert found["passages"][0][2] == long.strip()


def test_headers_footers_and_page_numbers_of_a_pdf_are_no_text() -> None:
    pages = [
        [("La Esquina", 9), (f"El asunto número {n} se explica acá con calma.", 11), (str(n), 9)] for n in range(1, 5)
    ]
    said = "\n".join(text for _, _, text in read("manual.pdf", printed(*pages))["passages"])
    assert "La Esquina" not in said
    assert said.count("asunto") == 4


def test_passages_are_no_longer_than_an_answer_can_be_found_in() -> None:
    text = "\n\n".join(f"La regla {n} dice que nadie entra sin saludar, y {n} veces se repite." for n in range(200))
    sizes = [len(body.split()) for _, _, body in read("reglas.txt", text + "\n\n" + "palabra " * 700)["passages"]]
    assert max(sizes) <= MANY_WORDS
    assert sorted(sizes)[len(sizes) // 2] >= 60


@pytest.mark.parametrize(
    ("title", "expected"),
    [("Microsoft Word - borrador final.docx", "Cambios de la casa"), ("Manual 2026", "Manual 2026")],
)
def test_the_title_of_a_pdf_is_its_own_unless_a_program_wrote_it(title: str, expected: str) -> None:
    data = printed([("Cambios de la casa", 20), ("Se cambia con recibo dentro de ocho días.", 11)], title=title)
    assert read("x.pdf", data)["title"] == expected


def test_what_cannot_be_read_is_named_and_never_guessed(tmp_path: Path) -> None:
    whole = printed([("Un texto cualquiera.", 11)] * 30)
    assert read("a.pdf", scanned(tmp_path))["problem"] == "scanned"
    assert read("a.pdf", printed([("Secreto.", 11)], owner_password="a", user_password="b"))["problem"] == "encrypted"
    assert read("a.pdf", whole[: len(whole) // 3])["problem"] in ("broken", "empty")
    assert read("a.pdf", b"esto no es un PDF")["problem"] == "broken"
    assert read("a.pdf", printed([]))["problem"] == "empty"
    assert read("a.txt", " \n \n")["problem"] == "empty"
    assert read("a.txt", b"\0\1\0\2" * 90)["problem"] == "not_text"


def test_a_pdf_locked_against_printing_only_is_read() -> None:
    found = read("a.pdf", printed([("Se abre a las ocho.", 11)], owner_password="dueño"))
    assert found["passages"][0][2] == "Se abre a las ocho."


def test_the_pages_with_text_of_a_partly_scanned_pdf_are_used(tmp_path: Path) -> None:
    found = read("a.pdf", scanned(tmp_path, text_page=True))
    assert (found["problem"], found["passages"]) == ("part_scanned", [[2, "", "Se abre a las ocho."]])


@pytest.mark.parametrize(
    "piece", ["[", "*", "|", "- ", "# #", "#", "`", "a|", "![", "(", "1. ", "=", "\t", "x\n---\n", "«.»"]
)
def test_a_text_made_to_keep_the_reader_busy_takes_no_longer_than_another(piece: str) -> None:
    for name in ("a.md", "a.txt"):
        began = time.process_time()
        read(name, piece * (200_000 // len(piece)) + "x")
        read(name, (piece * 50 + "x\n") * (200_000 // (50 * len(piece))))
        assert time.process_time() - began < 5


@settings(deadline=None)
@given(st.text(max_size=400), st.sampled_from(["a.md", "a.txt"]))
def test_any_text_is_read_and_its_passages_have_words(text: str, name: str) -> None:
    found = read_document(text.encode("utf-8", "replace"), name)
    assert all(body.strip() for _, _, body in found["passages"])
    assert found["problem"] == ("" if found["passages"] else found["problem"] or "missing")


@settings(deadline=None)
@given(st.text(max_size=300), st.lists(st.text(max_size=8), max_size=8))
def test_a_quote_is_never_longer_than_allowed_whatever_the_passage(passage: str, tokens: list[str]) -> None:
    assert len(quote(tuple(tokens), passage)) <= 300


def test_every_problem_has_its_sentence_with_what_to_do() -> None:
    for problem in (*KNOWN_PROBLEMS, "unknown", "unreadable", "outside", "later"):
        told = complaint(f"doc.{problem}", file="docs/a.pdf", limit=1)
        assert told.startswith("docs/a.pdf: ")
        assert "." in told or ";" in told


def test_documents_come_in_with_the_files_and_are_read_once(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    assert [(one.name, one.added) for one in shop.write("reglas.md", RULES)] == [("docs/reglas.md", 1)]
    assert shop.ids() == ["reglas#1", "reglas#2", "reglas#3", "reglas#4"]
    before = shop.version()
    monkeypatch.setattr("app.core.apart.subprocess.Popen", lambda *_, **__: pytest.fail("read again"))
    assert shop.start() == []
    assert shop.version() == before != "0"


def test_only_the_document_that_changed_is_read_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.write("a.md", "# Uno\n\nHola.")
    shop.write("b.md", "# Dos\n\nAdiós.")
    asked: list[str] = []
    really = doc_files.read_apart

    def counted(reader: str, wanted: Any, longest: int) -> Any:
        for one in (wanted := list(wanted)):
            asked.append(one.name)
        return really(reader, wanted, longest)

    monkeypatch.setattr(doc_files, "read_apart", counted)
    before = shop.version()
    assert [(one.name, one.changed) for one in shop.write("b.md", "# Dos\n\nHasta luego.")] == [("docs/b.md", 1)]
    assert asked == ["b.md"]
    assert [one.text for one in shop.passages()] == ["Hola.", "Hasta luego."]
    assert shop.version() != before


def test_a_document_that_left_is_switched_off_and_comes_back_without_being_read(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.write("a.md", "# Uno\n\nHola.")
    (shop.folder / "docs" / "a.md").unlink()
    assert [(one.name, one.removed) for one in shop.start()] == [("docs/a.md", 1)]
    assert shop.ids() == []
    assert not shop.doc("a.md").enabled
    monkeypatch.setattr("app.core.apart.subprocess.Popen", lambda *_, **__: pytest.fail("read again"))
    shop.write("a.md", "# Uno\n\nHola.")
    assert shop.ids() == ["a#1"]


def test_without_the_folder_nothing_is_said_and_nothing_is_lost(shop: Shop) -> None:
    shop.write("a.md", "# Uno\n\nHola.")
    (shop.folder / "docs").rename(shop.folder / "otra")
    assert shop.start() == []
    assert shop.ids() == ["a#1"]


def test_a_broken_document_costs_no_other_and_is_told_at_every_start(shop: Shop) -> None:
    (shop.folder / "docs" / "malo.pdf").write_bytes(b"%PDF-1.7 nada")
    first = shop.write("bueno.md", "# Uno\n\nHola.")
    assert shop.ids() == ["bueno#1"]
    again = shop.start()
    told = "docs/malo.pdf: está dañado y no se puede leer. Abrilo en tu computadora y guardalo de nuevo como PDF"
    assert [one.problem for one in first if one.problem] == [one.problem for one in again] == [told]
    assert shop.doc("malo.pdf").problem == told


def test_what_a_document_said_is_used_until_its_new_version_can_be_read(shop: Shop) -> None:
    shop.write("carta.pdf", printed([("Abrimos a las ocho.", 11)]))
    report = shop.write("carta.pdf", b"%PDF-1.7 a medio copiar")[0]
    assert report.problem.endswith("Mientras tanto uso lo que decía antes")
    assert [one.text for one in shop.passages()] == ["Abrimos a las ocho."]
    assert shop.write("carta.pdf", printed([("Abrimos a las nueve.", 11)]))[0].problem == ""
    assert [one.text for one in shop.passages()] == ["Abrimos a las nueve."]


def test_links_that_lead_outside_are_not_followed(shop: Shop, tmp_path: Path) -> None:
    secret = tmp_path / "secreto.txt"
    secret.write_text("La clave es 1234.", encoding="utf-8")
    os.symlink(secret, shop.folder / "docs" / "carta.txt")
    os.symlink(tmp_path / "nada.txt", shop.folder / "docs" / "rota.txt")
    os.mkfifo(shop.folder / "docs" / "tubo.txt")
    problems = [one.problem for one in shop.write("a.md", "# Uno\n\nHola.") if one.problem]
    assert problems == [
        complaint("doc.outside", file="docs/carta.txt"),
        complaint("doc.unreadable", file="docs/rota.txt"),
    ]
    assert shop.ids() == ["a#1"]


def test_a_link_inside_the_folder_is_a_document(shop: Shop) -> None:
    shop.write("a.md", "# Uno\n\nHola.")
    os.symlink("a.md", shop.folder / "docs" / "b.md")
    shop.start()
    assert shop.ids() == ["a#1", "b#1"]


def test_too_big_too_many_and_unknown_files_are_told(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doc_files, "MOST_BYTES", 100)
    reports = shop.write("grande.txt", "a " * 100)
    assert "pasa de 20 MB" in reports[0].problem
    assert "Guardalo como PDF" in shop.write("carta.docx", b"PK")[0].problem
    monkeypatch.setattr(doc_files, "MOST_FILES", 3)
    for name in ("h1.md", "h2.md", "h3.md"):
        last = shop.write(name, "# Uno\n\nHola.")
    assert any(one.name == "docs" and "leo los primeros" in one.problem for one in last)
    assert shop.ids() == ["h1#1"]


def test_where_no_process_can_be_started_it_is_tried_again_at_the_next_start(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError("no memory")

    with monkeypatch.context() as patch:
        patch.setattr("app.core.apart.subprocess.Popen", refuse)
        assert "próximo arranque" in shop.write("a.md", "# Uno\n\nHola.")[0].problem
    shop.start()
    assert shop.ids() == ["a#1"]


def test_names_that_fold_to_the_same_keep_their_passages_apart(shop: Shop) -> None:
    shop.write("Política.md", "# Uno\n\nHola.")
    shop.write("politica.txt", "Adiós.")
    assert {one.id: one.text for one in shop.passages()} == {"politica#1": "Hola.", "politica-2#1": "Adiós."}
    assert shop.doc("politica.txt").title == "Politica"


def test_entries_say_what_they_are_about_and_where_they_stand(shop: Shop) -> None:
    shop.write("reglas.md", RULES)
    rules = {one.id: one for one in doc_entries(shop.passages())}
    prices, other = rules["reglas#4"], doc_entries([DocPassage("x#1", "X", "A › Cambios", 2, "Hola.")])[0]
    assert (prices.type, prices.title, prices.texts[0], prices.place) == (
        "doc",
        "Reglas de la casa",
        "Envíos",
        "Envíos",
    )
    assert "Zona: Monte Verde; Costo: C$ 60" in prices.texts
    assert rules["reglas#3"].texts[0] == "Cambios y devoluciones, Rebajas"
    assert (rules["reglas#3"].place, other.place, other.texts) == ("Rebajas", "Cambios, pág. 2", ("A, Cambios",))
    assert shop.doc("reglas.md").passages == 4


PRICES = (
    "De 1 a 11 tamales: C$ 95 cada uno.\nDe 12 a 24 tamales: C$ 90 cada uno.\nDe 25 en adelante: C$ 80 cada uno.\n"
    "El de pollo y el de verduras cuestan lo mismo. Se hacen desde media docena."
)
RETURNS = (
    "Se cambia dentro de ocho días con el recibo. Pasado ese plazo no se cambia.\nPara devolver hace falta:\n"
    "- el recibo\n- la prenda sin uso"
)
SIZES = "Talle S: pecho 86 a 91 cm.\nTalle M: pecho 92 a 97 cm.\nTalle L: pecho 98 a 104 cm."
ZONES = "- Zona: Centro; Costo: C$ 30; Tarda: 20 minutos\n- Zona: Monte Verde; Costo: C$ 60"


@pytest.mark.parametrize(
    ("question", "passage", "expected"),
    [
        ("cuánto cuestan 30 tamales", PRICES, "De 25 en adelante: C$ 80 cada uno."),
        ("a cómo quince tamales", PRICES, "De 12 a 24 tamales: C$ 90 cada uno."),
        ("el de pollo cuesta igual que el de verduras", PRICES, "El de pollo y el de verduras cuestan lo mismo."),
        ("y después del plazo", RETURNS, "Se cambia dentro de ocho días con el recibo. Pasado ese plazo no se cambia."),
        ("qué prenda aceptan para devolver", RETURNS, "Para devolver hace falta: la prenda sin uso"),
        ("cuánto mide el pecho de la talle M", SIZES, "Talle M: pecho 92 a 97 cm."),
        ("cuánto cuesta a Monte Verde", ZONES, "Zona: Monte Verde; Costo: C$ 60"),
        ("cuánto pago", "Atiende la Sra. Pérez. El adelanto es de C$ 1,250.50 por mesa.", "El adelanto es de C$ 1,250.50 por mesa."),
    ],
)  # fmt: skip
def test_the_quote_is_the_sentence_that_answers(question: str, passage: str, expected: str) -> None:
    assert quote(words_in(question), passage) == expected


def test_words_of_the_heading_do_not_choose_among_its_sentences() -> None:
    text = "Todo encargo se aparta con la mitad.\nSi cancelás tarde, el adelanto queda a tu favor."
    assert (
        quote(words_in("cuánto hay que dejar de adelanto"), text, "Adelanto") == "Todo encargo se aparta con la mitad."
    )


def test_a_quote_is_short_and_never_cuts_a_number() -> None:
    long = "Cobramos " + ", ".join(f"C$ {n},500.00 por la mesa {n}" for n in range(10, 40)) + "."
    said = quote(words_in("cuánto cobran por la mesa 12"), long)
    assert len(said) <= 300
    assert said.endswith("…")
    assert said[:-1] in long
    assert not said[-2].isdigit()
    assert quote(words_in("hola"), "") == ""


def test_a_question_without_a_word_of_the_passage_gets_its_beginning() -> None:
    assert quote(words_in("zzz"), RETURNS) == "Se cambia dentro de ocho días con el recibo."
