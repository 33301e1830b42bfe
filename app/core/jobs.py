"""Durable jobs: inbox, outbox and clock in one table, done once however often their cause arrives.

A job has a unique key, a lane (jobs of a lane run one after the other, oldest first), and a claim that ends when
its holder stops beating. Nobody trusts a wall clock for that: a contender watches `(fence, beat)` and takes over what
has not moved for LEASE_SECONDS of its own monotonic time. `fence` rises with each claim, and finishing needs the
current one, so a late holder's whole transaction is refused (TRUST rule 3).
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, delete, func, or_, select, update

from app.core.db import insert_into
from app.core.models import jobs

State = Literal["pending", "running", "done", "unknown", "failed"]
OPEN: tuple[State, ...] = ("pending", "running")
LEASE_SECONDS = 3.0
BEAT_SECONDS = 1.0
MAX_BACKOFF = 300.0
ATTEMPTS = 8  # then the job is a dead letter: kept, visible, one click to retry


# Statements of every message's way, built once: building one costs more than running it.
FIND = select(jobs.c.id, jobs.c.state, jobs.c.error).where(
    jobs.c.kind == bindparam("kind"), jobs.c.key == bindparam("key")
)
BUSY = select(jobs.c.id).where(jobs.c.lane == bindparam("lane"), jobs.c.state.in_(OPEN)).limit(1)


class LeaseLost(Exception):
    """Somebody else has claimed the job meanwhile: what was about to be stored must not be."""


@dataclass(frozen=True, slots=True)
class Job:
    """A claimed job. `interrupted`: an earlier holder died with it, so its effect may have happened."""

    id: int
    kind: str
    key: str
    lane: str
    payload: dict[str, Any]
    attempts: int
    fence: int
    interrupted: bool = False


@dataclass(frozen=True, slots=True)
class Follower:
    """A pending job behind a claimed one. `ripe_at`: when it may run, by the machine's clock."""

    id: int
    payload: dict[str, Any]
    ripe_at: float


def put(
    conn: Connection,
    kind: str,
    key: str,
    payload: Mapping[str, Any],
    *,
    now: datetime,
    lane: str = "",
    run_at: datetime | None = None,
    wait: float = 0.0,
    state: State = "pending",
) -> int | None:
    """Stores a job once; its id, or None where `(kind, key)` is there already.

    `run_at` is by the shop's clock, `wait` in seconds of the machine's. `state="done"` records something that was
    handled in this very transaction, so that it is never handled again.
    """
    row = {
        "kind": kind, "key": key, "lane": lane, "payload": dict(payload), "state": state, "attempts": 0,
        "run_at": run_at or now, "retry_at": time.time() + wait if wait else 0.0, "owner": "", "fence": 0, "beat": 0,
        "error": "", "created_at": now, "done_at": now if state == "done" else None,
    }  # fmt: skip
    new: int | None = conn.execute(_put_into(conn.dialect.name), row).scalar()
    return new


@cache
def _put_into(dialect: str) -> Any:
    return insert_into(jobs, dialect).on_conflict_do_nothing().returning(jobs.c.id)


def find(conn: Connection, kind: str, key: str) -> tuple[int, State, str] | None:
    """(id, state, error) of a job, if it is there."""
    row = conn.execute(FIND, {"kind": kind, "key": key}).one_or_none()
    return None if row is None else (row.id, row.state, row.error)


def states(conn: Connection, kind: str, keys: Sequence[str]) -> dict[str, State]:
    """How those of these jobs stand that are not done."""
    rows = conn.execute(
        select(jobs.c.key, jobs.c.state).where(jobs.c.kind == kind, jobs.c.key.in_(keys), jobs.c.state != "done")
    )
    return {row.key: row.state for row in rows}


def lane_is_busy(conn: Connection, lane: str) -> bool:
    """True while an unfinished job holds the lane."""
    return conn.execute(BUSY, {"lane": lane}).first() is not None


def finish(
    conn: Connection, job: Job, *, now: datetime, state: State = "done", error: str = "",
    result: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    """Ends a claimed job inside the transaction that stores its effect; LeaseLost if the claim has passed on.

    `result` replaces the payload: what is to be remembered of it.
    """
    ended = conn.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == "running")
        .values(
            state=state, error=error, done_at=now, owner="", payload=job.payload if result is None else dict(result)
        )
    )
    if ended.rowcount != 1:
        raise LeaseLost(f"{job.kind} {job.id}")


def put_back(conn: Connection, job: Job, *, error: str, wait: float) -> None:
    """Returns a claimed job for another try in `wait` seconds of the machine's clock."""
    back = conn.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == "running")
        .values(state="pending", error=error, owner="", attempts=jobs.c.attempts + 1, retry_at=time.time() + wait)
    )
    if back.rowcount != 1:
        raise LeaseLost(f"{job.kind} {job.id}")


def postpone(conn: Connection, job: Job, wait: float) -> None:
    """Returns a claimed job that is not ripe yet; no attempt is counted."""
    conn.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == "running")
        .values(state="pending", owner="", retry_at=time.time() + wait)
    )


