"""Files as owners really have them come in; nothing that goes out can run in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.errors import UserError
from app.core.json_list import read_json
from app.core.tables import (
    MAX_BYTES,
    MAX_CELL,
    cell_list,
    guard,
    list_cell,
    read_bytes,
    read_table,
    unguard,
    write_table,
    yes_no,
)

ALIASES = {"name": "name", "nombre": "name", "price": "price", "precio": "price", "mas vendido": "best"}
HOSTILE = json.loads((Path(__file__).parents[1] / "attacks/payloads/csv_injection.json").read_text())["cells"]
TEXTS = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=40)
XML_TEXTS = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc"), max_codepoint=0xFFFD), max_size=40)


def read(data: bytes, name: str = "menu.csv") -> list[tuple[int, str, str]]:
    table = read_table(data, name, ALIASES, ("name",))
    return [(row.line, row.cells["name"], row.cells.get("price", "")) for row in table.rows]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_encoding_separator_and_line_end_gives_the_same_rows(encoding: str, separator: str, end: str) -> None:
    lines = [f"Nombre{separator}Precio", f'"Piñata ""grande"""{separator}"1.240,50"', f"Café{separator}C$ 12"]
    assert read(end.join(lines).encode(encoding)) == [(2, 'Piñata "grande"', "1.240,50"), (3, "Café", "C$ 12")]


def test_headers_are_known_in_both_languages_whatever_their_dress() -> None:
    table = read_table(b"NOMBRE *,  Precio (C$) ,Mas_Vendido,Notas\nA,1,si,x\n", "menu.csv", ALIASES, ("name",))
    assert table.rows[0].cells == {"name": "A", "price": "1", "best": "si"}
    assert table.columns == {"name": "NOMBRE *", "price": "Precio (C$)", "best": "Mas_Vendido"}


def test_a_text_full_of_commas_does_not_pass_for_the_separator() -> None:
    assert read(b'nombre;precio\n"Arroz, frijoles, queso, crema";12,50\n') == [
        (2, "Arroz, frijoles, queso, crema", "12,50")
    ]


def test_the_line_excel_puts_above_the_header_names_the_separator() -> None:
    assert read(b"sep=;\nnombre;precio\nA;1\n") == [(3, "A", "1")]


def test_a_row_is_told_by_the_line_it_begins_on() -> None:
    data = b'name,price\n"dos\nlineas",1\n\nB,2,de mas\nC,3\n'
    table = read_table(data, "menu.csv", ALIASES, ("name",))
    assert [(row.line, row.number, row.cells["name"]) for row in table.rows] == [(2, 1, "dos\nlineas"), (6, 3, "C")]
    assert [(bad.line, "3 celdas" in bad.reason) for bad in table.bad] == [(5, True)]


def test_empty_lines_and_empty_cells_at_the_end_are_no_rows_of_their_own() -> None:
    assert read(b"\n\nname,price\n\nA,1,,,\n,\n   \nB\n\n") == [(5, "A", "1"), (8, "B", "")]


def test_a_quote_that_never_closes_costs_its_own_row_only() -> None:
    table = read_table(b'name,price\nA,1\n"B,2\nC,3\n"D",4\nE,5\n', "menu.csv", ALIASES, ("name",))
    assert [row.cells["name"] for row in table.rows] == ["A", "C", "D", "E"]
    assert [(bad.line, bad.cells["name"][:1]) for bad in table.bad] == [(3, "B")]


def test_a_quote_inside_a_cell_is_only_a_letter() -> None:
    assert read(b'name,price\nTubo 5",3\n"Pizza" grande,8\n') == [(2, 'Tubo 5"', "3"), (3, "Pizza grande", "8")]


