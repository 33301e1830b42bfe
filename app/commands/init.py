"""`init`: a new shop from one of the samples, overwriting nothing."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.speak import say
from app.core.errors import UserError

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
DEFAULT = "tiendita"
OURS = ("config.yaml", "data", "var/db.sqlite")


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--example", metavar="NAME", default=DEFAULT, help=say("init.example", names=", ".join(examples()))
    )


def run(args: argparse.Namespace, home: Path) -> int:
    from app.wiring import prepare_home

    found = [name for name in OURS if (home / name).exists()]
    if found:
        raise UserError(say("init.exists", home=home, found=", ".join(found)))
    if args.example not in examples():
        raise UserError(say("init.unknown", name=args.example, names=", ".join(examples())))
    home.mkdir(parents=True, exist_ok=True)
    prepare_home(home, args.example)
    print(say("init.done", home=home))
    return 0


def examples() -> list[str]:
    """The sample shops of this clone."""
    return (
        sorted(path.name for path in EXAMPLES.iterdir() if (path / "config.yaml").exists()) if EXAMPLES.exists() else []
    )
