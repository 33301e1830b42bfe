"""The web chat's API, as CONTRACT 3 says it."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from app.wiring import House

from .conftest import Customer, arrive

OUT = {"id", "kind", "text", "quick_replies", "cards", "order", "url"}
JSON = {"Content-Type": "application/json"}


def is_problem(response: httpx.Response, status: int) -> None:
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    told = response.json()
    assert told["status"] == status
    assert told["type"]
    assert told["title"]
    assert told["detail"]


async def test_a_session_greets_and_its_token_opens_the_conversation(http: httpx.AsyncClient) -> None:
    response = await http.post("/api/chat/sessions", json={"business": "MiTiendita", "locale": "es", "nuevo": 1})
    assert response.status_code == 201
    data = response.json()
    assert set(data) == {"token", "conversation_id", "greeting"}
    assert set(data["greeting"][0]) == OUT
    carla = Customer(http, data["token"], data["conversation_id"], data["greeting"])
    history = await carla.history()
    assert [message["message_id"] for message in history["messages"]] == [data["greeting"][0]["id"]]


async def test_a_message_is_answered_with_its_id_and_replies(carla: Customer) -> None:
    response = await carla.say("hola", client_id="c1")
    assert response.status_code == 200
    data = response.json()
    assert set(data) == {"conversation_id", "message_id", "replies", "handoff"}
    assert data["conversation_id"] == carla.conversation_id
    assert data["handoff"] is False
    assert all(set(reply) == OUT for reply in data["replies"])
    assert all(reply["id"] > data["message_id"] for reply in data["replies"])


async def test_the_same_client_id_again_gives_the_same_answer_and_stores_nothing(carla: Customer) -> None:
    first = (await carla.say("hola", client_id="c1")).json()
    again = (await carla.say("hola", client_id="c1")).json()
    other_words = (await carla.say("¿a qué hora cierran?", client_id="c1")).json()
    assert first == again == other_words
    history = (await carla.history())["messages"]
    assert [message["text"] for message in history if message["from"] == "customer"] == ["hola"]


async def test_a_client_id_counts_inside_its_own_conversation_only(carla: Customer, dario: Customer) -> None:
    hers, his = (await carla.say("hola", client_id="1")).json(), (await dario.say("hola", client_id="1")).json()
    assert hers["message_id"] != his["message_id"]
    assert his["conversation_id"] == dario.conversation_id


async def test_the_same_client_id_sent_at_once_waits_and_is_answered_once(carla: Customer) -> None:
    answers = await asyncio.gather(*(carla.say("hola", client_id="misma") for _ in range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({json.dumps(answer.json(), sort_keys=True) for answer in answers}) == 1
    assert [m["from"] for m in (await carla.history())["messages"]].count("customer") == 1


async def test_messages_sent_at_once_are_answered_one_after_the_other_each_with_its_own(carla: Customer) -> None:
    answers = await asyncio.gather(*(carla.say(f"hola {n}", client_id=f"c{n}") for n in range(10)))
    told = [answer.json() for answer in answers]
    assert {answer.status_code for answer in answers} == {200}
    stored = (await carla.history())["messages"][1:]
    place = {message["message_id"]: at for at, message in enumerate(stored)}
    for data in told:
        at = place[data["message_id"]]
        ids = [reply["id"] for reply in data["replies"]]
        assert ids
        assert [message["message_id"] for message in stored[at + 1 : at + 1 + len(ids)]] == ids


async def test_history_is_oldest_first_at_most_a_hundred_and_goes_on_after_an_id(carla: Customer, house: House) -> None:
    from app.chat import service as chat
    from app.chat.messages import Reply, Said

    def many(conn: object) -> list[str]:
        thread = chat.conversation(conn, carla.conversation_id)  # type: ignore[arg-type]
        assert thread is not None
        said = [Said("bot", Reply(f"n {n}")) for n in range(150)]
        return chat.record(conn, thread, said, now=house.clock.now())  # type: ignore[arg-type]

    ids = await house.db.write(many)
    last = (await carla.history())["messages"]
    assert [message["message_id"] for message in last] == ids[-100:]
    after = (await carla.history(after=ids[9]))["messages"]
    assert [message["message_id"] for message in after] == ids[10:110]
    assert (await carla.history(after=ids[-1]))["messages"] == []


async def test_a_payload_comes_back_as_it_went_and_does_what_its_title_does(carla: Customer) -> None:
    choice = carla.greeting[0]["quick_replies"][0]
    tapped = await carla.http.post(
        "/api/chat/messages", json={"text": choice["title"], "payload": choice["payload"]}, headers=carla.headers
    )
    typed = await carla.say(choice["title"])
    assert tapped.status_code == typed.status_code == 200
    assert tapped.json()["replies"][0]["text"].split("\n")[0] == typed.json()["replies"][0]["text"].split("\n")[0]


async def test_a_location_alone_is_a_message(carla: Customer) -> None:
    place = {"location": {"lat": 12.13, "lon": -86.25}}
    response = await carla.http.post("/api/chat/messages", json=place, headers=carla.headers)
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"text": ""}, "text"), ({"text": "   \n"}, "text"), ({"text": "a" * 4001}, "text"), ({"text": 5}, "text"),
        ({"text": ["a"]}, "text"), ({}, "text"), ({"text": None}, "text"), ({"text": "a", "client_id": ""}, "client_id"),
        ({"text": "a", "client_id": "x" * 65}, "client_id"), ({"text": "a", "client_id": 7}, "client_id"),
        ({"location": {"lat": 91, "lon": 0}}, "location.lat"), ({"location": {"lat": True, "lon": 0}}, "location.lat"),
        ({"location": {"lat": 1}}, "location.lon"), ({"location": "acá"}, "location"),
        ({"payload": {"a": 1}}, "payload"), ({"attachment_id": "no-hay"}, "attachment_id"),
        ([], ""), ("hola", ""), (None, ""), (5, ""),
    ],
)  # fmt: skip
async def test_right_json_of_the_wrong_shape_is_422_and_names_the_field(
    carla: Customer, body: object, field: str
) -> None:
    raw = json.dumps(body).encode()
    response = await carla.http.post("/api/chat/messages", content=raw, headers={**carla.headers, **JSON})
    is_problem(response, 422)
    assert [error["field"] for error in response.json()["errors"]] == [field]
    assert len((await carla.history())["messages"]) == 1


@pytest.mark.parametrize("text", ["a", "a" * 4000, "ñ" * 4000, "🫓" * 4000])
async def test_a_text_of_one_to_four_thousand_characters_is_taken(carla: Customer, text: str) -> None:
    assert (await carla.say(text)).status_code == 200
    assert [m["text"] for m in (await carla.history())["messages"] if m["from"] == "customer"] == [text]


@pytest.mark.parametrize(
    "raw",
    [
        b"", b"{no", b'{"text": "hola"', b"\xff\xfe{\x00}\x00", '{"text": "ñ"}'.encode("latin-1"), b'{"text": NaN}',
        b"[" * 60_000, b'{"text":' * 6000 + b"1" + b"}" * 6000, '{"text": "hola"}'.encode("utf-16"), b"\x00",
        b'{"text": 1' + b"0" * 5000 + b"}",
    ],
)  # fmt: skip
async def test_what_is_not_utf8_json_is_400(carla: Customer, raw: bytes) -> None:
    response = await carla.http.post("/api/chat/messages", content=raw, headers={**carla.headers, **JSON})
    is_problem(response, 400)


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x",
                                  "application/json; charset=latin-1", ""])  # fmt: skip
async def test_another_content_type_is_415_on_every_json_route(carla: Customer, kind: str) -> None:
    headers = {**carla.headers, "Content-Type": kind} if kind else carla.headers
    for path in ("/api/chat/messages", "/api/chat/sessions", "/api/chat/feedback"):
        is_problem(await carla.http.post(path, content=b'{"text":"a"}', headers=headers), 415)


async def test_a_body_over_64_kb_is_413_whole_or_in_pieces(carla: Customer) -> None:
    headers = {**carla.headers, **JSON}
    whole = await carla.http.post("/api/chat/messages", content=b" " * 70_000, headers=headers)
    is_problem(whole, 413)

    async def pieces():  # type: ignore[no-untyped-def]
        for _ in range(500):
            yield b" " * 1000

    is_problem(await carla.http.post("/api/chat/messages", content=pieces(), headers=headers), 413)
    fits = b'{"text": "hola"' + b" " * 65_000 + b"}"
    assert (await carla.http.post("/api/chat/messages", content=fits, headers=headers)).status_code == 200


async def test_lone_surrogates_and_nul_become_the_replacement_character_and_nothing_else_changes(
    carla: Customer,
) -> None:
    raw = b'{"text": "\\ud800 hola \\u0000  dos  espacios\\r\\n\\u202e", "client_id": "\\u0000\\ud800"}'
    response = await carla.http.post("/api/chat/messages", content=raw, headers={**carla.headers, **JSON})
    assert response.status_code == 200
    texts = [m["text"] for m in (await carla.history())["messages"] if m["from"] == "customer"]
    assert texts == ["\ufffd hola \ufffd  dos  espacios\r\n\u202e"]


@pytest.mark.parametrize("value", ["", "Bearer", "Bearer no", "Basic b3duZXI6eA==", "bearer \x7f"])
async def test_without_a_good_token_every_route_of_a_visitor_is_401_before_anything_else(
    http: httpx.AsyncClient, value: str
) -> None:
    headers = {"Authorization": value} if value else {}
    for method, path in [("POST", "messages"), ("GET", "messages"), ("GET", "events"), ("POST", "attachments"),
                         ("POST", "feedback"), ("DELETE", "sessions")]:  # fmt: skip
        response = await http.request(method, f"/api/chat/{path}", content=b"{no", headers={**headers, **JSON})
        is_problem(response, 401)
        assert response.headers["www-authenticate"] == "Bearer"


async def test_a_token_in_the_address_opens_nothing(carla: Customer) -> None:
    for name in ("token", "access_token"):
        assert (await carla.http.get(f"/api/chat/messages?{name}={carla.token}")).status_code == 401


async def test_tokens_outlive_the_process_and_end_after_thirty_days(carla: Customer, house: House, clock) -> None:  # type: ignore[no-untyped-def]
    from app.main import create_app

    from .conftest import client_of

    async with client_of(create_app(house)) as another:
        clock.advance(days=29)
        assert (await another.get("/api/chat/messages", headers=carla.headers)).status_code == 200
        clock.advance(days=2)
        assert (await another.get("/api/chat/messages", headers=carla.headers)).status_code == 401


async def test_forgetting_deletes_the_conversation_and_its_token(carla: Customer, house: House) -> None:
    from app.chat import service as chat

    await carla.say("mi secreto")
    assert (await carla.http.delete("/api/chat/sessions", headers=carla.headers)).status_code == 204
    assert (await carla.http.get("/api/chat/messages", headers=carla.headers)).status_code == 401
    assert (await carla.say("¿hola?")).status_code == 401
    assert await house.db.read(lambda conn: chat.conversation(conn, carla.conversation_id)) is None
    assert await house.db.read(lambda conn: chat.history(conn, carla.conversation_id)) == []


async def test_a_thumb_is_kept_and_only_for_the_shops_own_messages(carla: Customer) -> None:
    said = (await carla.say("hola")).json()

    async def thumb(**body: object) -> httpx.Response:
        return await carla.http.post("/api/chat/feedback", json=body, headers=carla.headers)

    assert (await thumb(message_id=said["replies"][0]["id"], value="up")).status_code == 204
    assert (await thumb(message_id=said["replies"][0]["id"], value="down")).status_code == 204
    is_problem(await thumb(message_id=said["message_id"], value="up"), 404)
    is_problem(await thumb(message_id="0" * 26, value="up"), 404)
    for wrong in ({"message_id": said["message_id"], "value": "sí"}, {"value": "up"}, {"message_id": [], "value": "up"},
                  {"message_id": said["message_id"], "value": []}):  # fmt: skip
        is_problem(await thumb(**wrong), 422)


@pytest.mark.parametrize(
    "wrong", [{"locale": "fr"}, {"locale": 1}, {"business": []}, {"name": "a" * 121}, {"phone": {"a": 1}}, []]
)
async def test_a_session_of_the_wrong_shape_is_422(http: httpx.AsyncClient, wrong: object) -> None:
    is_problem(await http.post("/api/chat/sessions", json=wrong), 422)


async def test_name_and_phone_are_contact_data_and_never_identity(http: httpx.AsyncClient) -> None:
    first = await arrive(http, name="Carla", phone="+50588880000")
    second = await arrive(http, name="Carla", phone="+50588880000")
    assert first.conversation_id != second.conversation_id
    await first.say("esto es de la primera")
    assert "primera" not in str(await second.history())


async def test_english_is_greeted_in_english(http: httpx.AsyncClient) -> None:
    spanish, english = await arrive(http, locale="es"), await arrive(http, locale="en")
    assert spanish.greeting[0]["text"] != english.greeting[0]["text"]
