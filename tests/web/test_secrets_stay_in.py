"""Every key of `.env` under a name of its own: no page, export, backup, log or failure gives one away (TRUST S-24)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI

from app.main import create_app
from app.settings import Env
from app.shop.env import ADDRESSES_WITH_PASSWORDS, SECRETS
from app.web.admin.menu import listing
from app.wiring import House, open_house
from tests.clocks import FixedClock

from .conftest import ANA_PASSWORD, Customer, arrive, client_of, panel_of
from .test_every_form import PAGES
from .test_routes import filled

FORMATS = ("", "?form=json", "?form=xlsx", "?format=json", "?format=xlsx")


def canary(name: str) -> str:
    if name in ADDRESSES_WITH_PASSWORDS:
        kind = {"redis_url": "redis", "smtp_url": "smtp", "database_url": "postgresql"}.get(name, "https")
        return f"{kind}://ana:canario-{name.replace('_', '-')}-7f3a@127.0.0.1:9/0"
    return f"canario-{name.replace('_', '-')}-7f3a9c1d5e8b2046"


CANARIES = {name.upper(): canary(name) for name in {*SECRETS, *ADDRESSES_WITH_PASSWORDS} - {"admin_password"}}
SECRET_PARTS = [f"canario-{name.lower().replace('_', '-')}-7f3a" for name in CANARIES]


@pytest.fixture
async def guarded(home: Path, clock: FixedClock) -> AsyncIterator[House]:
    """The shop with every key filled in, save those that would lead it to another machine."""
    used = {name: value for name, value in CANARIES.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
    env = home / ".env"
    env.write_text(env.read_text("utf-8") + "".join(f"{name}={value}\n" for name, value in used.items()), "utf-8")
    opened = open_house(home, environ={"SECRET_KEY": CANARIES["SECRET_KEY"]}, clock=clock)
    await opened.start()
    yield opened
    await opened.stop()


def test_every_secret_has_a_canary() -> None:
    assert {name.lower() for name in CANARIES} | {"admin_password"} == {*SECRETS, *ADDRESSES_WITH_PASSWORDS}
    assert {name.lower() for name in CANARIES} <= {field.name for field in fields(Env)}


def leaked(said: bytes | str) -> list[str]:
    """The canaries that can be read in it, archives opened."""
    data = said if isinstance(said, bytes) else said.encode("utf-8", "replace")
    found = [part for part in SECRET_PARTS if part.encode() in data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found += [part for name in archive.namelist() for part in leaked(archive.read(name))]
    return found


async def test_no_page_export_backup_or_failure_gives_a_key_away(
    guarded: House, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    app: FastAPI = create_app(guarded)
    async with client_of(app, client=("198.51.100.1", 4000)) as client:
        ana = await panel_of(client, "owner", ANA_PASSWORD)
        carla: Customer = await arrive(client)
        await carla.say(f"mi llave es {CANARIES['OPENAI_API_KEY']}"[:20] + " jaja")
        gave: dict[str, list[str]] = {}

        async def look(path: str, answer: Any) -> None:
            if found := leaked(answer.content) + leaked(str(answer.headers)):
                gave[path] = found

        for path in ("/healthz", "/readyz", "/metrics", "/demo", "/widget", "/api/nada", "/admin/login"):
            await look(path, await client.get(path))
        for row in PAGES:
            path = filled(row.path.replace("{id}", carla.conversation_id) if "conversations" in row.path else row.path)
            for form in FORMATS if "export" in path else ("",):
                await look(path + form, await client.get(path + form))
        await look("a backup", await ana.post("/admin/settings/backup", data={}))

        async def broken(*_: Any) -> None:
            raise RuntimeError(f"cannot reach {CANARIES['SMTP_URL']} with {CANARIES['OPENAI_API_KEY']}")

        monkeypatch.setattr(listing, "show", broken)
        failed = await client.get("/admin/menu")
        assert failed.status_code == 500
        await look("a failure", failed)
        assert gave == {}
    logged = capfd.readouterr()
    assert "unexpected" in logged.err + logged.out  # the failure was logged
    assert leaked(logged.err + logged.out) == []
