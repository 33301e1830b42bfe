"""What `doctor` looks at: one finding a thing, with its mend. Reads only; a problem of one check never hides another."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy.exc import SQLAlchemyError

from app.backup.service import database_url
from app.commands.speak import say, use
from app.core import jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import DeliveryError, UserError
from app.core.migrate import version, versions
from app.settings import Settings, load_settings
from app.shop.channels import CHANNELS

Status = Literal["ok", "warn", "fail", "off"]

# What each way to charge needs in .env; the channels declare theirs themselves.
PAYMENTS: Mapping[str, tuple[str, ...]] = {
    "stripe": ("STRIPE_SECRET_KEY", "STRIPE_WEBHOOK_SECRET"),
    "paypal": ("PAYPAL_CLIENT_ID", "PAYPAL_CLIENT_SECRET", "PAYPAL_WEBHOOK_ID"),
    "mercadopago": ("MERCADOPAGO_ACCESS_TOKEN", "MERCADOPAGO_WEBHOOK_SECRET"),
}
LLM = {"openai": "OPENAI_API_KEY", "groq": "GROQ_API_KEY", "gemini": "GEMINI_API_KEY"}


@dataclass(frozen=True)
class Finding:
    """One line of the doctor's, as CONTRACT 1 has it in JSON."""

    check: str
    status: Status
    detail: str
    fix: str = ""


def examine(home: Path) -> list[Finding]:
    """Everything there is to say about the shop at `home`."""
    if not (home / "config.yaml").exists():
        return [Finding("config", "fail", say("doctor.config.missing", home=home), say("doctor.config.missing_fix"))]
    try:
        settings = load_settings(home)
    except UserError as error:
        return [Finding("config", "fail", str(error), say("doctor.config.fix"))]
    use(settings.business.language)
    findings = [Finding("config", "ok", say("doctor.config.ok"))]
    looks: list[Callable[[Path, Settings], Iterator[Finding]]] = [
        _clock, _database, _data_and_index, _embedder, _redis, _web, _channels, _payments, _notices, _llm,
    ]  # fmt: skip
    for look in looks:
        try:
            findings += look(home, settings)
        except Exception as error:  # one look that fails must not hide the others
            said = next(iter(str(error).splitlines()), type(error).__name__)
            findings.append(Finding(look.__name__.strip("_"), "fail", said, say("doctor.unforeseen_fix")))
    return findings


def _clock(home: Path, settings: Settings) -> Iterator[Finding]:
    clock = Clock(os.environ.get("TENDERO_CLOCK", ""))
    if clock.is_set:
        now = clock.now().astimezone(settings.profile().timezone)
        yield Finding(
            "clock", "warn", say("doctor.clock.warn", now=f"{now:%Y-%m-%d %H:%M %Z}"), say("doctor.clock.fix")
        )


def _database(home: Path, settings: Settings) -> Iterator[Finding]:
    url = database_url(home, settings.env)
    file = Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite") else None
    if file is not None and not file.exists():
        yield Finding("database", "ok", say("doctor.database.new"))
        return
    try:
        with _opened(url) as db:
            if file is not None and (damage := db.read_now(_damage)):
                yield Finding(
                    "database", "fail", say("doctor.database.damaged", why=damage), say("doctor.database.damaged_fix")
                )
                return
            schema, head = version(db), versions()[-1]
            db.write_now(lambda conn: None)  # takes the write lock and commits nothing
    except Exception as error:  # whatever the driver says, the owner needs the line and the mend
        yield Finding("database", "fail", str(error).splitlines()[0], say("doctor.database.fix"))
        return
    if schema < head:
        yield Finding(
            "database",
            "warn",
            say("doctor.database.old", schema=schema or "-", head=head),
            say("doctor.database.start"),
        )
    else:
        yield Finding("database", "ok", say("doctor.database.ok", schema=schema))


def _damage(conn: Any) -> str:
    found = conn.exec_driver_sql("PRAGMA quick_check(1)").scalar()
    return "" if found == "ok" else str(found)


class _opened:  # noqa: N801 (used like contextlib.closing)
    def __init__(self, url: str) -> None:
        self._db = Database(url)

    def __enter__(self) -> Database:
        return self._db

    def __exit__(self, *_: object) -> None:
        self._db.close()


def _data_and_index(home: Path, settings: Settings) -> Iterator[Finding]:
    """Reads `data/` into a scratch copy, so that looking changes nothing."""
    from app.catalog import service as catalog
    from app.data import sync_data
    from app.knowledge import service as knowledge
    from app.wiring import open_scratch

    try:
        house = open_scratch(home)
    except SQLAlchemyError:  # a damaged database has its own finding; the files can still be read
        house = open_scratch(home, data=home / "data", config=home / "config.yaml")
    try:
        faqs = len(house.db.read_now(knowledge.all_faqs))
        products = len(house.db.read_now(catalog.all_products))
        report = sync_data(house.db, home / "data", house.settings.current, house.clock.now())
        problems = [*report.warnings, *(f"{file}:{row.line}: {row.reason}" for file, row in report.bad)]
        entries = len(house.mind.current.index.entries)
    finally:
        house.close()
    if problems:
        yield Finding(
            "data", "warn", say("doctor.data.bad", count=len(problems), first=problems[0]), say("doctor.data.bad_fix")
        )
    elif not faqs and not products:
        yield Finding("data", "warn", say("doctor.data.empty"), say("doctor.data.empty_fix"))
    else:
        yield Finding("data", "ok", say("doctor.data.ok", faqs=faqs, products=products))
    yield Finding("index", "ok", say("doctor.index.ok", entries=entries))


