"""The composition root: the only place that knows every room, and how a process is put together from them."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from filelock import FileLock, Timeout
from sqlalchemy import Connection

from app.accounts import models as _accounts  # noqa: F401  (each models module adds its tables to the metadata)
from app.analytics import models as _analytics  # noqa: F401
from app.analytics import service as analytics
from app.assistant.attend import FORGOTTEN_FILES, Attendant
from app.assistant.mind import MindStore
from app.assistant.news import News
from app.assistant.notices import letter_about
from app.assistant.opinion import OPINION, Opinions
from app.assistant.reminders import REMINDER, Reminders
from app.assistant.team import Outgoing, Team
from app.backup.swap import finish_interrupted
from app.catalog import models as _catalog  # noqa: F401
from app.catalog import service as catalog
from app.channels.outbox import Outbox
from app.channels.registry import Channels
from app.chat import models as _chat  # noqa: F401
from app.copies import copy_data, copy_tables, shelves
from app.core import log as logs
from app.core.bus import Bus, MemoryBus, RedisBus
from app.core.clock import Clock, HandClock
from app.core.db import Database
from app.core.errors import UserError
from app.core.jobs import Job
from app.core.limits import Limits, MemoryLimits, RedisLimits
from app.core.memory import settle
from app.core.migrate import upgrade
from app.core.work import Worker
from app.data import SyncReport, intent_examples, sync_data
from app.knowledge import models as _knowledge  # noqa: F401
from app.night import BACKUP, RETENTION, Night
from app.nlu.service import Access, Embedder, Meanings, embedder_of
from app.notify import notices as notify
from app.orders import models as _orders  # noqa: F401
from app.orders import service as orders
from app.payments import models as _payments  # noqa: F401
from app.settings import Settings, SettingsStore, ensure_secret_key
from app.shop.currency import currency_of

if TYPE_CHECKING:
    from app.assistant.noting import Notebook
    from app.assistant.trial import Trial, Trials
    from app.reindex import Reindex

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
DEFAULT_EXAMPLE = "tiendita"
TICK_SECONDS = 2.0
FIGURES_SECONDS = 600.0  # days only end once in a while

log = logs.get_logger("wiring")


@dataclass
class House:
    """All that a running process stands on. `report` is what the files of `data/` brought at this start."""

    home: Path
    settings: SettingsStore
    db: Database
    clock: Clock
    limits: Limits
    bus: Bus
    channels: Channels
    mind: MindStore
    worker: Worker
    attend: Attendant
    team: Team
    report: SyncReport
    lock: FileLock | None = None
    scratch: Path | None = None
    night: Night | None = None
    _tasks: list[asyncio.Task[None]] = field(default_factory=list)

    @cached_property
    def notebook(self) -> Notebook:
        """Orders told by phone. Made when the panel first asks, as is what follows."""
        from app.assistant.noting import Notebook

        return Notebook(self.clock, self.settings, self.mind)

    @cached_property
    def trials(self) -> Trials:
        """Where the bot is tried out."""
        from app.assistant.trial import Trials

        return Trials(lambda: _open_trial(self.db, self.clock, self.settings, self.mind))

    @cached_property
    def reindex(self) -> Reindex:
        """Everything the shop knows, read and filed anew."""
        from app.reindex import Reindex

        return Reindex(self.home / "data", self.db, self.clock, self.settings, self.mind)

    async def start(self) -> None:
        """Begins the periodic work: jobs, and the watch over settings and data."""
        self._tasks = [
            asyncio.create_task(work)
            for work in (
                self.worker.run(),
                self.settings.watch(),
                self._watch_data(),
                self._keep_figures(),
                *([self.night.watch()] if self.night else []),
            )
        ]

    async def stop(self) -> None:
        """Finishes what is under way and lets go of everything."""
        self.worker.stop()
        for task in self._tasks[1:]:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        for task in self._tasks[:1]:
            await task
        if "reindex" in self.__dict__:
            await self.reindex.ended()
        await self.limits.close()
        await self.bus.close()
        self.close()

    def close(self) -> None:
        """Lets go of the database and the home (for code without an event loop)."""
        if "trials" in self.__dict__:
            self.trials.close()
        self.db.close()
        if self.lock is not None:
            self.lock.release()
        if self.scratch is not None:
            shutil.rmtree(self.scratch, ignore_errors=True)

    def currency(self) -> str:
        """The shop's currency, ISO 4217."""
        return currency_of(self.settings.current, self.db.read_now(catalog.menu_currency))

    async def _watch_data(self) -> None:
        """Takes in what the panel or another process changed."""
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                if await self.mind.refresh():
                    settle()
            except Exception as error:  # the watch outlives a database that is away
                log.warning("watch_failed", reason=f"{type(error).__name__}: {error}")

    async def _keep_figures(self) -> None:
        """Rolls up the days that are over, a few in each transaction, so that reports only read them."""
        pause = FIGURES_SECONDS
        while True:
            await asyncio.sleep(pause)
            zone, now = self.settings.current.profile(None).timezone, self.clock.now()

            def keep(conn: Connection, zone: ZoneInfo = zone, now: datetime = now) -> int:
                today = now.astimezone(zone).date()
                days = analytics.days_between(analytics.first_day(conn, zone, today), today)
                return analytics.roll_up(conn, days, zone, now)

            try:
                pause = TICK_SECONDS if await self.db.write(keep) else FIGURES_SECONDS
            except Exception as error:
                log.warning("figures_failed", reason=f"{type(error).__name__}: {error}")


