"""Limits: the same in memory and in Redis."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from app.core.limits import Limits, MemoryLimits, RedisLimits
from tests.clocks import FixedClock


@pytest.fixture(params=["memory", "redis"])
async def limits(request: pytest.FixtureRequest) -> AsyncIterator[Limits]:
    if request.param == "memory":
        made: Limits = MemoryLimits()
    else:
        from redis.asyncio import Redis

        made = RedisLimits(Redis.from_url(request.getfixturevalue("redis_url")))
    yield made
    await made.close()


async def test_the_twenty_first_message_of_a_minute_is_refused_with_the_seconds_to_wait(
    limits: Limits, clock: FixedClock
) -> None:
    for _ in range(20):
        assert await limits.hit("carla", 20, 60, clock.now()) == 0
        clock.advance(seconds=1)
    assert await limits.hit("carla", 20, 60, clock.now()) == 40  # the first of them leaves the window then
    assert await limits.hit("dario", 20, 60, clock.now()) == 0
    clock.advance(seconds=40)
    assert await limits.hit("carla", 20, 60, clock.now()) == 0
    assert await limits.hit("carla", 20, 60, clock.now()) == 1


async def test_a_refused_hit_is_not_counted(limits: Limits, clock: FixedClock) -> None:
    assert await limits.hit("carla", 1, 60, clock.now()) == 0
    for _ in range(5):
        assert await limits.hit("carla", 1, 60, clock.now()) == 60
    clock.advance(seconds=60)
    assert await limits.hit("carla", 1, 60, clock.now()) == 0


async def test_zero_means_no_limit(limits: Limits, clock: FixedClock) -> None:
    assert [await limits.hit("carla", 0, 60, clock.now()) for _ in range(100)] == [0] * 100


async def test_a_clock_set_back_does_not_lock_anybody_out(limits: Limits, clock: FixedClock) -> None:
    assert await limits.hit("carla", 1, 60, clock.now()) == 0
    assert await limits.hit("carla", 1, 60, clock.now() - timedelta(hours=1)) == 0


async def test_without_redis_each_process_counts_for_itself(clock: FixedClock) -> None:
    from redis.asyncio import Redis

    limits = RedisLimits(Redis.from_url("redis://127.0.0.1:9/0"))
    assert await limits.hit("carla", 1, 60, clock.now()) == 0
    assert await limits.hit("carla", 1, 60, clock.now()) == 60
    await limits.close()
