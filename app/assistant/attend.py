"""One message's way: stored once, answered once, in order, and the answer stored with what it changed.

Web and console messages are answered inside the transaction that stores them, under their lane. Messages of the other
channels are stored as a `turn` job first and answered by the worker; their answers leave as `deliver` jobs.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from app.assistant import opinion, reminders, router
from app.assistant.basket import Basket
from app.assistant.losses import keep_losses
from app.assistant.mind import Mind, MindStore
from app.assistant.missed import keep_missed
from app.assistant.responders.introductions import asks_for_contact, details_given
from app.assistant.team import Outgoing, hand_over, say_in, take_back
from app.assistant.tools import Tools
from app.assistant.turn import Answer, Turn
from app.assistant.welcome import Begun, begin
from app.chat import service as chat
from app.chat.messages import Inbound, Reply, Said, Sender
from app.core import crash, jobs
from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.core.limits import Limits
from app.core.log import get_logger
from app.nlu.service import Analysis
from app.settings import Settings, SettingsStore
from app.shop.currency import country_of

WAIT_STEP = 0.05  # how often a web message that waits for an earlier one looks again, if no wake-up comes
WAIT_MOST = 60.0
MINUTE = 60
FORGOTTEN_FILES = "forgotten_files"

log = get_logger("attend")


@dataclass(frozen=True)
class Attended:
    """What became of one message. `waiting`: stored, but an earlier one of its lane is still being answered."""

    conversation_id: str
    message_id: str
    outs: list[dict[str, Any]]
    handoff: bool
    answer: Answer | None = None
    waiting: bool = False

    def remembered(self) -> dict[str, Any]:
        """What the job keeps, so that the same message again gets the same answer."""
        return {"message_id": self.message_id, "handoff": self.handoff}


@dataclass
class Attendant:
    """Everything a message needs on its way."""

    db: Database
    clock: Clock
    settings: SettingsStore
    mind: MindStore
    limits: Limits
    bus: Bus
    outgoing: Outgoing
    is_patient: Callable[[str], bool]  # people there write in short pieces
    wake: Callable[[], None] = lambda: None

    def shop_now(self) -> datetime:
        """The instant by the shop's clock, UTC."""
        return self.clock.now()

    # The web and the console: one transaction.

    async def begin_web(self, *, branch: str = "", locale: str = "", name: str = "", phone: str = "") -> Begun:
        """A new web visitor's conversation, greeted, with the token that opens it."""
        settings, now = self.settings.current, self.shop_now()
        return await self.db.write(
            lambda conn: begin(conn, settings, now=now, branch=branch, locale=locale, name=name, phone=phone)
        )

    async def knows(self, inbound: Inbound) -> bool:
        """Whether this message came before, so that repeating it is no new message."""
        key = turn_key(inbound)
        return await self.db.read(lambda conn: jobs.find(conn, "turn", key) is not None)

    async def answer_now(self, conversation_id: str, inbound: Inbound) -> Attended | None:
        """Stores and answers a message of a conversation; None if the conversation is gone.

        The same `external_id` again gives the same answer, waiting for it if it is still being made.
        """
        began = time.monotonic()
        analysis, mind, settings = await self.understand(inbound)
        deadline = asyncio.get_running_loop().time() + WAIT_MOST
        while True:
            attended = await self.db.write(
                lambda conn: self.answer_in(conn, conversation_id, inbound, analysis, mind, settings, began)
            )
            if attended is None or not attended.waiting or asyncio.get_running_loop().time() > deadline:
                break
            self.wake()
            await asyncio.sleep(WAIT_STEP)
        if attended is not None:
            await self._announce(attended.conversation_id)
        return attended

    async def understand(self, inbound: Inbound) -> tuple[Analysis, Mind, Settings]:
        """The message understood, off the event loop: an embedder takes milliseconds, or a network's time."""
        settings, mind = self.settings.current, self.mind.current
        business = settings.business
        analysis = await asyncio.to_thread(
            mind.read,
            inbound.text,
            default_language=business.language,
            country=country_of(business.timezone),
            waits=True,
        )
        return analysis, mind, settings

    def answer_in(
        self,
        conn: Connection,
        conversation_id: str,
        inbound: Inbound,
        analysis: Analysis,
        mind: Mind,
        settings: Settings,
        began: float | None = None,
    ) -> Attended | None:
        """The transaction of `answer_now`, with what `understand` gave; `began`: when the message came, by the machine's own clock."""
        now, lane, key = self.shop_now(), inbound.sender.lane, turn_key(inbound)
        jobs.hold_lane(conn, lane)
        thread = chat.conversation(conn, conversation_id)
        if thread is None:
            return None
        known = jobs.find(conn, "turn", key)
        if known is not None:
            return _told_before(conn, thread, known)
        if jobs.lane_is_busy(conn, lane):
            jobs.put(conn, "turn", key, {"inbound": inbound.as_payload(), "thread": thread.id}, now=now, lane=lane)
            return Attended(thread.id, "", [], False, waiting=True)
        attended = self._attend(conn, thread, inbound, [inbound], analysis, mind, settings, now, began)
        jobs.put(conn, "turn", key, attended.remembered(), now=now, lane=lane, state="done")
        crash.point("turn.before_commit")
        return attended

    # The other channels: stored and acknowledged, then answered by the worker, then delivered.

    async def receive(self, inbound: Inbound) -> bool:
        """Stores a webhook's message durably; False if it was there already. Nothing is answered yet."""
        now, settings = self.shop_now(), self.settings.current
        over = await self._over_limit(inbound.sender, settings, now)
        patient = inbound.kind == "text" and self.is_patient(inbound.sender.channel)
        wait = float(settings.limits.burst_seconds) if patient else 0.0

        def store(conn: Connection) -> bool:
            payload = {"inbound": inbound.as_payload(), "over_limit": over}
            new = jobs.put(conn, "turn", turn_key(inbound), payload, now=now, lane=inbound.sender.lane, wait=wait)
            crash.point("inbox.before_commit")
            return new is not None

        stored = await self.db.write(store)
        crash.point("inbox.committed")
        self.wake()
        return stored

    async def do_turn(self, job: Job) -> None:
        """Answers a stored message, with those of the same burst behind it, in one transaction."""
        crash.point("turn.claimed")
        began = time.monotonic()
        together, joined = await self._burst(job)
        pause = max((follower.ripe_at - time.time() for follower in joined), default=0.0)
        if 0 < pause <= self.settings.current.limits.burst_seconds:  # still writing
            await self.db.write(lambda conn: jobs.postpone(conn, job, pause))
            return
        whole = replace(together[-1], text="\n".join(inbound.text for inbound in together))
        analysis, mind, settings = await self.understand(whole)

        def work(conn: Connection) -> Attended | None:
            now = self.shop_now()
            thread = self._thread_of(conn, job, together[0], now)
            if thread is None:
                jobs.finish(conn, job, now=now, result={})
                return None
            if job.payload.get("over_limit"):
                attended = self._store_only(conn, thread, together, settings, now)
            else:
                attended = self._attend(conn, thread, whole, together, analysis, mind, settings, now, began)
            jobs.finish_together(conn, job, joined, now=now, result=attended.remembered())
            crash.point("turn.before_commit")
            return attended

        attended = await self.db.write(work)
        crash.point("turn.committed")
        self.wake()
        if attended is not None:
            await self._announce(attended.conversation_id)

    async def forget(self, conversation_id: str) -> list[str]:
        """Deletes a conversation and what its jobs hold of it; the names of the files to delete.

        A job deletes them where whoever asked dies before it has.
        """

        def work(conn: Connection) -> list[str]:
            thread = chat.conversation(conn, conversation_id)
            if thread is None:
                return []
            jobs.hold_lane(conn, thread.sender.lane)
            jobs.erase_lane(conn, thread.sender.lane)
            files = chat.forget(conn, conversation_id)
            if files:
                jobs.put(conn, FORGOTTEN_FILES, conversation_id, {"names": files}, now=self.clock.now())
            return files

        files = await self.db.write(work)
        await self._announce(conversation_id)
        return files

    # Steps of a turn.

    async def _burst(self, job: Job) -> tuple[list[Inbound], list[jobs.Follower]]:
        """This message and the texts written right behind it, where people write in short pieces."""
        first = Inbound.of(job.payload["inbound"])
        if first.kind != "text" or job.payload.get("over_limit") or not self.is_patient(first.sender.channel):
            return [first], []
        together, joined = [first], []
        for follower in await self.db.read(lambda conn: jobs.followers(conn, job)):
            inbound = Inbound.of(follower.payload["inbound"])
            if inbound.kind != "text" or follower.payload.get("over_limit"):
                break
            together.append(inbound)
            joined.append(follower)
        return together, joined

    def _thread_of(self, conn: Connection, job: Job, inbound: Inbound, now: datetime) -> chat.Conversation | None:
        """The conversation a stored message belongs to; None where it was forgotten meanwhile."""
        if "thread" in job.payload:
            return chat.conversation(conn, job.payload["thread"])
        return chat.current_conversation(conn, inbound.sender, now=now, name=inbound.name, phone=inbound.phone)

    def _attend(
        self, conn: Connection, thread: chat.Conversation, whole: Inbound, together: list[Inbound], analysis: Analysis,
        mind: Mind, settings: Settings, now: datetime, began: float | None,
    ) -> Attended:  # fmt: skip
        """Answers `whole`, the text of the messages `together`, in this transaction."""
        returned: list[Said] = []
        due = thread.returns_at(settings.responses.handback_minutes)
        if due is not None and due <= now:
            thread, returned = take_back(conn, thread, settings, now)
        if thread.speaker == "person" or settings.channels.paused:
            return self._store_only(conn, thread, together, settings, now, silent=True)
        turn = self._turn(conn, thread, whole, analysis, mind, settings, now)
        answer = _answer(turn)
        chat.keep_details(conn, thread, details_given(turn))
        if about := asks_for_contact(turn):
            chat.keep_lead(conn, thread.id, thread.contact_id, about, now=now)
        asked = [_customer(inbound, answer.intent) for inbound in together]
        said = [*returned, *(Said("bot", reply, answer.intent, answer.source) for reply in answer.replies)]
        ids = chat.record(
            conn, thread, [*asked, *said], now=now, state=answer.state, misses=answer.misses,
            locale=answer.language, took_ms=None if began is None else round((time.monotonic() - began) * 1000),
        )  # fmt: skip
        opinion.plan(conn, thread, settings, now)
        reminders.plan(conn, thread, answer.state, settings, now)
        keep_missed(conn, thread, ids[len(asked) - 1], answer, now)
        keep_losses(conn, thread, turn.lost, settings, now)
        if answer.handoff:
            hand_over(conn, thread, settings, now)
        answers = ids[len(asked) :]
        self.outgoing.put(conn, thread.sender, answers, now)
        outs = [entry.reply.as_out(id_) for entry, id_ in zip(said, answers, strict=True)]
        return Attended(thread.id, ids[len(asked) - 1], outs, answer.handoff, answer)

    def _turn(
        self, conn: Connection, thread: chat.Conversation, inbound: Inbound, analysis: Analysis, mind: Mind,
        settings: Settings, now: datetime,
    ) -> Turn:  # fmt: skip
        profile = settings.profile(thread.branch or None)
        return Turn(
            inbound=inbound, text=inbound.text, analysis=analysis, conversation=thread, settings=settings, profile=profile,
            now=now.astimezone(profile.timezone), tools=Tools(conn, mind, settings, profile),
            understand=mind.read, payload=inbound.payload, basket=Basket.of(thread.state.get("basket", {})).rested(now - thread.updated_at),
        )  # fmt: skip

    def _store_only(
        self, conn: Connection, thread: chat.Conversation, together: list[Inbound], settings: Settings, now: datetime,
        *, silent: bool = False,
    ) -> Attended:  # fmt: skip
        """Keeps what was said without an answer: a person has the conversation, the shop is paused, or it is a flood."""
        ids = chat.record(conn, thread, [_customer(inbound, "") for inbound in together], now=now)
        if not silent:
            self._say_slow_down(conn, thread, settings, now)
        return Attended(thread.id, ids[-1], [], thread.speaker == "person")

    def _say_slow_down(self, conn: Connection, thread: chat.Conversation, settings: Settings, now: datetime) -> None:
        """One notice a minute to somebody over their limit."""
        minute = int(now.timestamp()) // MINUTE
        if jobs.put(conn, "slow_down", f"{thread.id}:{minute}", {}, now=now, state="done") is not None:
            [id_] = chat.record(
                conn, thread, [Said("bot", Reply(say_in(thread, settings, "limit.slow_down")))], now=now
            )
            self.outgoing.put(conn, thread.sender, [id_], now)

    async def _over_limit(self, sender: Sender, settings: Settings, now: datetime) -> bool:
        limits = settings.limits
        mine = await self.limits.hit(f"customer:{sender.lane}", limits.customer_per_minute, MINUTE, now)
        all_ = await self.limits.hit(f"channel:{sender.channel}", limits.channel_per_minute, MINUTE, now)
        return bool(mine or all_)

    async def _announce(self, conversation_id: str) -> None:
        await self.bus.publish(f"conversation:{conversation_id}", {})
        await self.bus.publish("panel", {})


