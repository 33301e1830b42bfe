"""A document's bytes -> its title and passages. Runs in a reading process only (`core/apart.py`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.knowledge.documents.lines import Block, markdown_blocks, text_blocks
from app.knowledge.documents.passages import MOST_PASSAGES, cut

READER = "app.knowledge.documents.extract:read_document"
LONGEST_TITLE = 120
MOST_TEXT = 2_000_000  # letters


def read_document(data: bytes, name: str, _: Any = None) -> dict[str, Any]:
    """`{"title", "pages", "problem", "passages": [[page | null, heading, text], …]}`.

    `problem`: why nothing (no passages) or not all of it could be read; "" where all is well. `title` may be "".
    """
    if name.lower().endswith(".pdf"):
        return _read_pdf(data)
    if data.count(b"\0") > len(data) // 10 and data[:2] not in (b"\xff\xfe", b"\xfe\xff"):
        return _document("", 0, "not_text", [])
    text = _decoded(data)
    blocks = list((markdown_blocks if name.lower().endswith(".md") else text_blocks)(text[:MOST_TEXT]))
    problem = "cut" if len(text) > MOST_TEXT else ""
    return _document(_first_heading(blocks), 0, problem, blocks)


def _read_pdf(data: bytes) -> dict[str, Any]:
    from pypdf.errors import LimitReachedError, PyPdfError

    from app.knowledge.documents.pdf import read_pdf

    try:
        found = read_pdf(data)
    except LimitReachedError:  # the parser's own bound, met before ours where the machine is quick
        return _document("", 0, "too_heavy", [])
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, RecursionError, OSError):
        return _document("", 0, "broken", [])
    return _document(found.title or _first_heading(found.blocks), found.pages, found.lacks, found.blocks)


def _document(title: str, pages: int, problem: str, blocks: Sequence[Block]) -> dict[str, Any]:
    passages = cut(blocks, title)
    if not passages:
        problem = problem or "empty"
    elif len(passages) == MOST_PASSAGES:
        problem = "cut"
    found = [[passage.page, passage.heading, passage.text] for passage in passages]
    return {"title": title[:LONGEST_TITLE], "pages": pages, "problem": problem, "passages": found}


def _first_heading(blocks: Sequence[Block]) -> str:
    """The first heading, if it is the document's only one of its rank: then it is no chapter's."""
    headings = [block for block in blocks if block.kind == "heading"]
    if not headings or blocks[0] is not headings[0]:
        return ""
    same = sum(block.level == headings[0].level for block in headings)
    return headings[0].text if same == 1 or headings[0].page is None else ""


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
