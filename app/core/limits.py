"""How often somebody may do something: sliding windows in memory, or in Redis for several processes."""

from __future__ import annotations

import math
from collections import deque
from datetime import datetime
from typing import TYPE_CHECKING, Any, Protocol

from app.core.ids import new_token
from app.core.log import get_logger

if TYPE_CHECKING:
    from redis.asyncio import Redis

MOST_KEYS = 50_000  # of the memory's windows; beyond, the stalest are let go

log = get_logger("limits")


class Limits(Protocol):
    """Counts hits by key."""

    async def hit(self, key: str, limit: int, window_s: int, now: datetime) -> int:
        """Counts one hit and gives 0, or, where `limit` in the last `window_s` seconds are used up, counts nothing
        and gives the whole seconds until the next is free. `limit` 0 means no limit."""
        ...

    async def close(self) -> None: ...


class MemoryLimits:
    """One process' windows."""

    def __init__(self) -> None:
        self._hits: dict[str, deque[float]] = {}

    async def hit(self, key: str, limit: int, window_s: int, now: datetime) -> int:
        if limit <= 0:
            return 0
        moment = now.timestamp()
        hits = self._hits.pop(key, None) or deque()
        self._hits[key] = hits  # last in the dict = freshest
        while hits and (hits[0] <= moment - window_s or hits[0] > moment):  # the clock may have been set back
            hits.popleft()
        if len(hits) >= limit:
            return max(1, math.ceil(hits[0] + window_s - moment))
        hits.append(moment)
        if len(self._hits) > MOST_KEYS:
            del self._hits[next(iter(self._hits))]
        return 0

    async def close(self) -> None:
        self._hits.clear()


REDIS_WINDOW = """
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[1] - ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '(' .. ARGV[1], '+inf')
if redis.call('ZCARD', KEYS[1]) >= tonumber(ARGV[3]) then
  return redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[4])
redis.call('EXPIRE', KEYS[1], ARGV[2])
return false
"""


class RedisLimits:
    """The windows of several processes; while Redis is away each process counts for itself."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._window: Any = redis.register_script(REDIS_WINDOW)
        self._alone = MemoryLimits()

    async def hit(self, key: str, limit: int, window_s: int, now: datetime) -> int:
        from redis.exceptions import RedisError

        if limit <= 0:
            return 0
        moment = now.timestamp()
        try:
            oldest = await self._window(keys=[f"limit:{key}"], args=[f"{moment:.6f}", window_s, limit, new_token(6)])
        except (RedisError, OSError) as error:
            log.warning("redis_away", reason=str(error))
            return await self._alone.hit(key, limit, window_s, now)
        return 0 if oldest is None else max(1, math.ceil(float(oldest) + window_s - moment))

    async def close(self) -> None:
        await self._redis.aclose()
