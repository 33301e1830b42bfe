"""The owner's notices: one thing that happened becomes one job for each place it is to reach, and each goes out once.

`notice_whatsapp` and `notice_telegram` wait until those channels can send; nobody does them yet, and `doctor` says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.core import crash, jobs
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import DeliveryError
from app.core.jobs import Job
from app.core.log import get_logger
from app.notify.letters import Letter
from app.settings import Settings, SettingsStore

EMAIL, WHATSAPP, TELEGRAM = "notice_email", "notice_whatsapp", "notice_telegram"
WAITING = (WHATSAPP, TELEGRAM)
ATTEMPTS = 60  # of a mail, about four hours: a server that greylists or is away for lunch loses nothing

Tell = Callable[[Connection, Mapping[str, Any], Settings, datetime], Letter | None]
log = get_logger("notify")


@dataclass
class Notices:
    """Does the owner's notices. `tell` looks up what a notice is about; None where that is gone meanwhile."""

    db: Database
    clock: Clock
    settings: SettingsStore
    tell: Tell
    wake: Callable[[], None] = lambda: None

    async def do_notice(self, job: Job) -> None:
        """Puts the notice's jobs, in the transaction that ends it. Without a place to reach it just ends: the panel has it."""
        kinds = places(self.settings.current)

        def work(conn: Connection) -> None:
            now = self.clock.now()
            for kind in kinds:
                jobs.put(conn, kind, job.key, job.payload, now=now, lane=kind)
            jobs.finish(conn, job, now=now, result=_remembered(job))

        await self.db.write(work)
        self.wake()

    async def do_email(self, job: Job) -> None:
        """Sends one mail. A process that died with it leaves it `unknown`: SMTP cannot say whether it went out.

        A person's «try again» sends it under the same Message-ID.
        """
        settings = self.settings.current
        if job.interrupted:
            raise DeliveryError("the process died while sending; it may have gone out", ambiguous=True)
        letter = await self._letter(job, settings)
        if letter is not None:
            to = job.payload.get("to") or settings.orders.notify_email
            crash.point("mail.before_send")
            await send_letter(letter, to, f"{job.kind}:{job.key}", settings, self.clock.now())
            crash.point("mail.sent")
        await self.db.write(lambda conn: jobs.finish(conn, job, now=self.clock.now(), result=_remembered(job)))

    async def _letter(self, job: Job, settings: Settings) -> Letter | None:
        """What the mail says. One that cannot be written must not keep the ones behind it for hours."""
        now = self.clock.now()
        try:
            return await self.db.read(lambda conn: self.tell(conn, job.payload, settings, now))
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            log.exception("notice_not_written", job=job.id)
            raise DeliveryError(f"this notice cannot be written: {type(error).__name__}", permanent=True) from error


def _remembered(job: Job) -> dict[str, Any]:
    """What a job that is done keeps: what it was about, not what the customer answered."""
    return {name: value for name, value in job.payload.items() if name != "values"}


def places(settings: Settings) -> tuple[str, ...]:
    """The kinds of job a notice becomes: where the owner wants to be told, and can be."""
    orders = settings.orders
    wanted = {
        EMAIL: orders.notify_email and settings.env.smtp_url,
        WHATSAPP: orders.whatsapp_to,
        TELEGRAM: orders.notify_telegram,
    }
    return tuple(kind for kind, is_wanted in wanted.items() if is_wanted)


def send_order(conn: Connection, order_id: str, to: str, *, cause: str, now: datetime) -> bool:
    """Puts a mail with the order to somebody else («enviar pedido a…»); False where this `cause` put it before."""
    about = {"what": "order", "order_id": order_id, "to": to}
    return jobs.put(conn, EMAIL, f"send:{cause}", about, now=now, lane=f"{EMAIL}:{to}") is not None


async def send_letter(letter: Letter, to: str, key: str, settings: Settings, now: datetime) -> None:
    """Sends it at once, for whoever waits to see it leave. Raises DeliveryError; without SMTP_URL a permanent one."""
    from app.notify.email import Mail, MailServer, send  # loaded with the first mail

    if not (to and settings.env.smtp_url):
        raise DeliveryError("SMTP_URL or the address is empty", permanent=True)
    mail = Mail(to, letter.subject, letter.text, key, settings.business.name)
    await send(MailServer.of(settings.env.smtp_url), mail, now=now)
