"""«Analítica»: how it went, beside the days before; what was asked, sold and lost, each with what mends it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode

from starlette.responses import Response

from app.analytics import service as analytics
from app.analytics.service import Look, Period
from app.chat import service as chat
from app.core import jobs
from app.core.log import get_logger
from app.orders import service as orders
from app.web.admin.analytics import charts
from app.web.admin.frame import by_htmx, fragment, panel_page, text
from app.web.call import Call

if TYPE_CHECKING:
    from sqlalchemy import Connection

PERIODS = ("1", "7", "30")
USUAL = "7"
FEW = 20  # talks under which nothing is a trend
SHOWN = 8  # rows of a list
FAILURES = 10
OWN = "console"  # the shop's own trying out
FORMS = ("csv", "xlsx")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}

log = get_logger("panel")
T = TypeVar("T")


async def show(call: Call) -> Response:
    """`GET /admin/analytics?p=1|7|30&channel=&branch=`: each card is read by itself, so that it fails alone."""
    look = look_of(call)
    await _keep_up(call, look)
    told = await _card(call, lambda conn: (analytics.period(conn, look), analytics.period(conn, look.before)))
    values = {
        "look": look, "p": _period(call), "periods": PERIODS, "query": urlencode(_kept(call)),
        "summary": told and _summary(call, *told),
        "reviews": await _card(call, lambda conn: _reviews(conn, look)),
        "asked": await _card(call, lambda conn: analytics.asked_most(conn, look)),
        "products": await _card(call, lambda conn: _products(conn, look)),
        "lost": await _card(call, lambda conn: _lost(conn, look)),
        "opinions": await _card(call, lambda conn: analytics.satisfaction(conn, *look.days, look.channel, look.branch)),
        "failures": await _card(call, lambda conn: _failures(conn, look)),
        "seen": [one for one in await call.house.db.read(chat.channels_seen) if one != OWN], "branches": call.settings.branches,
        "currency": call.house.currency(), "csat": call.settings.responses.csat,
    }  # fmt: skip
    if by_htmx(call) and "hx-history-restore-request" not in call.request.headers:
        return fragment(call, "admin/analytics/figures.html", values)
    return await panel_page(call, "admin/analytics/page.html", values, active="analytics")


async def export(call: Call) -> Response:
    """`GET /admin/analytics/export?table=days|asked|products|lost&form=csv|xlsx` and the page's filters."""
    query, look = call.request.query_params, look_of(call)
    table, form = query.get("table", "days"), query.get("form", "csv")
    if table not in analytics.TABLES:
        call.refuse("table", "choice", choices=", ".join(analytics.TABLES))
    if form not in FORMS:
        call.refuse("form", "choice", choices=", ".join(FORMS))
    currency = call.house.currency()
    content = await call.house.db.read(lambda conn: analytics.export_figures(conn, table, form, look, currency))
    name = f"{text(call, f'analytics.file_{table}')}-{look.since}-{look.until}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=MEDIA[form])


def look_of(call: Call) -> Look:
    """The filter of the address; what makes no sense in it is left out."""
    zone, query = call.settings.profile(None).timezone, call.request.query_params
    today = call.house.clock.now().astimezone(zone).date()
    branches = {branch.slug for branch in call.settings.branches}
    branch = query.get("branch", "")
    return Look(
        since=today - timedelta(days=int(_period(call)) - 1), until=today, zone=zone,
        channel=query.get("channel", "")[:40], branch=branch if branch in branches else "",
    )  # fmt: skip


async def _keep_up(call: Call, look: Look) -> None:
    """Rolls up the days of the look that nobody did yet: after a restore, or before the first hour of a new shop."""
    days, now = analytics.days_between(look.before.since, look.until), call.house.clock.now()

    def kept(conn: Connection) -> bool:
        first = analytics.first_day(conn, look.zone, look.until)
        return not analytics.to_roll_up(conn, [day for day in days if day >= first], look.zone, now)

    if not await call.house.db.read(kept):
        await call.house.db.write(lambda conn: analytics.roll_up(conn, days, look.zone, now))


