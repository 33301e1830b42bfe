"""Each night a backup is made, read through, and kept; the oldest go."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from app.backup import archive
from app.backup.service import FOLDER, default_path, keys_in_use, make
from app.backup.shelf import ASIDE
from app.core import jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact, keep_fact
from app.core.jobs import Job
from app.settings import SettingsStore

PREFIX = "noche"
KEPT = 7  # of the nights; what one made by hand is never thrown away
HOUR = 3  # of the shop's day, while nobody has chosen another
SCHEDULE, LAST = "backup_hour", "backup_last"


@dataclass(frozen=True, slots=True)
class Night:
    """How the last night's backup went. `wrong`: why there is none, empty where all is well."""

    at: str
    name: str = ""
    size: int = 0
    wrong: str = ""

    @property
    def when(self) -> datetime:
        return datetime.fromisoformat(self.at)


def hour_of(conn: Connection) -> int | None:
    """At which hour it is made; None where the owner wants none."""
    kept = fact(conn, SCHEDULE, str(HOUR))
    return int(kept) if kept.isdigit() else None


def choose_hour(conn: Connection, hour: int | None) -> None:
    """Chooses the hour, 0 to 23, or none."""
    keep_fact(conn, SCHEDULE, "" if hour is None else str(hour))


def last_night(conn: Connection) -> Night | None:
    """The last one, once there was one."""
    kept = fact(conn, LAST)
    return Night(**json.loads(kept)) if kept else None


@dataclass
class Nightly:
    """Does the `backup` jobs."""

    home: Path
    db: Database
    clock: Clock
    settings: SettingsStore

    async def do_backup(self, job: Job) -> None:
        """A disk that is full is told in the panel and does not stop the shop; the next night tries again."""
        now = self.clock.now()
        try:
            night = await asyncio.to_thread(self._make, now)
        except (UserError, OSError) as error:
            night = Night(now.isoformat(), wrong=str(error))

        def end(conn: Connection) -> None:
            keep_fact(conn, LAST, json.dumps(asdict(night)))
            jobs.finish(conn, job, now=self.clock.now())

        await self.db.write(end)

    def _make(self, now: datetime) -> Night:
        path = default_path(self.home, now, prefix=PREFIX)
        saved = make(self.home, self.db, path, now=now, keys=keys_in_use(self.settings.current.env))
        archive.verify(path)
        for old in sorted((self.home / FOLDER).glob(f"{PREFIX}-*.zip"))[:-KEPT]:
            old.unlink(missing_ok=True)
        for deleted in (self.home / FOLDER).glob(f"*{ASIDE}"):
            deleted.unlink(missing_ok=True)
        return Night(now.isoformat(), path.name, saved.size)
