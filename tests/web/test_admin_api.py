"""`/admin/api`: what programs read and do, by session or by Basic."""

from __future__ import annotations

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import service as accounts
from app.wiring import House

from .conftest import ANA_PASSWORD, BETO_PASSWORD, Customer, Panel, client_of

SHAPE = {"id", "channel", "user_id", "name", "speaker", "updated_at"}


async def test_basic_opens_the_api_and_needs_no_token(http: httpx.AsyncClient, carla: Customer) -> None:
    auth = ("owner", ANA_PASSWORD)
    listed = await http.get("/admin/api/conversations", auth=auth)
    assert listed.status_code == 200
    [thread] = listed.json()["conversations"]
    assert set(thread) == SHAPE
    assert (thread["id"], thread["channel"], thread["speaker"]) == (carla.conversation_id, "web", "bot")
    taken = await http.post(f"/admin/api/conversations/{carla.conversation_id}/take", auth=auth)
    assert (taken.status_code, taken.json()["speaker"]) == (200, "person")


@pytest.mark.parametrize("header", ["", "Basic", "Basic !!!", "Basic b3duZXI=", "Bearer x", "Basic //79"])
async def test_without_credentials_it_is_401_as_problem_json(http: httpx.AsyncClient, header: str) -> None:
    response = await http.get("/admin/api/conversations", headers={"Authorization": header} if header else {})
    assert (response.status_code, response.headers["content-type"]) == (401, "application/problem+json")
    assert response.headers["www-authenticate"].startswith("Basic")


async def test_basic_opens_no_page(http: httpx.AsyncClient) -> None:
    assert (await http.get("/admin", auth=("owner", ANA_PASSWORD))).status_code == 303


async def test_wrong_basic_beside_a_good_cookie_is_refused(ana: Panel) -> None:
    assert (await ana.http.get("/admin/api/conversations", auth=("owner", "no"))).status_code == 401


async def test_a_remembered_password_opens_nothing_once_it_is_changed(http: httpx.AsyncClient, house: House) -> None:
    for _ in range(3):
        assert (await http.get("/admin/api/products", auth=("owner", ANA_PASSWORD))).status_code == 200
    await house.db.write(lambda conn: accounts.set_password(conn, "una-clave-nueva-1", house.clock.now()))
    assert (await http.get("/admin/api/products", auth=("owner", ANA_PASSWORD))).status_code == 401
    assert (await http.get("/admin/api/products", auth=("owner", "una-clave-nueva-1"))).status_code == 200


async def test_a_person_takes_writes_and_returns(carla: Customer, ana: Panel) -> None:
    path = f"/admin/api/conversations/{carla.conversation_id}"
    written = await ana.post(f"{path}/messages", json={"text": "Hola, soy Ana"})
    assert written.status_code == 201
    said = (await carla.say("gracias")).json()
    assert (said["replies"], said["handoff"]) == ([], True)
    history = await carla.history()
    assert history["handoff"] is True
    assert [(m["from"], m["text"]) for m in history["messages"]][-2:] == [
        ("person", "Hola, soy Ana"), ("customer", "gracias")
    ]  # fmt: skip
    back = await ana.post(f"{path}/return")
    assert (back.status_code, back.json()["speaker"]) == (200, "bot")
    assert (await carla.say("hola")).json()["replies"]


async def test_what_another_person_has_is_409(carla: Customer, ana: Panel, beto: Panel) -> None:
    path = f"/admin/api/conversations/{carla.conversation_id}"
    assert (await ana.post(f"{path}/take")).status_code == 200
    assert (await ana.post(f"{path}/take")).status_code == 200
    for refused in [await beto.post(f"{path}/take"), await beto.post(f"{path}/return"),
                    await beto.post(f"{path}/messages", json={"text": "yo"})]:  # fmt: skip
        assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert [m["from"] for m in (await carla.history())["messages"]].count("person") == 0


@pytest.mark.parametrize("id_", ["0" * 26, "nada", "%00", "..%2f", "ñ"])
async def test_a_conversation_nobody_had_is_404(ana: Panel, id_: str) -> None:
    for act in ("take", "return"):
        assert (await ana.post(f"/admin/api/conversations/{id_}/{act}")).status_code == 404
    assert (await ana.post(f"/admin/api/conversations/{id_}/messages", json={"text": "a"})).status_code == 404


@pytest.mark.parametrize("body", [{}, {"text": " "}, {"text": "a" * 4001}, {"text": 1}, []])
async def test_a_persons_message_has_the_shape_of_any(carla: Customer, ana: Panel, body: object) -> None:
    path = f"/admin/api/conversations/{carla.conversation_id}/messages"
    assert (await ana.post(path, json=body)).status_code == 422


async def test_conversations_are_listed_oldest_first_after_an_id(carla: Customer, dario: Customer, ana: Panel) -> None:
    listed = (await ana.http.get("/admin/api/conversations")).json()["conversations"]
    assert [thread["id"] for thread in listed] == [carla.conversation_id, dario.conversation_id]
    after = await ana.http.get("/admin/api/conversations", params={"after": carla.conversation_id})
    assert [thread["id"] for thread in after.json()["conversations"]] == [dario.conversation_id]
    assert (await ana.http.get("/admin/api/conversations?after=x")).status_code == 422


async def test_staff_sees_conversations_and_products(beto: Panel, app: FastAPI) -> None:
    products = (await beto.http.get("/admin/api/products")).json()["products"]
    assert products
    assert {"sku", "name", "price", "stock", "options", "extras"} <= set(products[0])
    async with client_of(app) as program:
        assert (await program.get("/admin/api/products", auth=("beto", BETO_PASSWORD))).status_code == 200
