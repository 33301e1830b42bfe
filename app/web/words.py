"""The panel's catalogue, and the API's errors, in the shop's language."""

from __future__ import annotations

from typing import Any

from app.core.i18n import Texts


def say(key: str, language: str, **values: Any) -> str:
    """The text of `key` with its `{names}` filled."""
    return Texts.load("panel").say(key, language, **values)


def label(kind: str, name: str, language: str) -> str:
    """What an intent, a channel or a source is called; the owner's own labels are called as they named them."""
    return say(f"{kind}.{name}", language) if has(f"{kind}.{name}") else name


def has(key: str) -> bool:
    """Whether the catalogue holds `key`."""
    return key in Texts.load("panel").keys("es")
