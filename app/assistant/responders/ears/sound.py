"""What ears listen to: the clauses of a message that may be answers, and what the shop is like. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

from app.assistant.responders.ways_to_pay import ways_offered
from app.assistant.turn import Asked, Turn
from app.core.i18n import LANGUAGES
from app.core.text import fold
from app.nlu.service import Clause, Language
from app.settings import DeliveryZone
from app.shop.hours import WeekHours


class Wrong:
    """The only value of its kind: see WRONG."""

    def __repr__(self) -> str:
        return "WRONG"


WRONG: Final = Wrong()  # what was asked for was answered, with something that cannot be

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sound:
    """`text` is the whole message with what is not listened to blanked out, so that the entities' places hold.

    `ways`: what each way to pay is called in any language, by its id. `location`: a point sent, (latitude, longitude).
    """

    text: str
    clauses: tuple[Clause, ...]
    language: Language
    now: datetime
    zones: tuple[DeliveryZone, ...] = ()
    shop: tuple[float, float] | None = None
    hours: WeekHours = field(default_factory=WeekHours)
    ways: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    own_phone: str = ""
    location: tuple[float, float] | None = None

    @staticmethod
    def of(turn: Turn, asked: Sequence[Asked]) -> Sound:
        """These clauses of the turn's message; none of them: only what came beside the text."""
        place = turn.profile.location
        return Sound(
            _only(turn.analysis.text, [spans_of(turn)[one.at] for one in asked]),
            tuple(one.clause for one in asked),
            turn.analysis.language,
            turn.now,
            turn.profile.zones,
            None if place is None else (place.lat, place.lon),
            turn.profile.hours,
            _named(turn),
            turn.profile.phone,
            turn.inbound.location,
        )

    @property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def tokens(self) -> tuple[str, ...]:
        return tuple(token for clause in self.clauses for token in clause.tokens)

    def said(self, kind: str) -> tuple[Any, ...]:
        """The entities of one kind (`phones`, `names`, …), left to right."""
        return tuple(one for clause in self.clauses for one in getattr(clause.entities, kind))

    def without(self, spans: Sequence[Span]) -> str:
        """The text with these places cut out, a line break in each place."""
        text = self.text
        for start, end in reversed(_joined(spans)):
            text = f"{text[:start]}\n{text[end:]}"
        return text


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Overlapping places as one, left to right."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _named(turn: Turn) -> dict[str, tuple[str, ...]]:
    """Every way to pay with its names: customers say "cash" in Spanish too."""
    voices = (turn.voice, *(replace(turn.voice, language=language) for language in LANGUAGES))
    ways: dict[str, tuple[str, ...]] = {}
    for voice in voices:
        for way, name in ways_offered(turn, voice).items():
            ways[way] = (*ways.get(way, ()), fold(name))
    return ways


def spans_of(turn: Turn) -> list[Span]:
    """Where each clause of the message stands in its text."""
    found, at, text = [], 0, turn.analysis.text
    for clause in turn.analysis.clauses:
        start = max(text.find(clause.text, at), at)
        found.append((start, start + len(clause.text)))
        at = start + 1
    return found


def _only(text: str, spans: Sequence[Span]) -> str:
    """A comma or stop behind a clause stays with it."""
    kept = [" "] * len(text)
    for start, end in spans:
        while end < len(text) and text[end] in ",;.\n":
            end += 1
        kept[start:end] = text[start:end]
    return "".join(kept)
