"""Where a request comes from and which address it came to: peers, proxies, and this server's own origin."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection

NEAR = [  # this machine and private networks; Python's is_private counts documentation addresses too
    ip_network(text)
    for text in (
        "127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16",
        "::1/128", "fc00::/7", "fe80::/10",
    )
]  # fmt: skip


def client_address(request: HTTPConnection, public_url: str) -> str:
    """The visitor's address, for limits.

    `X-Forwarded-For` counts only behind a proxy of ours: PUBLIC_URL is https (Tendero itself speaks http, so
    something before it does not) and the peer is on this machine or its network. Then its last entry, the one that
    proxy wrote, is taken. uvicorn rewrites the peer from that header when it comes from the same machine, and says
    so with port 0: without a proxy of ours that is somebody's invention, and all such callers count as one.
    """
    host, port = (request.client.host, request.client.port) if request.client else ("", 0)
    rewritten = bool(host) and port == 0
    if urlsplit(public_url).scheme != "https":
        return "local" if rewritten or not host else host
    if not rewritten and _is_near(host):
        forwarded = request.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return _address(forwarded) or host or "local"
    return host


def is_https(request: HTTPConnection, public_url: str) -> bool:
    """Whether the browser came by https, itself or through the proxy that PUBLIC_URL names."""
    if request.scope.get("scheme") == "https":
        return True
    scheme, host = _origin(public_url)
    return scheme == "https" and request.headers.get("host", "").lower() == host


def is_own_origin(origin: str, request: HTTPConnection, public_url: str) -> bool:
    """Whether an `Origin` header names this server: the host it was called by, or PUBLIC_URL."""
    scheme, host = _origin(origin)
    if scheme not in {"http", "https"} or not host:
        return False
    return host == request.headers.get("host", "").lower() or (scheme, host) == _origin(public_url)


@lru_cache(maxsize=256)
def _origin(url: str) -> tuple[str, str]:
    """Scheme and host:port, lower case, default ports left out; empty strings for what is no origin (`null`)."""
    try:
        parts = urlsplit(url)
        default = {"http": 80, "https": 443}.get(parts.scheme)
        host = (parts.hostname or "").lower()
        if ":" in host:
            host = f"[{host}]"
        return parts.scheme, host if parts.port in (None, default) else f"{host}:{parts.port}"
    except ValueError:
        return "", ""


def _is_near(host: str) -> bool:
    address = _address(host)
    return not address or any(ip_address(address) in network for network in NEAR)


def _address(text: str) -> str:
    """`text` if it is an IP address (IPv4-mapped ones as IPv4), else empty."""
    try:
        address = ip_address(text.strip("[]"))
    except ValueError:
        return ""
    return str(getattr(address, "ipv4_mapped", None) or address)