def followers(conn: Connection, job: Job) -> list[Follower]:
    """The jobs that wait behind this one in its lane, oldest first."""
    query = (
        select(jobs.c.id, jobs.c.payload, jobs.c.retry_at)
        .where(jobs.c.lane == job.lane, jobs.c.kind == job.kind, jobs.c.state == "pending", jobs.c.id > job.id)
        .order_by(jobs.c.id)
    )
    return [Follower(row.id, row.payload, row.retry_at) for row in conn.execute(query)]


def finish_together(
    conn: Connection, job: Job, joined: list[Follower], *, now: datetime, result: Mapping[str, Any]
) -> None:
    """Ends a job and the followers that were handled with it; LeaseLost as `finish`."""
    finish(conn, job, now=now, result=result)
    for follower in joined:
        ended = conn.execute(
            update(jobs)
            .where(jobs.c.id == follower.id, jobs.c.state == "pending")
            .values(state="done", done_at=now, payload=dict(result))
        )
        if ended.rowcount != 1:
            raise LeaseLost(f"{job.kind} {follower.id}")


def payload_of(conn: Connection, job_id: int) -> dict[str, Any]:
    """What a job holds, or remembers once it is done."""
    return dict(conn.execute(select(jobs.c.payload).where(jobs.c.id == job_id)).scalar_one())


def erase_lane(conn: Connection, lane: str) -> None:
    """Takes what people said out of a lane's jobs; their keys stay, so nothing is handled twice."""
    conn.execute(update(jobs).where(jobs.c.lane == lane).values(payload={}, error=""))
    conn.execute(
        update(jobs).where(jobs.c.lane == lane, jobs.c.state.in_(OPEN)).values(state="done", fence=jobs.c.fence + 1)
    )


def sweep(conn: Connection, before: datetime) -> int:
    """Deletes what was done before that moment, with all it remembers; how many."""
    return conn.execute(delete(jobs).where(jobs.c.state == "done", jobs.c.done_at < before)).rowcount


def retry(conn: Connection, job_id: int, *, now: datetime) -> bool:
    """A person's «try again» on a dead letter or an unknown send; False if it is neither."""
    again = conn.execute(
        update(jobs)
        .where(jobs.c.id == job_id, jobs.c.state.in_(("failed", "unknown")))
        .values(state="pending", attempts=0, retry_at=0.0, run_at=now, error="", done_at=None)
    )
    return again.rowcount == 1


def beat(conn: Connection, job: Job) -> bool:
    """Shows that the holder lives; False when the claim has passed on."""
    moved = conn.execute(
        update(jobs)
        .where(jobs.c.id == job.id, jobs.c.fence == job.fence, jobs.c.state == "running")
        .values(beat=jobs.c.beat + 1)
    )
    return moved.rowcount == 1


class Watch:
    """What one worker has seen of the others' claims: the base for taking over those that stopped moving."""

    def __init__(self, lease_seconds: float = LEASE_SECONDS) -> None:
        self.lease_seconds = lease_seconds
        self._seen: dict[int, tuple[int, int, float]] = {}

    def stalled(self, rows: list[tuple[int, int, int]]) -> list[tuple[int, int, int]]:
        """Of the running jobs `(id, fence, beat)`, those that have not moved for a whole lease."""
        moment, seen = time.monotonic(), {}
        dead = []
        for id_, fence, count in rows:
            before = self._seen.get(id_)
            since = before[2] if before is not None and before[:2] == (fence, count) else moment
            seen[id_] = (fence, count, since)
            if moment - since >= self.lease_seconds:
                dead.append((id_, fence, count))
        self._seen = seen
        return dead


def claim(
    conn: Connection, kinds: tuple[str, ...], owner: str, watch: Watch, *, now: datetime, limit: int = 16
) -> list[Job]:
    """Takes up to `limit` jobs that are due and first in their lane, and those whose holder died."""
    taken: list[Job] = []
    running = conn.execute(_running(kinds)).all()
    for id_, fence, count in watch.stalled([(row[0], row[1], row[2]) for row in running]):
        taken += _take(
            conn, id_, owner, and_(jobs.c.fence == fence, jobs.c.beat == count, jobs.c.state == "running"), True
        )
    for id_, lane in _due(conn, kinds, now, limit - len(taken)):
        if _try_lane(conn, lane):
            taken += _take(conn, id_, owner, and_(jobs.c.state == "pending", _first_in_lane()), False)
    return taken


def hold_lane(conn: Connection, lane: str) -> None:
    """Keeps other transactions out of the lane until this one ends (SQLite has one writer: nothing to do)."""
    if conn.dialect.name == "postgresql":
        conn.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(lane, 0))))


def _try_lane(conn: Connection, lane: str) -> bool:
    if conn.dialect.name == "sqlite" or not lane:
        return True
    return bool(conn.execute(select(func.pg_try_advisory_xact_lock(func.hashtextextended(lane, 0)))).scalar())


