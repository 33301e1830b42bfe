"""How figures and wrong rows are laid out on a terminal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

WIDEST = 110  # characters shown of a message


def first_of_each(task: str, rows: Sequence[tuple[str, str]], most: int) -> list[str]:
    lines: list[str] = []
    for name, count in Counter(name for name, _ in rows).items():
        shown = [line for of, line in rows if of == name][:most]
        lines += [f"-- {task}, {name}: {count} wrong, {len(shown)} shown", *(f"   {line}" for line in shown), ""]
    return lines


def said(text: str) -> str:
    line = " ".join(text.split())
    return f"«{line if len(line) <= WIDEST else line[: WIDEST - 1] + '…'}»"


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Columns as wide as they need, the first to the left, figures to the right."""
    cells = [list(head), *([f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_aligned(line, widths)).rstrip() for line in cells]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    figures = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
    return [line[0].ljust(widths[0]), *figures]
