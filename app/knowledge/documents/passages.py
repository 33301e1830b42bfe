"""Blocks of a document as passages: what one search finds and one answer quotes from, some 60 to 120 words each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app.core.text import clean, fold
from app.knowledge.documents.lines import Block

FEW_WORDS = 60
MANY_WORDS = 120
MOST_PASSAGES = 2_000
LONGEST_WORD = 400  # letters; what is longer is no text
LONGEST_HEADING = 200
BETWEEN_HEADINGS = " › "
SENTENCES = re.compile(r"(?<=[.!?…])\s+(?=[^\sa-záéíóúñü])")


@dataclass(slots=True)
class Cut:
    """A passage: `heading` is the way to it ("Cuidados › Lana"); its blocks stand on lines of their own in `text`."""

    page: int | None
    heading: str
    lines: list[str] = field(default_factory=list)
    words: int = 0

    @property
    def text(self) -> str:
        return "\n".join(self.lines)


def cut(blocks: Sequence[Block], title: str) -> list[Cut]:
    """The passages of a document. A heading begins one, a page too; the document's own title is no heading."""
    passages: list[Cut] = []
    path: list[tuple[int, str]] = []
    fresh = True
    for at, block in enumerate(blocks):
        if block.kind == "heading" and not _leads_nowhere(blocks, at, title):
            path = [(level, text) for level, text in path if level < block.level]
            if fold(block.text) != fold(title):
                path.append((block.level, block.text[:LONGEST_HEADING]))
            fresh = True
            continue
        for part in _parts(clean(block.text)):
            words = len(part.split())
            last = None if fresh or not passages else passages[-1]
            if last is None or last.page != block.page or _is_full(last, words, block):
                if len(passages) == MOST_PASSAGES:
                    return passages
                last = Cut(block.page, BETWEEN_HEADINGS.join(text for _, text in path))
                passages.append(last)
            last.lines.append(part)
            last.words += words
            fresh = False
    return passages


def _leads_nowhere(blocks: Sequence[Block], at: int, title: str) -> bool:
    """A heading with nothing under it says something itself."""
    block = blocks[at]
    if fold(block.text) == fold(title):
        return False
    following = blocks[at + 1] if at + 1 < len(blocks) else None
    return following is None or (following.kind == "heading" and following.level <= block.level)


def _is_full(passage: Cut, words: int, block: Block) -> bool:
    if passage.words + words <= MANY_WORDS:
        return False
    lead_in = passage.lines[-1].endswith(":") and block.kind == "item"  # stays with its first bullet
    return not lead_in or passage.words > MANY_WORDS


def _parts(text: str) -> Iterator[str]:
    """The text, cut between sentences where it is longer than a passage, between words where it has no sentences."""
    if len(text.split()) <= MANY_WORDS and len(text) <= MANY_WORDS * LONGEST_WORD:
        yield text
        return
    gathered: list[str] = []
    count = 0
    for sentence in SENTENCES.split(text):
        words = [word[:LONGEST_WORD] for word in sentence.split()]
        for begin in range(0, len(words), MANY_WORDS):
            piece = words[begin : begin + MANY_WORDS]
            if gathered and count + len(piece) > MANY_WORDS:
                yield " ".join(gathered)
                gathered, count = [], 0
            gathered += piece
            count += len(piece)
    if gathered:
        yield " ".join(gathered)
