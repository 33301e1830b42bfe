"""What becomes of personal data, said in the owner's words once, before the first of it is asked for."""

from __future__ import annotations

from collections.abc import Iterable

from app.assistant.turn import Turn

PERSONAL = frozenset(("name", "phone", "email", "address"))


def consent_note(turn: Turn, asked: Iterable[str]) -> str:
    """`privacy.consent` where these variables (or their types) are about a person and it was not said yet; else empty."""
    text = turn.settings.privacy.consent
    if not text or turn.told_consent or PERSONAL.isdisjoint(asked):
        return ""
    turn.told_consent = True
    return text
