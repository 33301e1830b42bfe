"""Limits of the web chat: 429 says when to come back, and nothing is stored."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from app.wiring import House
from tests.clocks import FixedClock

from .conftest import Customer, arrive, client_of


async def texts_of(customer: Customer) -> list[str]:
    return [m["text"] for m in (await customer.history())["messages"] if m["from"] == "customer"]


async def test_twenty_messages_a_minute_then_429_and_nothing_stored(carla: Customer, clock: FixedClock) -> None:
    for n in range(20):
        assert (await carla.say(f"hola {n}", client_id=f"c{n}")).status_code == 200
    refused = await carla.say("una más")
    assert refused.status_code == 429
    assert refused.headers["content-type"] == "application/problem+json"
    assert 0 < int(refused.headers["retry-after"]) <= 60
    assert len(await texts_of(carla)) == 20
    clock.advance(seconds=int(refused.headers["retry-after"]))
    assert (await carla.say("una más")).status_code == 200


async def test_a_message_that_is_only_sent_again_is_answered_over_the_limit_too(carla: Customer) -> None:
    first = (await carla.say("hola", client_id="c1")).json()
    for n in range(19):
        await carla.say(f"hola {n}")
    assert (await carla.say("nueva", client_id="c2")).status_code == 429
    assert (await carla.say("hola", client_id="c1")).json() == first


async def test_one_customer_at_the_limit_does_not_stop_another(carla: Customer, dario: Customer) -> None:
    for n in range(21):
        await carla.say(f"hola {n}")
    assert (await dario.say("hola")).status_code == 200


async def test_sixty_new_chats_an_hour_from_an_address(
    app: FastAPI, http: httpx.AsyncClient, clock: FixedClock
) -> None:
    for _ in range(60):
        await arrive(http)
    refused = await http.post("/api/chat/sessions", json={})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) > 0
    spoofed = await http.post("/api/chat/sessions", json={}, headers={"X-Forwarded-For": "9.9.9.9"})
    assert spoofed.status_code == 429
    async with client_of(app, client=("203.0.113.77", 1)) as elsewhere:
        assert (await elsewhere.post("/api/chat/sessions", json={})).status_code == 201
    clock.advance(hours=1)
    assert (await http.post("/api/chat/sessions", json={})).status_code == 201


@pytest.fixture
async def no_limits(house: House) -> None:
    path = house.home / "config.yaml"
    text = path.read_text(encoding="utf-8")
    assert "\nlimits:" not in text
    zero = "\nlimits: {customer_per_minute: 0, channel_per_minute: 0, new_chats_per_hour: 0}\n"
    path.write_text(text + zero, encoding="utf-8")
    assert house.settings.reload_if_changed()


@pytest.mark.usefixtures("no_limits")
async def test_zero_is_no_limit(http: httpx.AsyncClient) -> None:
    for _ in range(60):
        await arrive(http)
    carla = await arrive(http)
    for n in range(22):
        assert (await carla.say(f"hola {n}")).status_code == 200
