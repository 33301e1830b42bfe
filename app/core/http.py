"""The one outbound HTTP door: nothing else in Tendero may open a connection (TRUST rule 9).

A request names its integration; the integration says which hosts it may reach and whether its address came from the
operator (`.env`: http and private addresses are his word) or from anywhere else (https to a public address only). The
name is resolved here, each address checked, and the connection pinned to the checked one. No redirects, bounded time
and size, and a circuit that opens after repeated failures so that a dead provider costs nothing.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from app.core.errors import DeliveryError

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
MOST_BYTES = 10 * 1024 * 1024
OPENS_AFTER = 5  # failures in a row
REST_SECONDS = 30.0

Resolver = Callable[[str, int], Awaitable[list[str]]]


@dataclass
class Integration:
    """Who may be called: `hosts` exactly, or any subdomain of one written `*.example.com`.

    `operator`: the address stands in `.env`, so http and private addresses are allowed.
    """

    name: str
    hosts: tuple[str, ...]
    operator: bool = False
    failures: int = field(default=0, compare=False)
    open_until: float = field(default=0.0, compare=False)

    def allows(self, host: str) -> bool:
        return any(host == name or (name.startswith("*.") and host.endswith(name[1:])) for name in self.hosts)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Outbound:
    """Sends requests for integrations. Raises DeliveryError: permanent for what may not be called at all."""

    def __init__(self, resolve: Resolver | None = None) -> None:
        self._resolve = resolve or _resolve
        self._client: httpx.AsyncClient | None = None

    async def request(self, to: Integration, method: str, url: str, **options: Any) -> Answer:
        """Sends one request (`options` as httpx: headers, json, data, content, params) and reads the whole answer."""
        if to.open_until > time.monotonic():
            raise DeliveryError(f"{to.name} is not answering; trying again shortly", retry_after=REST_SECONDS)
        target, address = await self._checked(to, url)
        try:
            answer = await self._send(method, target, address, options)
        except httpx.ConnectError as error:
            self._note_failure(to)
            raise DeliveryError(f"{to.name}: could not connect ({error})") from error
        except httpx.HTTPError as error:
            self._note_failure(to)
            raise DeliveryError(f"{to.name}: {type(error).__name__}", ambiguous=True) from error
        if answer.status >= 500:
            self._note_failure(to)
        else:
            to.failures = 0
        return answer

    async def close(self) -> None:
        if self._client is not None:
            await self._client.aclose()

    async def _checked(self, to: Integration, url: str) -> tuple[httpx.URL, str]:
        """The parsed url and the one address it may be fetched from."""
        try:
            target = httpx.URL(url)
        except (httpx.InvalidURL, ValueError) as error:
            raise DeliveryError(f"{to.name}: not an address", permanent=True) from error
        host = target.host.rstrip(".").lower()
        if target.scheme not in ("https", "http") or (target.scheme == "http" and not to.operator):
            raise DeliveryError(f"{to.name}: only https is called", permanent=True)
        if target.userinfo or not host or not to.allows(host):
            raise DeliveryError(f"{to.name}: {host or 'no host'} is not one of its hosts", permanent=True)
        port = target.port or (443 if target.scheme == "https" else 80)
        try:
            addresses = await self._resolve(host, port)
        except OSError as error:
            raise DeliveryError(f"{to.name}: {host} has no address ({error})") from error
        if not addresses:
            raise DeliveryError(f"{to.name}: {host} has no address")
        if not to.operator and not all(is_public(address) for address in addresses):
            raise DeliveryError(f"{to.name}: {host} points inside a private network", permanent=True)
        return target, addresses[0]

    async def _send(self, method: str, url: httpx.URL, address: str, options: dict[str, Any]) -> Answer:
        if self._client is None:
            self._client = httpx.AsyncClient(follow_redirects=False, timeout=TIMEOUT, trust_env=False)
        headers = {**options.pop("headers", {}), "Host": url.netloc.decode("ascii")}
        pinned = url.copy_with(host=address)
        request = self._client.build_request(method, pinned, headers=headers, **options)
        request.extensions["sni_hostname"] = url.host  # TLS is checked against the name, whatever address we dial
        response = await self._client.send(request, stream=True)
        try:
            return Answer(response.status_code, response.headers, await _bounded(response))
        finally:
            await response.aclose()

    def _note_failure(self, to: Integration) -> None:
        to.failures += 1
        if to.failures >= OPENS_AFTER:
            to.failures = 0
            to.open_until = time.monotonic() + REST_SECONDS


def is_public(address: str) -> bool:
    """True for an address of the open internet, also behind IPv6 forms that hide an IPv4 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in ipaddress.ip_network("64:ff9b::/96"):
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast


async def _resolve(host: str, port: int) -> list[str]:
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


async def _bounded(response: httpx.Response) -> bytes:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > MOST_BYTES:
            raise DeliveryError("the answer was larger than allowed", permanent=True)
    return bytes(body)
