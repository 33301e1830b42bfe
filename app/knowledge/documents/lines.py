"""Lines of a text file, Markdown or not, as blocks: headings, paragraphs, list items and rows of tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

LONGEST_HEADING = 70  # letters
MOST_HEADING_WORDS = 10
LONG_LINE = 0.6  # of the widest line: a shorter one was ended by its writer, not by the layout

Kind = Literal["heading", "text", "item"]

HASHES = re.compile(r"(#{1,6})\s+(.*)")
ITEM = re.compile(r"(?:[-*+•·▪●‣–]|\(?\d{1,2}[.)]|[a-z]\))\s+(?=\S)")
TABLE_RULE = frozenset("|:- \t")  # |---|:--:|
UNDERLINE = re.compile(r"(=+|-{3,})\s*")
FENCE = re.compile(r"(```|~~~)")
LINK = re.compile(r"!?\[([^\]\[]{0,200})\]\([^()\s]{0,500}(?:\s\"[^\"]{0,200}\")?\)")
MARKS = re.compile(r"(\*\*|__|`)(?=\S)|(?<=\S)(\*\*|__|`)")
SENTENCE_END = re.compile(r"[.!?…:;][\"'»”)]*$")
HYPHENS = ("-", "\u00ad", "\u2010")


@dataclass(slots=True)
class Block:
    """What belongs together. `level`: of a heading, 1 the highest; `page`: where it begins, None without pages."""

    kind: Kind
    text: str
    page: int | None = None
    level: int = 0


def markdown_blocks(text: str) -> Iterator[Block]:
    """Blocks of Markdown: its headings, paragraphs, bullets, and each row of a table with its titles."""
    lines = text.splitlines()
    gathered: list[str] = []
    titles: list[str] = []
    for at, raw in enumerate(lines):
        line = raw.strip()
        heading = HASHES.fullmatch(line)
        below = lines[at + 1].strip() if at + 1 < len(lines) else ""
        if gathered and (underline := UNDERLINE.fullmatch(line)):
            yield Block("heading", plain(" ".join(gathered)), level=1 if underline[1][0] == "=" else 2)
            gathered = []
            continue
        if not line or heading or line.startswith("|") or ITEM.match(line) or FENCE.match(line):
            yield from _paragraph(gathered)
            gathered = []
        titles = titles if line.startswith("|") else []
        if heading:
            yield Block("heading", plain(heading[2].rstrip("# ")), level=len(heading[1]))
        elif line.startswith("|"):
            if not titles and _is_rule(below):
                titles = _cells(line)
            elif not _is_rule(line) and (row := _row(titles, _cells(line))):
                yield Block("item", "- " + row)
        elif line and not FENCE.match(line):
            gathered.append(line.lstrip("> "))
    yield from _paragraph(gathered)


def text_blocks(text: str) -> Iterator[Block]:
    """Blocks of a plain text: paragraphs are parted by empty lines, headings are recognised by their looks."""
    lines = [line.strip() for line in text.splitlines()]
    widest = max(map(len, lines), default=0)
    gathered: list[str] = []
    for at, line in enumerate(lines):
        below = lines[at + 1] if at + 1 < len(lines) else ""
        alone = not gathered and looks_like_heading(line) and any(lines[at + 1 : at + 3])
        if gathered and UNDERLINE.fullmatch(line):
            yield Block("heading", " ".join(gathered), level=1)
            gathered = []
        elif alone and not UNDERLINE.fullmatch(below) and (line.isupper() or not _goes_on(line, below, widest)):
            yield Block("heading", line.rstrip(":"), level=1 if line.isupper() else 2)
        elif not line or ITEM.match(line) or (gathered and not _goes_on(gathered[-1], line, widest)):
            yield from _paragraph(gathered)
            gathered = [line] if line else []
        else:
            gathered.append(line)
    yield from _paragraph(gathered)


def joined(lines: Sequence[str]) -> str:
    """Lines that the layout broke as one text, words cut at their ends mended."""
    pieces: list[str] = []
    for line in lines:
        if pieces and line[:1].islower() and _is_cut(pieces[-1]):
            pieces[-1] = pieces[-1][:-1] + line
        else:
            pieces.append(line)
    return " ".join(" ".join(pieces).replace("\u00ad", "").split())


def goes_on(line: str, following: str, widest: int) -> bool:
    """Whether the layout, not the writer, broke the text between these two lines."""
    if not line or not following or ITEM.match(following):
        return False
    return not SENTENCE_END.search(line) and (following[0].islower() or len(line) >= LONG_LINE * widest)


def looks_like_heading(line: str) -> bool:
    """Short, begins with a capital, says no figure and does not end like a sentence."""
    if not line or len(line) > LONGEST_HEADING or len(line.split()) > MOST_HEADING_WORDS or ITEM.match(line):
        return False
    first = line.lstrip('¿¡"«')[:1]
    return first.isupper() and not line.endswith((".", ",", ";", "…")) and not any(letter.isdigit() for letter in line)


def plain(text: str) -> str:
    """Markdown's marks off; what a link says stays, where it leads does not."""
    return MARKS.sub("", LINK.sub(r"\1", text)).strip()


def _goes_on(line: str, following: str, widest: int) -> bool:
    return goes_on(line, following, widest) or (bool(following) and bool(SENTENCE_END.search(line)))


def _paragraph(lines: Iterable[str]) -> Iterator[Block]:
    text = plain(joined(list(lines)))
    if text and not UNDERLINE.fullmatch(text):
        marked = ITEM.match(text)
        yield Block("item", "- " + text[marked.end() :]) if marked else Block("text", text)


def _is_cut(line: str) -> bool:
    """Its last word goes on in the next line."""
    return line.endswith(HYPHENS) and line[-2:-1].isalpha()


def _is_rule(line: str) -> bool:
    return "-" in line and TABLE_RULE.issuperset(line)


def _cells(line: str) -> list[str]:
    return [plain(cell.replace("\\|", "|")) for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def _row(titles: Sequence[str], cells: Sequence[str]) -> str:
    """`Talle: M; Pecho: 92 cm`."""
    named = [(titles[at] if at < len(titles) else "", cell) for at, cell in enumerate(cells) if cell]
    return "; ".join(f"{title}: {cell}" if title else cell for title, cell in named)