def _embedder(home: Path, settings: Settings) -> Iterator[Finding]:
    """A service is asked one word: what it would say to a customer's question it says here."""
    from app.wiring import embedder_for

    name = settings.retrieval.embedder
    embedder = embedder_for(settings)
    if embedder is None:
        yield Finding("embedder", "off", say("doctor.embedder.off"), say("doctor.embedder.off_fix"))
        return
    try:
        embedder.queries(["hola"])
        yield Finding("embedder", "ok", say("doctor.embedder.ok", name=name))
    except DeliveryError as error:
        yield Finding("embedder", "fail", say("doctor.embedder.fail", name=name, why=error), say("doctor.embedder.fix"))


def _redis(home: Path, settings: Settings) -> Iterator[Finding]:
    if not settings.env.redis_url:
        return
    from redis import Redis, RedisError

    try:
        Redis.from_url(settings.env.redis_url, socket_timeout=3, socket_connect_timeout=3).ping()
        yield Finding("redis", "ok", say("doctor.redis.ok"))
    except (RedisError, ValueError) as error:
        yield Finding("redis", "fail", say("doctor.redis.fail", why=error), say("doctor.redis.fix"))


def _web(home: Path, settings: Settings) -> Iterator[Finding]:
    if settings.channels.paused:
        yield Finding("web", "warn", say("doctor.web.paused"), say("doctor.web.paused_fix"))
    elif settings.channels.web.enabled is False:
        yield Finding("web", "off", say("doctor.web.off"), say("doctor.web.off_fix"))
    else:
        yield Finding("web", "ok", say("doctor.web.ok"))


def _channels(home: Path, settings: Settings) -> Iterator[Finding]:
    for channel in CHANNELS:
        if channel.needs:
            yield _edge(channel.kind, getattr(settings.channels, channel.kind).enabled, channel.needs, settings)


def _payments(home: Path, settings: Settings) -> Iterator[Finding]:
    for name, keys in PAYMENTS.items():
        yield _edge(name, getattr(settings.payments, name).enabled, keys, settings)


def _edge(name: str, enabled: bool | str, keys: tuple[str, ...], settings: Settings) -> Finding:
    """A channel or payment provider: on, off, or on without what it needs. Their adapters come with later versions."""
    missing = [key for key in keys if not getattr(settings.env, key.lower())]
    if enabled is False or (enabled == "auto" and len(missing) == len(keys)):
        return Finding(name, "off", say("doctor.channel.off"), say("doctor.channel.off_fix", keys=", ".join(keys)))
    if missing:
        status: Status = "fail" if enabled is True else "warn"
        return Finding(
            name, status, say("doctor.channel.missing", keys=", ".join(missing)), say("doctor.channel.missing_fix")
        )
    return Finding(name, "warn", say("doctor.channel.waiting"), say("doctor.channel.waiting_fix"))


def _notices(home: Path, settings: Settings) -> Iterator[Finding]:
    """How the owner is told of orders: a mail server is signed in to, nothing is sent."""
    from app.notify.email import MailServer, knock
    from app.notify.notices import EMAIL, TELEGRAM, WHATSAPP

    to, url, counts = settings.orders.notify_email, settings.env.smtp_url, _job_counts(home, settings)
    stuck = sum(counts.get((EMAIL, state), 0) for state in ("failed", "unknown"))
    if not to:
        yield Finding("notices", "off", say("doctor.notices.off"), say("doctor.notices.off_fix"))
    elif not url:
        yield Finding("notices", "off", say("doctor.notices.no_server"), say("doctor.notices.no_server_fix"))
    else:
        try:
            knock(MailServer.of(url))
            yield Finding("notices", "ok", say("doctor.notices.ok", to=to))
        except DeliveryError as error:
            yield Finding("notices", "fail", say("doctor.notices.fail", why=error), say("doctor.notices.fail_fix"))
    if stuck:
        yield Finding(
            "notices_stuck", "warn", say("doctor.notices.stuck", count=stuck), say("doctor.notices.stuck_fix")
        )
    wanted = {WHATSAPP: settings.orders.whatsapp_to, TELEGRAM: settings.orders.notify_telegram}
    for kind in (kind for kind, place in wanted.items() if place):
        waiting = say("doctor.notices.waiting", count=counts.get((kind, "pending"), 0))
        yield Finding(kind.replace("notice", "notices"), "warn", waiting, say("doctor.notices.waiting_fix"))


def _job_counts(home: Path, settings: Settings) -> dict[tuple[str, str], int]:
    """What waits in the shop's database, by kind and state; nothing where it cannot be read (that has its own line)."""
    url = database_url(home, settings.env)
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).exists():
        return {}
    try:
        with _opened(url) as db:
            return db.read_now(jobs.counts)
    except Exception:  # a database that is damaged, old or away
        return {}


def _llm(home: Path, settings: Settings) -> Iterator[Finding]:
    mode, env = settings.ai.mode, settings.env
    if mode == "rag_only":
        yield Finding("llm", "off", say("doctor.llm.off"), say("doctor.llm.off_fix"))
        return
    wanted = [LLM[settings.ai.provider]] if settings.ai.provider else list(LLM.values())
    if mode == "api_llm" and not any(getattr(env, key.lower()) for key in wanted):
        yield Finding("llm", "warn", say("doctor.llm.missing", mode=mode), say("doctor.llm.missing_fix"))
    else:
        yield Finding("llm", "warn", say("doctor.llm.waiting", mode=mode))
