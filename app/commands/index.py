"""`index`: the search index up to date, with a bar for the time it takes."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.bar import Bar
from app.commands.speak import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--full", action="store_true", help=say("index.full"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.store import settings_of
    from app.wiring import open_house

    settings_of(home)
    bar = Bar(say("index.working"))
    bar(0, 1)
    house = open_house(home, exclusive=False)
    try:
        house.mind.refresh_now(bar, full=args.full)
        entries = len(house.mind.current.index.entries)
        bar(entries, entries)
    finally:
        house.close()
        bar.end()
    print(say("index.done", entries=entries))
    return 0
