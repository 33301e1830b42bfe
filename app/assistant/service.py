"""The assistant: what other rooms may use of it, beside what `wiring.py` hands them."""

from __future__ import annotations

from app.assistant.kept import Check, Checked, as_test, bring_back, check, drop, find, keep, kept
from app.assistant.preview import (
    Preview,
    Told,
    factory_text,
    factory_words,
    hours_in_words,
    rehearse,
    standing_answer,
)
from app.assistant.trial import Trial, Tried, note_tried, was_tried
from app.assistant.turn import Trace

__all__ = [
    "Check",
    "Checked",
    "Preview",
    "Told",
    "Trace",
    "Trial",
    "Tried",
    "as_test",
    "bring_back",
    "check",
    "drop",
    "factory_text",
    "factory_words",
    "find",
    "hours_in_words",
    "keep",
    "kept",
    "note_tried",
    "rehearse",
    "standing_answer",
    "was_tried",
]
