"""The bus: whoever listens is woken, in this process or another."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from app.core.bus import WAITING, Bus, MemoryBus, RedisBus


@pytest.fixture(params=["memory", "redis"])
async def buses(request: pytest.FixtureRequest) -> AsyncIterator[tuple[Bus, Bus]]:
    """Two ends: of one process in memory, of two processes through Redis."""
    if request.param == "memory":
        one = two = MemoryBus()
    else:
        from redis.asyncio import Redis

        url = request.getfixturevalue("redis_url")
        one, two = RedisBus(Redis.from_url(url)), RedisBus(Redis.from_url(url))
    yield one, two
    await one.close()
    await two.close()


async def test_a_notice_reaches_those_who_listen_to_its_topic_and_nobody_else(buses: tuple[Bus, Bus]) -> None:
    near, far = buses
    async with near.subscribe("conversation:1") as mine, near.subscribe("conversation:2") as other:
        await far.publish("conversation:1", {"n": 1})
        assert await mine.next(5) == {"n": 1}
        assert await other.next(0.05) is None


async def test_a_listener_that_does_not_read_keeps_only_the_newest(buses: tuple[Bus, Bus]) -> None:
    bus = MemoryBus()
    async with bus.subscribe("t") as slow:
        for n in range(WAITING + 5):
            await bus.publish("t", {"n": n})
        assert await slow.next(1) == {"n": 5}


async def test_nothing_is_kept_of_a_listener_that_left() -> None:
    bus = MemoryBus()
    async with bus.subscribe("t"):
        pass
    await bus.publish("t", {})
    assert bus._topics == {}
