"""TRUST S-06: the table of routes is the application, and each route lets in whom it says."""

from __future__ import annotations

import inspect
from importlib import import_module
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.routing import Route

from app.web.gate import Gate
from app.web.routes import ROWS
from app.web.table import Body, Row, Who

from .conftest import ANA_PASSWORD, BETO_PASSWORD, Customer, Panel, client_of, panel_of

SAMPLE = {"channel": "telegram", "id": "0" * 26, "path": "app.css", "rest": "nada", "proof": "0" * 22}
STREAMS = {"/api/chat/events", "/admin/live"}  # they never end: test_events.py and test_live.py
FINITE = [row for row in ROWS if row.path not in STREAMS]
LEAVING = ("/admin/settings/leave", "/admin/logout")
CASTS = ("nobody", "carla", "beto", "ana", "signed_out")


def filled(path: str) -> str:
    for name, value in SAMPLE.items():
        path = path.replace(f"{{{name}:path}}", value).replace(f"{{{name}}}", value)
    return path


def test_every_route_of_the_application_is_a_row_and_nothing_else_is_there(app: FastAPI) -> None:
    built = set()
    for route in app.router.routes:
        assert isinstance(route, Route)
        assert isinstance(route.endpoint, Gate)
        built |= {(method, route.path, row) for method, row in route.endpoint.rows.items()}
    assert built == {(row.method, row.path, row) for row in ROWS}
    assert len(built) == len(ROWS), "a method of a path stands twice in the table"


def test_every_page_that_is_loaded_when_it_is_opened_is_there() -> None:
    for row in ROWS:
        handler = getattr(import_module(row.handler.__module__), row.handler.__qualname__)
        assert inspect.iscoroutinefunction(handler), row


