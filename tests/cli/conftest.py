"""The command line as a person meets it: what goes in, what comes out, and how it ends."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app import cli
from app.commands import speak


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str


Cli = Callable[..., Ended]


@pytest.fixture
def tendero(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Cli]:
    """Runs a command in this process; `stdin` is what is typed or piped into it."""
    monkeypatch.setenv("TENDERO_HOME", str(tmp_path / "nowhere"))
    for name in ("ADMIN_PASSWORD", "TENDERO_CLOCK", "DATABASE_URL", "REDIS_URL", "EXAMPLE", "HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)

    def run(*args: object, stdin: str | bytes = "", home: Path | None = None) -> Ended:
        speak.use("es")
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        words = [*(("--home", str(home)) if home else ()), *map(str, args)]
        try:
            status = cli.main(words)
        except SystemExit as end:
            status = int(end.code or 0)
        said = capsys.readouterr()
        return Ended(status, said.out, said.err)

    yield run
    speak.use("es")
