"""The team: invited by a link that works once, moved between roles, shut out at once, and never without an owner (TRUST S-11)."""

from __future__ import annotations

import json
import re
from html import unescape

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select, text

from app.accounts.models import users
from app.wiring import House
from tests.clocks import FixedClock

from .conftest import BETO_PASSWORD, CSRF, Panel, client_of, panel_of, sign_in

PATH = "/admin/settings/team"
GOOD = "tres palabras juntas"
HX = {"HX-Request": "true"}


def id_of(house: House, name: str) -> int:
    query = select(users.c.id).where(users.c.name == name)
    return int(house.db.read_now(lambda conn: conn.execute(query).scalar_one()))


async def link_of(answer: httpx.Response) -> str:
    """The token of the link an answer shows."""
    found = re.search(r"/admin/invite\?token=([\w-]+)", unescape(answer.text))
    assert found, answer.text
    return found[1]


async def invited(ana: Panel, role: str = "staff") -> str:
    return await link_of(await ana.post(PATH, data={"role": role}, headers=HX))


async def come_in(client: httpx.AsyncClient, token: str, name: str = "rosa", password: str = GOOD) -> httpx.Response:
    """What the invited does with the form."""
    page = await client.get("/admin/invite", params={"token": token})
    csrf = CSRF.search(page.text) or CSRF.search((await client.get("/admin/login")).text)
    assert csrf
    form = {"token": token, "name": name, "password": password, "again": password, "csrf_token": csrf[1]}
    return await client.post("/admin/invite", data=form)


async def test_who_is_invited_chooses_name_and_password_and_serves_without_the_owner_s_rights(
    ana: Panel, app: FastAPI
) -> None:
    token = await invited(ana)
    async with client_of(app) as client:
        assert (await come_in(client, token, "Rosa ")).status_code == 303
        assert (await client.get("/admin/orders")).status_code == 200
        assert (await client.get(PATH)).status_code == 403
    async with client_of(app) as again:
        assert (await sign_in(again, "rosa", GOOD)).status_code == 303
    assert "rosa" in (await ana.http.get(PATH)).text


async def test_a_link_is_good_once_and_for_a_day_and_kept_as_a_digest_only(
    ana: Panel, app: FastAPI, house: House, clock: FixedClock
) -> None:
    token, late = await invited(ana), await invited(ana)
    kept = house.db.read_now(lambda conn: conn.execute(text("SELECT * FROM staff_link")).all())
    assert len(kept) == 2
    assert token not in json.dumps([str(row) for row in kept])
    async with client_of(app) as client:
        assert (await come_in(client, token)).status_code == 303
    async with client_of(app) as thief:
        assert (await thief.get("/admin/invite", params={"token": token})).status_code == 403
        assert (await come_in(thief, token, "otro")).status_code == 403
        clock.advance(hours=25)
        assert (await come_in(thief, late, "otro")).status_code == 403
    assert "otro" not in (await _names(house))


async def test_what_is_no_link_opens_nothing_whatever_its_shape(ana: Panel, app: FastAPI, house: House) -> None:
    token = await invited(ana)
    before = await _names(house)
    tries = [
        "",
        "null",
        "[]",
        "{}",
        "0",
        "true",
        token[:-1],
        token + "a",
        token.swapcase(),
        "' OR 1=1 --",
        "\x00",
        "ñ" * 300,
        "%00",
    ]
    async with client_of(app) as client:
        for wrong in tries:
            assert (await come_in(client, wrong, "otro")).status_code == 403, wrong
        csrf = CSRF.search((await client.get("/admin/login")).text)
        assert csrf
        form = {"name": "otro", "password": GOOD, "again": GOOD, "csrf_token": csrf[1]}
        assert (await client.post("/admin/invite", data=form)).status_code == 403
        assert (await client.post("/admin/invite", data={**form, "token[]": token})).status_code == 403
        for odd in (None, [token], {"token": token}, 7, True):
            assert (await client.post("/admin/invite", json={**form, "token": odd})).status_code == 415
    assert await _names(house) == before


