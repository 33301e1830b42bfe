"""The HTTP process: `uvicorn app.main:app`, and the factory `python -m app serve` and the tests use."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn

from fastapi import FastAPI
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from app.accounts import service as accounts
from app.core import memory
from app.core.errors import Unavailable, UserError
from app.web.callers import Callers
from app.web.gate import refuse
from app.web.metrics import Metrics
from app.web.problem import problem
from app.web.routes import ROWS, build_routes
from app.web.shell import Shell
from app.web.stopping import told_when_stopping
from app.web.words import say
from app.wiring import House, open_house, prepare_home

DEFAULT_BASE = "http://localhost:8000"


class Shop(FastAPI):
    """FastAPI with its routes from the table and one shell around them: no docs, no schema, nothing else."""

    def build_middleware_stack(self) -> ASGIApp:
        return Shell(self.router, self.state.metrics)


def create_app(house: House | None = None) -> FastAPI:
    """The application. Without `house` its lifespan opens the one at TENDERO_HOME, else the current directory."""
    callers = Callers()
    app = Shop(
        title="Tendero",
        routes=build_routes(ROWS, callers),
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan if house is None else None,
    )
    app.router.default = _not_found
    app.state.callers = callers
    app.state.metrics = Metrics()
    app.state.house = house
    app.state.closing = threading.Event()
    app.state.restart = None  # `serve` alone knows how to begin anew
    app.state.tells_link = True  # `serve` prints the set-up link among its other addresses
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    house = app.state.house = _open()
    await _open_door(house, tell=app.state.tells_link)
    await house.start()
    memory.settle()
    try:
        with told_when_stopping(app.state.closing):
            yield
    finally:
        await house.stop()


def _open() -> House:
    home = Path(os.environ.get("TENDERO_HOME") or ".").resolve()
    memory.spare()
    try:
        prepare_home(home)
        return open_house(home)
    except (UserError, Unavailable) as error:
        _give_up(str(error))


async def _open_door(house: House, *, tell: bool) -> None:
    """ADMIN_PASSWORD becomes the owner's password; without one, a first start shows where to set it."""
    env, now = house.settings.current.env, house.clock.now()
    if env.admin_password:
        try:
            await house.db.write(lambda conn: accounts.ensure_owner_password(conn, env.admin_password, now))
        except UserError as error:
            _give_up(f".env: ADMIN_PASSWORD: {error}")
    elif tell:
        base = env.public_url or DEFAULT_BASE
        link = await house.db.write(lambda conn: accounts.setup_link(conn, base, now))
        if link is not None:
            print(say("setup.link", house.settings.current.business.language, link=link), flush=True)


def _give_up(reason: str) -> NoReturn:
    """Says what to mend and ends with status 1. A server would wrap any exception in a traceback and end with 3."""
    print(reason, file=sys.stderr, flush=True)
    os._exit(1)


async def _not_found(scope: Scope, receive: Receive, send: Send) -> None:
    house = scope["app"].state.house
    refusal = problem(404, language=house.settings.current.business.language)
    await refuse(HTTPConnection(scope), house, refusal)(scope, receive, send)


app = create_app()
