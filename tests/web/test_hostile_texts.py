"""TRUST R-21: every hostile text is answered and stored as sent, or refused; never a 5xx."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path
from random import Random

import httpx
import pytest

from app.core.text import clean
from app.wiring import House

from .conftest import Customer, Panel, arrive

ATTACKS = Path(__file__).parent.parent / "attacks"
BLNS: list[str] = json.loads((ATTACKS / "naughty" / "blns.json").read_text(encoding="utf-8"))
ENTRIES = json.loads((ATTACKS / "naughty" / "edge_messages.json").read_text(encoding="utf-8"))
EDGE: list[str] = [entry["text"] for entry in ENTRIES if "text" in entry]
BODIES = {entry["id"]: b64decode(entry["json_body_b64"]) for entry in ENTRIES if "json_body_b64" in entry}
PAYLOADS = [
    line
    for name in ("xss_polyglots", "ssti", "sqli_polyglots", "sqli_auth_bypass", "path_traversal")
    for line in (ATTACKS / "payloads" / f"{name}.txt").read_text(encoding="utf-8", errors="replace").splitlines()[::4]
    if line.strip()
]
TEXTS = [*BLNS, *EDGE, *PAYLOADS]


@pytest.fixture
async def no_limits(house: House) -> None:
    path = house.home / "config.yaml"
    zero = "\nlimits: {customer_per_minute: 0, channel_per_minute: 0, new_chats_per_hour: 0}\n"
    path.write_text(path.read_text(encoding="utf-8") + zero, encoding="utf-8")
    assert house.settings.reload_if_changed()


def as_json(value: object) -> bytes:
    """JSON as a hostile client writes it: lone surrogates escaped, not refused by our own encoder."""
    return json.dumps(value).encode("ascii")


@pytest.mark.usefixtures("no_limits")
async def test_every_text_is_answered_and_stored_as_sent_or_refused(carla: Customer) -> None:
    headers = {**carla.headers, "Content-Type": "application/json"}
    taken = []
    for text in TEXTS:
        response = await carla.http.post("/api/chat/messages", content=as_json({"text": text}), headers=headers)
        assert response.status_code in {200, 400, 413, 422}, (text[:80], response.text)
        allowed = bool(text.strip()) and len(text) <= 4000
        assert (response.status_code == 200) == allowed, (text[:80], response.text)
        if allowed:
            taken.append((response.json()["message_id"], clean(text)))
    stored, after = {}, "0" * 26
    while page := (await carla.history(after=after))["messages"]:
        stored.update({m["message_id"]: m["text"] for m in page if m["from"] == "customer"})
        after = page[-1]["message_id"]
    assert stored == dict(taken)


@pytest.mark.parametrize("name", BODIES)
async def test_every_hostile_body_is_answered_or_refused(carla: Customer, name: str) -> None:
    headers = {**carla.headers, "Content-Type": "application/json"}
    response = await carla.http.post("/api/chat/messages", content=BODIES[name], headers=headers)
    assert response.status_code in {200, 400, 413, 422}, response.text
    if response.status_code != 200:
        assert len((await carla.history())["messages"]) == 1


@pytest.mark.usefixtures("no_limits")
async def test_json_of_any_shape_never_fails_us(carla: Customer, ana: Panel) -> None:
    dice = Random(7)
    headers = {"Content-Type": "application/json", **carla.headers}
    names = ["text", "payload", "location", "lat", "lon", "attachment_id", "client_id", "message_id", "value", "locale",
             "business", "name", "phone", "x"]  # fmt: skip

    def anything(depth: int = 0) -> object:
        kind = dice.randrange(9 if depth < 3 else 7)
        if kind == 7:
            return [anything(depth + 1) for _ in range(dice.randrange(4))]
        if kind == 8:
            return {dice.choice(names): anything(depth + 1) for _ in range(dice.randrange(6))}
        return [None, True, -1, 10**400, 1e308, dice.choice(BLNS), "a"][kind]

    threads = f"/admin/api/conversations/{carla.conversation_id}/messages"
    for _ in range(300):
        body = as_json({dice.choice(names): anything() for _ in range(dice.randrange(5))})
        for path in ("messages", "feedback", "sessions"):
            response = await carla.http.post(f"/api/chat/{path}", content=body, headers=headers)
            assert response.status_code < 500, (path, body, response.text)
        response = await ana.post(threads, content=body, headers={"Content-Type": "application/json"})
        assert response.status_code < 500, (body, response.text)


@pytest.mark.usefixtures("no_limits")
async def test_every_other_field_bears_every_text(carla: Customer, http: httpx.AsyncClient, ana: Panel) -> None:
    """Names, payloads, ids, the panel's own fields: refused or taken, never a failure of ours."""
    headers = {**carla.headers, "Content-Type": "application/json"}
    said = (await carla.say("hola")).json()["replies"][0]["id"]
    for text in [*BLNS[::5], *EDGE]:
        for path, body in [
            ("messages", {"text": "hola", "client_id": text}), ("messages", {"payload": text}),
            ("messages", {"attachment_id": text}), ("feedback", {"message_id": text, "value": text}),
            ("feedback", {"message_id": said, "value": text}),
            ("sessions", {"business": text, "name": text, "phone": text}), ("sessions", {"locale": text}),
        ]:  # fmt: skip
            response = await http.post(f"/api/chat/{path}", content=as_json(body), headers=headers)
            assert response.status_code < 500, (path, text[:80], response.text)
        response = await http.get("/api/chat/messages", params={"after": clean(text)[:500]}, headers=carla.headers)
        assert response.status_code in {200, 422}
        written = await ana.post(
            f"/admin/api/conversations/{carla.conversation_id}/messages",
            content=as_json({"text": text}),
            headers={"Content-Type": "application/json"},
        )
        assert written.status_code in {201, 413, 422}, (text[:80], written.text)


@pytest.mark.usefixtures("no_limits")
async def test_the_console_shows_hostile_text_as_text(ana: Panel) -> None:
    for text in ["<script>alert(1)</script>", "{{7*7}}", "<img src=x onerror=alert(1)>", "${7*7}", "\x00\x01 \u202e"]:
        response = await ana.post("/admin/playground", data={"text": text}, headers={"HX-Request": "true"})
        assert response.status_code == 200
        assert "<script>alert" not in response.text
        assert "<img src=x" not in response.text
        assert ">49<" not in response.text


async def test_a_visitors_name_is_text_in_the_panels_api(http: httpx.AsyncClient, ana: Panel) -> None:
    name = '"><script>alert(1)</script>'
    carla = await arrive(http, name=name)
    listed = (await ana.http.get("/admin/api/conversations")).json()["conversations"]
    assert [thread["name"] for thread in listed if thread["id"] == carla.conversation_id] == [name]
