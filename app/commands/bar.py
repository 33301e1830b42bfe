"""A progress bar on stderr: one line that fills where a person watches, nothing where nobody does."""

from __future__ import annotations

import sys
import time

WIDTH = 40
EVERY_SECONDS = 0.1


class Bar:
    """Call it with (done, total) as often as you like, then `end()`."""

    def __init__(self, title: str) -> None:
        self._title = title
        self._shown = sys.stderr.isatty()
        self._began = time.monotonic()
        self._last = 0.0
        self._drawn = False

    def __call__(self, done: int, total: int) -> None:
        moment = time.monotonic()
        if not self._shown or (moment - self._last < EVERY_SECONDS and done < total):
            return
        self._last, self._drawn = moment, True
        filled = WIDTH * done // max(total, 1)
        line = f"\r{self._title} {'█' * filled}{'░' * (WIDTH - filled)} {done}/{total} {moment - self._began:.0f} s"
        print(line, end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leaves the line, so that what follows begins on its own."""
        if self._drawn:
            print(file=sys.stderr)
