"""«Registro»: what the running process noted last, without secrets or whole phone numbers, filtered."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.responses import Response

from app.core.log import last_lines
from app.core.text import fold
from app.web.admin.frame import by_htmx, fragment, panel_page
from app.web.call import Call

LEVELS = ("debug", "info", "warning", "error", "critical")
SINCE = {"15": timedelta(minutes=15), "60": timedelta(hours=1), "1440": timedelta(days=1)}
OWN = ("timestamp", "level", "room", "event")
SHOWN = 200
LONGEST = 600  # letters of a line's rest
ASKED_MOST = 80


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `more`: what stands beside its event."""

    at: datetime
    level: str
    room: str
    event: str
    more: str


async def show(call: Call) -> Response:
    """`GET /admin/analytics/logs?level=&room=&text=&since=`: newest first."""
    query = call.request.query_params
    lines = [_line(event) for event in last_lines()]
    wanted = {name: query.get(name, "")[:ASKED_MOST] for name in ("level", "room", "text", "since")}
    found = [line for line in lines if _fits(line, wanted)]
    values = {
        "lines": found[:SHOWN], "count": len(found), "wanted": wanted, "levels": LEVELS,
        "rooms": sorted({line.room for line in lines if line.room}), "sinces": tuple(SINCE),
    }  # fmt: skip
    if by_htmx(call) and "hx-history-restore-request" not in call.request.headers:
        return fragment(call, "admin/analytics/lines.html", values)
    return await panel_page(call, "admin/analytics/logs.html", values, active="analytics")


def _line(event: Mapping[str, Any]) -> Line:
    rest = "  ".join(f"{key}={value}" for key, value in event.items() if key not in OWN)
    return Line(_moment(event), str(event.get("level", "")), str(event.get("room", "")), str(event.get("event", "")),
                rest[:LONGEST])  # fmt: skip


def _moment(event: Mapping[str, Any]) -> datetime:
    """When it was noted, by the machine's own clock."""
    return datetime.fromisoformat(str(event["timestamp"]).replace("Z", "+00:00"))


def _fits(line: Line, wanted: Mapping[str, str]) -> bool:
    """`level` and worse; the text anywhere in the line."""
    least = LEVELS.index(wanted["level"]) if wanted["level"] in LEVELS else 0
    if line.level in LEVELS and LEVELS.index(line.level) < least:
        return False
    if wanted["room"] not in ("", line.room):
        return False
    if wanted["since"] in SINCE and datetime.now(UTC) - line.at > SINCE[wanted["since"]]:
        return False
    return fold(wanted["text"]) in fold(f"{line.event} {line.more}")
