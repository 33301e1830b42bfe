"""«Límites y privacidad»: saved in config.yaml, and what would delete conversations is asked twice."""

from __future__ import annotations

import html
import re
from datetime import timedelta

from fastapi import FastAPI
from sqlalchemy import Connection

from app.chat import service as chat
from app.core import jobs
from app.night import RETENTION, put_night
from app.orders import service as orders
from app.wiring import House
from tests.clocks import FixedClock

from .conftest import ANA_PASSWORD, Customer, Panel, client_of, panel_of
from .test_orders_board import again, ordered
from .test_privacy import everything
from .test_uploads import picture, send, stored

PATH = "/admin/settings/limits"
HTMX = {"HX-Request": "true"}
SHEET = {
    "keep_days": "365", "consent": "", "customer_per_minute": "20", "channel_per_minute": "600", "new_chats_per_hour": "60",
    "burst_seconds": "2", "upload_mb": "10",
}  # fmt: skip


async def save(panel: Panel, version: str = "", **said: str) -> tuple[int, str]:
    page = (await panel.http.get(PATH)).text
    found = re.search(r'name="version" value="([^"]+)"', page)
    assert found
    shown = {name: value for name, value in re.findall(r'name="(\w+)"[^>]*? value="([^"]*)"', page) if name in SHEET}
    data = {**SHEET, **shown, **said, "version": version or found[1]}
    response = await panel.post(PATH, data=data, headers=HTMX)
    return response.status_code, html.unescape(response.text)


async def later(house: House, days: int) -> None:
    """Days go by; what was to be done meanwhile is done."""
    assert isinstance(house.clock, FixedClock)
    house.clock.advance(hours=20)
    await house.worker.run_until_idle()
    house.clock.advance(days=days)
    await house.worker.run_until_idle()


async def night(house: House) -> None:
    """What the night does, once, all its parts."""
    now = house.clock.now()
    house.db.write_now(lambda conn: put_night(conn, now.replace(hour=4), now))

    def state(conn: Connection) -> str:
        found = jobs.find(conn, RETENTION, now.date().isoformat())
        return found[1] if found else ""

    while house.db.read_now(state) in ("pending", "running"):
        await house.worker.run_until_idle()
    assert house.db.read_now(state) == "done"


async def test_limits_are_saved_as_numbers_and_in_force_at_once(ana: Panel, house: House) -> None:
    status, told = await save(ana, customer_per_minute="7", burst_seconds="1.5", consent="Guardamos tu nombre.")
    assert status == 200 and "Guardado" in told
    current = house.settings.current
    assert (current.limits.customer_per_minute, current.limits.burst_seconds) == (7, 1.5)
    assert current.privacy.consent == "Guardamos tu nombre."


async def test_what_is_no_number_is_told_at_its_field_and_who_saves_second_is_told(ana: Panel, house: House) -> None:
    before = (house.home / "config.yaml").read_bytes()
    status, told = await save(ana, upload_mb="mucho")
    assert status == 422 and re.search(r'id="f-upload_mb"[^>]*aria-invalid="true"', told)
    status, told = await save(ana, version="vieja", keep_days="90")
    assert status == 409 and "«365»" in told and 'value="90"' in told
    assert (house.home / "config.yaml").read_bytes() == before


async def test_fewer_days_that_cost_conversations_are_taken_only_for_sure(
    app: FastAPI, carla: Customer, house: House
) -> None:
    await carla.say("hola")
    await later(house, 40)
    ana = await panel_of(client_of(app), "owner", ANA_PASSWORD)
    status, told = await save(ana, keep_days="30")
    assert status == 422 and "esta noche se borran 1 conversaciones" in told
    assert house.settings.current.privacy.keep_days == 365
    assert (await save(ana, keep_days="60"))[0] == 200  # which costs none
    assert (await save(ana, keep_days="30", sure="1"))[0] == 200
    assert house.settings.current.privacy.keep_days == 30


async def test_a_night_forgets_who_was_here_long_ago_and_keeps_the_books(
    ana: Panel, carla: Customer, dario: Customer, house: House
) -> None:
    await carla.say("me duele la rodilla")
    await send(carla, picture("JPEG"))
    old = await ordered(house, carla, name="Doña Casimira", phone="+505 8877 6655")
    for step in ("preparing", "ready", "delivered"):
        await ana.post(f"/admin/api/orders/{old.id}/status", json={"status": step})
    await later(house, 200)
    await dario.say("¿a qué hora abren?")
    under_way = await ordered(house, dario, name="Darío Mena", phone="+505 8111 2222")
    await later(house, 200)
    await night(house)

    assert house.db.read_now(lambda conn: chat.conversation(conn, carla.conversation_id)) is None
    assert house.db.read_now(lambda conn: chat.conversation(conn, dario.conversation_id)) is not None
    left = everything(house)
    for said in ("Casimira", "8877 6655", "88776655", "me duele la rodilla"):
        assert said not in left, said
    assert stored(house) == []
    kept, other = await again(house, old), await again(house, under_way)
    assert (kept.total, kept.name, other.name) == (old.total, "", "Darío Mena")


async def test_a_conversation_with_an_order_under_way_waits_until_it_is_over(
    app: FastAPI, carla: Customer, house: House
) -> None:
    await carla.say("hola")
    order = await ordered(house, carla, name="Carla Ríos")
    await later(house, 400)
    await night(house)
    assert house.db.read_now(lambda conn: chat.conversation(conn, carla.conversation_id)) is not None
    ana = await panel_of(client_of(app), "owner", ANA_PASSWORD)
    cancelled = {"status": "cancelled", "reason": "no vino"}
    assert (await ana.post(f"/admin/api/orders/{order.id}/status", json=cancelled)).status_code == 200
    await later(house, 400)
    await night(house)
    assert house.db.read_now(lambda conn: chat.conversation(conn, carla.conversation_id)) is None
    assert (await again(house, order)).name == ""


async def test_more_than_a_part_at_once_is_forgotten_too(carla: Customer, house: House) -> None:
    from tools.seed_history import Past

    now = house.clock.now()
    house.db.write_now(Past(now - timedelta(days=380), "NIO", 250, 900, 120, 10).write)
    await night(house)
    old = house.db.read_now(lambda conn: chat.count_old(conn, now - timedelta(days=365)))
    under_way = house.db.read_now(orders.threads_under_way)
    assert old == len(under_way) < 30
    assert house.db.read_now(lambda conn: chat.conversation(conn, carla.conversation_id)) is not None