def test_null_characters_and_endless_cells_are_bad_rows_with_reasons() -> None:
    data = b"name,price\nA\0B,1\nC,2\n" + b"D" * (MAX_CELL + 1) + b",3\n" + b"E" * 200_000 + b",4\nF,5\n"
    table = read_table(data, "menu.csv", ALIASES, ("name",))
    assert [row.cells["name"] for row in table.rows] == ["C", "F"]
    assert [bad.line for bad in table.bad] == [2, 4, 5]
    assert all(bad.reason for bad in table.bad)


def test_a_title_that_comes_twice_is_told_and_the_first_is_used() -> None:
    table = read_table(b"name,price,precio\nA,1,2\n", "menu.csv", ALIASES, ("name",))
    assert table.rows[0].cells == {"name": "A", "price": "1"}
    assert [(bad.line, "precio" in bad.reason) for bad in table.twice] == [(1, True)]


def test_a_file_without_the_needed_column_is_refused_naming_it_and_what_was_found() -> None:
    with pytest.raises(UserError, match=r"menu\.csv:1: falta la columna «name»; encontré: producto, precio"):
        read_table(b"producto,precio\nA,1\n", "menu.csv", ALIASES, ("name",))


@pytest.mark.parametrize("data", [b"\x89PNG\0\0\0\0\0\0", b"\0" * 50])
def test_what_is_no_text_is_refused(data: bytes) -> None:
    with pytest.raises(UserError):
        read_table(data, "menu.csv", ALIASES, ("name",))


def test_an_empty_missing_or_huge_file_is_refused_in_words(tmp_path: Path) -> None:
    empty, huge = tmp_path / "vacio.csv", tmp_path / "grande.csv"
    empty.write_bytes(b"\xef\xbb\xbf\r\n")
    huge.write_bytes(b"a" * (MAX_BYTES + 1))
    for path, words in ((empty, "está vacío"), (huge, "pasa de 10 MB"), (tmp_path / "no.csv", "no lo puedo leer")):
        with pytest.raises(UserError, match=words):
            read_bytes(path)


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail_otherwise_than_in_words(data: bytes) -> None:
    for name in ("menu.csv", "menu.xlsx"):
        for content in (b"name,price\n" + data, data):
            with suppress(UserError):
                read_table(content, name, ALIASES, ("name",))


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6))
def test_what_is_written_as_csv_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    table = read_table(write_table(["name", "price"], rows, "csv"), "x.csv", ALIASES, ("name",))
    kept = [(a, b) for a, b in rows if a.strip() or b.strip()]
    assert [(row.cells["name"], row.cells["price"]) for row in table.rows] == kept
    assert not table.bad


@settings(deadline=None, max_examples=20)  # each starts a process
@given(st.lists(st.tuples(XML_TEXTS, XML_TEXTS), min_size=1, max_size=4))
def test_what_is_written_as_xlsx_comes_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    table = read_table(write_table(["name", "price"], rows, "xlsx"), "x.xlsx", ALIASES, ("name",))
    kept = [(a, b) for a, b in rows if a.strip() or b.strip()]
    assert [(row.cells["name"], row.cells["price"]) for row in table.rows] == kept


def test_no_cell_of_an_exported_csv_begins_like_a_formula() -> None:
    text = write_table(["name", "price"], [(cell, Decimal("-12.50")) for cell in HOSTILE], "csv").decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))[1:]
    assert not [row[0] for row in rows if row[0].startswith(("=", "+", "-", "@", "\t", "\r"))]
    assert {row[1] for row in rows} == {"-12.50"}, "a number is no text and stays a number"
    for cell, row in zip(HOSTILE, rows, strict=True):
        assert row[0] in (cell, "'" + cell)
        assert unguard(row[0]) == cell


def test_no_cell_of_an_exported_xlsx_is_a_formula() -> None:
    from openpyxl import load_workbook

    data = write_table(["name"], [(cell,) for cell in HOSTILE], "xlsx")
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    kinds = {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value is not None}
    assert kinds == {"s"}


