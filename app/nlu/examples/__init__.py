"""The example sentences of each intent, written for this project; an owner adds to them with intents.csv."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from pathlib import Path

from app.nlu.words import Language

HERE = Path(__file__).parent


@lru_cache(maxsize=2)
def examples_of(language: Language) -> tuple[tuple[str, str], ...]:
    """(intent, sentence) pairs; `{p}` in a sentence stands for any product of the shop."""
    with (HERE / f"{language}.toml").open("rb") as file:
        data = tomllib.load(file)
    return tuple((intent, line.strip()) for intent, lines in data.items() for line in lines.split("\n") if line.strip())
