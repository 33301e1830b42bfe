"""`run`, `serve` and `worker` as processes of their own: they open, tell their addresses, and close within ten seconds."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Starts a command with its home in a temporary folder; what is still running at the end is stopped."""
    running: list[subprocess.Popen[str]] = []

    def run(*words: str, **environ: str) -> subprocess.Popen[str]:
        env = {**os.environ, "TENDERO_HOME": str(tmp_path / "home"), **environ}
        process = subprocess.Popen(
            [sys.executable, "-m", "app", *words],
            cwd=ROOT,
            env=env,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        process.kill()
        process.communicate()


@pytest.fixture
def port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def wait_until_healthy(port: int, process: subprocess.Popen[str]) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        assert process.poll() is None, process.communicate()
        try:
            if httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).json() == {"status": "ok"}:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise AssertionError("it does not answer")


def stop(process: subprocess.Popen[str], wish: signal.Signals = signal.SIGTERM) -> tuple[str, str]:
    """Asks it to close; what it said in its life. It may take ten seconds."""
    began = time.monotonic()
    process.send_signal(wish)
    said = process.communicate(timeout=PATIENCE)
    assert time.monotonic() - began < 12
    return said


def test_run_makes_a_shop_tells_its_addresses_and_closes(start: Start, port: int, tmp_path: Path, tendero: Cli) -> None:
    process = start("run", PORT=str(port))
    wait_until_healthy(port, process)
    home = tmp_path / "home"
    assert {".env", "config.yaml", "data", "var"} <= {path.name for path in home.iterdir()}
    (home / "copia.zip").write_bytes(b"")
    assert tendero("backup", home / "copia.zip", home=home).status == 0
    refused = tendero("restore", home / "copia.zip", home=home)
    assert refused.status == 1
    assert "está abierta" in refused.err
    said, errors = stop(process)
    assert (process.returncode, errors) == (0, "")
    assert f"http://localhost:{port}/demo" in said
    assert len(re.findall(rf"http://localhost:{port}/admin/setup\?token=\S+", said)) == 1
    assert tendero("restore", home / "copia.zip", home=home).status == 0


def test_with_a_password_the_panel_has_no_set_up_link(start: Start, port: int) -> None:
    process = start("serve", "--port", str(port), ADMIN_PASSWORD="una-clave-larga")
    wait_until_healthy(port, process)
    said, _ = stop(process, signal.SIGINT)
    assert process.returncode == 0
    assert f"http://localhost:{port}/admin\n" in said
    assert "token=" not in said


def test_two_servers_of_one_home_do_not_mix(start: Start, port: int) -> None:
    first = start("serve", "--port", str(port))
    wait_until_healthy(port, first)
    second = start("serve", "--port", "0")
    _, errors = second.communicate(timeout=PATIENCE)
    assert second.returncode == 1
    assert errors.count("\n") == 1
    taken = start("serve", "--port", str(port), TENDERO_HOME=str(Path(os.devnull).parent / "nowhere"))
    taken.communicate(timeout=PATIENCE)
    assert taken.returncode == 1


def test_a_taken_port_is_told_before_anything_is_made(tendero: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        ended = tendero("serve", "--port", port, home=tmp_path / "home")
    assert ended.status == 1
    assert f"127.0.0.1:{port}" in ended.err
    assert f"PORT={port + 1}" in ended.err


@pytest.mark.parametrize(
    ("words", "said"), [(["--workers", "2"], "DATABASE_URL"), (["--port", "99999"], "no es un puerto")]
)
def test_what_cannot_be_served_is_refused_with_the_mend(
    tendero: Cli, tmp_path: Path, words: list[str], said: str
) -> None:
    ended = tendero("serve", *words, home=tmp_path / "home")
    assert ended.status == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_mistake_in_the_configuration_stops_the_start_with_its_line(
    start: Start, tendero: Cli, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    tendero("init", home=home)
    (home / "config.yaml").write_text("business:\n  timezon: UTC\n", encoding="utf-8")
    process = start("serve", "--port", "0")
    said, errors = process.communicate(timeout=PATIENCE)
    assert process.returncode == 1
    assert "config.yaml:2:" in errors
    assert "Traceback" not in said + errors


def test_the_worker_works_until_it_is_told_to_stop(start: Start, tendero: Cli, tmp_path: Path) -> None:
    tendero("init", home=tmp_path / "home")
    process = start("worker")
    assert process.stdout is not None
    assert "Trabajando" in process.stdout.readline()
    _, errors = stop(process)
    assert process.returncode == 0
    assert "Traceback" not in errors


def test_logs_of_a_server_without_a_terminal_are_json(start: Start, port: int) -> None:
    process = start("serve", "--port", str(port), TENDERO_CLOCK="2026-11-23T10:00:00-06:00")
    wait_until_healthy(port, process)
    _, errors = stop(process)
    for line in errors.splitlines():
        assert isinstance(json.loads(line), dict)
