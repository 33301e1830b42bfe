"""`simulate`: many customers at once in the sample shops, in this process and over HTTP."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.simulation.persona import read_personas
from app.simulation.run import Report, simulate
from app.simulation.shops.in_process import InProcess
from tests.sizes import size

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
KEYS = set("conversations messages orders errors throughput_per_s latency_ms messages_per_order books ok".split())
PASSWORD = "clave-de-prueba-123"
MOST_PER_ORDER = 6
NO_LIMITS = "\nlimits: {customer_per_minute: 0, channel_per_minute: 0, new_chats_per_hour: 0}\n"


def environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return {**kept, "PYTHONPATH": str(ROOT), **more}


def run(home: Path, *args: object, **more: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "app", "--home", str(home), "simulate", *map(str, args)]
    return subprocess.run(words, env=environment(**more), cwd=ROOT, capture_output=True, text=True, timeout=1800)


async def played(folder: Path, sample: str, conversations: int, at_once: int, seed: int) -> Report:
    async with InProcess(folder, data=EXAMPLES / sample, conversations=conversations) as shop:
        return await simulate(shop, read_personas(), conversations, at_once, seed)


def test_twenty_customers_and_the_books_are_right(tmp_path: Path) -> None:
    args = ("--data", EXAMPLES / "tiendita", "--conversations", 20, "--concurrency", 5, "--seed", 7, "--json")
    ended = run(tmp_path, *args)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told: dict[str, Any] = json.loads(ended.stdout)
    assert set(told) == KEYS
    assert set(told["latency_ms"]) == {"p50", "p95", "p99"}
    assert (told["conversations"], told["errors"], told["ok"]) == (20, 0, True)
    assert told["books"] == {"orders": True, "totals": True, "stock": True, "notices": True}
    assert told["orders"] >= 10
    assert not any(tmp_path.iterdir())


@pytest.mark.parametrize("sample", ["tiendita", "food_truck", "ropa"])
async def test_many_at_once_none_unanswered_or_answered_twice(tmp_path: Path, sample: str) -> None:
    report = await played(tmp_path, sample, size(20, 500), size(10, 50), seed=7)
    assert report.said_wrong == []
    assert report.books.problems == []
    assert report.ok


async def test_an_order_needs_few_messages_of_the_bot(tmp_path: Path) -> None:
    report = await played(tmp_path, "tiendita", size(30, 500), size(20, 50), seed=11)
    assert report.as_json()["messages_per_order"] <= MOST_PER_ORDER


async def test_the_same_seed_is_the_same_outcome_however_many_come_at_once(tmp_path: Path) -> None:
    outcomes = []
    for at_once in (1, 20):
        report = await played(tmp_path, "tiendita", size(15, 300), at_once, seed=5)
        outcomes.append((report.messages, report.orders, report.errors, sorted(report.took), report.ends))
    assert outcomes[0] == outcomes[1]


def test_nonsense_is_wrong_usage(tmp_path: Path) -> None:
    assert run(tmp_path, "--conversations", 0).returncode == 2
    assert run(tmp_path, "--seed", "siete").returncode == 2


def test_a_server_that_is_not_there_is_one_readable_line(tmp_path: Path) -> None:
    ended = run(tmp_path, "--url", "http://127.0.0.1:9", ADMIN_PASSWORD=PASSWORD)
    assert ended.returncode == 1
    assert "http://127.0.0.1:9" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
    assert run(tmp_path, "--url", "http://127.0.0.1:9").returncode == 1


@pytest.fixture
def served(tmp_path: Path) -> Iterator[tuple[Path, str]]:
    """A server of the sample shop with its limits off: its home and its address."""
    home = tmp_path / "home"
    env = environment(ADMIN_PASSWORD=PASSWORD, TENDERO_CLOCK="2026-11-24T10:00:00-06:00")
    tendero = [sys.executable, "-m", "app", "--home", str(home)]
    subprocess.run([*tendero, "init"], env=env, cwd=ROOT, check=True, capture_output=True)
    with (home / "config.yaml").open("a", encoding="utf-8") as config:
        config.write(NO_LIMITS)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = int(taken.getsockname()[1])
    words = [*tendero, "serve", "--port", str(port)]
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(words, env=env, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            wait_for(f"http://127.0.0.1:{port}/readyz", server)
            yield home, f"http://127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGTERM)
            server.wait(20)


def wait_for(address: str, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None
        try:
            urllib.request.urlopen(address, timeout=2).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the server did not come up")


def test_over_http_the_books_are_read_through_the_panel(served: tuple[Path, str]) -> None:
    home, url = served
    args = ("--url", url, "--conversations", size(10, 200), "--concurrency", size(5, 30), "--seed", 7, "--json")
    for _ in range(2):  # what was ordered before is no business of the next customers
        ended = run(home, *args, ADMIN_PASSWORD=PASSWORD)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        told = json.loads(ended.stdout)
        assert told["books"] == {"orders": True, "totals": True, "stock": True, "notices": None}
        assert (told["errors"], told["ok"]) == (0, True)
    assert run(home, *args, ADMIN_PASSWORD="otra-clave-larga-456").returncode == 1
