"""What the command line says, in the shop's language (Spanish until the shop's settings are known)."""

from __future__ import annotations

from typing import Any

from app.core.i18n import LANGUAGES, Texts

_language = "es"


def use(language: str) -> None:
    """Speaks this language from here on."""
    global _language
    if language in LANGUAGES:
        _language = language


def say(key: str, **values: Any) -> str:
    """The text of `key` in `app/locales/<language>/cli.toml`."""
    return Texts.load("cli").say(key, _language, **values)
