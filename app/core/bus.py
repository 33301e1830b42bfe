"""Wake-ups and live fan-out. The database is the truth: whoever is woken reads it, and a lost wake-up costs a moment."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Protocol

from app.core.log import get_logger

if TYPE_CHECKING:
    from redis.asyncio import Redis

WAITING = 100  # notices a slow listener may leave unread; older ones are dropped
RECONNECT_SECONDS = 1.0

Notice = dict[str, Any]
log = get_logger("bus")


class Bus(Protocol):
    """Notices by topic (`conversation:<id>`, `jobs`, `data`)."""

    async def publish(self, topic: str, data: Notice) -> None: ...

    def subscribe(self, topic: str) -> Any:
        """An async context manager that gives a Listener."""
        ...

    async def close(self) -> None: ...


class Listener:
    """What one subscriber has not read yet."""

    def __init__(self) -> None:
        self._queue: asyncio.Queue[Notice] = asyncio.Queue(WAITING)

    def offer(self, data: Notice) -> None:
        if self._queue.full():
            self._queue.get_nowait()
        self._queue.put_nowait(data)

    async def next(self, wait: float) -> Notice | None:
        """The next notice, or None after `wait` seconds without one."""
        try:
            return await asyncio.wait_for(self._queue.get(), wait)
        except TimeoutError:
            return None


class MemoryBus:
    """The notices of one process."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Listener]] = {}

    async def publish(self, topic: str, data: Notice) -> None:
        for listener in self._topics.get(topic, ()):
            listener.offer(data)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Listener]:
        listener = Listener()
        self._topics.setdefault(topic, set()).add(listener)
        try:
            yield listener
        finally:
            self._topics[topic].discard(listener)
            if not self._topics[topic]:
                del self._topics[topic]

    async def close(self) -> None:
        self._topics.clear()


class RedisBus:
    """The notices of several processes: published to Redis, handed on inside by a MemoryBus."""

    CHANNEL = "tendero:bus"

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._inside = MemoryBus()
        self._reader: asyncio.Task[None] | None = None
        self._ready = asyncio.Event()

    async def publish(self, topic: str, data: Notice) -> None:
        from redis.exceptions import RedisError

        try:
            await self._redis.publish(self.CHANNEL, json.dumps([topic, data]))
        except (RedisError, OSError) as error:
            log.warning("redis_away", reason=str(error))
            await self._inside.publish(topic, data)

    @asynccontextmanager
    async def subscribe(self, topic: str) -> AsyncIterator[Listener]:
        if self._reader is None:
            self._reader = asyncio.create_task(self._read())
        async with self._inside.subscribe(topic) as listener:
            try:
                await asyncio.wait_for(self._ready.wait(), RECONNECT_SECONDS)
            except TimeoutError:
                log.warning("redis_away", reason="not subscribed yet")
            yield listener

    async def close(self) -> None:
        if self._reader is not None:
            self._reader.cancel()
        await self._redis.aclose()

    async def _read(self) -> None:
        from redis.exceptions import RedisError

        while True:
            try:
                async with self._redis.pubsub() as pubsub:
                    await pubsub.subscribe(self.CHANNEL)
                    self._ready.set()
                    async for message in pubsub.listen():
                        if message["type"] == "message":
                            topic, data = json.loads(message["data"])
                            await self._inside.publish(topic, data)
            except (RedisError, OSError) as error:
                self._ready.clear()
                log.warning("redis_away", reason=str(error))
                await asyncio.sleep(RECONNECT_SECONDS)
