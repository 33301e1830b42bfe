"""What a channel is: an edge to customers that verifies, parses and sends, and says what it can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from app.chat.messages import Inbound, Reply, Sender


@dataclass(frozen=True)
class Capabilities:
    """What the channel's users can see. `burst`: people there write in short pieces, so the bot waits for the last."""

    buttons: int = 0  # quick replies it can show; the rest, or all with 0, become numbered lines
    cards: bool = False
    text_limit: int = 4096
    burst: bool = False
    resends_safely: bool = False  # the platform drops a second message with our key


class Channel(Protocol):
    """One platform. A new one is a folder with a class like this and a line in the registry."""

    kind: str
    capabilities: Capabilities

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        """True when the platform signed this webhook."""
        ...

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Inbound]:
        """The webhook's messages; pure. What cannot be used is left out."""
        ...

    async def send(self, to: Sender, texts: list[Reply], key: str) -> None:
        """Sends one degraded answer. Raises DeliveryError, which says whether trying again can help."""
        ...


def degrade(reply: Reply, can: Capabilities) -> list[Reply]:
    """The same answer as the channel can show it: numbered choices without buttons, cards as lines, long text in parts."""
    lines = [reply.text]
    if reply.cards and not can.cards:
        lines += [" · ".join(part for part in (card.title, card.price, card.subtitle) if part) for card in reply.cards]
    shown = reply.quick_replies if len(reply.quick_replies) <= can.buttons else ()
    if reply.quick_replies and not shown:
        lines += ["", *(f"{n}. {choice.title}" for n, choice in enumerate(reply.quick_replies, 1))]
    if reply.url:
        lines.append(reply.url)
    parts = split_text("\n".join(lines).strip(), can.text_limit)
    kept = Reply(
        parts[-1], reply.kind, shown, reply.cards if can.cards else (), reply.order, reply.url if can.cards else None
    )
    return [*(Reply(part) for part in parts[:-1]), kept]


def split_text(text: str, limit: int) -> list[str]:
    """Parts of at most `limit` characters, cut at a line's end, else a space, else anywhere."""
    parts = []
    while len(text) > limit:
        cut = max(text.rfind("\n", 1, limit + 1), 0) or max(text.rfind(" ", 1, limit + 1), 0) or limit
        parts.append(text[:cut].rstrip())
        text = text[cut:].lstrip()
    return [*parts, text]
