"""What a customer came for, in one word, for whoever reads the inbox."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

MATTERS = ("", "chat", "question", "order", "complaint")  # the later one counts more
VISIT = timedelta(hours=12)  # after such a silence they come for something new
SMALL = frozenset({"", "greeting", "goodbye", "thanks", "smalltalk", "out_of_scope", "human"})
ORDER = frozenset({"order", "modify_order", "cancel_order", "order_status"})


def matter_of(kept: str, intents: Iterable[str], silence: timedelta) -> str:
    """What a thread is about after messages with these intents; `kept`: what it was about before.

    Empty while only the shop has spoken.
    """
    told = [_matter(intent) for intent in intents]
    if not told:
        return kept
    return max([*told, "" if silence > VISIT else kept], key=MATTERS.index)


def _matter(intent: str) -> str:
    if intent == "complaint":
        return "complaint"
    if intent in ORDER:
        return "order"
    return "chat" if intent in SMALL else "question"
