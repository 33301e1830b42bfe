"""One message being answered: all that is known about it, and what its answer is made of."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from app.analytics.service import Lost
from app.assistant.basket import Basket
from app.assistant.tools import Tools
from app.assistant.voice import Voice
from app.chat.messages import Card, Inbound, QuickReply, Reply
from app.chat.service import Conversation
from app.flows.service import Run
from app.knowledge.service import Hit
from app.nlu.service import Analysis, Clause, Intent, Language, Reading
from app.settings import Profile, Settings

LIKELY = 0.5  # an intent at least this sure is acted on; a follow-up is taken to be
SourceType = Literal["faq", "product", "doc", "template", "flow", "order", "handoff", "llm"]
Place = Literal["opening", "body", "closing"]


SHORT_ANSWER = 4  # words


@dataclass(frozen=True, slots=True)
class Source:
    """What an answer may rest on. `used`: it did."""

    type: SourceType
    id: str
    title: str
    score: float
    used: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"type": self.type, "id": self.id, "title": self.title, "score": self.score, "used": self.used}


@dataclass(slots=True)
class Trace:
    """How an answer was made, for the trial console: `steps`, one a decision (who, what); what the message was read as.

    `made`: (responder, which of `asked` it answered). `reading`: what it does to the cart. `spent`: milliseconds by stage.
    """

    steps: list[tuple[str, str]] = field(default_factory=list)
    analysis: Analysis | None = None
    asked: tuple[Asked, ...] = ()
    made: list[tuple[str, tuple[int, ...]]] = field(default_factory=list)
    reading: Reading | None = None
    spent: dict[str, float] = field(default_factory=dict)

    def note(self, who: str, what: str) -> None:
        self.steps.append((who, what))

    def spend(self, stage: str, since: float) -> float:
        """Notes what a stage took since `since` (time.perf_counter); when it ended."""
        now = time.perf_counter()
        self.spent[stage] = round(1000 * (now - since), 2)
        return now


@dataclass(slots=True)
class Turn:
    """What is known while answering one Inbound. `now` is in the shop's time zone.

    `understand(text, default_language=…)` analyses what a tapped choice stands for, or the text again. `tapped`: the
    label of a usual quick reply, which no FAQ may take. `basket` is the customer's order as it stands; responders change it.
    `run`: the declared flow under way, likewise. `told_consent`: what becomes of personal data was said. `lost`: what
    the customer wanted and cannot have.
    """

    inbound: Inbound
    text: str
    analysis: Analysis
    conversation: Conversation
    settings: Settings
    profile: Profile
    now: datetime
    tools: Tools
    trace: Trace = field(default_factory=Trace)
    understand: Callable[..., Analysis] | None = None
    payload: str = ""
    tapped: str = ""
    basket: Basket = field(default_factory=Basket)
    run: Run | None = None
    told_consent: bool = False
    lost: list[Lost] = field(default_factory=list)
    _answers: bool = False

    def __post_init__(self) -> None:
        self._answers = bool(self.basket.asked or self.basket.waiting)
        stored = self.state.get("flow")
        self.run = Run.of(stored) if stored and self.run is None else self.run
        self.told_consent = bool(self.state.get("told_consent"))

    @property
    def language(self) -> Language:
        """The language to answer in: the customer's.

        A short answer to what the bot asked is often the shop's own words ("tarjeta de débito"), so it changes nothing.
        """
        before = self.conversation.locale
        if self._answers and before in ("es", "en") and len(self.analysis.folded.split()) <= SHORT_ANSWER:
            return "en" if before == "en" else "es"
        return self.analysis.language

    @property
    def voice(self) -> Voice:
        responses = self.settings.responses
        pick = len(self.conversation.last_message_id) and sum(map(ord, self.conversation.last_message_id))
        return Voice(self.language, responses.treat_as, responses.tone, pick)

    def lose(self, kind: str, what: str) -> None:
        """Notes a sale lost, of one of `analytics.KINDS`; the same again is one."""
        self.lost.append(Lost(kind, what))

    @property
    def state(self) -> dict[str, Any]:
        """What the conversation remembers from its last answer."""
        return self.conversation.state

    @property
    def foreign(self) -> bool:
        """The customer writes in another language than the shop does."""
        return self.language != self.settings.business.language


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing of the message that awaits an answer. `said`: its words as meant; `hits`: what retrieval found.

    `label`: the intent it is taken for, a follow-up read in its context; empty where none is likely enough. `certain`:
    a button said so.
    """

    at: int
    clause: Clause
    said: str
    hits: tuple[Hit, ...]
    label: str = ""
    certain: bool = False

    @property
    def score(self) -> float:
        """How sure the label is."""
        if self.certain:
            return 1.0
        likely = (intent.score for intent in self.clause.intents if intent.name == self.label)
        return max((*likely, LIKELY)) if self.label else 0.0


@dataclass(frozen=True, slots=True)
class Part:
    """A Responder's answer to some of what was asked (`at`: which). `topic`: what a follow-up may refer to.

    `offer`: the reason why a person is offered in it. `understood` False: it only says that it was not. `order` is
    CONTRACT's Order, where it shows one.
    """

    at: tuple[int, ...]
    text: str
    intent: str
    source: str
    score: float = 0.0
    place: Place = "body"
    used: tuple[Source, ...] = ()
    quick_replies: tuple[QuickReply, ...] = ()
    cards: tuple[Card, ...] = ()
    order: Mapping[str, Any] | None = None
    topic: dict[str, Any] = field(default_factory=dict)
    offer: str = ""
    handoff: bool = False
    understood: bool = True


@dataclass(frozen=True, slots=True)
class Answer:
    """What `attend` stores and sends. `state` replaces the conversation's; `misses`: not understood in a row.

    `handoff`: the conversation goes to a person now; `ask_person`: one is offered. `cart`: CONTRACT's Lines.
    `unanswered`: what of the message no responder answered.
    """

    replies: list[Reply]
    intent: str
    intents: tuple[Intent, ...]
    intent_score: float
    source: str
    sources: list[Source]
    language: str
    cart: list[dict[str, Any]] = field(default_factory=list)
    total: int | None = None
    handoff: bool = False
    ask_person: bool = False
    state: dict[str, Any] = field(default_factory=dict)
    misses: int = 0
    understood: bool = True
    unanswered: tuple[Asked, ...] = ()
    trace: Trace = field(default_factory=Trace, compare=False)


Responder = Callable[[Turn, Sequence[Asked]], list[Part]]
