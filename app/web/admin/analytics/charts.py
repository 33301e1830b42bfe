"""Figures as drawings: columns on each other and lines, in hundredths of the place they are drawn in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

WIDTH = 100.0
GAP = 0.22  # of a column's place
STEPS = (1, 2, 4, 6, 8)  # even ones, so that half of them is a mark too
KINDS = 5  # colours there are; a series beyond them shares the last


@dataclass(frozen=True, slots=True)
class Bar:
    """A piece of a column: `kind` is its colour's number, from 1."""

    x: float
    y: float
    width: float
    height: float
    kind: int


@dataclass(frozen=True, slots=True)
class Columns:
    """`marks`: a scale's values with how high they stand."""

    bars: tuple[Bar, ...]
    marks: tuple[tuple[float, int], ...]


@dataclass(frozen=True, slots=True)
class Lines:
    """`points` as SVG takes them, one text a series; a single day is drawn as a level line."""

    points: tuple[str, ...]
    marks: tuple[tuple[float, int], ...]


def columns(series: Mapping[str, Sequence[int]]) -> Columns:
    """Each place's values on each other, the first series below."""
    rows = list(series.values())
    count = max((len(row) for row in rows), default=0)
    top = scale([sum(row[at] for row in rows) for at in range(count)])
    each, bars = WIDTH / max(1, count), []
    for at in range(count):
        base = WIDTH
        for kind, row in enumerate(rows, 1):
            high = row[at] * WIDTH / top
            base -= high
            if high:
                bars.append(
                    Bar(_r(at * each + each * GAP / 2), _r(base), _r(each * (1 - GAP)), _r(high), min(kind, KINDS))
                )
    return Columns(tuple(bars), _marks(top))


def lines(series: Mapping[str, Sequence[int]]) -> Lines:
    """Each series as one line."""
    top = scale([value for row in series.values() for value in row])
    return Lines(tuple(_line(row, top) for row in series.values()), _marks(top))


def scale(values: Sequence[int]) -> int:
    """The round number the largest value reaches, or just above it."""
    most, tens = max([*values, 1]), 1
    while True:
        for step in STEPS:
            if step * tens >= most:
                return step * tens
        tens *= 10


def _line(row: Sequence[int], top: int) -> str:
    places = row if len(row) > 1 else [*row, *row]
    step = WIDTH / max(1, len(places) - 1)
    return " ".join(f"{_r(at * step)},{_r(WIDTH - value * WIDTH / top)}" for at, value in enumerate(places))


def _marks(top: int) -> tuple[tuple[float, int], ...]:
    """The top and its half, with how far down they stand."""
    return ((0.0, top), (WIDTH / 2, top // 2)) if top > 1 else ((0.0, top),)


def _r(number: float) -> float:
    return round(number, 2)
