"""What the shop does once a night by itself: a backup, and forgetting what is old. Loaded in full only when it is time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from app.core import jobs
from app.core import log as logs
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.settings import SettingsStore

if TYPE_CHECKING:
    from app.assistant.attend import Attendant

BACKUP, RETENTION = "backup", "retention"
RETENTION_HOUR = 3  # of the shop's day
LOOK_SECONDS = 600.0

log = logs.get_logger("night")


@dataclass
class Night:
    """Puts the night's jobs down and does them."""

    home: Path
    db: Database
    clock: Clock
    settings: SettingsStore
    attend: Attendant
    wake: Callable[[], None]

    async def watch(self) -> None:
        """Looks now and then whether it is time, or was while the machine was off: one job, whoever comes first."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            zone, now = self.settings.current.profile(None).timezone, self.clock.now()
            try:
                await self.db.write(partial(put_night, here=now.astimezone(zone), now=now))
                self.wake()
            except Exception as error:  # the watch outlives a database that is away
                log.warning("night_failed", reason=f"{type(error).__name__}: {error}")

    async def do_backup(self, job: Job) -> None:
        """Does a `backup` job."""
        from app.backup.nightly import Nightly

        await Nightly(self.home, self.db, self.clock, self.settings).do_backup(job)

    async def do_retention(self, job: Job) -> None:
        """Does a `retention` job, or a part of it."""
        from app.assistant.retention import Retention

        await Retention(self.home, self.db, self.clock, self.settings, self.attend).do_retention(job)

    async def do_files(self, job: Job) -> None:
        """Does a `forgotten_files` job: what a conversation that was forgotten left in the folder."""
        from app.chat import service as chat

        await chat.delete_files(self.home, job.payload["names"])
        await self.db.write(partial(jobs.finish, job=job, now=self.clock.now()))


def put_night(conn: Connection, here: datetime, now: datetime) -> None:
    """Puts down the night's jobs of the day it is `here`, from their hour on; they are there once."""
    from app.backup.nightly import hour_of

    for kind, hour in ((BACKUP, hour_of(conn)), (RETENTION, RETENTION_HOUR)):
        if hour is not None and here.hour >= hour:
            jobs.put(conn, kind, here.date().isoformat(), {}, now=now)
