"""`set-password`: the owner's password, from a terminal or a pipe."""

from __future__ import annotations

import argparse
import getpass
import sys
from pathlib import Path

from app.commands.speak import say
from app.core.errors import UserError


def arguments(parser: argparse.ArgumentParser) -> None:
    """None: a password among them would stand in the list of processes."""


def run(args: argparse.Namespace, home: Path) -> int:
    from app.accounts import service as accounts
    from app.commands.store import open_store

    with open_store(home) as store:
        password = _ask_twice() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\r\n")
        if not password:
            raise UserError(say("set_password.empty"))
        store.db.write_now(lambda conn: accounts.set_password(conn, password, store.clock.now()))
        print(say("set_password.done"))
        if store.settings.env.admin_password:
            print(say("set_password.overridden"), file=sys.stderr)
    return 0


def _ask_twice() -> str:
    password = getpass.getpass(say("set_password.first"))
    if password != getpass.getpass(say("set_password.second")):
        raise UserError(say("set_password.differ"))
    return password