def open_house(
    home: Path, *, environ: Mapping[str, str] = os.environ, clock: Clock | None = None, channels: Channels | None = None,
    exclusive: bool = True, full_index: bool = False,
) -> House:  # fmt: skip
    """The shop at `home`, ready to start: settings checked, database migrated, data loaded, index up to date.

    Raises UserError with what to mend. `exclusive`: refuses a home on SQLite that a server already has.
    """
    clock = clock or Clock(environ.get("TENDERO_CLOCK", ""))
    if clock.is_set:
        log.warning(
            "clock_is_set", reads=clock.now().isoformat(), note="TENDERO_CLOCK: the shop does not live in real time"
        )
    ensure_secret_key(home, environ)
    store = SettingsStore(home, environ=environ)
    settings = store.current
    logs.hide(settings.env.secret_values())
    lock = hold_home(home) if exclusive and not settings.env.database_url.startswith("postgres") else None
    try:
        db = Database(settings.env.database_url or f"sqlite:///{home / 'var' / 'db.sqlite'}")
        upgrade(db, backup=lambda: _backup_before_upgrade(home, settings))
        return _house(home, store, db, clock, home / "data", home / "var" / "faiss_index", channels, lock,
                      full_index=full_index)  # fmt: skip
    except BaseException:
        if lock is not None:
            lock.release()
        raise


def open_scratch(
    home: Path, *, data: Path | None = None, config: Path | None = None, mode: str | None = None,
    environ: Mapping[str, str] = os.environ, clock: Clock | None = None,
) -> House:  # fmt: skip
    """A copy that leaves no trace, for `ask`, `chat`, `check` and `simulate`: of `data`, or of the shop at `home`."""
    if data is not None and not data.is_dir():
        raise UserError(f"No encuentro la carpeta {data}. Revisá la ruta que pasaste en --data.")
    scratch = Path(tempfile.mkdtemp(prefix="tendero-"))
    try:
        if config is None and data is not None:
            config = data / "config.yaml" if (data / "config.yaml").is_file() else _no_config(scratch)
        store = SettingsStore(home, config=config, mode=mode, environ=environ)
        logs.hide(store.current.env.secret_values())
        db = Database(f"sqlite:///{scratch / 'db.sqlite'}", durable=False)
    except BaseException:
        shutil.rmtree(scratch, ignore_errors=True)
        raise
    try:
        upgrade(db)
        source = data or home / "data"
        if data is None and copy_data(home, store.current, db):
            source = scratch / "data"
        return _house(home, store, db, clock or Clock(environ.get("TENDERO_CLOCK", "")), source, None, None, None,
                      examples=data or home / "data", scratch=scratch)  # fmt: skip
    except BaseException:
        db.close()
        shutil.rmtree(scratch, ignore_errors=True)
        raise


def _no_config(scratch: Path) -> Path:
    """An empty config.yaml: a data folder without one means the defaults, not the home's."""
    (scratch / "config.yaml").touch()
    return scratch / "config.yaml"


def _house(
    home: Path, store: SettingsStore, db: Database, clock: Clock, data: Path, index: Path | None,
    channels: Channels | None, lock: FileLock | None, *, examples: Path | None = None, scratch: Path | None = None,
    full_index: bool = False,
) -> House:  # fmt: skip
    settings = store.current
    report = sync_data(db, data, settings, clock.now())
    mind = MindStore(
        db,
        index,
        lambda: intent_examples((examples or data) / "intents.csv"),
        _meanings(settings.retrieval.embedder, index, _access(settings)),
        full=full_index,
    )
    store.on_change(lambda fresh: mind.use(_meanings(fresh.retrieval.embedder, index, _access(fresh))))
    if scratch is not None:
        mind.complete()  # nothing else happens there meanwhile
    limits, bus = _shared_memory(settings.env.redis_url if scratch is None else "")
    worker = Worker(db, clock)
    known = channels or Channels()
    outgoing = Outgoing(known.is_pushed)
    attend = Attendant(db, clock, store, mind, limits, bus, outgoing, known.is_patient, worker.wake)
    team = Team(db, clock, store, bus, outgoing, worker.wake)
    worker.handle("turn", attend.do_turn)
    worker.handle("deliver", Outbox(db, clock, known).do_deliver)
    worker.handle("handback", team.do_handback)
    worker.handle(REMINDER, Reminders(db, clock, store, mind, bus, outgoing, worker.wake).do_reminder)
    worker.handle(OPINION, Opinions(db, clock, store, bus, outgoing, worker.wake).do_opinion)
    worker.handle("order_news", News(db, clock, store, bus, outgoing, worker.wake).do_news)
    notices = notify.Notices(db, clock, store, letter_about, worker.wake)
    worker.handle("notice", notices.do_notice)
    if scratch is None:  # what is tried out leaves no trace, and no mail either
        worker.handle(notify.EMAIL, notices.do_email, attempts=notify.ATTEMPTS)

    async def expire(job: Job) -> None:
        await db.write(lambda conn: orders.expire(conn, job, now=clock.now(), settings=store.current))
        worker.wake()

    worker.handle("order_expiry", expire)
    night = None
    if scratch is None:
        night = Night(home, db, clock, store, attend, worker.wake)
        worker.handle(BACKUP, night.do_backup)
        worker.handle(RETENTION, night.do_retention)
        worker.handle(FORGOTTEN_FILES, night.do_files)
    return House(home, store, db, clock, limits, bus, known, mind, worker, attend, team, report, lock, scratch, night)


