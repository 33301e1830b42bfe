"""What a customer makes of the shop's answer: what it asks, what it offers to tap, the order it shows."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from app.core.text import fold

GONE = ("sold_out", "few")
SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
IMPERATIVE = re.compile(r"\b(pasame|decime|dime|digame|regala|mandame|enviame|escribi\w*|(send|tell|give) me)\b")


@dataclass(frozen=True, slots=True)
class Understood:
    """One answer of the shop as it was read. `order`: CONTRACT's Order, where one was shown; the last one counts."""

    text: str = ""  # folded
    asks: frozenset[str] = frozenset()
    told: frozenset[str] = frozenset()
    taps: tuple[tuple[str, str], ...] = ()  # (title, payload), of the last reply that offers some
    order: Mapping[str, Any] | None = None
    handoff: bool = False
    asking: tuple[str, ...] = ()  # the sentences that ask
    gone: tuple[str, ...] = ()  # sentences that say something cannot be had, or not so much of it

    @property
    def is_summary(self) -> bool:
        return self.order is not None and self.order["status"] == "draft"

    def tap(self, *titles: str) -> tuple[str, str] | None:
        """The offered answer whose title is, or begins with, one of these."""
        wanted = [fold(title) for title in titles if title]
        for title, payload in self.taps:
            if any(fold(title) == name or fold(title).startswith(name + " ") for name in wanted):
                return title, payload
        return None

    def asks_about(self, name: str) -> bool:
        """Whether what it asks names this, or names nothing in particular."""
        line = next((line for line in self.text.splitlines() if any(one in line for one in self.asking)), "")
        return fold(name) in self.text or ":" not in line

    def lacks(self, name: str) -> bool:
        """Whether it says that this cannot be had, or not so much of it."""
        return any(fold(name) in sentence for sentence in self.gone)


def understood(outs: Sequence[Mapping[str, Any]], handoff: bool = False) -> Understood:
    """Reads CONTRACT's Outs."""
    text = "\n".join(str(out["text"]) for out in outs)
    offered = next((out["quick_replies"] for out in reversed(outs) if out["quick_replies"]), ())
    folded = "\n".join(fold(line) for line in text.splitlines())
    sentences = [sentence[0].strip() for line in folded.splitlines() for sentence in SENTENCE.finditer(line)]
    asking = [sentence for sentence in sentences if sentence.endswith("?") or IMPERATIVE.search(sentence)]
    return Understood(
        text=folded,
        asks=frozenset(key for key, cues in _cues("asked").items() if any(cue.search(one) for one in asking for cue in cues)),
        told=frozenset(key for key, cues in _cues("told").items() if any(cue.search(folded) for cue in cues)),
        taps=tuple((choice["title"], choice["payload"]) for choice in offered),
        order=next((out["order"] for out in reversed(outs) if out["order"] is not None), None),
        asking=tuple(asking),
        gone=tuple(one for one in sentences if any(cue.search(one) for key in GONE for cue in _cues("told")[key])),
        handoff=handoff or any(out["kind"] == "handoff" for out in outs),
    )  # fmt: skip


@cache
def _cues(section: str) -> dict[str, list[re.Pattern[str]]]:
    with Path(__file__).with_name("cues.toml").open("rb") as file:
        return {key: [re.compile(cue) for cue in cues] for key, cues in tomllib.load(file)[section].items()}
