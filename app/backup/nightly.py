"""Each night a backup is made, tried as a restore would, and kept; the oldest go (TRUST U-07)."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import Connection

from app.backup.service import FOLDER, default_path, keys_in_use, make
from app.backup.shelf import ASIDE, look
from app.core import jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import UserError
from app.core.facts import fact, keep_fact
from app.core.jobs import Job
from app.settings import SettingsStore

PREFIX = "noche"
KEPT = 7  # of the nights; what one made by hand is never thrown away
OLD = timedelta(days=8)  # a shop whose last sound backup is older is told
HOUR = 3  # of the shop's day, while nobody has chosen another
SCHEDULE, LAST = "backup_hour", "backup_last"


@dataclass(frozen=True, slots=True)
class Night:
    """How the last night's backup went.

    `wrong`: why there is none, or why nobody could go back to the one of that `name`; empty where all is well.
    `tried`: when there last was one that could be gone back to.
    """

    at: str
    name: str = ""
    size: int = 0
    wrong: str = ""
    tried: str = ""

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


def unwell(conn: Connection, now: datetime) -> Night | None:
    """The last one, where the owner has to know of it: it went wrong, or none has been sound for days."""
    last = last_night(conn)
    if last is None or hour_of(conn) is None:
        return None
    return last if last.wrong or now - datetime.fromisoformat(last.tried or last.at) > OLD else None


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
        before = await self.db.read(last_night) or Night(now.isoformat())
        try:
            night = await asyncio.to_thread(self._make, now, before)
        except (UserError, OSError) as error:
            night = Night(now.isoformat(), wrong=str(error), tried=before.tried)

        def end(conn: Connection) -> None:
            keep_fact(conn, LAST, json.dumps(asdict(night)))
            jobs.finish(conn, job, now=self.clock.now())

        await self.db.write(end)

    def _make(self, now: datetime, before: Night) -> Night:
        if before.wrong and before.name:  # tonight's takes the place of one that nobody could go back to
            (self.home / FOLDER / before.name).unlink(missing_ok=True)
        path = default_path(self.home, now, prefix=PREFIX)
        saved = make(self.home, self.db, path, now=now, keys=keys_in_use(self.settings.current.env))
        made = Night(now.isoformat(), path.name, saved.size, tried=now.isoformat())
        try:
            look(self.home, path)
        except UserError as error:  # it is better than nothing, and no sound one goes for it
            return replace(made, wrong=str(error), tried=before.tried)
        for old in sorted((self.home / FOLDER).glob(f"{PREFIX}-*.zip"))[:-KEPT]:
            old.unlink(missing_ok=True)
        for deleted in (self.home / FOLDER).glob(f"*{ASIDE}"):
            deleted.unlink(missing_ok=True)
        return made
