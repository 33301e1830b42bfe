"""The panel's stream: it tells what is new to whoever is signed in, and ends with the session."""

from __future__ import annotations

import json
import re

from .conftest import Customer, OpenStream, Panel


def cookies_of(panel: Panel) -> dict[str, str]:
    return {"cookie": "; ".join(f"{name}={value}" for name, value in panel.http.cookies.items())}


async def test_a_customer_who_waits_for_a_person_is_told_at_once(
    ana: Panel, carla: Customer, open_stream: OpenStream
) -> None:
    async with open_stream("", path="/admin/live", **cookies_of(ana)) as stream:
        assert (stream.status, stream.headers["content-type"].split(";")[0]) == (200, "text/event-stream")
        await stream.chunks.get()
        await carla.say("quiero hablar con una persona")
        told = json.loads((await stream.event("chats"))["data"])
        assert told == {"chats": 1, "orders": 0}


async def test_what_came_between_the_page_and_its_stream_is_told(
    ana: Panel, carla: Customer, open_stream: OpenStream
) -> None:
    made = (await ana.http.get("/admin")).text
    path = re.findall(r'hx-sse:connect="([^"]+)"', made)[0]
    await carla.say("quiero hablar con una persona")
    async with open_stream("", path=path, **cookies_of(ana)) as stream:
        assert json.loads((await stream.event("chats"))["data"]) == {"chats": 1, "orders": 0}


async def test_a_stranger_gets_the_door_and_no_stream(carla: Customer, open_stream: OpenStream) -> None:
    async with open_stream("", path="/admin/live") as stream:
        assert (stream.status, stream.headers["location"]) == (303, "/admin/login")
    async with open_stream(carla.token, path="/admin/live") as stream:
        assert stream.status == 303


async def test_it_ends_when_its_browser_signs_out(ana: Panel, carla: Customer, open_stream: OpenStream) -> None:
    async with open_stream("", path="/admin/live", **cookies_of(ana)) as stream:
        await stream.chunks.get()
        await ana.post("/admin/logout", data={})
        assert await stream.ended()


async def test_the_agent_is_paused_and_woken_from_every_page(ana: Panel, carla: Customer) -> None:
    paused = await ana.post("/admin/agent", data={}, headers={"HX-Request": "true"})
    assert (paused.status_code, "en pausa" in paused.text) == (200, True)
    assert (await carla.say("hola")).json()["replies"] == []
    woken = await ana.post("/admin/agent", data={"on": "1"})
    assert (woken.status_code, woken.headers["location"]) == (303, "/admin")
    assert (await carla.say("¿a qué hora abren?")).json()["replies"] != []
