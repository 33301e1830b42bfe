"""Says in plain words, and on the right line, what a YAML parser says in its own."""

from __future__ import annotations

import re
from typing import Any

from app.shop import words

_KEY = re.compile(r"\s*(- +)*[\w\"'{\[-].*:(\s|$)")


def explain(error: Any, source: str) -> tuple[int, str]:
    """The line a person should look at, from 1, and the sentence."""
    if (position := getattr(error, "position", None)) is not None:  # a character that no YAML file may hold
        return source.count("\n", 0, position) + 1, words.NOT_TEXT
    lines = re.split("\r\n|\n|\r", source)
    problem, context = str(getattr(error, "problem", "") or ""), str(getattr(error, "context", "") or "")
    at = _line_of(error, "problem_mark", len(lines))
    begun = _line_of(error, "context_mark", len(lines))
    if "'\\t'" in problem or _begins_with_tab(lines, at):
        return at + 1, words.TABS
    if "quoted scalar" in context:
        return _in_quotes(problem, at, begun)
    if "flow" in context:
        return begun + 1, words.BRACKET_OPEN.format()
    if at and (opened := _open_quote_above(lines, at)):
        return opened, words.QUOTE_OPEN
    if "mapping values" in problem or "could not find expected ':'" in problem:
        return _colons(lines, at, begun if context else at)
    if "escape" in problem:
        return at + 1, words.BACKSLASH
    if "cannot start any token" in problem or "alias" in context or "anchor" in context:
        return at + 1, words.NEEDS_QUOTES
    if "block" in context:
        return at + 1, words.INDENT
    return at + 1, words.NOT_UNDERSTOOD


def _line_of(error: Any, mark: str, count: int) -> int:
    found = getattr(error, mark, None) or getattr(error, "problem_mark", None)
    return min(found.line if found is not None else 0, count - 1)


def _begins_with_tab(lines: list[str], at: int) -> bool:
    return "\t" in lines[at][: len(lines[at]) - len(lines[at].lstrip())]


def _in_quotes(problem: str, at: int, begun: int) -> tuple[int, str]:
    if "escape" in problem:
        return at + 1, words.BACKSLASH
    return begun + 1, words.QUOTE_OPEN


def _open_quote_above(lines: list[str], at: int) -> int:
    """A quote left open swallows lines up to the next quote, and the parser complains only there."""
    for index in (at, at - 1):
        text = re.sub(r"\\.|#.*$", "", lines[index])
        if text.count('"') % 2 and index == at - 1:
            return index + 1
    return 0


def _colons(lines: list[str], at: int, begun: int) -> tuple[int, str]:
    above = next((index for index in range(at - 1, -1, -1) if lines[index].strip()), None)
    for index in (above, begun):
        if index is not None and index < at and not _KEY.match(lines[index].split(" #")[0]):
            return index + 1, words.NO_COLON
    if not _KEY.match(lines[at]):
        return at + 1, words.NO_COLON
    return at + 1, words.INDENT_OR_COLON
