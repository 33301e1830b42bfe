"""`serve`: the web application in one process; with PostgreSQL in several."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands.speak import say, use
from app.core.errors import UserError

if TYPE_CHECKING:
    from app.settings import Settings
    from app.wiring import House

HOST = "127.0.0.1"
PORT = 8000
DRAIN_SECONDS = 10
BACKLOG = 2048
LOCAL = ("127.0.0.1", "0.0.0.0", "::", "::1", "localhost")  # noqa: S104 (compared, not bound)


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", help=say("serve.host"))
    parser.add_argument("--port", type=int, help=say("serve.port"))
    parser.add_argument("--workers", metavar="N", type=int, default=1, help=say("serve.workers"))


def run(args: argparse.Namespace, home: Path) -> int:
    from app.settings import load_settings
    from app.wiring import DEFAULT_EXAMPLE, prepare_home

    host = args.host or os.environ.get("HOST") or HOST
    port = args.port if args.port is not None else _port(os.environ.get("PORT") or str(PORT))
    prepare_home(home, os.environ.get("EXAMPLE") or DEFAULT_EXAMPLE)
    if args.workers == 1:
        _restore_if_asked(home)
    settings = load_settings(home)
    use(settings.business.language)
    if args.workers > 1:
        return _serve_many(args.workers, host, port, settings)
    port = _serve(host, port, settings)
    if port:
        _begin_anew(home, host, port)
    return 0


def _serve(host: str, port: int, settings: Settings) -> int:
    """Serves until it is told to end. The port, where somebody asked in the panel to begin anew; else 0."""
    import uvicorn

    door = _bind(host, port)
    from app.main import app

    app.state.tells_link = False  # we tell it, with the address we really listen on
    base = settings.env.public_url or f"http://{'localhost' if host in LOCAL else host}:{door.getsockname()[1]}"

    class Server(uvicorn.Server):
        async def startup(self, sockets: list[socket.socket] | None = None) -> None:
            await super().startup(sockets=sockets)
            if self.started:
                await _tell(app.state.house, base)

    server, port, again = Server(uvicorn.Config(app, **_options())), door.getsockname()[1], threading.Event()

    def restart() -> None:
        again.set()
        app.state.closing.set()
        server.should_exit = True

    app.state.restart = restart
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # uvicorn raises its signal again once it has closed
    with contextlib.suppress(KeyboardInterrupt):
        server.run(sockets=[door])
    return port if again.is_set() else 0


def _restore_if_asked(home: Path) -> None:
    """Puts back the backup that was chosen in the panel, before anybody is served."""
    from app.backup import asked

    if not (home / asked.ASKED).is_file():
        return
    from app.backup.service import database_url
    from app.core.clock import Clock
    from app.shop.env import load_env
    from app.wiring import hold_home

    with hold_home(home):
        now = Clock(os.environ.get("TENDERO_CLOCK", "")).now()
        told = asked.restore_asked(home, database_url(home, load_env(home)), now)
    if told is not None:
        print(
            say("restore.done_by_panel" if told.state == "done" else "restore.not_done", name=told.name, why=told.why)
        )


def _begin_anew(home: Path, host: str, port: int) -> None:
    """Another program in this one's place, on the same port: nothing of what was is left in memory."""
    sys.stdout.flush()
    command = ["-m", "app", "--home", str(home), "serve", "--host", host, "--port", str(port)]
    os.execv(sys.executable, [sys.executable, *command])  # noqa: S606 - our own interpreter and words


def _serve_many(workers: int, host: str, port: int, settings: Settings) -> int:
    if settings.env.database_url.startswith("sqlite") or not settings.env.database_url:
        raise UserError(say("serve.one_writer"))
    import uvicorn

    _bind(host, port).close()
    uvicorn.run("app.main:app", host=host, port=port, workers=workers, **_options())
    return 0


def _options() -> dict[str, Any]:
    return {"log_config": None, "access_log": False, "server_header": False, "timeout_graceful_shutdown": DRAIN_SECONDS}


async def _tell(house: House, base: str) -> None:
    """The addresses a person needs; the panel's with its one-time link until the owner has a password."""
    from app.accounts import service as accounts

    link = await house.db.write(lambda conn: accounts.setup_link(conn, base, house.clock.now()))
    rows = [
        (say("run.setup") if link else say("run.panel"), link or f"{base}/admin"),
        (say("run.demo"), f"{base}/demo"),
        (say("run.health"), f"{base}/healthz"),
    ]
    print(say("run.ready"))
    for name, address in rows:
        print(f"  {name}: {address}")
    print(flush=True)


def _bind(host: str, port: int) -> socket.socket:
    """The listening socket, before anything slow: a taken port is told at once."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise UserError(say("serve.taken", port=port, host=host, why=error.strerror, next=port + 1)) from error
    except OverflowError as error:
        raise UserError(say("serve.bad_port", value=port)) from error


def _port(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise UserError(say("serve.bad_port", value=text))
    return int(text)
