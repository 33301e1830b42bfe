"""Reads questions and answers (`faqs.csv`, or the same as JSON or XLSX) into checked rows; bad rows are set aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.core.json_list import read_json
from app.core.ownership import Cells, Key
from app.core.tables import BadRow, cell_list, complaint, read_table
from app.core.text import clean, fold

MAX_QUESTION = 1_000
MAX_ANSWER = 8_000
MAX_PHRASINGS = 100
REQUIRED = ("question", "answer")
COLUMNS = {
    "question": ("question", "questions", "pregunta", "preguntas"),
    "answer": ("answer", "respuesta"),
    "tags": ("tags", "tag", "etiquetas", "etiqueta", "categories", "categorias", "categoria", "tema"),
    "language": ("language", "idioma", "lang"),
}
ALIASES = {title: column for column, titles in COLUMNS.items() for title in titles}
LANGUAGES = {"": "", "es": "es", "espanol": "es", "spanish": "es", "en": "en", "ingles": "en", "english": "en"}


@dataclass(frozen=True, slots=True)
class FaqRow:
    """A good row: `number` is its row of data from 1, `cells` what the file says of it."""

    line: int
    number: int
    key: Key
    cells: Cells


@dataclass(slots=True)
class FaqFile:
    """A file's good rows and bad ones; `bad_keys`: what the bad ones are known by, and whether that is sure.

    `lines`: where each question stands.
    """

    rows: list[FaqRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    bad_keys: list[tuple[Key, bool]] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)


def parse_faqs(data: bytes, name: str) -> FaqFile:
    """A file's content -> FaqFile; UserError where nothing of it can be used."""
    if name.lower().endswith(".json"):
        return _parse_json(data, name)
    table = read_table(data, name, ALIASES, REQUIRED)
    file = FaqFile(bad=[*table.twice, *table.bad])
    file.bad_keys += [(key_of(cell_list(row.cells.get("question", ""))), False) for row in table.bad]
    for row in table.rows:
        said: dict[str, Any] = {**row.cells, "question": cell_list(row.cells["question"])}
        if "tags" in said:
            said["tags"] = cell_list(said["tags"])
        _take(file, row.line, row.number, said, table.columns)
    file.bad.sort(key=lambda bad: bad.line)
    return file


def mistakes(said: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with what is said of a FAQ: a sentence by column."""
    wrong: dict[str, str] = {}
    for column, limit in (("question", MAX_QUESTION), ("answer", MAX_ANSWER), ("tags", MAX_QUESTION)):
        if column not in said:
            continue
        texts = [said[column]] if column == "answer" else said[column]
        if column in REQUIRED and not any(fold(text) for text in texts):
            wrong[column] = complaint("row.missing")
        if any(len(text) > limit for text in texts):
            wrong[column] = complaint("row.too_long", limit=limit)
        if len(texts) > MAX_PHRASINGS:
            wrong[column] = complaint("row.too_many", limit=MAX_PHRASINGS)
    language = fold(said.get("language") or "")
    if language not in LANGUAGES:
        wrong["language"] = complaint("row.language", value=language[:40])
    return wrong


def checked(said: Mapping[str, Any], titles: Mapping[str, str] | None = None) -> Cells:
    """`question` (all its phrasings), `answer`, `tags`, `language` as they are kept. ValueError names what is wrong."""
    titles = titles or {}
    cells: Cells = {}
    if wrong := mistakes(said):
        told = (complaint("row.in_column", column=titles.get(name, name), why=why) for name, why in wrong.items())
        raise ValueError("; ".join(told))
    if "question" in said:
        once = {fold(text): " ".join(text.split()) for text in reversed(said["question"])}
        cells["question"] = list(once.values())[::-1]
    if "answer" in said:
        cells["answer"] = said["answer"].strip()
    if "tags" in said:
        cells["tags"] = list(dict.fromkeys(said["tags"]))
    if "language" in said:
        cells["language"] = LANGUAGES[fold(said["language"] or "")]
    return cells


def key_of(phrasings: list[str]) -> Key:
    """What a question is known by: its folded first phrasing."""
    return Key("", fold(phrasings[0]) if phrasings else "", soft=True)


def _parse_json(data: bytes, name: str) -> FaqFile:
    _, items = read_json(data, name, "faqs")
    file = FaqFile()
    for number, (line, item) in enumerate(items, 1):
        try:
            said = _object(item)
        except ValueError as error:
            file.bad.append(BadRow(line, str(error)))
            file.bad_keys.append((Key("", ""), False))
        else:
            _take(file, line, number, said, {})
    file.bad.sort(key=lambda bad: bad.line)
    return file


def _object(item: object) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise ValueError(complaint("row.not_an_object", fields='question" y "answer'))
    first, more = item.get("question"), item.get("phrasings") or []
    asked = [text for part in (first, more) for text in (part if isinstance(part, list) else [part])]
    said: dict[str, Any] = {"question": asked, "answer": item.get("answer") or ""}
    if "tags" in item:
        said["tags"] = cell_list(item["tags"]) if isinstance(item["tags"], str) else item["tags"] or []
    if "language" in item:
        said["language"] = item["language"] or ""
    texts = [said["answer"], said.get("language", "")]
    lists = [said["question"], said.get("tags", [])]
    if not all(isinstance(part, list) for part in lists) or not all(isinstance(t, str) for t in sum(lists, texts)):
        raise ValueError(complaint("row.not_text"))
    return {
        part: clean(value) if isinstance(value, str) else [clean(text).strip() for text in value if text.strip()]
        for part, value in said.items()
    }


def _take(file: FaqFile, line: int, number: int, said: Mapping[str, Any], titles: Mapping[str, str]) -> None:
    """Puts a row among the good ones, or among the bad with its reasons."""
    key = key_of(said["question"])
    try:
        cells = checked(said, titles)
        if key.weak in file.lines:
            why = complaint("row.repeated", line=file.lines[key.weak])
            raise ValueError(complaint("row.in_column", column=titles.get("question", "question"), why=why))
    except ValueError as error:
        file.bad.append(BadRow(line, str(error)))
        file.bad_keys.append((key, bool(key.weak)))
    else:
        file.lines[key.weak] = line
        file.rows.append(FaqRow(line, number, key, cells))
