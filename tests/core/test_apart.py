"""The process that reads other people's files: what it may not do, and what becomes of a file that costs too much."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from app.core.apart import Refused, ToRead, read_apart

PRYING = "tests.core.prying"
MB = 1024 * 1024


def read(function: str, *contents: bytes, more: Any = None, longest: int = 1_000_000) -> list[Any]:
    files = [ToRead(f"{at}.txt", lambda data=data: data, more) for at, data in enumerate(contents)]  # type: ignore[misc]
    return list(read_apart(f"{PRYING}:{function}", files, longest))


@pytest.fixture
def found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What a prying reader came by."""
    monkeypatch.setenv("ADMIN_PASSWORD", "secreto")
    (tmp_path / ".env").write_text("ADMIN_PASSWORD=secreto", encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as server:
        more = {"port": server.getsockname()[1], "secret": str(tmp_path / ".env"), "target": str(tmp_path / "new")}
        result = read("pry", "ñandú".encode(), more=more)[0]
    assert isinstance(result, dict)
    result["left"] = sorted(path.name for path in tmp_path.iterdir())
    return result


def test_a_reader_gets_the_bytes_and_the_name_and_gives_its_result_back(found: dict[str, Any]) -> None:
    assert found["told"] == ["ñandú", "0.txt"]


def test_a_reader_reaches_no_network_no_file_and_no_other_program(found: dict[str, Any]) -> None:
    assert {what: outcome for what, outcome in found["attempts"].items() if outcome != "PermissionError"} == {}
    assert found["left"] == [".env"]


def test_a_reader_has_a_network_of_its_own_wherever_the_system_gives_one(found: dict[str, Any]) -> None:
    """The audit hook binds Python only; without a network there is none for anybody."""
    script = "import ctypes; u = ctypes.CDLL(None).unshare; print(u(0x40000000) == 0 or u(0x50000000) == 0)"
    given = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.strip()
    assert str(found["namespace"] != os.readlink("/proc/self/ns/net")) == given


def test_a_reader_knows_no_secret_of_the_environment(found: dict[str, Any]) -> None:
    assert [name for name in found["environment"] if name not in ("LC_CTYPE", "SYSTEMROOT")] == []


def test_a_reader_has_512_mb_and_5_seconds(found: dict[str, Any]) -> None:
    assert (found["limits"]["AS"], found["limits"]["CPU"], found["limits"]["FSIZE"]) == (512 * MB, 5, 0)


def test_memory_is_refused_and_the_file_with_it() -> None:
    assert read("devour_memory", b"") == [Refused("too_heavy")]


def test_a_file_that_never_ends_costs_itself_only_and_no_more_than_ten_seconds() -> None:
    began = time.monotonic()
    assert read("spin", b"one", b"spin", b"two") == ["one", Refused("too_heavy"), "two"]
    assert time.monotonic() - began < 10


def test_waiting_without_working_is_ended_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.apart.WAIT_SECONDS", 0.5)
    assert read("sleep", b"") == [Refused("too_heavy")]


def test_a_result_that_is_too_long_is_not_taken() -> None:
    assert read("flood", b"") == [Refused("too_heavy")]
    assert len(read("flood", b"", longest=3_000_000)[0]) == 2_000_000


def test_a_file_that_its_reader_cannot_make_out_is_broken_and_the_next_is_read() -> None:
    assert read("fail", b"bad", b"good") == [Refused("broken"), "good"]


def test_a_file_that_kills_its_reader_gets_one_more_try_alone_and_the_next_is_read() -> None:
    assert read("fail", b"good", b"die", b"good") == ["good", Refused("too_heavy"), "good"]


def test_no_process_is_started_for_no_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.core.apart.subprocess.Popen", lambda *_, **__: pytest.fail("started"))
    assert read("fail") == []
