"""«Hoy»: what the day needs from whoever opens the panel. It is a part of the first page, and renews itself."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from starlette.responses import Response

from app.backup import service as backups
from app.chat import service as chat
from app.chat.service import Filter, Listed, StoredMessage
from app.core import jobs
from app.knowledge import service as knowledge
from app.knowledge.service import Question
from app.orders import service as orders
from app.orders.service import Order
from app.web.admin.frame import fragment
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

SHOWN = 5  # of each list; the rest is on its own page
STUCK = ("failed", "unknown")


@dataclass(frozen=True)
class Day:
    """How the shop's day stands. `sold` is minor units; `unsent`: answers that did not go out; `letters`: nor these.

    `backup`: the last night's, where the owner has to know of it.
    """

    waiting: list[Listed]
    new_orders: list[Order]
    unanswered: list[Question]
    chats: int
    orders: int
    sold: int
    unsent: int
    lost: list[StoredMessage]
    letters: int
    backup: backups.Night | None


async def show(call: Call) -> Response:
    """`GET /admin/day`: the part alone."""
    return fragment(call, "admin/home/day.html", {"day": await today(call), "currency": call.house.currency()})


async def today(call: Call) -> Day:
    """A dozen short queries in one read."""
    here = call.house.clock.now().astimezone(ZoneInfo(call.settings.business.timezone))
    index, least = call.house.mind.current.index, call.settings.retrieval.min_score
    search = lambda words, tokens: index.search(words, tokens, 1)  # noqa: E731 - by their words: the page is renewed often
    midnight = datetime.combine(here.date(), time(), here.tzinfo)

    def read(conn: Connection) -> Day:
        figures = orders.of_day(conn, here.date().isoformat())
        sends = jobs.counts(conn)
        return Day(
            waiting=chat.waiting(conn, Filter())[:SHOWN],
            new_orders=orders.listed(conn, "confirmed", limit=SHOWN),
            unanswered=knowledge.last_unanswered(conn, search, min_score=least, limit=SHOWN),
            chats=chat.count_active(conn, midnight),
            orders=figures.orders,
            sold=figures.sold,
            unsent=sum(sends.get(("deliver", state), 0) for state in STUCK),
            lost=[found for one in jobs.stuck(conn, "deliver", SHOWN) if (found := chat.message(conn, one.key))],
            letters=sum(sends.get(("notice_email", state), 0) for state in STUCK),
            backup=backups.unwell(conn, here),
        )

    return await call.house.db.read(read)
