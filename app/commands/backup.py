"""`backup`: the whole shop in one zip, also while it is open."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from app.commands.speak import say

UNITS = ("B", "KB", "MB", "GB")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("backup.file"))
    parser.add_argument("--with-secrets", action="store_true", help=say("backup.secrets"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.backup import service as backups
    from app.commands.store import open_store

    with open_store(home) as store:
        now = store.clock.now()
        saved = backups.make(
            home, store.db, args.file or backups.default_path(home, now), now=now, secrets=args.with_secrets,
            keys=backups.keys_in_use(store.settings.env),
        )  # fmt: skip
    print(say("backup.done", file=saved.path, size=_readable(saved.size)))
    if not args.with_secrets:
        print(say("backup.no_secrets"))
    if saved.left_out:
        print(say("backup.left_out", names=", ".join(saved.left_out)), file=sys.stderr)
    return 0


def _readable(size: float) -> str:
    for unit in UNITS:
        if size < 1024 or unit == UNITS[-1]:
            break
        size /= 1024
    return f"{size:.0f} {unit}"
