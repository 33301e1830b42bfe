"""What the system says, kept out of the logic: message catalogues in TOML and `{name}` substitution."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("es", "en")
TREATS = ("vos", "tu", "usted")
TONES = ("cercano", "neutro", "formal")
NAME = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Texts:
    """One area's catalogue in every language: `app/locales/<language>/<area>.toml`, or the files of a folder so named."""

    def __init__(self, entries: Mapping[str, Mapping[str, Any]]) -> None:
        self._entries = entries

    @staticmethod
    @cache
    def load(area: str) -> Texts:
        return Texts({language: _area(LOCALES / language, area) for language in LANGUAGES})

    def keys(self, language: str) -> set[str]:
        return set(self._entries[language])

    def raw(self, key: str, language: str) -> Any:
        """The entry as written: a string, a list of variants, or a table by treatment and tone."""
        return self._entries[language if language in self._entries else "es"][key]

    def say(
        self, key: str, language: str, *, treat: str = "vos", tone: str = "cercano", pick: int = 0, **values: object
    ) -> str:
        """The text of `key` in this language, treatment and tone, its `{names}` filled from `values`.

        A table may hold `vos`, `tu`, `usted` and/or `cercano`, `neutro`, `formal`, nested either way; what it lacks
        falls back to its first entry. A list holds variants; `pick` chooses one, the same for the same number.
        """
        entry = self.raw(key, language)
        while not isinstance(entry, str):
            entry = _choose(entry, treat, tone, pick)
        return fill(entry, {name: str(value) for name, value in values.items()})


def fill(template: str, values: Mapping[str, str]) -> str:
    """Puts `values` where `{name}` stands and nothing else: no format specs, no attributes, one pass.

    Raises KeyError for a name that has no value.
    """
    return NAME.sub(lambda match: values[match[1]], template)


def names_in(template: str) -> list[str]:
    """The `{names}` a template uses, in order."""
    return NAME.findall(template)


def _choose(entry: Any, treat: str, tone: str, pick: int) -> Any:
    if isinstance(entry, list):
        return entry[pick % len(entry)]
    for wanted in (treat, tone):
        if wanted in entry:
            return entry[wanted]
    return next(iter(entry.values()))


def _area(folder: Path, area: str) -> dict[str, Any]:
    """An area's entries. Each file of a folder holds sections of its own, so none hides another's."""
    files = sorted((folder / area).glob("*.toml")) or [folder / f"{area}.toml"]
    return {key: entry for path in files for key, entry in _read(path).items()}


def _read(path: Path) -> dict[str, Any]:
    """The catalogue's entries by dotted key: `[hours] open = …` is `hours.open`."""
    with path.open("rb") as file:
        return dict(_flatten("", tomllib.load(file)))


def _flatten(prefix: str, table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    entries: list[tuple[str, Any]] = []
    for key, value in table.items():
        if isinstance(value, dict) and not set(value) <= {*TREATS, *TONES}:
            entries += _flatten(f"{prefix}{key}.", value)
        else:
            entries.append((prefix + key, value))
    return entries