def _answer(turn: Turn) -> Answer:
    """The router's answer; what it fails at is noted, and to the customer it is a message not understood."""
    try:
        return router.answer(turn)
    except DBAPIError:
        raise  # the transaction is lost, and with it the message: whoever sent it must know
    except Exception:
        log.exception("turn_failed", conversation=turn.conversation.id)
        thread, settings = turn.conversation, turn.settings
        return Answer(
            replies=[Reply(say_in(thread, settings, "trouble.inside"))], intent="out_of_scope", intents=(), intent_score=0.0,
            source="fallback", sources=[], language=turn.language, state=turn.state, misses=thread.misses + 1,
            understood=False,
        )  # fmt: skip


def turn_key(inbound: Inbound) -> str:
    """Where a message came from and its id there: handled once for ever."""
    return f"{inbound.sender.channel}:{inbound.sender.account}:{inbound.external_id}"


def _told_before(conn: Connection, thread: chat.Conversation, known: tuple[int, jobs.State, str]) -> Attended:
    """The stored answer of a message that came again; still waiting if it is not answered yet."""
    _, state, _ = known
    if state in jobs.OPEN:
        return Attended(thread.id, "", [], False, waiting=True)
    told = jobs.payload_of(conn, known[0])
    message_id = told.get("message_id", "")
    outs = [_plain(stored.out) for stored in chat.replies_to(conn, message_id)] if message_id else []
    return Attended(thread.id, message_id, outs, bool(told.get("handoff")))


def _customer(inbound: Inbound, intent: str) -> Said:
    extra = {
        key: value
        for key, value in (
            ("payload", inbound.payload), ("location", inbound.location), ("attachment_id", inbound.attachment_id)
        )
        if value
    }  # fmt: skip
    return Said("customer", Reply(inbound.text), intent, external_id=inbound.external_id, extra=extra)


def _plain(out: dict[str, Any]) -> dict[str, Any]:
    """A stored `out` without what only we keep beside it."""
    return {key: out[key] for key in ("id", "kind", "text", "quick_replies", "cards", "order", "url")}
