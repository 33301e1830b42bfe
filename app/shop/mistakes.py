"""Mistakes in the owner's files: where, what, and what was probably meant."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.core.errors import UserError
from app.core.text import fold
from app.shop import words

Path = tuple[str | int, ...]
NEAR = 0.6


@dataclass(frozen=True, slots=True)
class Mistake:
    """One mistake: `config.yaml:3: business.timezon: no conozco esta clave; ¿quisiste decir "timezone"?`."""

    file: str
    line: int
    path: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}" if self.line else self.file
        return f"{place}: {self.path}: {self.text}" if self.path else f"{place}: {self.text}"


class SettingsError(UserError):
    """Settings that cannot be used; its text has one line a mistake, in the file's order."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes), key=lambda one: (one.file, one.line, one.path)))
        super().__init__("\n".join(str(mistake) for mistake in self.mistakes))


class Amiss(ValueError):
    """What a reader of one value found wrong: sentences, each with the path below that value."""

    def __init__(self, found: str | Sequence[tuple[Path, str]]) -> None:
        self.parts: list[tuple[Path, str]] = [((), found)] if isinstance(found, str) else list(found)
        super().__init__("; ".join(text for _, text in self.parts))


def near(word: str, known: Iterable[str]) -> str:
    """The known word that `word` was probably meant to be, or nothing."""
    from difflib import get_close_matches

    folded = {fold(one): one for one in known}
    found = get_close_matches(fold(word), folded, n=1, cutoff=NEAR)
    return folded[found[0]] if found else ""


def dotted(path: Path) -> str:
    """`("zones", 0, "fee")` as people read it: `zones[1].fee`."""
    said = ""
    for part in path:
        said += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return said.removeprefix(".")


def refuse_repeats(named: Sequence[tuple[Path, str]]) -> None:
    """Raises Amiss for the names that an earlier one already has."""
    seen: set[str] = set()
    repeated: list[tuple[Path, str]] = []
    for path, name in named:
        if fold(name) in seen:
            repeated.append((path, words.NOT_UNIQUE.format(value=name)))
        seen.add(fold(name))
    if repeated:
        raise Amiss(repeated)
