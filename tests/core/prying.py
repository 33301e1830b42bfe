"""A reader that tries what an attacker would try from inside a reading process; the tests read its findings."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

HERE = Path(__file__)


def pry(data: bytes, name: str, more: Any) -> dict[str, Any]:
    """What each attempt came to: the error's name, or "done"."""
    attempts: dict[str, Callable[[], object]] = {
        "connect": lambda: socket.create_connection(("127.0.0.1", int(more["port"])), timeout=1),
        "listen": lambda: socket.socket().bind(("127.0.0.1", 0)),
        "look up": lambda: socket.getaddrinfo("localhost", 80),
        "run": lambda: subprocess.run([sys.executable, "-c", ""], check=False),
        "shell": lambda: os.popen("true"),
        "fork": os.fork,
        "read a secret": lambda: Path(more["secret"]).read_text(encoding="utf-8"),
        "read by number": lambda: os.open(more["secret"], os.O_RDONLY),
        "write": lambda: Path(more["target"]).write_text("x", encoding="utf-8"),
        "write code": lambda: Path(more["target"] + ".py").write_text("x", encoding="utf-8"),
        "delete": lambda: Path(more["secret"]).unlink(),
    }
    return {
        "attempts": {what: _outcome(attempt) for what, attempt in attempts.items()},
        "environment": sorted(os.environ),
        "namespace": os.readlink("/proc/self/ns/net"),
        "limits": _limits(),
        "told": [data.decode(), name],
    }


def devour_memory(data: bytes, name: str, more: Any) -> int:
    return sum(map(len, [bytes(64 * 1024 * 1024) for _ in range(20)]))


def spin(data: bytes, name: str, more: Any) -> str:
    """Never ends where the file says so."""
    while data == b"spin":
        pass
    return data.decode()


def sleep(data: bytes, name: str, more: Any) -> str:
    time.sleep(60)
    return ""


def flood(data: bytes, name: str, more: Any) -> str:
    return "x" * 2_000_000


def fail(data: bytes, name: str, more: Any) -> str:
    if data == b"good":
        return "good"
    if data == b"die":
        os._exit(3)
    raise ValueError("no")


def _outcome(attempt: Callable[[], object]) -> str:
    try:
        attempt()
    except Exception as error:
        return type(error).__name__
    return "done"


def _limits() -> dict[str, int]:
    import resource

    return {
        name: resource.getrlimit(getattr(resource, f"RLIMIT_{name}"))[1] for name in ("AS", "CPU", "FSIZE", "NOFILE")
    }
