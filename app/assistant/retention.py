"""What was said long ago is forgotten: each night, as long ago as `privacy.keep_days` says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from app.assistant.attend import Attendant
from app.chat import service as chat
from app.core import jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.jobs import Job
from app.orders import service as orders
from app.settings import Settings, SettingsStore

AT_ONCE = 100
PAUSE_SECONDS = 0.2  # between one part of the night's work and the next: customers are answered meanwhile


def forgotten_before(settings: Settings, now: datetime) -> datetime:
    """The moment before which nothing is kept."""
    return now - timedelta(days=settings.privacy.keep_days)


@dataclass
class Retention:
    """Does the `retention` jobs, a part at a time: conversations go, orders stay without their customer."""

    home: Path
    db: Database
    clock: Clock
    settings: SettingsStore
    attend: Attendant

    async def do_retention(self, job: Job) -> None:
        """Cut short, it goes on where it was: what is gone is not found again."""
        now = self.clock.now()
        before = forgotten_before(self.settings.current, now)

        def find(conn: Connection) -> list[str]:
            return chat.old_threads(conn, before, orders.threads_under_way(conn), AT_ONCE)

        threads = await self.db.read(find)
        for id_ in threads:
            await chat.delete_files(self.home, await self.attend.forget(id_))

        def end(conn: Connection) -> None:
            erased = orders.erase_old_customers(conn, before, AT_ONCE)
            if len(threads) == AT_ONCE or erased == AT_ONCE:
                jobs.postpone(conn, job, PAUSE_SECONDS)
                return
            jobs.sweep(conn, before)
            jobs.finish(conn, job, now=now)

        await self.db.write(end)