@pytest.mark.parametrize("name", ["owner", "beto", "", "a", "dos palabras", "<b>x</b>", "../x", "ñ" * 40, "OWNER"])
async def test_a_name_that_cannot_be_leaves_the_link_good(ana: Panel, app: FastAPI, house: House, name: str) -> None:
    token = await invited(ana)
    before = await _names(house)
    async with client_of(app) as client:
        refused = await come_in(client, token, name)
        assert (refused.status_code, "Ese nombre no se puede" in refused.text) == (422, True)
        assert await _names(house) == before
        assert (await come_in(client, token, "rosa")).status_code == 303


async def test_a_weak_password_is_refused_and_the_link_stays_good(ana: Panel, app: FastAPI) -> None:
    token = await invited(ana)
    async with client_of(app) as client:
        assert (await come_in(client, token, password="corta")).status_code == 422
        assert (await come_in(client, token)).status_code == 303


async def test_another_password_by_a_link_ends_every_session_and_the_old_password(
    ana: Panel, beto: Panel, app: FastAPI, house: House
) -> None:
    path = f"{PATH}/{id_of(house, 'beto')}/reset"
    old = await link_of(await ana.post(path, headers=HX))
    token = await link_of(await ana.post(path, headers=HX))
    async with client_of(app) as client:
        assert (await come_in(client, old, "beto")).status_code == 403  # the newer link ended it
        assert (await come_in(client, token, "owner")).status_code == 303  # the name is the link's, not the form's
    assert (await beto.http.get("/admin")).status_code == 303
    async with client_of(app) as again:
        assert (await sign_in(again, "beto", BETO_PASSWORD)).status_code == 401
        assert (await sign_in(again, "beto", GOOD)).status_code == 303


async def test_who_is_shut_out_is_out_at_once_and_can_be_let_in_again(
    ana: Panel, beto: Panel, app: FastAPI, house: House
) -> None:
    path = f"{PATH}/{id_of(house, 'beto')}/switch"
    told = await ana.post(path, headers=HX)
    assert (told.status_code, "ya no entra" in told.text) == (200, True)
    assert (await beto.http.get("/admin")).status_code == 303
    async with client_of(app) as client:
        assert (await sign_in(client, "beto", BETO_PASSWORD)).status_code == 401
        assert (await client.get("/admin/api/orders", auth=("beto", BETO_PASSWORD))).status_code == 401
        await ana.post(path, data={"on": "1"}, headers=HX)
        assert (await sign_in(client, "beto", BETO_PASSWORD)).status_code == 303


async def test_another_role_signs_them_out_and_counts_from_then_on(
    ana: Panel, beto: Panel, app: FastAPI, house: House
) -> None:
    await ana.post(f"{PATH}/{id_of(house, 'beto')}/role", data={"role": "owner"}, headers=HX)
    assert (await beto.http.get("/admin")).status_code == 303
    async with client_of(app) as client:
        again = await panel_of(client, "beto", BETO_PASSWORD)
        assert (await again.http.get(PATH)).status_code == 200


async def test_the_shop_is_never_left_without_an_owner(ana: Panel, house: House) -> None:
    owner = id_of(house, "owner")
    for path, data in ((f"{PATH}/{owner}/switch", {}), (f"{PATH}/{owner}/role", {"role": "staff"})):
        told = await ana.post(path, data=data, headers=HX)
        assert (told.status_code, "se quedaría sin dueño" in told.text) == (409, True)
    assert (await ana.http.get(PATH)).status_code == 200
    await ana.post(f"{PATH}/{id_of(house, 'beto')}/role", data={"role": "owner"}, headers=HX)
    assert (await ana.post(f"{PATH}/{owner}/role", data={"role": "staff"}, headers=HX)).status_code == 200


async def test_the_staff_neither_see_the_team_nor_change_it(beto: Panel, house: House) -> None:
    mine = id_of(house, "beto")
    assert (await beto.http.get(PATH)).status_code == 403
    for path in (PATH, f"{PATH}/{mine}/role", f"{PATH}/{mine}/switch", f"{PATH}/{mine}/reset"):
        assert (await beto.post(path, data={"role": "owner"})).status_code == 403


async def test_nobody_of_that_number_is_not_found(ana: Panel) -> None:
    for who in ("999999", "x", "-1", "٣"):
        for what in ("role", "switch", "reset"):
            assert (await ana.post(f"{PATH}/{who}/{what}", data={"role": "staff"})).status_code == 404


async def _names(house: House) -> set[str]:
    return set(house.db.read_now(lambda conn: conn.execute(select(users.c.name)).scalars().all()))
