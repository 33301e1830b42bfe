"""A messaging platform in a file: what was sent to it, key by key."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping
from pathlib import Path

from app.channels.base import Capabilities
from app.chat.messages import Inbound, Reply, Sender
from app.core.errors import DeliveryError


class DoubleChannel:
    """Takes messages like a platform that cannot recognise a repeated one; `errors` are raised first, one a send."""

    kind = "double"

    def __init__(self, sent: Path, *, burst: bool = False, errors: list[DeliveryError] | None = None) -> None:
        self.capabilities = Capabilities(buttons=3, text_limit=300, burst=burst)
        self.sent = sent
        self.errors = errors or []

    def verify(self, headers: Mapping[str, str], body: bytes) -> bool:
        return headers.get("x-secret") == "good"

    def parse(self, headers: Mapping[str, str], body: bytes) -> list[Inbound]:
        return [text_from(item["user"], item["id"], item["text"]) for item in json.loads(body)]

    async def send(self, to: Sender, texts: list[Reply], key: str) -> None:
        await asyncio.sleep(0)
        if self.errors:
            raise self.errors.pop(0)
        line = json.dumps({"key": key, "to": to.user_id, "texts": [reply.text for reply in texts]}, ensure_ascii=False)
        with self.sent.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
            file.flush()
            os.fsync(file.fileno())

    def received(self, user: str | None = None) -> list[dict[str, object]]:
        """What reached the customers, oldest first."""
        if not self.sent.exists():
            return []
        lines = [json.loads(line) for line in self.sent.read_text(encoding="utf-8").splitlines()]
        return [line for line in lines if user is None or line["to"] == user]


def text_from(user: str, external_id: str, text: str, kind: str = "text") -> Inbound:
    """A message of a customer of the double's platform."""
    return Inbound(Sender("double", "shop", user), external_id, kind, text)  # type: ignore[arg-type]
