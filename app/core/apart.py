"""Reads files that an attacker may have written in a child process that can do nothing else (TRUST S-22, rule 8).

One child reads all files of a call, one after the other, and is given their bytes: it has no network, opens and writes
no files, has 512 MB and 5 s of CPU (`reading.py`), and this side waits no longer than 8 s for each file. A file that
the child dies of costs itself only: the others go on in a new one. A file met late in a used-up child gets a second
try in a child of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

WAIT_SECONDS = 8.0
LONGEST_RESULT = 32_000_000  # bytes of JSON
ITS_OWN_FAULT = 2.0  # seconds: who had as much of a child that died is not tried again

ROOT = str(Path(__file__).resolve().parents[2])
START = "import sys; sys.path.append(sys.argv[1]); from app.core.reading import main; main(sys.argv[2])"
KEPT_OF_THE_ENVIRONMENT = ("SYSTEMROOT",)  # Windows starts nothing without it; secrets stay here


@dataclass(frozen=True, slots=True)
class Refused:
    """`too_heavy`: more time, memory or result than a file may cost; `broken`: its reader could make nothing of it."""

    reason: Literal["too_heavy", "broken"]


@dataclass(frozen=True, slots=True)
class ToRead:
    """A file: its bytes are asked for when its turn comes. `more`: what the reader should know, as JSON."""

    name: str
    load: Callable[[], bytes]
    more: Any = None


def read_apart(reader: str, files: Iterable[ToRead], longest: int = LONGEST_RESULT) -> Iterator[Any]:
    """What `reader` ("module:function" of ours, called with (data, name, more)) gives for each file, or Refused.

    Results are what JSON can say, at most `longest` bytes of it. OSError where no child can be started.
    """
    child: _Child | None = None
    try:
        for file in files:
            data = file.load()
            child = child or _Child(reader, longest)
            result = child.read(file, data)
            if result is None and child.files > 1 and child.seconds < ITS_OWN_FAULT:
                child.close()
                child = _Child(reader, longest)
                result = child.read(file, data)
            if result is None:
                child.close()
                child, result = None, Refused("too_heavy")
            yield result
    finally:
        if child is not None:
            child.close()


class _Child:
    """A reading process. `files`: how many it was given; `seconds`: what the last one took."""

    def __init__(self, reader: str, longest: int) -> None:
        kept = {name: os.environ[name] for name in KEPT_OF_THE_ENVIRONMENT if name in os.environ}
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-B", "-c", START, ROOT, reader],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=kept,
        )  # fmt: skip
        self._longest = longest
        self.files = 0
        self.seconds = 0.0

    def read(self, file: ToRead, data: bytes) -> Any:
        """The result; None where the child is of no more use."""
        self.files += 1
        begun = time.monotonic()
        watchdog = threading.Timer(WAIT_SECONDS, self._process.kill)
        watchdog.daemon = True
        watchdog.start()
        try:
            line = self._ask(file, data)
        except OSError:  # it died before it had read everything
            line = b""
        finally:
            watchdog.cancel()
            self.seconds = time.monotonic() - begun
        if not line.endswith(b"\n"):
            return None
        try:
            answer = json.loads(line)
            return Refused("broken") if "broken" in answer else answer["result"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return Refused("broken")

    def _ask(self, file: ToRead, data: bytes) -> bytes:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        head = {"name": file.name, "more": file.more, "size": len(data), "longest": self._longest}
        stdin.write(json.dumps(head).encode() + b"\n")
        stdin.write(data)
        stdin.flush()
        return stdout.readline(self._longest + 1)

    def close(self) -> None:
        self._process.kill()
        with self._process:  # closes the pipes and waits
            pass
