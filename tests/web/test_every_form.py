"""Every row of the table that changes something, forged in every way a page of another site can (TRUST S-13, S-14, S-15, S-28)."""

from __future__ import annotations

import re
from collections import Counter
from urllib.parse import quote, urlsplit

import pytest
from fastapi import FastAPI
from sqlalchemy import func, inspect, select, text

from app.web.routes import ROWS
from app.web.static import STATIC
from app.web.table import Row, Who
from app.wiring import House
from tests.sizes import size

from .conftest import BETO_PASSWORD, Customer, OpenStream, Panel, client_of, panel_of
from .test_hostile_texts import ATTACKS
from .test_routes import FINITE, LEAVING, body_of, filled
from .test_team import id_of

INSIDE = [row for row in ROWS if row.who in {Who.STAFF, Who.OWNER}]
CHANGES = [row for row in INSIDE if row.method != "GET" and "{rest" not in row.path]
PAGES = [row for row in FINITE if row.method == "GET" and row.path.startswith("/admin") and row in INSIDE]
FORGED = {
    "nothing": {},
    "a wrong token": {"X-CSRF-Token": "A" * 88},
    "plain text": {"Content-Type": "text/plain"},
    "another site": {"Origin": "https://mala.example", "Sec-Fetch-Site": "cross-site"},
    "another site, as fetched": {"Sec-Fetch-Site": "cross-site"},
}


def is_form(row: Row) -> bool:
    return not row.path.startswith("/admin/api")


def count_all(house: House) -> Counter[str]:
    """How many rows each table has; a forged change that did something shows here or in config.yaml."""

    def read(conn: object) -> Counter[str]:
        names = inspect(conn).get_table_names()
        return Counter(
            {name: conn.execute(select(func.count()).select_from(text(f'"{name}"'))).scalar_one() for name in names}
        )  # type: ignore[attr-defined]

    return house.db.read_now(read)


@pytest.mark.parametrize("disguise", FORGED)
async def test_no_form_sent_by_another_site_changes_anything(
    ana: Panel, beto: Panel, carla: Customer, house: House, disguise: str
) -> None:
    await carla.say("hola")
    real = {"{id}": carla.conversation_id}
    before, config = count_all(house), (house.home / "config.yaml").read_bytes()
    wrong = []
    for row in CHANGES:
        path = filled(row.path.replace("{id}", real["{id}"]) if "conversations" in row.path else row.path)
        headers = dict(FORGED[disguise])
        if disguise.startswith("another site"):
            headers["X-CSRF-Token"] = ana.csrf  # even one who knew the token is turned away by where they come from
        body = {"content": b"on=1&text=x"} if disguise == "plain text" else body_of(row)
        answer = await ana.http.request(row.method, path, headers=headers, **body)
        if answer.status_code not in ({403, 415} if disguise == "plain text" else {403}):
            wrong.append((row.method, row.path, answer.status_code))
    assert wrong == []
    assert (count_all(house), (house.home / "config.yaml").read_bytes()) == (before, config)


async def test_the_token_of_a_colleague_serves_nobody_else(ana: Panel, beto: Panel) -> None:
    wrong = []
    for row in CHANGES:
        answer = await ana.http.request(
            row.method, filled(row.path), headers={"X-CSRF-Token": beto.csrf}, **body_of(row)
        )
        if answer.status_code != 403:
            wrong.append((row.method, row.path, answer.status_code))
    assert wrong == []


async def test_who_was_shut_out_reaches_nothing_by_any_row(ana: Panel, app: FastAPI, house: House) -> None:
    async with client_of(app, client=("198.51.100.7", 4000)) as client:
        beto = await panel_of(client, "beto", BETO_PASSWORD)
        assert (await ana.post(f"/admin/settings/team/{id_of(house, 'beto')}/switch", data={})).status_code in {
            200,
            303,
        }
        reached = []
        for row in (one for one in FINITE if one in INSIDE):
            answer = await client.request(
                row.method, filled(row.path), headers={"X-CSRF-Token": beto.csrf}, **body_of(row)
            )
            to = answer.headers.get("location", "")
            if answer.status_code not in {401, 403} and (answer.status_code, to) != (303, "/admin/login"):
                reached.append((row.method, row.path, answer.status_code, to))
        assert reached == []


async def test_every_page_carries_the_headers_that_hold_it_and_draws_only_icons_there_are(ana: Panel) -> None:
    wrong, drawn = [], set(re.findall(r"\.i-([a-z0-9-]+)\b", (STATIC / "app.css").read_text("utf-8")))
    for row in PAGES:
        answer = await ana.http.get(filled(row.path))
        assert (used := set(re.findall(r'class="i i-([a-z0-9-]+)', answer.text))) <= drawn, (row.path, used - drawn)
        csp, kind = answer.headers.get("content-security-policy", ""), answer.headers.get("content-type", "")
        sound = (
            answer.headers.get("x-content-type-options") == "nosniff"
            and "no-store" in answer.headers.get("cache-control", "")
            and "server" not in answer.headers
            and ("text/html" not in kind or ("frame-ancestors 'none'" in csp and "unsafe" not in csp))
        )
        if not sound:
            wrong.append((row.path, answer.status_code, dict(answer.headers)))
    assert wrong == []


async def test_no_redirect_leads_out_of_the_panel_whatever_is_asked_for(ana: Panel, app: FastAPI) -> None:
    away = [line for line in (ATTACKS / "payloads" / "open_redirect.txt").read_text("utf-8").splitlines() if line]
    away += [
        "\\\\evil.example",
        "//evil.example",
        "/%2fevil.example",
        "https:evil.example",
        "@evil.example",
        "/\\evil.example",
    ]
    step = max(1, len(away) // size(6, len(away)))
    out = []
    async with client_of(app) as stranger:
        for place in away[::step]:
            query = "&".join(
                f"{name}={quote(place, safe='')}" for name in ("next", "to", "back", "url", "return", "redirect")
            )
            asks = [stranger.get(f"/admin?{query}"), stranger.get(f"/admin/login?{query}"), stranger.get(f"/?{query}")]
            asks += [
                ana.post(f"{filled(row.path)}?{query}", data={"next": place, "to": place})
                for row in CHANGES[:: size(9, 1)]
                if is_form(row) and row.path not in LEAVING and "restart" not in row.path
            ]
            for ask in asks:
                answer = await ask
                to = answer.headers.get("location", "")
                parts = urlsplit(to)
                if to and (parts.scheme or parts.netloc or not to.startswith("/") or to.startswith(("//", "/\\"))):
                    out.append((place, to))
    assert out == []


@pytest.mark.parametrize("ending", ["password", "role", "everywhere"])
async def test_an_open_stream_ends_within_seconds_once_its_session_does(
    ana: Panel, beto: Panel, house: House, open_stream: OpenStream, ending: str
) -> None:
    cookies = {"cookie": "; ".join(f"{name}={value}" for name, value in beto.http.cookies.items())}
    async with open_stream("", path="/admin/live", **cookies) as stream:
        await stream.chunks.get()
        if ending == "role":
            await ana.post(f"/admin/settings/team/{id_of(house, 'beto')}/role", data={"role": "owner"})
        elif ending == "everywhere":
            await beto.post("/admin/settings/leave", data={})
        else:
            again = {"old": BETO_PASSWORD, "password": "una clave nueva y larga", "again": "una clave nueva y larga"}
            await beto.post("/admin/settings/password", data=again)
        assert await stream.ended()
