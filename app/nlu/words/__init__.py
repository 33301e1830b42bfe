"""The word lists of each language, read once: chat spelling, irregular forms, words of grammar."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

Language = Literal["es", "en"]
HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Words:
    """`chat`: folded spelling -> words meant; `forms`: word form -> its one stem; `grammar`: words without matter;
    `ordinary`: everyday words; `never_sold`: money and places, which no shop has on its shelf."""

    chat: dict[str, tuple[str, ...]]
    forms: dict[str, str]
    grammar: frozenset[str]
    ordinary: frozenset[str]
    never_sold: frozenset[str]


@lru_cache(maxsize=2)
def words_of(language: Language) -> Words:
    """The lists of `language`."""
    with (HERE / f"{language}.toml").open("rb") as file:
        data = tomllib.load(file)
    return Words(
        chat={spelling: tuple(meant.split()) for spelling, meant in data["chat"].items()},
        forms={form: lemma for lemma, forms in data["forms"].items() for form in forms.split()},
        grammar=frozenset(data["grammar"]["words"].split()),
        ordinary=frozenset(data["ordinary"]["words"].split()),
        never_sold=frozenset(data["never_sold"]["words"].split()),
    )
