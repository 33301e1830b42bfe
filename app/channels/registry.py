"""The channels there are: one line each. The web chat and the panel's console read their answers themselves."""

from __future__ import annotations

from app.channels.base import Channel

PULLED = frozenset({"web", "console"})  # nobody sends to these: whoever wrote is waiting for the answer
BUILT = PULLED  # the kinds that this version carries; the others are only declared, so that their keys can be kept


class Channels:
    """The channels that are on, by kind."""

    def __init__(self, channels: list[Channel] | None = None) -> None:
        self._by_kind = {channel.kind: channel for channel in channels or []}

    def get(self, kind: str) -> Channel | None:
        """The channel, or None where it is off or unknown."""
        return self._by_kind.get(kind)

    def is_patient(self, kind: str) -> bool:
        """True where people write in short pieces, so that the bot waits for the last."""
        channel = self.get(kind)
        return channel is not None and channel.capabilities.burst

    def is_pushed(self, kind: str) -> bool:
        """True when answers must be sent out to it."""
        return kind not in PULLED