@pytest.mark.parametrize("text", ["+34 600 000 000", "-12.50", "@maria", "'=1+1", "''@x", "'hola", "=cmd|'/C calc'!A0"])
def test_phones_amounts_and_handles_come_back_unchanged(text: str) -> None:
    for form in ("csv", "xlsx"):
        table = read_table(write_table(["name"], [(text,)], form), f"x.{form}", ALIASES, ("name",))
        assert [row.cells["name"] for row in table.rows] == [text]


@settings(deadline=None)
@given(TEXTS)
def test_taking_the_guard_off_gives_the_text_back(text: str) -> None:
    assert unguard(guard(text)) == text


@settings(deadline=None)
@given(st.lists(TEXTS.map(str.strip).filter(bool), max_size=5))
def test_a_list_in_a_cell_comes_back_as_it_was(items: list[str]) -> None:
    assert cell_list(list_cell(items)) == items


def test_xlsx_gives_numbers_and_ticks_as_an_owner_would_write_them() -> None:
    from openpyxl import Workbook

    book = Workbook()
    for row in ([], ["Nombre", "Precio"], ["Café", 40], ["Té", 12.5], [True, None]):
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    assert read(out.getvalue(), "menu.xlsx") == [(3, "Café", "40"), (4, "Té", "12.5"), (5, "true", "")]


def test_a_zip_that_would_fill_the_memory_is_refused() -> None:
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 101_000_000)
    with pytest.raises(UserError, match="pasa de 100 MB"):
        read_table(out.getvalue(), "menu.xlsx", ALIASES, ("name",))


def test_yes_and_no_in_the_words_of_the_contract() -> None:
    assert all(yes_no(word, False) for word in ("true", "1", "sí", "SI", "x", "Yes"))
    assert not any(yes_no(word, True) for word in ("false", "0", "No"))
    assert yes_no(" ", True)
    assert not yes_no("", False)
    with pytest.raises(ValueError, match="quizás"):
        yes_no("quizás", True)


def test_json_items_keep_the_line_they_begin_on_and_decimals_are_exact() -> None:
    text = '{"currency": "NIO",\n "products": [\n  {"price": 0.1},\n\n  {"price": 1e2}], "options": []}\n'
    rest, items = read_json(text.encode(), "menu.json", "products")
    assert rest == {"currency": "NIO", "options": []}
    assert items == [(3, {"price": Decimal("0.1")}), (5, {"price": Decimal("1E+2")})]
    assert read_json(b"[1]", "menu.json", "products") == ({}, [(1, 1)])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"products": [\n{"name": }]}', r"menu\.json:2: el JSON está mal escrito"),
        ('{"products": [1 2]}', r"menu\.json:1"),
        ('{"products": [NaN]}', "NaN"),
        ("[" * 100_000, r"menu\.json:1"),
        ('{"productos": []}', 'con la lista "products"'),
        ('{"products": {}}', 'con la lista "products"'),
        ('{"products": []} sobra', r"menu\.json:1"),
        ("hola", r"menu\.json:1"),
    ],
)
def test_malformed_json_is_told_with_its_line(text: str, words: str) -> None:
    with pytest.raises(UserError, match=words):
        read_json(text.encode(), "menu.json", "products")


def test_a_hostile_file_of_quotes_is_read_in_good_time() -> None:
    import time

    data = b"name,price\n" + (b'x,"y\n' + b"z\n" * 9) * 4_000
    began = time.process_time()
    table = read_table(data, "menu.csv", ALIASES, ("name",))
    assert time.process_time() - began < 10
    assert len(table.rows) == 36_000
    assert len(table.bad) == 4_000


def test_a_row_of_nothing_but_white_space_is_no_row_even_where_the_guard_made_it_visible() -> None:
    table = read_table(write_table(["name", "price"], [("", "\t"), ("Pan", "5")], "csv"), "x.csv", ALIASES, ("name",))
    assert [row.cells["name"] for row in table.rows] == ["Pan"]
