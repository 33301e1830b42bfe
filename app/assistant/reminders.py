"""Somebody who left a question unanswered is asked once more, and then left alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from app.analytics.service import Lost
from app.assistant.basket import Basket
from app.assistant.losses import keep_losses
from app.assistant.mind import MindStore
from app.assistant.responders.checkout import resume as resume_order
from app.assistant.responders.flow import resume as resume_flow
from app.assistant.team import Outgoing
from app.assistant.tools import Tools
from app.assistant.turn import Part, Turn
from app.chat import service as chat
from app.chat.messages import Inbound, Reply, Said
from app.chat.service import Conversation
from app.core import jobs
from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.flows import service as flows
from app.flows.service import Run
from app.settings import Settings, SettingsStore

REMINDER = "flow_reminder"


@dataclass
class Reminders:
    """Does the `flow_reminder` jobs: one for each flow or order that was begun, put off while the customer goes on."""

    db: Database
    clock: Clock
    settings: SettingsStore
    mind: MindStore
    bus: Bus
    outgoing: Outgoing
    wake: Callable[[], None] = lambda: None

    async def do_reminder(self, job: Job) -> None:
        """Asks again in the transaction that ends the job; never where a person has the conversation or the bot is silent."""
        conversation_id, settings = job.payload["conversation_id"], self.settings.current

        def work(conn: Connection) -> bool:
            now = self.clock.now()
            jobs.finish(conn, job, now=now)
            thread = chat.conversation(conn, conversation_id)
            if thread is not None:  # an answer may be under way
                jobs.hold_lane(conn, thread.sender.lane)
                thread = chat.conversation(conn, conversation_id)
            due = None if thread is None else due_at(thread.state, thread.updated_at, settings)
            if thread is None or due is None or thread.speaker == "person" or settings.channels.paused:
                return False
            if due > now:
                _put(conn, thread.id, due, now)
                return False
            return self._remind(conn, thread, settings, now)

        if await self.db.write(work):
            await self.bus.publish(f"conversation:{conversation_id}", {})
            self.wake()

    def _remind(self, conn: Connection, thread: Conversation, settings: Settings, now: datetime) -> bool:
        turn = self._turn(conn, thread, settings, now)
        question = _question(turn)
        if question is None:
            return False
        text = f"{turn.voice.say('flow.reminder')}\n{question.text}"
        said = [Said("bot", Reply(text, quick_replies=question.quick_replies), question.intent, question.source)]
        choices = [[choice.title, choice.payload] for choice in question.quick_replies]
        state = {**_noted(thread.state), "choices": choices, "numbered": len(choices)}
        self.outgoing.put(conn, thread.sender, chat.record(conn, thread, said, now=now, state=state), now)
        if turn.run is None:
            left = turn.tools.products([line.product_id for line in turn.basket.lines]).values()
            keep_losses(
                conn, thread, [Lost("cart", ", ".join(product.name for product in left))] if left else [], settings, now
            )
        return True

    def _turn(self, conn: Connection, thread: Conversation, settings: Settings, now: datetime) -> Turn:
        """As if the customer had said nothing."""
        profile, mind = settings.profile(thread.branch or None), self.mind.current
        analysis = mind.understander.analyse("", default_language=_language(thread, settings))
        return Turn(
            Inbound(thread.sender, ""), "", analysis, thread, settings, profile, now.astimezone(profile.timezone),
            Tools(conn, mind, settings, profile), basket=Basket.of(thread.state.get("basket", {})),
        )  # fmt: skip


def plan(conn: Connection, thread: Conversation, state: Mapping[str, Any], settings: Settings, now: datetime) -> None:
    """A reminder for what this answer began; `thread` is as it was before."""
    due = due_at(state, now, settings)
    if due is not None and due_at(thread.state, now, settings) is None:
        _put(conn, thread.id, due, now)


def due_at(state: Mapping[str, Any], silent_since: datetime, settings: Settings) -> datetime | None:
    """When the question that waits is to be asked once more; None where none waits, or it was asked again already."""
    if "flow" in state:
        run = Run.of(state["flow"])
        declared = settings.flows.get(run.flow)
        return None if declared is None else flows.remind_at(run, declared)
    basket, own = state.get("basket", {}), flows.order_flow()
    if not basket.get("asked") or basket.get("facts", {}).get("reminded") or not own.remind_minutes:
        return None
    return silent_since + timedelta(minutes=own.remind_minutes)


def _question(turn: Turn) -> Part | None:
    return resume_flow(turn) if turn.run is not None else resume_order(turn)


def _noted(state: Mapping[str, Any]) -> dict[str, Any]:
    """The state that knows of its only reminder."""
    if "flow" in state:
        return {**state, "flow": flows.reminded(Run.of(state["flow"])).as_json()}
    return {**state, "basket": Basket.of(state["basket"]).with_facts(reminded=True).as_state()}


def _put(conn: Connection, conversation_id: str, due: datetime, now: datetime) -> None:
    key = f"{conversation_id}:{due.isoformat()}"
    jobs.put(conn, REMINDER, key, {"conversation_id": conversation_id}, now=now, run_at=due)


def _language(thread: Conversation, settings: Settings) -> Any:
    return thread.locale or settings.business.language