def anything_to_claim(conn: Connection, kinds: tuple[str, ...], watch: Watch, *, now: datetime) -> bool:
    """A read that tells whether `claim` is worth a write transaction."""
    running = conn.execute(_running(kinds)).all()
    return bool(watch.stalled([(row[0], row[1], row[2]) for row in running])) or bool(_due(conn, kinds, now, 1))


def _running(kinds: tuple[str, ...]) -> Select[int, int, int]:
    return select(jobs.c.id, jobs.c.fence, jobs.c.beat).where(jobs.c.state == "running", jobs.c.kind.in_(kinds))


def _due(conn: Connection, kinds: tuple[str, ...], now: datetime, limit: int) -> list[tuple[int, str]]:
    if limit <= 0:
        return []
    moment = time.time()
    # a retry far ahead means that the machine's clock was set back: it is due
    rested = or_(jobs.c.retry_at <= moment, jobs.c.retry_at > moment + MAX_BACKOFF * 2)
    query = (
        select(jobs.c.id, jobs.c.lane)
        .where(jobs.c.state == "pending", jobs.c.kind.in_(kinds), jobs.c.run_at <= now, rested, _first_in_lane())
        .order_by(jobs.c.id)
        .limit(limit)
    )
    return [(row.id, row.lane) for row in conn.execute(query)]


def _first_in_lane() -> ColumnElement[bool]:
    """No older job of the lane is open and none is running (ids may become visible out of order on PostgreSQL)."""
    other = jobs.alias()
    before = or_(other.c.state == "running", and_(other.c.state == "pending", other.c.id < jobs.c.id))
    return or_(jobs.c.lane == "", ~select(other.c.id).where(other.c.lane == jobs.c.lane, before).exists())


def _take(conn: Connection, id_: int, owner: str, still: Any, interrupted: bool) -> list[Job]:
    row = conn.execute(
        update(jobs)
        .where(jobs.c.id == id_, still)
        .values(state="running", owner=owner, fence=jobs.c.fence + 1, beat=0)
        .returning(jobs.c.kind, jobs.c.key, jobs.c.lane, jobs.c.payload, jobs.c.attempts, jobs.c.fence)
    ).one_or_none()
    if row is None:
        return []
    return [Job(id_, row.kind, row.key, row.lane, row.payload, row.attempts, row.fence, interrupted)]


def last_trouble(conn: Connection, kind: str, lanes: str) -> tuple[State, str, datetime] | None:
    """(state, error, since when) of the newest job of the kind that could not be done, in a lane that begins so."""
    row = conn.execute(
        select(jobs.c.state, jobs.c.error, jobs.c.created_at)
        .where(jobs.c.state.in_(("failed", "unknown")), jobs.c.kind == kind)
        .where(jobs.c.lane.startswith(lanes, autoescape=True))
        .order_by(jobs.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else (row.state, row.error, row.created_at)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A job that waits for a person: `failed`, or `unknown` where nobody can say whether it was done."""

    key: str
    lane: str
    error: str


def stuck(conn: Connection, kind: str, limit: int) -> list[Stuck]:
    """The newest of a kind that wait for a person."""
    rows = conn.execute(
        select(jobs.c.key, jobs.c.lane, jobs.c.error)
        .where(jobs.c.state.in_(("failed", "unknown")), jobs.c.kind == kind)
        .order_by(jobs.c.id.desc())
        .limit(limit)
    )
    return [Stuck(row.key, row.lane, row.error) for row in rows]


def counts(conn: Connection) -> dict[tuple[str, str], int]:
    """How many jobs there are by `(kind, state)`; done ones are left out."""
    rows = conn.execute(
        select(jobs.c.kind, jobs.c.state, func.count())
        .where(jobs.c.state != "done")
        .group_by(jobs.c.kind, jobs.c.state)
    )
    return {(row[0], row[1]): row[2] for row in rows}


@dataclass(frozen=True, slots=True)
class Failure:
    """A message that could not be answered, or an answer that did not leave. `channel`: whose."""

    kind: str
    channel: str
    error: str
    at: datetime


def failures(conn: Connection, since: datetime, until: datetime, limit: int = 500) -> list[Failure]:
    """What of the customers' way failed of what came up from `since` on and before `until`, the newest first."""
    columns = jobs.c
    query = (
        select(columns.kind, columns.lane, columns.error, columns.created_at)
        .where(columns.state.in_(("failed", "unknown")), columns.kind.in_(("turn", "deliver")))
        .where(columns.created_at >= since, columns.created_at < until)
    )
    rows = conn.execute(query.order_by(columns.id.desc()).limit(limit))
    return [Failure(row.kind, _channel_of(row.lane), row.error, row.created_at) for row in rows]


def _channel_of(lane: str) -> str:
    """Lanes are `channel:…`, those of answers `deliver:channel:…`."""
    return lane.removeprefix("deliver:").partition(":")[0]
