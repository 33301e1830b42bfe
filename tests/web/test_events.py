"""The live stream: what is said reaches it, it resumes where it was, and it ends with the session."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack

import httpx

from app.wiring import House

from .conftest import Customer, OpenStream, Panel


async def test_replies_reach_the_stream_with_their_ids(carla: Customer, open_stream: OpenStream) -> None:
    async with open_stream(carla.token) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        assert stream.headers["x-accel-buffering"] == "no"
        status = json.loads((await stream.event("status"))["data"])
        assert status == {"speaker": "bot", "typing": False}
        said = (await carla.say("hola")).json()
        event = await stream.event("message")
        assert event["id"] == said["replies"][0]["id"]
        out = json.loads(event["data"])
        assert {key: out[key] for key in said["replies"][0]} == said["replies"][0]


async def test_it_resumes_after_the_last_id_seen(carla: Customer, open_stream: OpenStream) -> None:
    first = (await carla.say("hola")).json()
    second = (await carla.say("gracias")).json()
    async with open_stream(carla.token, **{"Last-Event-ID": first["replies"][-1]["id"]}) as stream:
        assert (await stream.event("message"))["id"] == second["replies"][0]["id"]


async def test_without_a_last_id_it_begins_now(carla: Customer, open_stream: OpenStream) -> None:
    await carla.say("hola")
    async with open_stream(carla.token, **{"Last-Event-ID": "<script>"}) as stream:
        await stream.event("status")
        said = (await carla.say("gracias")).json()
        assert (await stream.event("message"))["id"] == said["replies"][0]["id"]


async def test_a_person_who_takes_the_conversation_is_seen_and_heard(
    carla: Customer, ana: Panel, open_stream: OpenStream
) -> None:
    async with open_stream(carla.token) as stream:
        await stream.event("status")
        path = f"/admin/api/conversations/{carla.conversation_id}/messages"
        written = await ana.post(path, json={"text": "Hola, soy Ana"})
        assert written.status_code == 201
        assert json.loads((await stream.event("status"))["data"])["speaker"] == "person"
        event = await stream.event("message")
        assert event["id"] == written.json()["message_id"]
        assert json.loads(event["data"])["text"] == "Hola, soy Ana"


async def test_another_customers_words_never_reach_it(
    carla: Customer, dario: Customer, open_stream: OpenStream
) -> None:
    async with open_stream(carla.token) as stream:
        await stream.event("status")
        await dario.say("soy Dario")
        said = (await carla.say("hola")).json()
        assert (await stream.event("message"))["id"] == said["replies"][0]["id"]


async def test_it_ends_when_the_session_is_deleted(carla: Customer, open_stream: OpenStream) -> None:
    async with open_stream(carla.token) as stream:
        await stream.event("status")
        assert (await carla.http.delete("/api/chat/sessions", headers=carla.headers)).status_code == 204
        assert await stream.ended()


async def test_hanging_up_leaves_nobody_listening(carla: Customer, open_stream: OpenStream, house: House) -> None:
    from app.web.chat import events

    async with open_stream(carla.token) as stream:
        await stream.event("status")
        assert events._open == {carla.conversation_id: 1}
    assert not events._open
    assert house.bus._topics == {}  # type: ignore[attr-defined]


async def test_one_customer_cannot_open_streams_without_end(carla: Customer, open_stream: OpenStream) -> None:
    async with AsyncExitStack() as tabs:
        for _ in range(8):
            await (await tabs.enter_async_context(open_stream(carla.token))).event("status")
        async with open_stream(carla.token) as refused:
            assert refused.status == 429
    async with open_stream(carla.token) as again:
        assert again.status == 200


async def test_a_bad_token_is_refused_as_problem_json(http: httpx.AsyncClient) -> None:
    response = await http.get("/api/chat/events", headers={"Authorization": "Bearer no"})
    assert (response.status_code, response.headers["content-type"]) == (401, "application/problem+json")
