"""`restore`: the shop as it was in a backup; refused whole, or done whole."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from app.commands.speak import say
from app.core.errors import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", type=Path, help=say("restore.file"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.backup import service as backups
    from app.core.clock import Clock
    from app.shop.env import load_env
    from app.wiring import hold_home, home_in_use

    if home_in_use(home):
        raise UserError(say("restore.in_use", home=home))
    with hold_home(home):
        url = backups.database_url(home, load_env(home))
        done = backups.restore(home, url, args.file, now=Clock(os.environ.get("TENDERO_CLOCK", "")).now())
    print(say("restore.done", made=done.made_at, version=done.version))
    if done.safety:
        print(say("restore.safety", file=done.safety))
    if done.parked:
        print(say("restore.parked", count=done.parked))
    if done.kept:
        print(say("restore.kept", names=", ".join(done.kept)))
    there = backups.keys_in_use(load_env(home))
    missing = [key for key in done.keys if key not in there]
    if missing:
        print(say("restore.reconnect", names=", ".join(missing)), file=sys.stderr)
    return 0
