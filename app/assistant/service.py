"""The assistant: what other rooms may use of it, beside what `wiring.py` hands them."""

from __future__ import annotations

from app.assistant.preview import (
    Preview,
    Told,
    factory_text,
    factory_words,
    hours_in_words,
    rehearse,
    standing_answer,
)

__all__ = ["Preview", "Told", "factory_text", "factory_words", "hours_in_words", "rehearse", "standing_answer"]