def test_only_these_routes_are_open_to_anybody() -> None:
    """A new open route is a decision: it is written here too."""
    assert {(row.method, row.path) for row in ROWS if row.who is Who.ANYONE} == {
        ("POST", "/api/chat/sessions"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/"), ("GET", "/demo"),
        ("GET", "/widget.js"), ("GET", "/widget"), ("GET", "/widget/{path:path}"), ("GET", "/static/{path:path}"),
        ("GET", "/photos/{path}"),
        ("GET", "/admin/login"), ("POST", "/admin/login"), ("GET", "/admin/setup"), ("POST", "/admin/setup"),
        ("GET", "/admin/invite"), ("POST", "/admin/invite"),
    }  # fmt: skip


def expected(row: Row, who: str) -> set[int]:
    """What somebody may be answered: refusals are exact, what is let in may be anything but a refusal of its kind."""
    inside = who in {"ana", "beto"}
    stranger = {401} if row.area == "admin-api" else {303}
    if row.who is Who.PROVIDER:
        return {404}
    if row.who is Who.METRICS:
        return {404}
    if row.who is Who.VISITOR and who != "carla":
        return {401}
    if row.who in {Who.STAFF, Who.OWNER} and not inside:
        return stranger
    if row.who is Who.OWNER and who == "beto":
        return {403}
    return set()


@pytest.mark.parametrize("who", CASTS)
async def test_each_route_lets_in_whom_the_table_says(app: FastAPI, carla: Customer, who: str) -> None:
    wrong = []
    async with client_of(app) as client:
        headers = await become(client, who, carla)
        for row in sorted(FINITE, key=ends_it):
            response = await client.request(row.method, filled(row.path), headers=headers, **body_of(row))
            if not is_right(row, who, response):
                wrong.append((row.method, row.path, response.status_code, response.headers.get("location")))
    assert wrong == []


EMPTY = {"/admin/login": 401, "/admin/invite": 403}  # an open form sent with nothing in it


def is_right(row: Row, who: str, response: httpx.Response) -> bool:
    wanted = expected(row, who)
    if wanted:
        return response.status_code in wanted
    if (
        row.who is Who.ANYONE and row.body is Body.FORM
    ):  # outside no form was asked for first; inside nothing was filled in
        return response.status_code == (EMPTY.get(row.path, 422) if who in {"ana", "beto"} else 403)
    sent_away = response.status_code == 303 and response.headers["location"] == "/admin/login"
    return response.status_code not in {401, 405, 500, 501} and (not sent_away or row.path in LEAVING)


def ends_it(row: Row) -> tuple[bool, bool]:
    return row.path in LEAVING, row.method == "DELETE"


async def become(client: httpx.AsyncClient, who: str, carla: Customer) -> dict[str, str]:
    """The headers (and cookies) of somebody of the cast."""
    if who == "nobody":
        return {}
    if who == "carla":
        return carla.headers
    panel: Panel = await panel_of(client, "beto" if who == "beto" else "owner", PASSWORDS[who])
    if who == "signed_out":
        kept = dict(client.cookies)
        assert (await panel.post("/admin/logout", data={})).status_code == 303
        client.cookies.update(kept)
    return {"X-CSRF-Token": panel.csrf}


PASSWORDS = {"ana": ANA_PASSWORD, "signed_out": ANA_PASSWORD, "beto": BETO_PASSWORD}


def body_of(row: Row) -> dict[str, Any]:
    if row.body is Body.JSON:
        return {"json": {}}
    if row.body is Body.FORM:
        return {"data": {"x": "1"}}
    if row.body is Body.UPLOAD:
        return {"files": {"file": ("a.txt", b"x")}}
    return {}


async def test_a_visitor_reaches_only_the_conversation_of_their_token(carla: Customer, dario: Customer) -> None:
    said = (await carla.say("soy Carla y mi secreto es azul")).json()
    assert "azul" not in str(await dario.history())
    thumb = {"message_id": said["replies"][0]["id"], "value": "up"}
    stolen = await dario.http.post("/api/chat/feedback", json=thumb, headers=dario.headers)
    assert stolen.status_code == 404
    after = await dario.history(after=said["message_id"])
    assert after["messages"] == []


async def test_unknown_addresses_are_not_there_and_say_so_in_the_manners_of_their_place(
    http: httpx.AsyncClient,
) -> None:
    for path in ("/api/nada", "/api/chat", "/webhook/fax", "/webhook/twilio", "/webhook/stripe", "/api/chat/sessions/"):
        response = await http.post(path, json={})
        assert (response.status_code, response.headers["content-type"]) == (404, "application/problem+json"), path
    page = await http.get("/pay/123")
    assert (page.status_code, page.headers["content-type"]) == (404, "text/html; charset=utf-8")
    for path in ("/docs", "/redoc", "/openapi.json", "/.env", "/static/../../.env", "/static/", "/widget/widget.html"):
        assert (await http.get(path)).status_code == 404, path


async def test_a_wrong_method_is_told_which_ones_there_are(http: httpx.AsyncClient) -> None:
    response = await http.put("/api/chat/messages", json={})
    assert response.status_code == 405
    assert response.headers["allow"] == "GET, HEAD, POST"
    assert response.headers["content-type"] == "application/problem+json"
    options = await http.options("/api/chat/messages", headers={"Origin": "https://otra.test"})
    assert options.status_code == 405
    assert not [name for name in options.headers if name.startswith("access-control")]


@pytest.mark.parametrize("path", ["/admin", "/admin/menu", "/admin/conversations", "/admin/x/y", "/admin/playground"])
async def test_panel_pages_send_strangers_to_sign_in_whether_they_exist_or_not(
    http: httpx.AsyncClient, path: str
) -> None:
    response = await http.get(path)
    assert (response.status_code, response.headers["location"]) == (303, "/admin/login")
    fragment = await http.get(path, headers={"HX-Request": "true"})
    assert fragment.headers["hx-redirect"] == "/admin/login"


async def test_pages_that_do_not_exist_are_404_for_those_inside(ana: Panel) -> None:
    assert (await ana.http.get("/admin/nada")).status_code == 404
    assert (await ana.http.get("/admin/api/nada")).status_code == 404
