"""A running server, its limits off: customers come by the chat API, the books are read through the panel's."""

from __future__ import annotations

import base64
import json
from collections.abc import AsyncIterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from app.commands.speak import say
from app.core.errors import DeliveryError, UserError
from app.core.http import Answer, Integration, Outbound
from app.settings import load_settings
from app.simulation.conversation import Heard, Refused
from app.simulation.customer import Places, Saying
from app.simulation.menu import Menu
from app.simulation.persona import Persona
from app.simulation.shops.places import places_of, tax_added

PAGE = 100  # of a listing (CONTRACT 3)
FIRST_ID = "0" * 26  # before every message
OK = (200, 201)


class ByHttp:
    """The server at `url`. Where it delivers is read from the shop's own config.yaml, where there is one in `home`
    or `data`; else its customers pick up what they order. Raises UserError where the books cannot be read."""

    def __init__(self, url: str, home: Path, *, data: Path | None = None) -> None:
        self._url = url.rstrip("/")
        config = data / "config.yaml" if data is not None else home / "config.yaml"
        settings = load_settings(home, config=config if data is not None else None)
        if not settings.env.admin_password:
            raise UserError(say("simulate.no_password"))
        known = config.is_file()
        self.places = places_of(settings) if known else Places()
        self.percent_added: Decimal | None = tax_added(settings) if known else None
        word = base64.b64encode(f"owner:{settings.env.admin_password}".encode()).decode()
        self._panel = {"Authorization": f"Basic {word}"}
        self._server = Integration("shop", (urlsplit(self._url).hostname or "",), operator=True)
        self._out = Outbound()
        self._last_before = ""

    async def __aenter__(self) -> ByHttp:
        async for order in self.orders():
            self._last_before = order["id"]
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._out.close()

    async def open(self, persona: Persona, user_id: str) -> Chat:
        locale = {"locale": "en"} if persona.language == "en" else {}
        begun = await self.ask("POST", "/api/chat/sessions", json=locale)
        return Chat(self, {"Authorization": f"Bearer {begun['token']}"})

    async def menu(self) -> Menu:
        return Menu.of((await self._read("/admin/api/products"))["products"])

    async def orders(self) -> AsyncIterator[Mapping[str, Any]]:
        after = self._last_before
        while True:
            path = "/admin/api/orders" + (f"?after={after}" if after else "")
            page = (await self._read(path))["orders"]
            for order in page:
                yield order
            if len(page) < PAGE:
                return
            after = page[-1]["id"]

    async def settled(self) -> None:
        return

    async def notices(self) -> None:
        return None

    async def own_books(self) -> Mapping[str, Sequence[str]]:
        return {}

    async def ask(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        """What the server answers; Refused where it answers anything but yes."""
        try:
            answer = await self._send(method, path, **options)
        except DeliveryError as error:
            raise Refused(error.reason) from error
        if answer.status not in OK:
            raise Refused(f"{method} {path.partition('?')[0]}: {answer.status}")
        content: dict[str, Any] = json.loads(answer.body)
        return content

    async def _read(self, path: str) -> dict[str, Any]:
        """A page of the panel's API; without it there are no books, and nothing to simulate."""
        try:
            answer = await self._send("GET", path, headers=self._panel)
        except DeliveryError as error:
            raise UserError(say("simulate.no_server", url=self._url, why=error.reason)) from error
        if answer.status not in OK:
            raise UserError(say("simulate.no_door", url=self._url, status=answer.status))
        content: dict[str, Any] = json.loads(answer.body)
        return content

    async def _send(self, method: str, path: str, **options: Any) -> Answer:
        return await self._out.request(self._server, method, self._url + path, **options)


class Chat:
    """One visitor's session."""

    def __init__(self, server: ByHttp, token: Mapping[str, str]) -> None:
        self._server, self._token = server, token

    async def say(self, said: Saying, client_id: str) -> Heard:
        body: dict[str, Any] = {"client_id": client_id}
        if said.text:
            body["text"] = said.text
        if said.payload:
            body["payload"] = said.payload
        if said.location is not None:
            body["location"] = {"lat": said.location[0], "lon": said.location[1]}
        told = await self._server.ask("POST", "/api/chat/messages", json=body, headers=dict(self._token))
        return Heard(told["message_id"], told["replies"], told["handoff"])

    async def history(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        after = FIRST_ID
        while True:
            told = await self._server.ask("GET", f"/api/chat/messages?after={after}", headers=dict(self._token))
            found += [(message["message_id"], message["from"]) for message in told["messages"]]
            if len(told["messages"]) < PAGE:
                return found
            after = found[-1][0]
