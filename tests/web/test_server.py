"""The real server, as `uvicorn app.main:app` starts it: what it says, how it ends, and bodies over a real socket."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from .conftest import ANA_PASSWORD

ROOT = Path(__file__).resolve().parents[2]


def command(port: int) -> list[str]:
    return [sys.executable, "-m", "uvicorn", "app.main:app", "--host", "127.0.0.1", "--port", str(port)]


def environment(home: Path, **more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "VIRTUAL_ENV"}}
    return {**kept, "TENDERO_HOME": str(home), "PYTHONPATH": str(ROOT), **more}


def free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("mistake", ["config", "password"])
def test_a_mistake_is_one_readable_line_and_status_1(home: Path, mistake: str) -> None:
    more = {}
    if mistake == "config":
        path = home / "config.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("timezone:", "timezome:", 1), encoding="utf-8")
    else:
        more = {"ADMIN_PASSWORD": "corta"}
    ended = subprocess.run(
        command(free_port()), env=environment(home, **more), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1, ended.stderr
    assert "Traceback" not in ended.stderr + ended.stdout
    assert ("timezome" if mistake == "config" else "ADMIN_PASSWORD") in ended.stderr


@pytest.fixture(scope="module")
def served(furnished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[int, Path]]:
    """A server on a free port, and its log."""
    folder = tmp_path_factory.mktemp("served")
    home = Path(shutil.copytree(furnished, folder / "home"))
    port, log = free_port(), folder / "log"
    with log.open("w") as out:
        env = environment(home, METRICS_TOKEN="metricas-de-prueba", ADMIN_PASSWORD=ANA_PASSWORD)
        server = subprocess.Popen(command(port), env=env, cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, text=True)
        try:
            wait_for(port, server)
            yield port, log
        finally:
            server.terminate()
            assert server.wait(20) in {0, -signal.SIGTERM}, log.read_text()


def wait_for(port: int, server: subprocess.Popen[str]) -> None:
    import time

    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert server.poll() is None, "the server ended"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("no answer on /healthz")


def exchange(port: int, raw: bytes) -> bytes:
    """What comes back to raw bytes, up to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(raw)
        parts = []
        while part := line.recv(65536):
            parts.append(part)
        return b"".join(parts)


def test_a_chunked_body_is_cut_at_the_limit(served: tuple[int, Path]) -> None:
    port, _ = served
    head = (b"POST /api/chat/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n")  # fmt: skip
    answer = exchange(port, head + b"2710\r\n" + b" " * 10_000 + b"\r\n" + (b"2710\r\n" + b" " * 10_000 + b"\r\n") * 9)
    assert b" 413 " in answer.split(b"\r\n")[0]
    assert b"application/problem+json" in answer


def test_a_huge_declared_body_is_refused_before_it_is_read(served: tuple[int, Path]) -> None:
    port, _ = served
    head = (b"POST /api/chat/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 1073741824\r\n\r\n")  # fmt: skip
    with socket.create_connection(("127.0.0.1", port), timeout=20) as line:
        line.sendall(head)
        assert b" 413 " in line.recv(65536).split(b"\r\n")[0]


def test_head_answers_like_get_without_a_body(served: tuple[int, Path]) -> None:
    port, _ = served
    answer = exchange(port, b"HEAD /demo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    head, _, body = answer.partition(b"\r\n\r\n")
    assert b" 200 " in head.split(b"\r\n")[0]
    assert body == b""


def test_the_stream_flows_over_a_real_connection(served: tuple[int, Path]) -> None:
    port, _ = served
    with urllib.request.urlopen(events_of(port), timeout=20) as response:
        assert response.headers["Content-Type"].startswith("text/event-stream")
        lines = [response.readline() for _ in range(4)]
    assert b"event: status\n" in lines


def test_metrics_count_what_was_asked_with_the_token_only(served: tuple[int, Path]) -> None:
    port, _ = served
    address = f"http://127.0.0.1:{port}/metrics"
    for value in ("", "Bearer no"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(urllib.request.Request(address, headers={"Authorization": value}), timeout=20)
        assert refused.value.code == 401
    good = urllib.request.Request(address, headers={"Authorization": "Bearer metricas-de-prueba"})
    with urllib.request.urlopen(good, timeout=20) as response:
        text = response.read().decode()
    assert 'tendero_http_requests_total{route="/healthz",method="GET",status="200"}' in text
    assert 'tendero_turn_seconds_bucket{le="+Inf"}' in text


def test_stopping_does_not_wait_for_those_who_listen(furnished: Path, tmp_path: Path) -> None:
    home, port = Path(shutil.copytree(furnished, tmp_path / "home")), free_port()
    server = subprocess.Popen(
        command(port), env=environment(home), cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT, text=True
    )
    try:
        wait_for(port, server)
        with urllib.request.urlopen(events_of(port), timeout=20) as response:
            assert response.readline()
            server.terminate()
            assert server.wait(9) in {0, -signal.SIGTERM}
    finally:
        server.kill()


def events_of(port: int) -> urllib.request.Request:
    """A request for the stream of a new conversation."""
    address = f"http://127.0.0.1:{port}/api/chat"
    new = urllib.request.Request(f"{address}/sessions", data=b"{}", headers={"Content-Type": "application/json"})
    with urllib.request.urlopen(new, timeout=20) as response:
        token = json.loads(response.read())["token"]
    return urllib.request.Request(f"{address}/events", headers={"Authorization": f"Bearer {token}"})


def test_a_first_start_shows_where_to_set_the_password(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    with log.open("w") as out:
        server = subprocess.Popen(
            command(port), env=environment(tmp_path / "new"), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT, text=True
        )
        try:
            wait_for(port, server)
        finally:
            server.terminate()
            server.wait(20)
    assert "/admin/setup?token=" in log.read_text()
