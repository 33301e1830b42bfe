"""The command line: `python -m app [--home DIR] COMMAND …`, installed as `tendero`.

Exit status: 0 done, 1 a failure that is told, 2 wrong usage. A failure is one readable line on stderr with what to
do next; what nobody foresaw goes with its traceback to `var/log/errors.log` in the shop's home.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NoReturn

from app.commands import COMMANDS, WrongUsage
from app.commands.speak import say
from app.core import memory
from app.core.errors import Unavailable, UserError

ERROR_LOG = "var/log/errors.log"
SERVERS = ("run", "serve", "worker")
USAGE = [  # argparse's own words -> ours
    (re.compile(r"unrecognized arguments: (.*)"), "usage.unknown"),
    (re.compile(r"the following arguments are required: (.*)"), "usage.required"),
    (re.compile(r"argument COMMAND: invalid choice: '?(.*?)'? \("), "usage.command"),
    (re.compile(r"argument (.*?): invalid choice: (.*?) \("), "usage.choice"),
    (re.compile(r"argument (.*?): expected .*"), "usage.value"),
    (re.compile(r"argument (.*?): invalid \S+ value: (.*)"), "usage.bad_value"),
]


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; the exit status."""
    _speak_utf8()
    args = _parser(sys.argv[1:] if argv is None else argv)
    home = Path(args.home or os.environ.get("TENDERO_HOME") or ".").resolve()
    os.environ["TENDERO_HOME"] = str(home)  # for the processes a server starts
    try:
        _start_log(args.command)
        memory.spare()  # before numpy is loaded: its threads only get in each other's way here
        status: int = importlib.import_module(f"app.commands.{COMMANDS[args.command]}").run(args, home)
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `| head` has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _fail(say("error.interrupted"))
    except WrongUsage as error:
        return _fail(str(error), 2)
    except UserError as error:
        return _fail(str(error))
    except Unavailable as error:
        return _fail(say("error.database", why=error))
    except OSError as error:
        return _fail(say("error.file", file=error.filename or "?", why=error.strerror or error))
    except Exception as error:
        return _fail(say("error.unforeseen", what=f"{type(error).__name__}: {_first_line(error)}", log=_keep(home)))


class Parser(argparse.ArgumentParser):
    """argparse that speaks the shop's language and keeps its complaints to one line."""

    def __init__(self, **options: Any) -> None:
        super().__init__(formatter_class=_Formatter, add_help=False, allow_abbrev=False, **options)
        self._positionals.title = say("usage.positionals")
        self._optionals.title = say("usage.options")
        self.add_argument("-h", "--help", action="help", help=say("usage.help"))

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{_translated(message)} {say('usage.see', command=self.prog)}\n")


class _Formatter(argparse.HelpFormatter):
    def add_usage(
        self, usage: str | None, actions: Iterable[Any], groups: Iterable[Any], prefix: str | None = None
    ) -> None:
        super().add_usage(usage, actions, groups, say("usage.usage") + " " if prefix is None else prefix)


def _parser(argv: Sequence[str]) -> argparse.Namespace:
    """Parses `argv`, loading only the module of the command that is asked for: `--help` stays instant."""
    parser = Parser(prog="python -m app", description=say("about"), epilog=say("more"))
    parser.add_argument("--home", metavar="DIR", help=say("home"))
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True, title=say("usage.commands"))
    for name, module in COMMANDS.items():
        about = say(f"{module}.about")
        command = commands.add_parser(name, help=about, description=f"{about}. {say(f'{module}.more')}")
        if name in argv:
            importlib.import_module(f"app.commands.{module}").arguments(command)
    return parser.parse_args(argv)


def _start_log(command: str) -> None:
    """Logs go to stderr; commands that end by themselves tell only what is wrong."""
    from app.core import log

    log.setup(level=logging.INFO if command in SERVERS else logging.WARNING)


def _translated(message: str) -> str:
    for pattern, key in USAGE:
        if found := pattern.match(message):
            return say(key, what=found[1], value=found[found.re.groups])
    return message


def _fail(sentence: str, status: int = 1) -> int:
    sys.stdout.flush()
    print(sentence, file=sys.stderr)
    return status


def _first_line(error: Exception) -> str:
    return next(iter(str(error).splitlines()), "")[:200]


def _keep(home: Path) -> str:
    """Writes the traceback under way to the home's log; the path, for the person who will be asked for it."""
    path = home / ERROR_LOG
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8", errors="replace") as file:
            file.write(f"--- {datetime.now(UTC).isoformat()}\n{traceback.format_exc()}\n")
    return str(path)


def _speak_utf8() -> None:
    """Spanish must come out whole also where the system's own encoding is not UTF-8."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
