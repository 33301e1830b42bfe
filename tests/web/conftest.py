"""The application on a real house, and its cast: Ana owns the shop, Beto works there, Carla and Dario are customers."""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import Connection

from app.accounts import service as accounts
from app.accounts.models import users
from app.core import log as logs
from app.core.security import hash_password
from app.main import create_app
from app.wiring import House, open_house, prepare_home
from tests.clocks import FixedClock
from tests.parts import know

MONDAY_TEN = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # Monday, 10:00 in Managua, as the clock stands
ANA_PASSWORD = "clave-de-prueba-123"
BETO_PASSWORD = "otra-clave-larga-456"
VISITOR_ADDRESS = ("203.0.113.9", 5555)
logs.setup(json=True)

CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')


@pytest.fixture(scope="session")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop's home with its data loaded and its people known, to copy: opening one anew takes most of a second."""
    folder = tmp_path_factory.mktemp("furnished") / "home"
    prepare_home(folder)
    know(folder)
    opened = open_house(folder, environ={}, clock=FixedClock(MONDAY_TEN))

    def people(conn: Connection) -> None:
        accounts.ensure_owner_password(conn, ANA_PASSWORD, MONDAY_TEN)
        conn.execute(
            users.insert().values(
                name="beto", role="staff", password_hash=hash_password(BETO_PASSWORD), disabled=False,
                created_at=MONDAY_TEN,
            )
        )  # fmt: skip

    opened.db.write_now(people)
    opened.close()
    return folder


@pytest.fixture
def home(furnished: Path, tmp_path: Path) -> Path:
    """The home of a shop made from the sample, whose owner has a password."""
    return Path(shutil.copytree(furnished, tmp_path / "home"))


@pytest.fixture
async def app(house: House) -> FastAPI:
    """The application."""
    return create_app(house)


def client_of(app: FastAPI, *, base_url: str = "http://tienda.test", client: tuple[str, int] = VISITOR_ADDRESS) -> Any:
    transport = httpx.ASGITransport(app=app, client=client, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url=base_url)


@pytest.fixture
async def http(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    """A program or browser that nobody knows yet."""
    async with client_of(app) as client:
        yield client


@dataclass
class Customer:
    """Somebody on the web chat."""

    http: httpx.AsyncClient
    token: str
    conversation_id: str
    greeting: list[dict[str, Any]]

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}

    async def say(self, text: str, **more: Any) -> httpx.Response:
        return await self.http.post("/api/chat/messages", json={"text": text, **more}, headers=self.headers)

    async def history(self, **params: str) -> dict[str, Any]:
        response = await self.http.get("/api/chat/messages", params=params, headers=self.headers)
        assert response.status_code == 200
        found: dict[str, Any] = response.json()
        return found


async def arrive(http: httpx.AsyncClient, **wanted: Any) -> Customer:
    response = await http.post("/api/chat/sessions", json=wanted)
    assert response.status_code == 201, response.text
    data = response.json()
    return Customer(http, data["token"], data["conversation_id"], data["greeting"])


@pytest.fixture
async def carla(http: httpx.AsyncClient) -> Customer:
    return await arrive(http)


@pytest.fixture
async def dario(http: httpx.AsyncClient) -> Customer:
    return await arrive(http)


@dataclass
class Panel:
    """A browser signed in to the panel."""

    http: httpx.AsyncClient
    csrf: str

    async def post(self, path: str, **options: Any) -> httpx.Response:
        headers = {"X-CSRF-Token": self.csrf, **options.pop("headers", {})}
        return await self.http.post(path, headers=headers, **options)


async def sign_in(client: httpx.AsyncClient, user: str, password: str) -> httpx.Response:
    """What a browser does with the form."""
    form = await client.get("/admin/login")
    token = CSRF.search(form.text)
    assert token, form.text
    return await client.post("/admin/login", data={"user": user, "password": password, "csrf_token": token[1]})


async def panel_of(client: httpx.AsyncClient, user: str, password: str) -> Panel:
    entered = await sign_in(client, user, password)
    assert entered.status_code == 303, entered.text
    page = await client.get("/admin")
    token = re.search(r'<meta name="csrf-token" content="([^"]+)"', page.text)
    assert token, page.text
    return Panel(client, token[1])


@pytest.fixture
async def ana(app: FastAPI) -> AsyncIterator[Panel]:
    async with client_of(app, client=("198.51.100.1", 4000)) as client:
        yield await panel_of(client, "owner", ANA_PASSWORD)


@pytest.fixture
async def beto(app: FastAPI) -> AsyncIterator[Panel]:
    async with client_of(app, client=("198.51.100.2", 4000)) as client:
        yield await panel_of(client, "beto", BETO_PASSWORD)


@dataclass
class Stream:
    """An event stream being read, without a server between."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    chunks: asyncio.Queue[bytes | None] = field(default_factory=asyncio.Queue)

    async def event(self, name: str) -> dict[str, str]:
        """The next event of this name, as its fields."""
        while True:
            chunk = await asyncio.wait_for(self.chunks.get(), 10)
            assert chunk is not None, "the stream ended"
            for block in chunk.decode().strip().split("\n\n"):
                fields = dict(line.split(": ", 1) for line in block.splitlines() if not line.startswith(":"))
                if fields.get("event") == name:
                    return fields

    async def ended(self) -> bool:
        while await asyncio.wait_for(self.chunks.get(), 10) is not None:
            pass
        return True


OpenStream = Callable[..., Any]


@pytest.fixture
def open_stream(app: FastAPI) -> OpenStream:
    """Opens `/api/chat/events` (or another stream, without a token) as a browser would; leaving the block hangs up."""

    @asynccontextmanager
    async def opened(token: str, *, path: str = "/api/chat/events", **headers: str) -> AsyncIterator[Stream]:
        stream, gone = Stream(), asyncio.Event()
        named = {"host": "tienda.test", **({"authorization": f"Bearer {token}"} if token else {}), **headers}
        scope = {
            "type": "http", "asgi": {"version": "3.0", "spec_version": "2.4"}, "http_version": "1.1", "method": "GET",
            "path": path.partition("?")[0], "raw_path": path.encode(), "query_string": path.partition("?")[2].encode(), "root_path": "",
            "scheme": "http", "headers": [(name.lower().encode(), value.encode()) for name, value in named.items()],
            "client": VISITOR_ADDRESS, "server": ("tienda.test", 80),
        }  # fmt: skip
        begun = asyncio.Event()

        async def receive() -> dict[str, Any]:
            await gone.wait()
            return {"type": "http.disconnect"}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                stream.status = message["status"]
                stream.headers = {name.decode(): value.decode() for name, value in message["headers"]}
                begun.set()
            elif gone.is_set():
                raise OSError
            elif message.get("body"):
                stream.chunks.put_nowait(message["body"])

        task = asyncio.create_task(_run(app, scope, receive, send, stream))
        try:
            await asyncio.wait_for(begun.wait(), 10)
            yield stream
        finally:
            gone.set()
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    return opened


async def _run(
    app: FastAPI,
    scope: Any,
    receive: Callable[[], Awaitable[Any]],
    send: Callable[[Any], Awaitable[None]],
    stream: Stream,
) -> None:
    try:
        await app(scope, receive, send)
    finally:
        stream.chunks.put_nowait(None)