def _open_trial(shop: Database, clock: Clock, store: SettingsStore, mind: MindStore) -> Trial:
    """A customer's own database beside the shop's, with its menu; what it knows is the shop's mind itself."""
    from app.assistant.trial import Trial

    folder = Path(tempfile.mkdtemp(prefix="tendero-"))
    db = Database(f"sqlite:///{folder / 'db.sqlite'}", durable=False)
    upgrade(db)
    hand = HandClock(clock)
    attend = Attendant(
        db, hand, store, mind, MemoryLimits(), MemoryBus(), Outgoing(lambda channel: False), lambda channel: False
    )

    on_shelves: list[Any] = [None]

    def stock_up() -> None:
        here = shop.read_now(shelves)
        if on_shelves[0] != here:
            copy_tables(shop, db)
            on_shelves[0] = here

    def throw_away() -> None:
        db.close()
        shutil.rmtree(folder, ignore_errors=True)

    return Trial(attend, hand, stock_up, throw_away)


@lru_cache(maxsize=4)
def _meanings(embedder: str, folder: Path | None, access: Access) -> Meanings | None:
    """One a process for each embedder and folder: a scratch shop after the other need not embed the same again."""
    chosen = embedder_of(embedder, folder, access)
    return None if chosen is None else Meanings(chosen, folder)


def embedder_for(settings: Settings) -> Embedder | None:
    """The embedder that these settings name, by itself."""
    return embedder_of(settings.retrieval.embedder, None, _access(settings))


def _access(settings: Settings) -> Access:
    env = settings.env
    return Access(env.openai_base_url, env.openai_api_key, env.ollama_host)


def prepare_home(home: Path, example: str = DEFAULT_EXAMPLE) -> list[str]:
    """Creates what is missing of a shop's home from a sample shop; the names of what it made."""
    sample = EXAMPLES / example
    if not sample.is_dir():
        known = ", ".join(sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()))
        raise UserError(f"No conozco el ejemplo «{example}». Los que hay: {known}.")
    home.mkdir(parents=True, exist_ok=True)
    if not home_in_use(home):
        finish_interrupted(home)
    made = []
    if not (home / "config.yaml").exists():
        shutil.copyfile(sample / "config.yaml", home / "config.yaml")
        made.append("config.yaml")
    if not (home / "data").exists():
        _copy_sample(sample, home / "data")
        made.append("data/")
    if not (home / ".env").exists():
        shutil.copyfile(EXAMPLES.parent / ".env.example", home / ".env")
        (home / ".env").chmod(0o600)
        made.append(".env")
    return made


def hold_home(home: Path) -> FileLock:
    """Keeps every server, and any other restore, out of this home until the lock is released."""
    (home / "var").mkdir(parents=True, exist_ok=True)
    lock = FileLock(home / "var" / "server.lock", timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise UserError(
            f"Ya hay un Tendero atendiendo en {home}. Cerralo primero, o usá otra carpeta con --home."
        ) from None
    return lock


def home_in_use(home: Path) -> bool:
    """True while a server has this home."""
    lock = FileLock(home / "var" / "server.lock", timeout=0)
    if not (home / "var").is_dir():
        return False
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


def _copy_sample(sample: Path, data: Path) -> None:
    """A sample's data through a temporary folder, so that a half copied one is never taken for the owner's."""
    part = data.with_name("data.part")
    shutil.rmtree(part, ignore_errors=True)
    shutil.copytree(sample, part, ignore=shutil.ignore_patterns("config.yaml"))
    part.rename(data)


def _backup_before_upgrade(home: Path, settings: Settings) -> None:
    from app.backup.service import backup_before_upgrade

    backup_before_upgrade(home, settings)


def _shared_memory(redis_url: str) -> tuple[Limits, Bus]:
    if not redis_url:
        return MemoryLimits(), MemoryBus()
    from redis.asyncio import Redis

    return RedisLimits(Redis.from_url(redis_url)), RedisBus(Redis.from_url(redis_url))
