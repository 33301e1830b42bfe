"""Who speaks: the bot hands over, a person takes, writes and gives back, and the bot returns after a silence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app.chat import service as chat
from app.chat.messages import Reply, Said, Sender
from app.core import jobs
from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.i18n import Texts
from app.core.jobs import Job
from app.settings import Settings, SettingsStore


@dataclass(frozen=True)
class Outgoing:
    """Where stored answers leave from. `is_pushed`: somebody must carry them out to this channel."""

    is_pushed: Callable[[str], bool]

    def put(self, conn: Connection, to: Sender, message_ids: list[str], now: datetime) -> None:
        """Puts answers into the outbox, in the transaction that stores them."""
        if not self.is_pushed(to.channel):
            return
        address = {"channel": to.channel, "account": to.account, "user_id": to.user_id}
        for id_ in message_ids:
            jobs.put(conn, "deliver", id_, {"to": address}, now=now, lane=f"deliver:{to.lane}")


@dataclass
class Team:
    """What people of the team do in conversations."""

    db: Database
    clock: Clock
    settings: SettingsStore
    bus: Bus
    outgoing: Outgoing
    wake: Callable[[], None] = lambda: None

    async def write_as_person(self, conversation_id: str, who: str, text: str) -> str | None:
        """A person's message, which takes the conversation first; its id, or None where there is no such conversation.

        Raises TakenBySomebodyElse.
        """
        settings = self.settings.current

        def work(conn: Connection) -> str | None:
            now = self.clock.now()
            written = chat.write_as_person(conn, conversation_id, who, text, now=now)
            if written is None:
                return None
            thread, message_id = written
            plan_return(conn, replace(thread, person_wrote_at=now), settings, now)
            self.outgoing.put(conn, thread.sender, [message_id], now)
            return message_id

        message_id = await self.db.write(work)
        self.wake()
        await self._announce(conversation_id)
        return message_id

    async def take(self, conversation_id: str, who: str) -> chat.Conversation | None:
        """`who` has the conversation from now on. Raises TakenBySomebodyElse."""
        settings = self.settings.current

        def work(conn: Connection) -> chat.Conversation | None:
            now = self.clock.now()
            thread = chat.take(conn, conversation_id, who, now=now)
            if thread is not None:
                plan_return(conn, thread, settings, now)
            return thread

        thread = await self.db.write(work)
        await self._announce(conversation_id)
        return thread

    async def give_back(self, conversation_id: str, who: str) -> chat.Conversation | None:
        """The bot attends again. Raises TakenBySomebodyElse where another person has it."""
        thread = await self.db.write(lambda conn: chat.give_back(conn, conversation_id, who, now=self.clock.now()))
        await self._announce(conversation_id)
        return thread

    async def note(self, conversation_id: str, who: str, text: str) -> str | None:
        """Keeps a private note beside a conversation; its id, or None where there is no such conversation."""

        def work(conn: Connection) -> str | None:
            if chat.conversation(conn, conversation_id) is None:
                return None
            return chat.add_note(conn, conversation_id, who, text, now=self.clock.now())

        note_id = await self.db.write(work)
        await self._announce(conversation_id)
        return note_id

    async def drop_note(self, conversation_id: str, note_id: str, who: str) -> str | None:
        """Takes back a private note of their own; what it said, or None where they have no such note."""
        said = await self.db.write(lambda conn: chat.drop_note(conn, conversation_id, note_id, who))
        await self._announce(conversation_id)
        return said

    async def send_again(self, conversation_id: str, message_id: str) -> bool:
        """A person's «try again» on an answer that did not leave, or may not have; False where there is nothing to send."""

        def work(conn: Connection) -> bool:
            said = chat.message(conn, message_id)
            job = jobs.find(conn, "deliver", message_id)
            if said is None or said.conversation_id != conversation_id or job is None:
                return False
            return jobs.retry(conn, job[0], now=self.clock.now())

        again = await self.db.write(work)
        self.wake()
        await self._announce(conversation_id)
        return again

    async def do_handback(self, job: Job) -> None:
        """Gives a conversation back to the bot after the configured silence, and says so."""
        conversation_id, settings = job.payload["conversation_id"], self.settings.current

        def work(conn: Connection) -> bool:
            now = self.clock.now()
            thread = chat.conversation(conn, conversation_id)
            due = None if thread is None else thread.returns_at(settings.responses.handback_minutes)
            jobs.finish(conn, job, now=now)
            if thread is None or due is None:
                return False
            if due > now:
                plan_return(conn, thread, settings, now)
                return False
            thread, said = take_back(conn, thread, settings, now)
            self.outgoing.put(conn, thread.sender, chat.record(conn, thread, said, now=now), now)
            return True

        if await self.db.write(work):
            await self._announce(conversation_id)
            self.wake()

    async def _announce(self, conversation_id: str) -> None:
        await self.bus.publish(f"conversation:{conversation_id}", {})
        await self.bus.publish("panel", {})


def hand_over(conn: Connection, thread: chat.Conversation, settings: Settings, now: datetime) -> None:
    """The bot falls silent, the owner is told once, and the return is planned."""
    handed = chat.hand_over(conn, thread, now=now)
    what = {"what": "handoff", "conversation_id": thread.id}
    jobs.put(conn, "notice", f"handoff:{thread.id}:{now.isoformat()}", what, now=now, lane="notice")
    plan_return(conn, handed, settings, now)


def plan_return(conn: Connection, thread: chat.Conversation, settings: Settings, now: datetime) -> None:
    """Looks again when the silence will have lasted long enough."""
    due = thread.returns_at(settings.responses.handback_minutes)
    if due is not None:
        key = f"{thread.id}:{due.isoformat()}"
        jobs.put(conn, "handback", key, {"conversation_id": thread.id}, now=now, run_at=due)


def take_back(
    conn: Connection, thread: chat.Conversation, settings: Settings, now: datetime
) -> tuple[chat.Conversation, list[Said]]:
    """The bot has the conversation again; what it says about that."""
    thread = chat.give_back(conn, thread.id, None, now=now) or thread
    return thread, [Said("bot", Reply(say_in(thread, settings, "handoff.back")), source="handoff")]


def say_in(thread: chat.Conversation, settings: Settings, key: str) -> str:
    """A text of the bot's, in the conversation's language and the shop's voice."""
    responses = settings.responses
    language = thread.locale or settings.business.language
    return Texts.load("bot").say(key, language, treat=responses.treat_as, tone=responses.tone)
