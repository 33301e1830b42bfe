"""How the shop is doing, for machines: alive, ready, and counted."""

from __future__ import annotations

from collections import Counter
from typing import Any

from starlette.responses import Response

from app.core import jobs
from app.core.errors import Unavailable
from app.web.call import Call
from app.web.problem import dump
from app.web.words import say

STUCK = ("failed", "unknown")
PLAIN = {"Cache-Control": "no-store"}


async def alive(_: Call) -> Response:
    """`GET /healthz`."""
    return Response(b'{"status":"ok"}', 200, PLAIN, "application/json")


async def ready(call: Call) -> Response:
    """`GET /readyz`: `fail` (503) only where the database cannot be used."""
    checks = await checks_of(call)
    states = {check["status"] for check in checks.values()}
    status = "fail" if checks["database"]["status"] == "fail" else "ok" if states <= {"ok", "off"} else "degraded"
    body = dump({"status": status, "checks": checks})
    return Response(body, 503 if status == "fail" else 200, PLAIN, "application/json")


async def checks_of(call: Call) -> dict[str, dict[str, str]]:
    """Each part's state, in a sentence somebody who is not technical can read."""
    house, language = call.house, call.language
    checks = {}

    def note(name: str, status: str, key: str, **values: object) -> None:
        checks[name] = {"status": status, "detail": say(f"ready.{key}", language, **values)}

    try:
        counts = await house.db.read(jobs.counts)
        note("database", "ok", "database_ok")
    except Unavailable as error:
        counts = {}
        note("database", "fail", "database_fail", reason=error)
    if house.settings.problem:
        note("config", "degraded", "config_bad", problem=house.settings.problem)
    else:
        note("config", "ok", "config_ok")
    known = len(house.mind.current.index.entries)
    note("index", "ok" if known else "degraded", "index_ok" if known else "index_empty", count=known)
    stuck = sum(number for (_, state), number in counts.items() if state in STUCK)
    note("jobs", "degraded" if stuck else "ok", "jobs_stuck" if stuck else "jobs_ok", count=stuck)
    web = call.settings.channels.web.enabled is not False
    note("web", "ok" if web else "off", "web_on" if web else "web_off")
    return checks


async def metrics(call: Call) -> Response:
    """`GET /metrics`."""
    by_state: Counter[str] = Counter()
    for (_, state), number in (await call.house.db.read(jobs.counts)).items():
        by_state[state] += number
    text: Any = call.request.app.state.metrics.text(by_state)
    return Response(text, 200, PLAIN, "text/plain; version=0.0.4")
