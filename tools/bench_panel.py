"""The panel with a long past behind it: how long each list and report takes.

    python tools/bench_panel.py [--home HOME] [--calls 40]

Part of `make bench`. Whole pages by ASGI calls in one process, one at a time, without sockets; p95 of `--calls` each.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

MOST = 0.3  # seconds, at p95
WARM = 3  # calls before the ones that count
PASSWORD = "clave-para-medir-123"
PAGES = {
    "home": "/admin",
    "conversations": "/admin/conversations",
    "conversations, of a channel": "/admin/conversations?channel=telegram",
    "conversations, a name sought": "/admin/conversations?q=Gloria+Flores",
    "conversations, words sought": "/admin/conversations?q=bicicleta",
    "conversations, nothing found": "/admin/conversations?q=zzyzx",
    "one conversation": "/admin/conversations/{thread}",
    "one conversation, as a file": "/admin/conversations/{thread}/export?format=txt",
    "people to contact": "/admin/conversations/leads",
    "quick replies": "/admin/conversations/replies",
    "orders, the board": "/admin/orders",
    "orders, the list": "/admin/orders/list",
    "orders, a name sought": "/admin/orders/list?text=Gloria+Flores",
    "one order": "/admin/orders/{order}",
    "menu": "/admin/menu",
    "knowledge": "/admin/knowledge",
    "unanswered": "/admin/knowledge/unanswered",
    "documents": "/admin/knowledge/documents",
    "analytics, 7 days": "/admin/analytics?p=7",
    "analytics, 30 days of a channel": "/admin/analytics?p=30&channel=web",
    "logs": "/admin/analytics/logs",
    "settings": "/admin/settings",
    "branches": "/admin/settings/branches",
    "team": "/admin/settings/team",
    "history": "/admin/settings/history",
    "backups": "/admin/settings/backups",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--home", type=Path, help="a home that seed_history.py filled; without it one is made")
    parser.add_argument("--calls", type=int, default=40)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tendero-bench-") as folder:
        slow = asyncio.run(measured(options.home or _filled(Path(folder) / "home"), options.calls))
    sys.exit(1 if slow else 0)


async def made_and_measured(folder: Path) -> None:
    """A shop with a past, made and measured."""
    await measured(_filled(folder), calls=20)


def _filled(home: Path) -> Path:
    from app.wiring import open_house, prepare_home
    from tools.seed_history import CONVERSATIONS, DAYS, MESSAGES, ORDERS, Past

    prepare_home(home)
    house = open_house(home, environ={})
    past = Past(house.clock.now(), house.currency(), CONVERSATIONS, MESSAGES, ORDERS, DAYS)
    house.db.write_now(past.write)
    house.close()
    return home


async def measured(home: Path, calls: int) -> list[str]:
    """Shows every page's figures; the names of those over MOST."""
    from app.accounts import service as accounts
    from app.main import create_app
    from app.wiring import open_house

    house = open_house(home, environ={})
    house.db.write_now(lambda conn: accounts.set_password(conn, PASSWORD, house.clock.now()))
    browser, slow = Browser(create_app(house)), list[str]()
    await _sign_in(browser)
    places = await _places(browser)
    print(f"\n{'page of the panel':34}{'p50 ms':>10}{'p95 ms':>10}{'KB':>8}")
    for name, path in PAGES.items():
        times, size = await _timed(browser, path.format(**places), calls)
        middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
        slow += [name] if most > MOST else []
        print(f"{name:34}{middle * 1e3:10.0f}{most * 1e3:10.0f}{size / 1e3:8.0f}{'  slow' if most > MOST else ''}")
    await house.stop()
    return slow


class Browser:
    """Asks an ASGI application as a browser does, cookies included, without a socket."""

    def __init__(self, app: Any) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}

    async def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> tuple[int, bytes]:
        """The answer's status and body."""
        sent, answer, status = urlencode(form or {}).encode(), b"", 0
        place, _, query = path.partition("?")
        headers = {
            "host": "127.0.0.1:8000", "origin": "http://127.0.0.1:8000", "content-length": str(len(sent)),
            "content-type": "application/x-www-form-urlencoded",
            "cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
        }  # fmt: skip
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": method, "path": place,
            "raw_path": place.encode(), "query_string": query.encode(), "root_path": "", "scheme": "http",
            "server": ("127.0.0.1", 8000), "client": ("127.0.0.1", 5000),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }  # fmt: skip

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": sent, "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            nonlocal answer, status
            status = message.get("status", status)
            answer += message.get("body", b"")
            for name, value in message.get("headers", ()):
                if name == b"set-cookie":
                    key, _, rest = value.decode().partition("=")
                    self.cookies[key] = rest.partition(";")[0]

        await self.app(scope, receive, send)
        return status, answer

    async def page(self, path: str) -> bytes:
        """The page's body; AssertionError unless it is there."""
        status, body = await self.ask("GET", path)
        assert status == 200, (path, status)
        return body


async def _sign_in(browser: Browser) -> None:
    token = re.search(rb'name="csrf_token" value="([^"]+)"', await browser.page("/admin/login"))
    assert token is not None
    form = {"user": "owner", "password": PASSWORD, "csrf_token": token[1].decode()}
    status, _ = await browser.ask("POST", "/admin/login", form)
    assert status == 303, status


async def _places(browser: Browser) -> dict[str, str]:
    """A thread and an order to open: the first of their lists."""
    found = {}
    for name, path, listed in (("thread", "conversations", ""), ("order", "orders", "/list")):
        link = re.search(rf'href="/admin/{path}/([\w-]{{20,}})'.encode(), await browser.page(f"/admin/{path}{listed}"))
        assert link is not None, path
        found[name] = link[1].decode()
    return found


async def _timed(browser: Browser, path: str, calls: int) -> tuple[list[float], int]:
    times, size = [], 0
    for _ in range(WARM + calls):
        began = time.perf_counter()
        size = len(await browser.page(path))
        times.append(time.perf_counter() - began)
    return sorted(times[WARM:]), size


if __name__ == "__main__":
    main()
