"""The worker process: outbox and periodic jobs beside the web processes (scale-out)."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable
from pathlib import Path

from app.wiring import open_house

DRAIN_SECONDS = 10.0


def work(home: Path, on_ready: Callable[[], None]) -> None:
    """Works until SIGINT or SIGTERM, then finishes what it has in hand, for at most DRAIN_SECONDS."""
    asyncio.run(_work(home, on_ready))


async def _work(home: Path, on_ready: Callable[[], None]) -> None:
    house = await asyncio.to_thread(open_house, home, exclusive=False)
    asked_to_stop = asyncio.Event()
    for wish in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # Windows: Ctrl+C arrives as KeyboardInterrupt
            asyncio.get_running_loop().add_signal_handler(wish, asked_to_stop.set)
    await house.start()
    on_ready()
    try:
        await asked_to_stop.wait()
    finally:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(house.stop(), DRAIN_SECONDS)
