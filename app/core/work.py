"""The worker: takes due jobs and runs their handlers, inside the web process or in one of its own."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable

from app.core import jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import DeliveryError, Unavailable
from app.core.ids import new_token
from app.core.jobs import Job, LeaseLost
from app.core.log import get_logger

IDLE_SECONDS = 0.5  # how long a job that another process stored may wait to be seen; our own wake us at once
BUSY = 16  # handlers at a time

Handler = Callable[[Job], Awaitable[None]]
log = get_logger("worker")


class Worker:
    """Runs jobs until stopped.

    A handler stores its effect and `jobs.finish` in one transaction. What it raises decides: DeliveryError says
    whether to retry, to give up, or to keep the job `unknown`; anything else is retried with growing waits, and
    after its kind's attempts the job is a dead letter with its reason.
    """

    def __init__(self, db: Database, clock: Clock, *, lease_seconds: float = jobs.LEASE_SECONDS) -> None:
        self._db = db
        self._clock = clock
        self._handlers: dict[str, Handler] = {}
        self._attempts: dict[str, int] = {}
        self._watch = jobs.Watch(lease_seconds)
        self._wake = asyncio.Event()
        self._stopping = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._running: set[asyncio.Task[None]] = set()
        self.owner = f"{os.getpid()}-{new_token(4)}"

    def handle(self, kind: str, handler: Handler, *, attempts: int = jobs.ATTEMPTS) -> None:
        """Says who does jobs of this kind, and how often before one is a dead letter."""
        self._handlers[kind] = handler
        self._attempts[kind] = attempts

    def wake(self) -> None:
        """Says that there may be something to do; safe from any thread."""
        if self._loop is not None and self._loop.is_running():
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Works until `stop`; a database that is away is waited for."""
        self._loop = asyncio.get_running_loop()
        while not self._stopping:
            self._wake.clear()
            if not await self._round():
                await self._rest()
        if self._running:
            await asyncio.wait(self._running)

    async def run_until_idle(self) -> None:
        """Does all that is due now, then returns (tests, commands)."""
        while True:
            was_busy = bool(self._running)  # what ends while we look may leave more to do
            if not await self._round() and not was_busy and not self._running:
                return
            if self._running:
                await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)

    def stop(self) -> None:
        """Takes no new job; those under way are finished."""
        self._stopping = True
        self.wake()

    async def _rest(self) -> None:
        try:
            await asyncio.wait_for(self._wake.wait(), IDLE_SECONDS)
        except TimeoutError:
            return

    async def _round(self) -> bool:
        """Claims and starts what is due; True if there was something."""
        room = BUSY - len(self._running)
        kinds = tuple(self._handlers)
        if room <= 0:
            await asyncio.wait(self._running, return_when=asyncio.FIRST_COMPLETED)
            return True
        try:
            now = self._clock.now()
            if not await self._db.read(lambda conn: jobs.anything_to_claim(conn, kinds, self._watch, now=now)):
                return False
            taken = await self._db.write(
                lambda conn: jobs.claim(conn, kinds, self.owner, self._watch, now=now, limit=room)
            )
        except Unavailable as error:
            log.warning("database_away", reason=str(error))
            return False
        for job in taken:
            task = asyncio.create_task(self._do(job))
            self._running.add(task)
            task.add_done_callback(self._ended)
        return bool(taken)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _do(self, job: Job) -> None:
        beating = asyncio.create_task(self._beat(job))
        try:
            await self._handlers[job.kind](job)
        except LeaseLost:
            log.warning("lease_lost", kind=job.kind, job=job.id)
        except Exception as error:
            await self._failed(job, error)
        finally:
            beating.cancel()

    async def _beat(self, job: Job) -> None:
        while True:
            await asyncio.sleep(jobs.BEAT_SECONDS)
            try:
                if not await self._db.write(lambda conn: jobs.beat(conn, job)):
                    return
            except Unavailable:
                continue

    async def _failed(self, job: Job, error: Exception) -> None:
        known = error if isinstance(error, DeliveryError) else None
        reason = known.reason if known else f"{type(error).__name__}: {error}"[:500]
        ambiguous = known is not None and known.ambiguous
        final = ambiguous or (known is not None and known.permanent) or job.attempts + 1 >= self._attempts[job.kind]
        log.error("job_failed", kind=job.kind, job=job.id, reason=reason, final=final, exc_info=known is None)
        state: jobs.State = "unknown" if ambiguous else "failed"
        wait = known.retry_after if known and known.retry_after is not None else _backoff(job.attempts)
        now = self._clock.now()
        try:
            if final:
                await self._db.write(lambda conn: jobs.finish(conn, job, now=now, state=state, error=reason))
            else:
                await self._db.write(lambda conn: jobs.put_back(conn, job, error=reason, wait=wait))
        except (LeaseLost, Unavailable) as lost:
            log.warning("job_not_settled", kind=job.kind, job=job.id, reason=str(lost))


def _backoff(attempts: int) -> float:
    """1, 2, 4 … seconds, at most MAX_BACKOFF, with jitter so that a queue does not return all at once."""
    return min(2.0**attempts, jobs.MAX_BACKOFF) * random.uniform(0.75, 1.25)  # noqa: S311 (no secret)
