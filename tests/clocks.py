"""A shop's clock that tests hold in their hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.core.clock import Clock


class FixedClock(Clock):
    """Stands still until it is moved on."""

    def __init__(self, instant: datetime) -> None:
        super().__init__()
        self.is_set = True
        self.instant = instant.astimezone(UTC)
        self.now = lambda: self.instant

    def advance(self, **span: float) -> None:
        """Moves the clock on by `timedelta(**span)`."""
        self.instant += timedelta(**span)
