"""Into the panel: sign-in, forged forms, brute force, sessions, and the one-time set-up link."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from statistics import median
from time import perf_counter

import httpx
import pytest
from fastapi import FastAPI

from app.accounts import service as accounts
from app.core import security
from app.main import create_app
from app.wiring import House, open_house, prepare_home
from tests.clocks import FixedClock
from tests.parts import OWN_HASHER
from tests.sizes import DEEP, size

from .conftest import ANA_PASSWORD, BETO_PASSWORD, CSRF, Panel, client_of, panel_of, sign_in


async def test_the_right_password_is_303_to_the_panel_and_a_cookie(http: httpx.AsyncClient) -> None:
    entered = await sign_in(http, "owner", ANA_PASSWORD)
    assert (entered.status_code, entered.headers["location"]) == (303, "/admin")
    cookie = entered.headers["set-cookie"]
    assert cookie.startswith("tendero=")
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "Secure" not in cookie
    assert (await http.get("/admin")).status_code == 200


async def test_over_https_the_cookie_is_a_host_cookie_and_no_other_is_read(app: FastAPI) -> None:
    async with client_of(app, base_url="https://tienda.test") as client:
        entered = await sign_in(client, "owner", ANA_PASSWORD)
        cookie = entered.headers["set-cookie"]
        assert cookie.startswith("__Host-tendero=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        assert (await client.get("/admin")).status_code == 200
        token = client.cookies["__Host-tendero"]
        client.cookies.clear()
        planted = await client.get("/admin", headers={"Cookie": f"tendero={token}"})
        assert planted.status_code == 303


async def test_a_wrong_name_and_a_wrong_password_are_told_alike(http: httpx.AsyncClient) -> None:
    wrong = [await sign_in(http, user, password) for user, password in
             [("owner", "no"), ("nadie", ANA_PASSWORD), ("", ""), ("owner\x00", "x"), ("owner", "a" * 5000)]]  # fmt: skip
    assert {response.status_code for response in wrong} == {401}
    assert all("csrf_token" in response.text for response in wrong)
    told = {re.search(r'role="alert">([^<]+)<', response.text)[1] for response in wrong}  # type: ignore[index]
    assert len(told) == 1
    assert all("tendero=" not in response.headers.get("set-cookie", "") for response in wrong)


async def test_a_name_nobody_has_takes_as_long_as_a_wrong_password(
    http: httpx.AsyncClient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """TRUST S-12: in turns, so that a machine that slows down slows both; 5 % apart at most where there is time to measure."""
    monkeypatch.setattr(security, "_hasher", OWN_HASHER)

    async def seconds(user: str) -> float:
        clock.advance(hours=1)
        began = perf_counter()
        assert (await sign_in(http, user, "no-es-esta")).status_code == 401
        return perf_counter() - began

    pairs = [(await seconds("owner"), await seconds("nadie")) for _ in range(size(5, 300))]
    known, unknown = (median(times) for times in zip(*pairs, strict=True))
    assert abs(known / unknown - 1) < (0.05 if DEEP else 0.5)


async def test_the_form_needs_its_token_and_its_cookie(app: FastAPI, http: httpx.AsyncClient) -> None:
    good = {"user": "owner", "password": ANA_PASSWORD}
    assert (await http.post("/admin/login", data=good)).status_code == 403
    token = CSRF.search((await http.get("/admin/login")).text)
    assert token
    for forged in ("", "x", token[1][:-2], "A" * 88, "ñ"):
        assert (await http.post("/admin/login", data={**good, "csrf_token": forged})).status_code == 403
    async with client_of(app) as other:
        await other.get("/admin/login")
        assert (await other.post("/admin/login", data={**good, "csrf_token": token[1]})).status_code == 403
    assert (await http.post("/admin/login", json={**good, "csrf_token": token[1]})).status_code == 415
    assert (await http.post("/admin/login", data={**good, "csrf_token": token[1]})).status_code == 303


async def test_tokens_of_a_page_differ_each_time_and_all_serve(http: httpx.AsyncClient) -> None:
    tokens = [CSRF.search((await http.get("/admin/login")).text)[1] for _ in range(3)]  # type: ignore[index]
    assert len(set(tokens)) == 3
    for token in tokens[:2]:
        response = await http.post("/admin/login", data={"user": "owner", "password": "no", "csrf_token": token})
        assert response.status_code == 401


@pytest.mark.parametrize("kind", ["none", "header", "field", "wrong", "of_another"])
async def test_in_a_session_every_change_needs_the_token(ana: Panel, beto: Panel, kind: str) -> None:
    headers = {"header": {"X-CSRF-Token": ana.csrf}, "wrong": {"X-CSRF-Token": "x"},
               "of_another": {"X-CSRF-Token": beto.csrf}}.get(kind, {})  # fmt: skip
    data = {"text": "hola", **({"csrf_token": ana.csrf} if kind == "field" else {})}
    response = await ana.http.post("/admin/playground", data=data, headers=headers)
    assert response.status_code == (303 if kind in {"header", "field"} else 403)


async def test_no_disguise_of_the_body_gets_round_the_token(ana: Panel) -> None:
    path = "/admin/api/conversations/" + "0" * 26 + "/messages"
    for kind in (
        "text/plain",
        "application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "",
    ):
        headers = {"Content-Type": kind} if kind else {}
        for method, address in [
            ("POST", path),
            ("POST", path.replace("messages", "take")),
            ("DELETE", "/admin/api/nada"),
        ]:
            response = await ana.http.request(method, address, content=b'{"text":"a"}', headers=headers)
            assert response.status_code == 403, (method, address, kind)


async def test_signing_in_gives_a_new_session_and_ends_the_one_before(http: httpx.AsyncClient, app: FastAPI) -> None:
    http.cookies.set("tendero", "plantada-por-otro", domain="tienda.test")
    await sign_in(http, "owner", ANA_PASSWORD)
    first = [cookie.value for cookie in http.cookies.jar if cookie.name == "tendero"]
    assert "plantada-por-otro" not in first[-1:]
    async with client_of(app) as client:
        panel = await panel_of(client, "owner", ANA_PASSWORD)
        old = client.cookies["tendero"]
        form = {"user": "owner", "password": ANA_PASSWORD, "csrf_token": panel.csrf}
        assert (await client.post("/admin/login", data=form)).status_code == 303
        assert client.cookies["tendero"] != old
        client.cookies.set("tendero", old, domain="tienda.test")
        stale = await client.get("/admin", headers={"Cookie": f"tendero={old}"})
        assert stale.status_code == 303


async def test_signing_out_ends_the_session_on_the_server(ana: Panel) -> None:
    kept = ana.http.cookies["tendero"]
    assert (await ana.post("/admin/logout", data={})).status_code == 303
    assert (await ana.http.get("/admin", headers={"Cookie": f"tendero={kept}"})).status_code == 303


async def test_a_new_password_ends_every_session(ana: Panel, house: House) -> None:
    assert (await ana.http.get("/admin")).status_code == 200
    await house.db.write(lambda conn: accounts.set_password(conn, "una-clave-nueva-1", house.clock.now()))
    assert (await ana.http.get("/admin")).status_code == 303
    assert (await ana.http.get("/admin/api/conversations")).status_code == 401


async def test_a_start_with_the_same_admin_password_leaves_sessions_alone(ana: Panel, house: House) -> None:
    now = house.clock.now()
    assert not await house.db.write(lambda conn: accounts.ensure_owner_password(conn, ANA_PASSWORD, now))
    assert (await ana.http.get("/admin")).status_code == 200
    assert await house.db.write(lambda conn: accounts.ensure_owner_password(conn, "otra-muy-distinta", now))
    assert (await ana.http.get("/admin")).status_code == 303


async def test_a_session_lives_on_while_it_is_used_and_ends_when_it_is_not(ana: Panel, clock: FixedClock) -> None:
    for _ in range(4):
        clock.advance(days=6)
        assert (await ana.http.get("/admin")).status_code == 200
    clock.advance(days=8)
    assert (await ana.http.get("/admin")).status_code == 303


async def test_no_session_outlives_thirty_days(ana: Panel, clock: FixedClock) -> None:
    for _ in range(9):
        clock.advance(days=3)
        assert (await ana.http.get("/admin")).status_code == 200
    clock.advance(days=4)
    assert (await ana.http.get("/admin")).status_code == 303


async def test_guessing_is_stopped_by_account_from_anywhere(app: FastAPI, clock: FixedClock) -> None:
    statuses = []
    for n in range(20):
        async with client_of(app, client=(f"203.0.113.{n}", 1)) as client:
            statuses.append((await sign_in(client, "owner", f"no-{n}")).status_code)
    assert statuses.count(401) == 15
    assert statuses[15:] == [429] * 5
    async with client_of(app) as client:
        locked = await sign_in(client, "owner", ANA_PASSWORD)
        assert locked.status_code == 429
        assert int(locked.headers["retry-after"]) > 0
        assert "csrf_token" in locked.text
        clock.advance(minutes=16)
        assert (await sign_in(client, "owner", ANA_PASSWORD)).status_code == 303


async def test_guessing_names_is_stopped_by_address_even_for_one_with_an_account(http: httpx.AsyncClient) -> None:
    statuses = [(await sign_in(http, f"nadie{n}", "no")).status_code for n in range(29)]
    assert (await sign_in(http, "beto", BETO_PASSWORD)).status_code == 303
    http.cookies.clear()
    statuses += [(await sign_in(http, f"otro{n}", "no")).status_code for n in range(3)]
    assert statuses == [401] * 30 + [429] * 2


async def test_basic_guesses_count_as_sign_ins(app: FastAPI) -> None:
    async with client_of(app) as client:
        statuses = [
            (await client.get("/admin/api/conversations", auth=("owner", f"no-{n}"))).status_code for n in range(17)
        ]
    assert statuses == [401] * 15 + [429] * 2


# The first password.


@pytest.fixture
async def new_shop(tmp_path: Path, clock: FixedClock) -> AsyncIterator[tuple[httpx.AsyncClient, House]]:
    """A shop whose owner has no password yet."""
    prepare_home(tmp_path / "new")
    opened = open_house(tmp_path / "new", environ={}, clock=clock)
    async with client_of(create_app(opened)) as client:
        yield client, opened
    opened.close()


async def link_of(house: House) -> str:
    link = await house.db.write(lambda conn: accounts.setup_link(conn, "http://tienda.test", house.clock.now()))
    assert link is not None
    return link


async def set_up(client: httpx.AsyncClient, link: str, password: str, again: str | None = None) -> httpx.Response:
    form = await client.get(link)
    token = CSRF.search(form.text)
    secret = re.search(r'name="token" value="([^"]+)"', form.text)
    return await client.post(
        "/admin/setup",
        data={"csrf_token": token[1] if token else "", "token": secret[1] if secret else "",
              "password": password, "again": password if again is None else again},
    )  # fmt: skip


async def test_the_link_sets_the_first_password_once_and_signs_in(new_shop: tuple[httpx.AsyncClient, House]) -> None:
    client, house = new_shop
    link = await link_of(house)
    assert (await client.get("/admin")).headers["location"] == "/admin/login"
    assert (await set_up(client, link, "tres palabras juntas")).status_code == 303
    assert (await client.get("/admin")).status_code == 200
    client.cookies.clear()
    assert (await client.get(link)).status_code == 403
    assert (await set_up(client, link, "otra clave distinta")).status_code == 403
    assert (await sign_in(client, "owner", "tres palabras juntas")).status_code == 303
    none = await house.db.write(lambda conn: accounts.setup_link(conn, "http://tienda.test", house.clock.now()))
    assert none is None


async def test_looking_at_the_link_or_failing_does_not_use_it_up(new_shop: tuple[httpx.AsyncClient, House]) -> None:
    client, house = new_shop
    link = await link_of(house)
    assert (await client.get(link)).status_code == 200
    for password, again in [("corta", None), ("12345678", None), ("tres palabras juntas", "otras"), ("a" * 300, None)]:
        assert (await set_up(client, link, password, again)).status_code == 422
    assert (await set_up(client, link, "tres palabras juntas")).status_code == 303


async def test_the_link_ends_after_a_day_and_when_admin_password_is_set(
    new_shop: tuple[httpx.AsyncClient, House], clock: FixedClock
) -> None:
    client, house = new_shop
    old = await link_of(house)
    clock.advance(hours=25)
    assert (await client.get(old)).status_code == 403
    fresh = await link_of(house)
    await house.db.write(lambda conn: accounts.ensure_owner_password(conn, "desde-el-env-1", house.clock.now()))
    assert (await client.get(fresh)).status_code == 403
    assert (await set_up(client, fresh, "tres palabras juntas")).status_code == 403


@pytest.mark.parametrize("token", ["", "null", "[]", "a" * 5000, "\x00", "' OR 1=1--"])
async def test_an_invented_token_opens_nothing(new_shop: tuple[httpx.AsyncClient, House], token: str) -> None:
    client, house = new_shop
    await link_of(house)
    assert (await client.get("/admin/setup", params={"token": token})).status_code == 403


async def test_only_the_digest_of_links_and_cookies_is_stored(new_shop: tuple[httpx.AsyncClient, House]) -> None:
    client, house = new_shop
    link = await link_of(house)
    await set_up(client, link, "tres palabras juntas")
    cookie = client.cookies["tendero"]
    house.db.raw_writer().dispose()
    kept = b"".join(path.read_bytes() for path in (house.home / "var").glob("db.sqlite*"))
    assert b"panel_session" in kept
    assert link.partition("token=")[2].encode() not in kept
    assert cookie.encode() not in kept
    assert b"tres palabras juntas" not in kept


async def test_with_nobody_at_home_sign_in_says_what_to_do(new_shop: tuple[httpx.AsyncClient, House]) -> None:
    client, _ = new_shop
    assert "terminal" in (await client.get("/admin/login")).text
    assert (await sign_in(client, "owner", "")).status_code == 401
