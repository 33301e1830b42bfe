"""Durable jobs: once, in order, by one holder at a time, whatever dies."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select, update

from app.core import jobs
from app.core.db import Database
from app.core.errors import DeliveryError
from app.core.jobs import Job, LeaseLost, Watch
from app.core.models import jobs as table
from app.core.work import Worker
from tests.clocks import FixedClock

KINDS = ("turn", "deliver")


def put(db: Database, clock: FixedClock, key: str, lane: str = "", **more: object) -> int | None:
    return db.write_now(lambda conn: jobs.put(conn, "turn", key, {"n": key}, now=clock.now(), lane=lane, **more))


def claim(db: Database, clock: FixedClock, watch: Watch | None = None, owner: str = "ana") -> list[Job]:
    return db.write_now(lambda conn: jobs.claim(conn, KINDS, owner, watch or Watch(), now=clock.now()))


def state_of(db: Database, key: str) -> str:
    found = db.read_now(lambda conn: jobs.find(conn, "turn", key))
    assert found is not None
    return found[1]


def test_the_same_key_is_stored_once(db: Database, clock: FixedClock) -> None:
    assert put(db, clock, "a") is not None
    assert put(db, clock, "a") is None
    assert [job.key for job in claim(db, clock)] == ["a"]


def test_fifty_hands_storing_the_same_key_at_once_store_it_once(db: Database, clock: FixedClock) -> None:
    stored: list[int | None] = []
    hands = [threading.Thread(target=lambda: stored.append(put(db, clock, "same"))) for _ in range(50)]
    for hand in hands:
        hand.start()
    for hand in hands:
        hand.join()
    assert Counter(id_ is None for id_ in stored) == {True: 49, False: 1}


def test_a_lane_gives_its_jobs_one_after_the_other_and_lanes_run_side_by_side(db: Database, clock: FixedClock) -> None:
    for key, lane in [("a1", "a"), ("a2", "a"), ("b1", "b"), ("free1", ""), ("free2", "")]:
        put(db, clock, key, lane)
    first = claim(db, clock)
    assert [job.key for job in first] == ["a1", "b1", "free1", "free2"]
    assert claim(db, clock) == []
    db.write_now(lambda conn: jobs.finish(conn, first[0], now=clock.now()))
    assert [job.key for job in claim(db, clock)] == ["a2"]


def test_a_job_that_waits_to_be_tried_again_holds_its_lane(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a1", "a")
    put(db, clock, "a2", "a")
    [job] = claim(db, clock)
    db.write_now(lambda conn: jobs.put_back(conn, job, error="away", wait=60))
    assert claim(db, clock) == []


def test_a_dead_letter_does_not_hold_its_lane_and_one_click_tries_it_again(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a1", "a")
    put(db, clock, "a2", "a")
    [job] = claim(db, clock)
    db.write_now(lambda conn: jobs.finish(conn, job, now=clock.now(), state="failed", error="no such number"))
    assert [found.key for found in claim(db, clock)] == ["a2"]
    assert db.write_now(lambda conn: jobs.retry(conn, job.id, now=clock.now()))
    assert state_of(db, "a1") == "pending"


def test_a_job_for_later_waits_for_the_shops_clock(db: Database, clock: FixedClock) -> None:
    put(db, clock, "later", run_at=clock.now() + timedelta(minutes=30))
    assert claim(db, clock) == []
    clock.advance(minutes=31)
    assert [job.key for job in claim(db, clock)] == ["later"]


def test_a_machine_clock_set_back_an_hour_does_not_hold_a_retry(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a")
    db.write_now(lambda conn: conn.execute(update(table).values(retry_at=time.time() + 3600)))
    assert [job.key for job in claim(db, clock)] == ["a"]


def test_a_holder_that_stops_beating_loses_the_job_and_cannot_finish_it(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a", "a")
    [late] = claim(db, clock, owner="dead")
    watch = Watch(lease_seconds=0.2)
    assert claim(db, clock, watch) == []  # seen for the first time: it may be alive
    time.sleep(0.25)  # the lease itself is what passes here
    [again] = claim(db, clock, watch, owner="heir")
    assert (again.id, again.interrupted, again.fence) == (late.id, True, late.fence + 1)
    with pytest.raises(LeaseLost):
        db.write_now(lambda conn: jobs.finish(conn, late, now=clock.now()))
    db.write_now(lambda conn: jobs.finish(conn, again, now=clock.now()))
    assert state_of(db, "a") == "done"


def test_a_holder_that_beats_keeps_the_job(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a", "a")
    [held] = claim(db, clock)
    watch = Watch(lease_seconds=0.2)
    for _ in range(4):
        assert claim(db, clock, watch) == []
        time.sleep(0.1)  # less than the lease
        assert db.write_now(lambda conn: jobs.beat(conn, held))
    assert state_of(db, "a") == "running"


def test_what_a_late_holder_wanted_to_store_is_not_stored(db: Database, clock: FixedClock) -> None:
    put(db, clock, "a", "a")
    [late] = claim(db, clock)
    db.write_now(lambda conn: conn.execute(update(table).values(fence=table.c.fence + 1)))  # somebody took over

    def effect(conn: Connection) -> None:
        jobs.put(conn, "deliver", "the answer", {}, now=clock.now())
        jobs.finish(conn, late, now=clock.now())

    with pytest.raises(LeaseLost):
        db.write_now(effect)
    assert db.read_now(lambda conn: jobs.find(conn, "deliver", "the answer")) is None


async def test_eight_workers_keep_each_conversations_order(db: Database, clock: FixedClock) -> None:
    """TRUST R-09: twenty users, each their own lane, several messages, slow and fast turns mixed."""
    for n in range(5):
        for user in range(20):
            put(db, clock, f"{user}:{n}", f"user {user}")
    seen: dict[str, list[int]] = {}
    inside: set[str] = set()

    async def handler(job: Job, worker: str) -> None:
        assert job.lane not in inside, "two turns of one conversation at once"
        inside.add(job.lane)
        await asyncio.sleep(0.001 * (job.id % 3))
        inside.remove(job.lane)
        seen.setdefault(job.lane, []).append(int(job.key.split(":")[1]))
        await db.write(lambda conn: jobs.finish(conn, job, now=clock.now()))

    workers = [Worker(db, clock) for _ in range(8)]
    for worker in workers:
        worker.handle("turn", lambda job, w=worker.owner: handler(job, w))
    await asyncio.wait_for(_until_done(db, workers), 60)
    assert seen == {f"user {user}": [0, 1, 2, 3, 4] for user in range(20)}


async def test_a_poison_job_becomes_a_dead_letter_with_its_reason(db: Database, clock: FixedClock) -> None:
    """TRUST R-20; the waits between tries are taken out, the tries are real."""
    put(db, clock, "poison", "p")
    put(db, clock, "good", "g")
    done: list[str] = []

    async def handler(job: Job) -> None:
        if job.key == "poison":
            raise ValueError("cannot digest this")
        done.append(job.key)
        await db.write(lambda conn: jobs.finish(conn, job, now=clock.now()))

    worker = Worker(db, clock)
    worker.handle("turn", handler)
    for _ in range(jobs.ATTEMPTS):
        await worker.run_until_idle()
        db.write_now(lambda conn: conn.execute(update(table).values(retry_at=0.0)))
    row = db.read_now(lambda conn: conn.execute(select(table).where(table.c.key == "poison")).one())
    assert (row.state, row.error) == ("failed", "ValueError: cannot digest this")
    assert done == ["good"]


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (DeliveryError("no such chat", permanent=True), "failed"),
        (DeliveryError("the connection died", ambiguous=True), "unknown"),
        (DeliveryError("slow down", retry_after=20), "pending"),
    ],
)
async def test_an_error_carries_its_consequence(
    db: Database, clock: FixedClock, error: DeliveryError, state: str
) -> None:
    put(db, clock, "a")

    async def handler(job: Job) -> None:
        raise error

    worker = Worker(db, clock)
    worker.handle("turn", handler)
    before = time.time()
    await worker.run_until_idle()
    row = db.read_now(lambda conn: conn.execute(select(table)).one())
    assert (row.state, row.error) == (state, error.reason)
    if error.retry_after:
        assert before + 19 < row.retry_at < before + 25


async def _until_done(db: Database, workers: list[Worker]) -> None:
    while db.read_now(jobs.counts):
        await asyncio.gather(*(worker.run_until_idle() for worker in workers))
