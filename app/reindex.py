"""«Re-indexar»: the files of `data/` read again and all that is known filed anew, one run at a time, while what there was answers.

Nothing is lost where the process ends in the middle: the files come in by one transaction, the index by one rename, and
the next start makes what is missing.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.core import log as logs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import UserError
from app.data import SyncReport, sync_data
from app.settings import SettingsStore

if TYPE_CHECKING:
    from app.assistant.mind import MindStore

log = logs.get_logger("reindex")


@dataclass
class Run:
    """One run as it stands: `done` of `of` things of the part it is at (`files`, `words` or `meanings`).

    `ended` is None while it works; then `entries` are filed, `report` is what the files brought, and `wrong` says in
    words why nothing changed ("" where it did, or where nobody can be told more).
    """

    began: datetime
    part: str = "files"
    done: int = 0
    of: int = 0
    ended: datetime | None = None
    failed: bool = False
    wrong: str = ""
    entries: int = 0
    report: SyncReport | None = None
    seconds: float = 0.0
    _since: float = field(default_factory=time.monotonic)

    def told(self, part: str, done: int, of: int) -> None:
        """How far it is."""
        if part != self.part:
            self._since = time.monotonic()
        self.part, self.done, self.of = part, done, of

    @property
    def left(self) -> int | None:
        """Seconds until this part is done, by how it went so far; None while nobody can say."""
        if not self.done:
            return None
        return round((time.monotonic() - self._since) / self.done * (self.of - self.done))


class Reindex:
    """Begins runs and keeps the last one."""

    def __init__(self, data: Path, db: Database, clock: Clock, settings: SettingsStore, mind: MindStore) -> None:
        self._data, self._db, self._clock, self._settings, self._mind = data, db, clock, settings, mind
        self._task: asyncio.Task[None] | None = None
        self.run: Run | None = None

    def begin(self) -> Run:
        """The run under way, else a new one: of two who press, both watch the same."""
        if self.run is None or self.run.ended is not None:
            self.run = Run(self._clock.now())
            self._task = asyncio.create_task(self._do(self.run))
        return self.run

    async def ended(self) -> None:
        """Waits for the run under way."""
        if self._task is not None:
            await self._task

    async def _do(self, run: Run) -> None:
        began = time.monotonic()
        try:
            settings = self._settings.current
            run.report = await asyncio.to_thread(sync_data, self._db, self._data, settings, run.began)
            await self._mind.rebuild(run.told)
            run.entries = len(self._mind.current.index.entries)
        except UserError as error:
            run.failed, run.wrong = True, str(error)
        except Exception:
            log.exception("reindex_failed")
            run.failed = True
        finally:
            run.seconds = time.monotonic() - began
            run.ended = self._clock.now()
