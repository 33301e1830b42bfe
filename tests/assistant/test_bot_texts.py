"""The bot's catalogue: whole in both languages, every variant written and filled alike."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.core.i18n import TONES, TREATS, Texts, names_in

ROOMS = Path(__file__).resolve().parents[2] / "app"
CODE = [*(ROOMS / "assistant").rglob("*.py"), ROOMS / "orders" / "ticket.py"]


def variants(entry: Any) -> Iterator[str]:
    if isinstance(entry, str):
        yield entry
    else:
        for item in entry.values() if isinstance(entry, dict) else entry:
            yield from variants(item)


def test_both_languages_say_the_same_things() -> None:
    texts = Texts.load("bot")
    assert texts.keys("es") == texts.keys("en")


@pytest.mark.parametrize("language", ["es", "en"])
def test_every_text_resolves_in_every_treatment_and_tone_with_the_same_names(language: str) -> None:
    texts = Texts.load("bot")
    for key in texts.keys(language):
        if key in ("week.days", "week.months"):
            continue
        names = {frozenset(names_in(text)) for other in ("es", "en") for text in variants(texts.raw(key, other))}
        filled = {name: "x" for wanted in names for name in wanted}
        for treat in TREATS:
            for tone in TONES:
                assert texts.say(key, language, treat=treat, tone=tone, **filled).strip()
        sentences = {tuple(sorted(wanted)) for wanted in names}
        assert len(sentences) == 1, f"{key}: the variants do not use the same names: {sentences}"


def test_a_table_of_treatments_has_all_three() -> None:
    for path in (ROOMS / "locales").glob("*/bot.toml"):
        for key, entry in walk("", tomllib.loads(path.read_text(encoding="utf-8"))):
            for ways in (TREATS, TONES):
                if set(entry) & set(ways):
                    assert set(entry) == set(ways), f"{path.parent.name}: {key} lacks {set(ways) - set(entry)}"


def test_no_text_shouts_or_says_ups() -> None:
    texts = Texts.load("bot")
    for language in ("es", "en"):
        for key in texts.keys(language):
            for text in variants(texts.raw(key, language)):
                assert text.count("!") <= 1, key
                assert "ups" not in text.lower().split(), key


def test_every_text_the_assistant_asks_for_is_written_and_every_written_one_is_used() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in CODE)
    keys = Texts.load("bot").keys("es")
    areas = {key.split(".")[0] for key in keys}
    asked = {key for key in re.findall(r"""["']([a-z]+\.[a-z_]+)["']""", code) if key.split(".")[0] in areas}
    assert asked - keys == set()
    made = {*re.findall(r"""f["']([a-z]+\.)""", code), "note."}
    unused = {key for key in keys - asked if not any(key.startswith(prefix) for prefix in made)}
    assert unused == set()


def walk(prefix: str, table: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield f"{prefix}{key}", value
            yield from walk(f"{prefix}{key}.", value)
