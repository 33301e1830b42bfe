"""Stopping: event streams never end by themselves, and the server waits for open connections before it goes."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

Handler = Callable[[int, FrameType | None], Any]


@contextmanager
def told_when_stopping(closing: threading.Event) -> Iterator[None]:
    """Sets `closing` when the process is asked to end, before the server's own handler goes on."""
    before: dict[int, Handler] = {}
    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            if callable(handler):
                before[number] = handler
                signal.signal(number, _also(closing, handler))
    try:
        yield
    finally:
        for held, handler in before.items():
            signal.signal(held, handler)


def _also(closing: threading.Event, handler: Handler) -> Handler:
    def stop(number: int, frame: FrameType | None) -> None:
        closing.set()
        handler(number, frame)

    return stop