async def _card(call: Call, read: Callable[[Connection], T]) -> T | None:
    """What a card shows; None where it could not be read, which is noted."""
    try:
        return await call.house.db.read(read)
    except Exception:
        log.exception("card_failed", path=call.request.url.path)
        return None


def _summary(call: Call, now: Period, before: Period) -> dict[str, Any]:
    """The figures with their drawings. `few`: nothing yet to see a trend in."""
    channels = now.channels[: charts.KINDS]
    talks = {channel: now.by_day("talks", channel) for channel in channels}
    slow = {channel: now.by_day("slow_ms", channel) for channel in channels if any(now.by_day("slow_ms", channel))}
    sums = now.sums
    return {
        "now": sums, "before": before.sums, "few": sums["talks"] < FEW, "channels": channels,
        "days": analytics.days_between(now.look.since, now.look.until), "talks": talks, "slow": slow,
        "talks_drawn": charts.columns(talks), "slow_drawn": charts.lines(slow),
        "usual": {channel: _middle(row) for channel, row in slow.items()},
        "errors": {channel: sum(now.by_day("errors", channel)) for channel in channels},
        "sold": now.by_day("sold"), "sold_drawn": charts.columns({"": now.by_day("sold")}),
        "best": _best([sum(day) for day in zip(*talks.values(), strict=True)]), "best_sold": _best(now.by_day("sold")),
        "labels": _labels(call, now.look),
    }  # fmt: skip


def _labels(call: Call, look: Look) -> list[str]:
    """Under the columns: each day's name in a week, else only the day of the month, some of them left out."""
    from babel.dates import format_date

    days = analytics.days_between(look.since, look.until)
    if len(days) <= 7:
        return [format_date(day, "EEE", locale=call.language).rstrip(".") for day in days]
    return [str(day.day) if place % 5 == len(days) % 5 else "" for place, day in enumerate(days, 1)]


def _reviews(conn: Connection, look: Look) -> chat.Reviews:
    return chat.reviews(
        conn, analytics.bounds(look.since, look.zone)[0], analytics.bounds(look.until, look.zone)[1]
    )  # fmt: skip


def _products(conn: Connection, look: Look) -> list[orders.SoldOf]:
    return orders.sold_by_product(conn, *look.days, look.channel, look.branch)[:SHOWN]


def _lost(conn: Connection, look: Look) -> list[tuple[str, list[analytics.LostOf], int]]:
    """By kind, the most wanted first, with how many conversations each kind lost."""
    found = analytics.lost_between(conn, *look.days, look.channel, look.branch)
    kinds = [(kind, [one for one in found if one.kind == kind]) for kind in analytics.KINDS]
    return [(kind, some[:SHOWN], sum(one.talks for one in some)) for kind, some in kinds if some]


def _failures(conn: Connection, look: Look) -> list[jobs.Failure]:
    since, until = analytics.bounds(look.since, look.zone)[0], analytics.bounds(look.until, look.zone)[1]
    return [one for one in jobs.failures(conn, since, until) if look.channel in ("", one.channel)][:FAILURES]


def _period(call: Call) -> str:
    wanted = call.request.query_params.get("p", USUAL)
    return wanted if wanted in PERIODS else USUAL


def _kept(call: Call) -> dict[str, str]:
    """The filters, for links that keep them."""
    query = call.request.query_params
    return {"p": _period(call)} | {name: query[name] for name in ("channel", "branch") if query.get(name)}


def _middle(row: list[int]) -> int:
    """The usual one of the days that have any."""
    some = sorted(value for value in row if value)
    return some[len(some) // 2] if some else 0


def _best(row: list[int]) -> int | None:
    """The place of the largest value; None where there is none."""
    return row.index(max(row)) if any(row) else None
