"""What understanding yields: plain frozen values that the other rooms read."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Generic, Literal, TypeVar

from app.nlu.words import Language

DayKind = Literal["today", "tomorrow", "day_after", "yesterday", "weekday", "date", "now", "holidays"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Intent:
    """A label of the contract (or of intents.csv) and how sure we are, 0 to 1."""

    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Mention:
    """A product named. A `score` below 0.6 means several products fit: `others` holds the rest, and the bot should ask.

    `qty` counts what was said: `unit` is the measure beside the number (`docena`, `kilo`, `libra`, `gramo`, `onza`, `litro`,
    `mililitro`), empty where none was, and nothing is converted: "media docena" is 0.5 of `docena`. What a unit of the product
    is, only the catalogue knows.
    """

    product_id: str
    qty: Decimal
    said_qty: bool
    words: str
    score: float
    others: tuple[str, ...] = ()
    unit: str = ""


@dataclass(frozen=True, slots=True)
class DayRef:
    """A day somebody spoke of. `weekday` is 0 for Monday; `day` and `month` are of the calendar.

    `until`: the last weekday of several in a row ("de lunes a viernes", "el finde"). `holidays` are all that the shop has.
    """

    kind: DayKind
    weekday: int | None = None
    day: int | None = None
    month: int | None = None
    until: int | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day, `hour` 0 to 24. Not `sure`: "a las 8" may be in the morning or in the evening."""

    hour: int
    minute: int = 0
    sure: bool = False


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in major units; `currency` is its ISO code, empty where it is the shop's own ("pesos", "$", "lucas")."""

    amount: Decimal
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Entity(Generic[T]):
    """Something of a known kind at `text[start:end]` of the whole message."""

    start: int
    end: int
    value: T


@dataclass(frozen=True, slots=True)
class Entities:
    """What of a known kind is said, each kind left to right. Phones are in E.164, e-mails and names as one writes them."""

    money: tuple[Entity[Money], ...] = ()
    times: tuple[Entity[Clock], ...] = ()
    days: tuple[Entity[DayRef], ...] = ()
    phones: tuple[Entity[str], ...] = ()
    emails: tuple[Entity[str], ...] = ()
    names: tuple[Entity[str], ...] = ()

    @property
    def clock(self) -> Clock | None:
        """The first time of day."""
        return self.times[0].value if self.times else None


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing said: its intents best first, what it names, what it asks for that no product is called.

    `known` is the share of its words that are words: 0 for "asdkjh qwlek", 1 for a question about the moon.
    """

    text: str
    folded: str
    tokens: tuple[str, ...]
    intents: tuple[Intent, ...]
    mentions: tuple[Mention, ...]
    missing: tuple[str, ...]
    day: DayRef | None
    known: float = 1.0
    entities: Entities = field(default_factory=Entities)

    @property
    def intent(self) -> str:
        """The best label; `out_of_scope` for a clause without any."""
        return self.intents[0].name if self.intents else "out_of_scope"


@dataclass(frozen=True, slots=True)
class Analysis:
    """One message understood: its clauses in the order they were said, and the message's intents best first."""

    text: str
    folded: str
    language: Language
    clauses: tuple[Clause, ...]
    intents: tuple[Intent, ...]
    mentions: tuple[Mention, ...]
    entities: Entities = field(default_factory=Entities)

    @property
    def intent(self) -> str:
        """The best label of the whole message."""
        return self.intents[0].name if self.intents else "out_of_scope"
