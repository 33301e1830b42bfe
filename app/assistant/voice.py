"""How the bot speaks to one customer: their language, the shop's tone and treatment, one catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.core.i18n import Texts


@dataclass(frozen=True, slots=True)
class Voice:
    """`language` is the customer's; `pick` chooses among variants and stays the same within a message."""

    language: str = "es"
    treat: str = "vos"
    tone: str = "cercano"
    pick: int = 0

    def say(self, key: str, **values: object) -> str:
        """The text of `key` in this voice with its names filled."""
        texts = Texts.load("bot")
        return texts.say(key, self.language, treat=self.treat, tone=self.tone, pick=self.pick, **values)

    def list(self, key: str) -> Sequence[str]:
        """A catalogue entry that is a plain list: weekdays, months."""
        entries: Sequence[str] = Texts.load("bot").raw(key, self.language)
        return entries

    def join(self, items: Sequence[str], *, conjunction: str = "join.and") -> str:
        """`a, b y c`."""
        if len(items) < 2:
            return "".join(items)
        last = self.say(conjunction)
        if conjunction == "join.and" and self.language == "es" and _sounds_like_i(items[-1]):
            last = self.say("join.and_before_i")
        return ", ".join(items[:-1]) + last + items[-1]


def _sounds_like_i(word: str) -> bool:
    start = word.lower()
    return start.startswith(("i", "í", "hi", "hí")) and not start.startswith(("hie", "hia", "hio", "io", "ie", "ia"))
