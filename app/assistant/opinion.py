"""How it went, asked once: after the first silence of a conversation in which the customer got something done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from app.analytics import service as analytics
from app.assistant.responders.opinion import choices
from app.assistant.team import Outgoing
from app.assistant.voice import Voice
from app.chat import service as chat
from app.chat.messages import Reply, Said
from app.chat.service import Conversation
from app.core import jobs
from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.settings import Settings, SettingsStore

OPINION = "opinion"
SILENCE = timedelta(minutes=30)
MOST_TRIES = 4  # moments that did not suit; the last of them eight hours after the one before
NOT_SERVED = ("", "chat")  # nobody is asked about a greeting


@dataclass
class Opinions:
    """Does the `opinion` jobs: one for each conversation, put off while the customer goes on."""

    db: Database
    clock: Clock
    settings: SettingsStore
    bus: Bus
    outgoing: Outgoing
    wake: Callable[[], None] = lambda: None

    async def do_opinion(self, job: Job) -> None:
        """Asks in the transaction that ends the job; never where a person has the conversation or something waits."""
        conversation_id, settings = job.payload["conversation_id"], self.settings.current
        tries = int(job.payload.get("tries", 0))

        def work(conn: Connection) -> bool:
            now = self.clock.now()
            jobs.finish(conn, job, now=now)
            thread = chat.conversation(conn, conversation_id)
            if thread is not None:  # an answer may be under way
                jobs.hold_lane(conn, thread.sender.lane)
                thread = chat.conversation(conn, conversation_id)
            if thread is None or not settings.responses.csat:
                return False
            if now - thread.updated_at < SILENCE:
                _put(conn, thread.id, thread.updated_at + SILENCE, tries)
                return False
            if _is_busy(thread, settings):
                if tries < MOST_TRIES:
                    _put(conn, thread.id, now + SILENCE * 2**tries, tries + 1)
                return False
            return _asked(conn, thread, settings, self.outgoing, now)

        if await self.db.write(work):
            await self.bus.publish(f"conversation:{conversation_id}", {})
            self.wake()


def plan(conn: Connection, thread: Conversation, settings: Settings, now: datetime) -> None:
    """The question for later, put with the first message of a customer; `thread` is as it was before."""
    if not thread.about and settings.responses.csat:
        _put(conn, thread.id, now + SILENCE)


def _is_busy(thread: Conversation, settings: Settings) -> bool:
    """A person has it, the bot is silent, something else was asked, or it was not understood: no moment for this."""
    waits = thread.state.get("basket", {}).get("asked") or "flow" in thread.state
    return bool(thread.speaker == "person" or settings.channels.paused or waits or thread.misses)


def _asked(conn: Connection, thread: Conversation, settings: Settings, outgoing: Outgoing, now: datetime) -> bool:
    if thread.about in NOT_SERVED:
        return False
    day = now.astimezone(settings.profile(thread.branch or None).timezone).date().isoformat()
    sender = thread.sender
    if not analytics.ask_opinion(conn, thread.id, channel=sender.channel, branch=thread.branch, day=day, now=now):
        return False
    language = "en" if (thread.locale or settings.business.language) == "en" else "es"
    voice = Voice(language, settings.responses.treat_as, settings.responses.tone)
    taps = choices(voice)
    state = {**thread.state, "choices": [[tap.title, tap.payload] for tap in taps], "numbered": len(taps)}
    said = [Said("bot", Reply(voice.say("opinion.ask"), quick_replies=taps), source="template")]
    outgoing.put(conn, sender, chat.record(conn, thread, said, now=now, state=state), now)
    return True


def _put(conn: Connection, conversation_id: str, due: datetime, tries: int = 0) -> None:
    key = f"{conversation_id}:{due.isoformat()}:{tries}"
    jobs.put(conn, OPINION, key, {"conversation_id": conversation_id, "tries": tries}, now=due, run_at=due)
