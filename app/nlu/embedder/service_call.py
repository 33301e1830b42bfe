"""A call of an embeddings service across the network, for threads that may wait."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from app.core.errors import DeliveryError
from app.core.http import Answer, Integration, Outbound

MOST_SECONDS = 30.0  # of a whole call: a service may go on sending a byte now and then
LONGEST_WAIT = 3600.0  # seconds a service is believed that asks to be left alone
MOST_SAID = 200  # letters of a service's own words


class ServiceCall:
    """POSTs JSON to one address. Blocks: never on the event loop; calls may come from several threads.

    Each call has its own loop and connection, closed with it: nothing is left behind in whichever thread it was.
    """

    def __init__(self, name: str, url: str, headers: Mapping[str, str] | None = None, *, operator: bool) -> None:
        self._to = Integration(name, (urlsplit(url).hostname or "",), operator=operator)
        self._url = url
        self._headers = dict(headers or {})

    def post(self, body: Mapping[str, Any]) -> Any:
        """What was answered, as JSON. Raises DeliveryError, permanent for what only a person can mend."""
        answer = asyncio.run(self._send(body))
        if answer.status != 200:
            raise self._refused(answer)
        try:
            return json.loads(answer.body)
        except (ValueError, RecursionError) as error:
            raise DeliveryError(f"{self._to.name}: its answer is not JSON") from error

    async def _send(self, body: Mapping[str, Any]) -> Answer:
        door = Outbound()
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await door.request(self._to, "POST", self._url, json=body, headers=self._headers)
        except TimeoutError as error:
            raise DeliveryError(f"{self._to.name}: took longer than {MOST_SECONDS:.0f} s") from error
        finally:
            await door.close()

    def _refused(self, answer: Answer) -> DeliveryError:
        status = answer.status
        reason = f"{self._to.name}: {status} {_said(answer.body)}".rstrip()
        for secret in self._headers.values():  # a service may repeat the key it refuses
            reason = reason.replace(secret.removeprefix("Bearer "), "***")
        passing = status in (408, 429) or status >= 500
        return DeliveryError(reason, permanent=not passing, retry_after=_wait(answer.headers.get("retry-after", "")))


def _said(body: bytes) -> str:
    """The service's own words about its refusal: `{"error": {"message": …}}` (OpenAI) or `{"error": …}` (Ollama)."""
    try:
        error = json.loads(body)["error"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""
    said = error.get("message", "") if isinstance(error, dict) else error
    return " ".join(str(said).split())[:MOST_SAID]


def _wait(header: str) -> float | None:
    """Seconds of a Retry-After; None without one (or with a date, which no such service sends)."""
    return min(float(header), LONGEST_WAIT) if header.isascii() and header.isdecimal() else None
