"""The text layer of a PDF as blocks: larger or bold lines are headings, lines broken by the layout are joined."""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from pypdf import PageObject, PdfReader
from pypdf.errors import PdfReadError

from app.knowledge.documents.lines import ITEM, Block, goes_on, joined, looks_like_heading

MOST_PAGES = 1_000
MOST_TEXT = 2_000_000  # letters
LARGER = 1.12  # than the body's letters: a heading
LONGEST_HEADING = 120
REPEATED = 3  # pages on which a first or last line is the same: a header or footer
PAGE_NUMBER = re.compile(r"(?:p[aá]g(?:ina|e)?\.?\s*)?[-–\s]*\d{1,4}[-–\s]*(?:(?:de|of|/)\s*\d{1,4})?", re.IGNORECASE)
NO_TITLE = re.compile(r"untitled|sin t[ií]tulo|microsoft|\.(?:docx?|odt|pdf|indd|xlsx?)\b|[\\/]", re.IGNORECASE)

Lack = Literal["", "scanned", "part_scanned", "encrypted", "broken", "empty", "cut"]


@dataclass(slots=True)
class Line:
    """A line as printed. `size`: of its letters in points, 0 unknown."""

    text: str
    page: int
    size: float
    bold: bool


@dataclass(slots=True)
class PdfText:
    """What a PDF says. `lacks`: what kept some or all of it from being read."""

    pages: int
    blocks: list[Block]
    title: str = ""
    lacks: Lack = ""


def read_pdf(data: bytes) -> PdfText:
    """The text of a PDF; raises what pypdf raises where there is no reading it."""
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not _opens(reader):
        return PdfText(0, [], lacks="encrypted")
    pages = len(reader.pages)
    lines: list[Line] = []
    images = letters = 0
    for number in range(min(pages, MOST_PAGES)):
        page = reader.pages[number]
        found = _lines_of(page, number + 1)
        lines += found
        letters += sum(len(line.text) for line in found)
        images += not found and _has_images(page)
        if letters > MOST_TEXT:
            break
    lacks: Lack = "cut" if pages > MOST_PAGES or letters > MOST_TEXT else "part_scanned" if images else ""
    if not lines:
        lacks = "scanned" if images else "empty"
    return PdfText(pages, list(_blocks(_without_margins(lines))), _title(reader), lacks)


def _opens(reader: PdfReader) -> bool:
    """Many PDFs are only locked against printing: their reader's password is empty."""
    try:
        return bool(reader.decrypt(""))
    except (PdfReadError, ImportError, NotImplementedError):  # a cipher that is not installed here
        return False


def _lines_of(page: PageObject, number: int) -> list[Line]:
    pieces: list[tuple[str, float, bool]] = []

    def visit(text: str, cm: Sequence[float], tm: Sequence[float], font: Any, size: float) -> None:
        scale = math.hypot(tm[2], tm[3]) * math.hypot(cm[2], cm[3])
        name = str(font.get("/BaseFont", "")) if font else ""
        pieces.append((text, round(abs(size * scale) * 2) / 2, "bold" in name.lower()))

    page.extract_text(visitor_text=visit)
    lines = [Line("", number, 0.0, True)]
    for text, size, bold in pieces:
        for at, part in enumerate(text.split("\n")):
            if at:
                lines.append(Line("", number, 0.0, True))
            if part.strip():
                last = lines[-1]
                last.size, last.bold = max(last.size, size), last.bold and bold
            lines[-1].text += part
    for line in lines:
        line.text = " ".join(line.text.split())
    return [line for line in lines if line.text]


def _has_images(page: PageObject) -> bool:
    resources = page.get("/Resources")
    return bool(resources and "/XObject" in resources.get_object())


def _without_margins(lines: Sequence[Line]) -> list[Line]:
    """The lines without page numbers, headers and footers."""
    pages: dict[int, list[Line]] = {}
    for line in lines:
        pages.setdefault(line.page, []).append(line)
    edges = Counter(text for page in pages.values() for text in {page[0].text, page[-1].text})
    kept = []
    for page in pages.values():
        for at, line in enumerate(page):
            at_edge = at in (0, len(page) - 1)
            repeated = edges[line.text] >= REPEATED and edges[line.text] * 2 > len(pages)
            if not (at_edge and len(pages) > 1 and (repeated or PAGE_NUMBER.fullmatch(line.text))):
                kept.append(line)
    return kept


def _blocks(lines: Sequence[Line]) -> Iterator[Block]:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    body = sizes.most_common(1)[0][0] if sizes else 0.0
    widest = max((len(line.text) for line in lines), default=0)
    larger = sorted({line.size for line in lines if line.size > body * LARGER}, reverse=True)
    plain_bold = sum(len(line.text) for line in lines if line.bold) * 2 < sum(len(line.text) for line in lines)
    looks = not larger and not (plain_bold and any(line.bold for line in lines))
    gathered: list[Line] = []
    level = 0
    for at, line in enumerate(lines):
        new_level = _level(line, larger, plain_bold)
        if not new_level and looks and _stands_out(lines, at, widest):
            new_level = 1
        if gathered and (new_level != level or not _same_block(gathered[-1], line, level, widest)):
            yield _block(gathered, level)
            gathered = []
        gathered.append(line)
        level = new_level
    if gathered:
        yield _block(gathered, level)


def _level(line: Line, larger: Sequence[float], bold_tells: bool) -> int:
    if len(line.text) > LONGEST_HEADING or not any(letter.isalpha() for letter in line.text):
        return 0
    if line.size in larger:
        return larger.index(line.size) + 1
    return len(larger) + 1 if bold_tells and line.bold and not line.text.endswith((".", ",", ";", ":")) else 0


def _stands_out(lines: Sequence[Line], at: int, widest: int) -> bool:
    """Where all letters are alike: a line that looks like a heading, between the end of a text and a new one."""
    text = lines[at].text
    before, after = lines[at - 1].text if at else "", lines[at + 1].text if at + 1 < len(lines) else ""
    if not looks_like_heading(text) or not after or after[0].islower():
        return False
    return text.isupper() or (not goes_on(before, text, widest) and not goes_on(text, after, widest))


def _same_block(last: Line, line: Line, level: int, widest: int) -> bool:
    if level:
        return last.size == line.size and last.page == line.page and len(last.text) > widest / 3
    return goes_on(last.text, line.text, widest)


def _block(lines: Sequence[Line], level: int) -> Block:
    text = joined([line.text for line in lines])
    if level:
        return Block("heading", text.rstrip(":"), lines[0].page, level)
    marked = ITEM.match(text)
    if marked:
        return Block("item", "- " + text[marked.end() :], lines[0].page)
    return Block("text", text, lines[0].page)


def _title(reader: PdfReader) -> str:
    """What its maker called it, where that is a title and no file's name."""
    try:
        title = " ".join(str((reader.metadata and reader.metadata.title) or "").split())
    except Exception:  # any object may stand there
        return ""
    return "" if len(title) > LONGEST_HEADING or NO_TITLE.search(title) else title
