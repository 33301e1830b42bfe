"""`flows`: the guided conversations drawn as text, the shop's own and the built-in order."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import WrongUsage
from app.commands.speak import say


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("names", metavar="NAME", nargs="*", help=say("flows.name"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.store import settings_of
    from app.flows.service import ORDER, drawn, order_flow

    settings = settings_of(home)
    flows = {**settings.flows, ORDER: settings.flows.get(ORDER, order_flow())}
    unknown = [name for name in args.names if name not in flows]
    if unknown:
        raise WrongUsage(say("flows.unknown", name=unknown[0], names=", ".join(flows)))
    language = settings.business.language
    print("\n\n".join(drawn(name, flows[name], language) for name in args.names or flows))
    return 0
