"""Carries stored answers to their channels, each at most once where the platform cannot tell a repeated one."""

from __future__ import annotations

from dataclasses import dataclass

from app.channels.base import degrade
from app.channels.registry import Channels
from app.chat import service as chat
from app.chat.messages import Reply, Sender
from app.core import crash, jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import DeliveryError
from app.core.jobs import Job


@dataclass
class Outbox:
    """Does the `deliver` jobs: their key is the message's id, their lane the customer's."""

    db: Database
    clock: Clock
    channels: Channels

    async def do_deliver(self, job: Job) -> None:
        """Sends one answer. A process that died with it leaves it `unknown`, unless the platform drops doubles."""
        sender = Sender(**job.payload["to"])
        channel = self.channels.get(sender.channel)
        if channel is None:
            raise DeliveryError(f"the channel {sender.channel} is off", permanent=True)
        if job.interrupted and not channel.capabilities.resends_safely:
            raise DeliveryError("the process died while sending; it may have gone out", ambiguous=True)
        stored = await self.db.read(lambda conn: chat.message(conn, job.key))
        if stored is not None:
            crash.point("deliver.before_send")
            await channel.send(sender, degrade(Reply.of(stored.out), channel.capabilities), job.key)
            crash.point("deliver.sent")
        await self.db.write(lambda conn: jobs.finish(conn, job, now=self.clock.now()))
        crash.point("deliver.committed")
