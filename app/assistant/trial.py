"""Trying the bot out beside the shop: a customer who is nobody, in a database of their own that is thrown away.

The mind and the settings are the shop's as they are now; conversations, orders, stock, jobs and notices are the trial's,
and nothing there works its jobs. So nothing is charged, taken off a shelf or told to anybody.
"""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.assistant.attend import Attendant, Attended
from app.assistant.mind import Mind
from app.assistant.turn import Answer, Trace
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core.clock import HandClock
from app.core.facts import fact, keep_fact
from app.core.ids import new_id
from app.nlu.service import Analysis
from app.settings import Settings

CHANNEL = "console"
MOST_OPEN = 6  # people trying at once; the one who was away longest begins anew
MOST_SAID = 100  # messages kept of a trial
TRIED = "bot_was_tried"


@dataclass(frozen=True)
class Tried:
    """One message of a trial and what came back. `answer` is None where nothing was answered."""

    number: int
    text: str
    payload: str
    at: datetime
    outs: list[dict[str, Any]]
    handoff: bool
    answer: Answer | None
    ms: float
    least: float  # from what score on something known was used

    @property
    def message_id(self) -> str:
        """Its answer's id."""
        return str(self.outs[-1]["id"]) if self.outs else ""

    @property
    def trace(self) -> Trace:
        return Trace() if self.answer is None else self.answer.trace


class Trial:
    """One person's trial. `stock_up` puts on its shelves what the shop's menu has become; `throw_away` ends it."""

    def __init__(
        self, attend: Attendant, clock: HandClock, stock_up: Callable[[], None], throw_away: Callable[[], None]
    ) -> None:
        self.close = throw_away
        self.said: list[Tried] = []
        self.set_to: datetime | None = None
        self._attend, self._clock, self._stock_up = attend, clock, stock_up
        self._count = 0
        self._thread = ""
        self._one_at_a_time = asyncio.Lock()

    def put_clock(self, instant: datetime | None) -> None:
        """The trial's day and hour; None: the shop's own."""
        self.set_to = instant
        self._clock.put(instant)

    async def say(self, text: str, payload: str = "") -> Tried:
        """Says something as a customer; a person it was handed to gives it back first."""
        async with self._one_at_a_time:
            sender = Sender(CHANNEL, "", "trial")
            kind: Any = "button" if payload else "text"
            inbound = Inbound(sender, new_id(), kind=kind, text=text, payload=payload)
            began = time.perf_counter()
            analysis, mind, settings = await self._attend.understand(inbound)
            read = time.perf_counter()
            await asyncio.to_thread(self._stock_up)
            stocked = time.perf_counter()
            settings = _awake(settings)
            attended = await self._attend.db.write(lambda conn: self._answer(conn, inbound, analysis, mind, settings))
            ms = 1000 * (time.perf_counter() - stocked + read - began)
            if attended.answer is not None:
                attended.answer.trace.spent["understand"] = round(1000 * (read - began), 2)
            self._count += 1
            tried = Tried(
                self._count, text, payload, self._clock.now(), attended.outs, attended.handoff, attended.answer,
                round(ms, 1), settings.retrieval.min_score,
            )  # fmt: skip
            self.said = [*self.said[1 - MOST_SAID :], tried]
            return tried

    def find(self, number: int) -> Tried | None:
        return next((tried for tried in self.said if tried.number == number), None)

    def _answer(
        self, conn: Connection, inbound: Inbound, analysis: Analysis, mind: Mind, settings: Settings
    ) -> Attended:  # fmt: skip
        now = self._clock.now()
        thread = chat.conversation(conn, self._thread) if self._thread else None
        if thread is None:
            thread = chat.start_conversation(conn, inbound.sender, now=now)
        elif thread.speaker == "person":
            chat.give_back(conn, thread.id, None, now=now)
        attended = self._attend.answer_in(conn, thread.id, inbound, analysis, mind, settings)
        assert attended is not None
        self._thread = thread.id
        return attended


class Trials:
    """The trials under way, one a person of the team."""

    def __init__(self, open_: Callable[[], Trial]) -> None:
        self._open = open_
        self._by_person: OrderedDict[int, Trial] = OrderedDict()

    async def of(self, person: int) -> Trial:
        """This person's; a new one where there is none."""
        if person not in self._by_person:
            fresh = await asyncio.to_thread(self._open)
            if self._by_person.setdefault(person, fresh) is not fresh:  # two requests at once
                fresh.close()
        self._by_person.move_to_end(person)
        while len(self._by_person) > MOST_OPEN:
            _, oldest = self._by_person.popitem(last=False)
            await asyncio.to_thread(oldest.close)
        return self._by_person[person]

    async def end(self, person: int) -> None:
        """Throws a person's trial away."""
        trial = self._by_person.pop(person, None)
        if trial is not None:
            await asyncio.to_thread(trial.close)

    def close(self) -> None:
        while self._by_person:
            self._by_person.popitem()[1].close()


def note_tried(conn: Connection) -> None:
    """Keeps in the shop's own database that somebody has tried its bot."""
    if not was_tried(conn):
        keep_fact(conn, TRIED, "1")


def was_tried(conn: Connection) -> bool:
    return bool(fact(conn, TRIED))


def _awake(settings: Settings) -> Settings:
    """The same, where the bot answers also while the shop's is paused."""
    return replace(settings, channels=settings.channels.model_copy(update={"paused": False}))
