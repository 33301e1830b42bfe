"""`worker`: outbox and periodic jobs in a process of their own."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.speak import say


def arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.store import settings_of
    from app.worker import work

    settings_of(home)
    work(home, lambda: print(say("worker.ready"), flush=True))
    return 0
