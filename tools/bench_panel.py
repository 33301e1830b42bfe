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
    "orders, the board": "/admin/orders",
    "orders, the list": "/admin/orders/list",
    "orders, a name sought": "/admin/orders/list?text=Gloria+Flores",
    "one order": "/admin/orders/{order}",
    "menu": "/admin/menu",
    "knowledge": "/admin/knowledge",
    "analytics, 7 days": "/admin/analytics?p=7",
    "analytics, 30 days of a channel": "/admin/analytics?p=30&channel=web",
    "logs": "/admin/analytics/logs",
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
    import httpx

    from app.accounts import service as accounts
    from app.main import create_app
    from app.wiring import open_house

    house = open_house(home, environ={})
    house.db.write_now(lambda conn: accounts.set_password(conn, PASSWORD, house.clock.now()))
    transport, slow = httpx.ASGITransport(app=create_app(house)), list[str]()
    async with httpx.AsyncClient(transport=transport, base_url="http://tienda.test") as client:
        await _sign_in(client)
        places = await _places(client)
        print(f"\n{'page of the panel':34}{'p50 ms':>10}{'p95 ms':>10}{'KB':>8}")
        for name, path in PAGES.items():
            times, size = await _timed(client, path.format(**places), calls)
            middle, most = times[len(times) // 2], times[int(len(times) * 0.95)]
            slow += [name] if most > MOST else []
            print(f"{name:34}{middle * 1e3:10.0f}{most * 1e3:10.0f}{size / 1e3:8.0f}{'  slow' if most > MOST else ''}")
    await house.stop()
    return slow


async def _sign_in(client: Any) -> None:
    form = await client.get("/admin/login")
    token = re.search(r'name="csrf_token" value="([^"]+)"', form.text)
    assert token is not None
    entered = await client.post("/admin/login", data={"user": "owner", "password": PASSWORD, "csrf_token": token[1]})
    assert entered.status_code == 303, entered.status_code


async def _places(client: Any) -> dict[str, str]:
    """A thread and an order to open: the first of their lists."""
    found = {}
    for name, path in (("thread", "conversations"), ("order", "orders")):
        page = await client.get(f"/admin/{path}" if name == "thread" else "/admin/orders/list")
        link = re.search(rf'href="/admin/{path}/([\w-]{{20,}})', page.text)
        assert link is not None, path
        found[name] = link[1]
    return found


async def _timed(client: Any, path: str, calls: int) -> tuple[list[float], int]:
    times, size = [], 0
    for _ in range(WARM + calls):
        began = time.perf_counter()
        page = await client.get(path)
        times.append(time.perf_counter() - began)
        assert page.status_code == 200, (path, page.status_code)
        size = len(page.content)
    return sorted(times[WARM:]), size


if __name__ == "__main__":
    main()
