"""The child's side of `apart.py`: gives its rights away, then reads one file after the other.

On Linux it also leaves the network (a namespace of its own), where the system lets it. Limits of resources are POSIX's;
on Windows there is the audit hook and the parent's clock. The hook holds for Python code, the namespace and the limits
for everything.
"""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import Any

MEMORY_BYTES = 512 * 1024 * 1024
CPU_SECONDS = 5
OPEN_FILES = 32
PATIENCE = 5  # the shop's answers go first
NEW_USER, NEW_NETWORK = 0x10000000, 0x40000000  # unshare(2)
SLOW_TO_LOAD_AND_NOT_NEEDED = ("numpy", "PIL", "lxml")  # the parsers would use them if they were there
CODE = (".py", ".pyc", ".so", ".pyd")
FORBIDDEN = (
    "socket.", "subprocess.", "ctypes.", "shutil.", "tempfile.", "os.exec", "os.fork", "os.posix_spawn", "os.spawn",
    "os.system", "os.startfile", "os.kill", "os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink",
    "os.chmod", "os.chown", "os.truncate", "os.putenv", "pty.", "signal.", "sqlite3.", "webbrowser.", "winreg.",
)  # fmt: skip


def main(reader: str) -> None:
    """Reads what the parent sends until it hangs up."""
    sys.modules.update(dict.fromkeys(SLOW_TO_LOAD_AND_NOT_NEEDED))  # type: ignore[arg-type]
    module, _, function = reader.partition(":")
    read = getattr(import_module(module), function)
    give_up_rights()
    while line := sys.stdin.buffer.readline():
        head = json.loads(line)
        data = sys.stdin.buffer.read(head["size"])
        answer = _answer(read, data, head)
        if len(answer) > head["longest"]:
            os._exit(1)
        sys.stdout.buffer.write(answer)
        sys.stdout.buffer.flush()


def give_up_rights() -> None:
    """From here on: no network, no other processes, no files but Python's own, little memory and time."""
    if sys.platform == "linux":
        _leave_the_network()
    if sys.platform != "win32":
        _limit_resources()
    sys.addaudithook(_refuse)


def _answer(read: Any, data: bytes, head: dict[str, Any]) -> bytes:
    try:
        answer = {"result": read(data, head["name"], head["more"])}
    except MemoryError:
        os._exit(1)  # there is no saying what is left of this process
    except Exception:  # parsers raise whatever they raise
        answer = {"broken": True}
    return json.dumps(answer).encode() + b"\n"


def _leave_the_network() -> None:
    import ctypes

    with suppress(OSError, AttributeError):
        unshare = ctypes.CDLL(None).unshare
        if unshare(NEW_NETWORK) != 0:
            unshare(
                NEW_USER | NEW_NETWORK
            )  # who is not root may only with users of its own; containers may forbid both


def _limit_resources() -> None:
    import resource

    with suppress(OSError):
        os.nice(PATIENCE)
    limits = {"AS": MEMORY_BYTES, "CPU": CPU_SECONDS, "NOFILE": OPEN_FILES, "FSIZE": 0, "CORE": 0, "NPROC": 0}
    for name, most in limits.items():
        with suppress(OSError, ValueError, AttributeError):  # macOS has not all of them
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))


def _refuse(event: str, args: tuple[Any, ...]) -> None:
    """Python's audit hook: an exception here is what the caller gets."""
    if event.startswith(FORBIDDEN):
        raise PermissionError(event)
    if event == "open":
        path, mode, flags = args
        writes = (isinstance(mode, str) and any(letter in mode for letter in "wxa+")) or _may_write(flags)
        if writes or not str(path).endswith(CODE):
            raise PermissionError(f"open {path}")


def _may_write(flags: object) -> bool:
    return isinstance(flags, int) and bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
