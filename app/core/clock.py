"""The shop's clock: business time, which tests and drills may move (`TENDERO_CLOCK`, CONTRACT 7)."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from app.core.errors import UserError


class Clock:
    """Tells business time. Leases and time-outs do not use it: they run on the monotonic clock.

    `spec` is empty (the machine's clock), an ISO 8601 instant with offset (starts there and runs on), or `@FILE`
    (the instant is read from FILE at every use). Raises UserError when it is none of these.
    """

    def __init__(self, spec: str = "") -> None:
        self.spec = spec.strip()
        self.is_set = bool(self.spec)
        self.now: Callable[[], datetime] = self._choose()

    def _choose(self) -> Callable[[], datetime]:
        if not self.spec:
            return lambda: datetime.now(UTC)
        if self.spec.startswith("@"):
            path = Path(self.spec[1:])
            read_instant(path)
            return lambda: read_instant(path)
        start, began = parse_instant(self.spec), time.monotonic()
        return lambda: start + timedelta(seconds=time.monotonic() - began)


class HandClock(Clock):
    """Another clock until it is set; then it stands where it was put."""

    def __init__(self, own: Clock) -> None:
        self.spec, self.is_set, self._own = own.spec, own.is_set, own
        self.put(None)

    def put(self, instant: datetime | None) -> None:
        """Stands at `instant`; None gives the other clock's time back."""
        self.now = (lambda: self._own.now()) if instant is None else lambda: instant


def parse_instant(text: str) -> datetime:
    """ISO 8601 with offset -> aware UTC datetime; UserError says what is expected."""
    try:
        instant = datetime.fromisoformat(text.strip())
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise UserError(
            f'TENDERO_CLOCK: no entiendo "{text.strip()[:60]}"; escribí una fecha con su huso, como 2026-11-23T10:00:00-06:00'
        )
    return instant.astimezone(UTC)


def read_instant(path: Path) -> datetime:
    """The instant a `@FILE` clock stands at."""
    try:
        return parse_instant(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UserError(f"TENDERO_CLOCK: no puedo leer {path}: {error.strerror}") from error
