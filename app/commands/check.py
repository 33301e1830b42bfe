"""`check`: runs conversation tests, one line a test, its differences under it."""

from __future__ import annotations

import argparse
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.speak import say
from app.conversation_tests.script import Malformed, read_scripts

if TYPE_CHECKING:
    from app.conversation_tests.play import Stage


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("files", metavar="FILE", nargs="+", type=Path, help=say("check.file"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.conversation_tests.play import Stage

    failed = malformed = False
    with closing(Stage(home)) as stage:
        for file in args.files:
            try:
                failed |= not _all_pass(file, stage)
            except Malformed as error:
                malformed = True
                print(say("check.malformed", file=file, why=error), file=sys.stderr)
    return 2 if malformed else int(failed)


def _all_pass(file: Path, stage: Stage) -> bool:
    """Plays the tests of a file as they come; the whole file is read before the first."""
    passed = True
    for script in read_scripts(file):
        outcome = stage.play(script, file.resolve().parent)
        print(f"{'FAIL' if outcome.problems else 'ok'} {outcome.name}", flush=True)
        for problem in outcome.problems:
            print("    " + problem.replace("\n", "\n    "), flush=True)
        passed &= not outcome.problems
    return passed
