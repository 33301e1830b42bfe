"""`run`: what `make run` does once everything is installed; also on Windows."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands import serve


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: HOST, PORT and EXAMPLE come from the environment, as with `make run PORT=8001`."""


def run(args: argparse.Namespace, home: Path) -> int:
    return serve.run(argparse.Namespace(host=None, port=None, workers=1), home)
