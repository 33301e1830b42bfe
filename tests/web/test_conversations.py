"""«Conversaciones»: what staff see, take and write, what two of them do at once, and what customers never see."""

from __future__ import annotations

import json
import re
from pathlib import Path

from sqlalchemy import update

from app.core import jobs
from app.core.models import jobs as job_table
from app.orders import service as orders
from app.wiring import House
from tests.clocks import FixedClock
from tests.queries import queries

from .conftest import Customer, Panel
from .test_orders_board import ordered

PATH = "/admin/conversations"
XSS = Path(__file__).parent.parent / "attacks" / "payloads" / "xss_polyglots.txt"
HTMX = {"HX-Request": "true"}


def at(carla: Customer, verb: str = "") -> str:
    return f"{PATH}/{carla.conversation_id}{verb}"


async def test_an_empty_inbox_says_so_and_a_chat_nobody_wrote_in_is_none(ana: Panel, carla: Customer) -> None:
    assert "Acá van a caer los chats" in (await ana.http.get(PATH)).text


async def test_chats_are_tagged_filtered_and_found_with_accents_or_without(ana: Panel, carla: Customer) -> None:
    await carla.say("¿a qué hora cierran el sábado?")
    for query in ("", "?show=question", "?q=SABADO", "?q=sábado", "?channel=web", "?day=2026-11-23"):
        assert f"cv-{carla.conversation_id}" in (await ana.http.get(PATH + query)).text, query
    for query in ("?show=complaint", "?show=mine", "?q=domingo", "?channel=telegram", "?day=2026-11-22"):
        assert f"cv-{carla.conversation_id}" not in (await ana.http.get(PATH + query)).text, query


async def test_of_two_who_take_a_chat_one_wins_and_the_other_keeps_their_text(
    ana: Panel, beto: Panel, carla: Customer
) -> None:
    await carla.say("quiero hablar con una persona")
    assert "Te necesita" in (await ana.http.get(PATH)).text
    assert (await beto.post(at(carla, "/take"), data={})).status_code == 303
    lost = await ana.post(at(carla, "/messages"), data={"text": "yo le contesto ya"})
    assert lost.status_code == 409
    assert "beto la está atendiendo" in lost.text
    assert ">yo le contesto ya</textarea>" in lost.text
    assert (await ana.post(at(carla, "/take"), data={}, headers=HTMX)).status_code == 409
    assert (await ana.post(at(carla, "/return"), data={})).status_code == 409
    assert "yo le contesto ya" not in str(await carla.history())


async def test_writing_takes_the_chat_and_giving_it_back_wakes_the_agent(ana: Panel, carla: Customer) -> None:
    await carla.say("hola")
    sent = await ana.post(at(carla, "/messages"), data={"text": "Aquí estoy"}, headers=HTMX)
    assert (sent.status_code, "La estás atendiendo vos" in sent.text) == (200, True)
    assert "Aquí estoy" in str(await carla.history())
    assert (await carla.say("¿a qué hora abren?")).json()["replies"] == []
    returned = await ana.post(at(carla, "/return"), data={}, headers=HTMX)
    assert "owner la devolvió al agente" in returned.text
    assert (await carla.say("¿a qué hora abren?")).json()["replies"] != []


async def test_a_note_stands_in_the_chat_and_no_customer_reads_it(ana: Panel, beto: Panel, carla: Customer) -> None:
    await carla.say("hola")
    await ana.post(at(carla, "/notes"), data={"note": "debe dos gaseosas"})
    assert "debe dos gaseosas" in (await beto.http.get(at(carla))).text
    assert "debe dos gaseosas" not in str(await carla.history())


async def test_a_card_changed_by_another_is_not_written_over(ana: Panel, beto: Panel, carla: Customer) -> None:
    await carla.say("hola")
    found = re.search(r'name="version" value="(\w+)"', (await ana.http.get(at(carla))).text)
    assert found
    saved = await beto.post(
        at(carla, "/customer"), data={"version": found[1], "name": "Carla Ríos", "phone": "8888-1234"}
    )
    assert saved.status_code == 303
    stale = await ana.post(at(carla, "/customer"), data={"version": found[1], "name": "Karla"})
    assert stale.status_code == 409
    assert "Karla" in stale.text
    assert "Carla Ríos" in stale.text
    assert f"cv-{carla.conversation_id}" in (await ana.http.get(PATH + "?q=8888 1234")).text


async def test_what_did_not_leave_says_so_and_is_tried_again(ana: Panel, carla: Customer, house: House) -> None:
    said = (await carla.say("hola")).json()
    key, now = said["replies"][0]["id"], house.clock.now()
    house.db.write_now(lambda conn: jobs.put(conn, "deliver", key, {}, now=now, state="failed"))
    assert "No se mandó" in (await ana.http.get(at(carla))).text
    assert (await ana.post(at(carla, "/again"), data={"message": key})).status_code == 303
    house.db.write_now(lambda conn: conn.execute(update(job_table).where(job_table.c.key == key).values(state="done")))
    assert (await ana.post(at(carla, "/again"), data={"message": key})).status_code == 409


async def test_hostile_texts_stay_text_in_the_list_and_the_chat(ana: Panel, carla: Customer) -> None:
    for line in XSS.read_text("utf-8").splitlines()[:12]:
        await carla.say(line)
        page = (await ana.http.get(at(carla))).text
        assert line not in page or not set("<>\"'&") & set(line)
        assert json.dumps(line) not in page


async def test_the_list_goes_out_as_a_guarded_csv(ana: Panel, carla: Customer) -> None:
    await carla.say("=1+1")
    answer = await ana.http.get(PATH + "/export")
    assert answer.headers["content-type"].startswith("text/csv")
    assert "'=1+1" in answer.text


async def test_a_page_asks_as_little_of_the_database_for_a_long_chat(ana: Panel, carla: Customer, house: House) -> None:
    await carla.say("hola")
    await ana.http.get(at(carla))
    with queries(house.db) as short:
        await ana.http.get(at(carla))
    for _ in range(5):
        await carla.say("hola")
    with queries(house.db) as long:
        await ana.http.get(at(carla))
    assert len(long) == len(short) and 5 <= len(short) <= 22


async def test_the_card_shows_what_the_last_order_holds_for_a_day_or_while_it_is_under_way(
    ana: Panel, carla: Customer, house: House, clock: FixedClock
) -> None:
    await carla.say("hola")
    order = await ordered(house, carla)
    named = re.compile(rf'<h3 class="no"[^>]*><a href="/admin/orders/{order.id}">#{order.number}<')

    async def card() -> str:
        return (await ana.http.get(at(carla))).text

    page = await card()
    assert named.search(page) and all(row.name in page for row in orders.rows(order, "es"))
    assert page.count(f"#{order.number}</a>") == 1
    for step in ("preparing", "ready", "delivered"):
        await ana.post(f"/admin/api/orders/{order.id}/status", json={"status": step})
    clock.advance(hours=23)
    assert named.search(await card())
    clock.advance(hours=2)
    page = await card()
    assert not named.search(page) and f"#{order.number}</a>" in page
