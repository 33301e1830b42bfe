"""The panel's first page, with HTMX and without."""

from __future__ import annotations

import re

import httpx
import pytest
from sqlalchemy import Connection

from app.core import jobs
from app.web.admin.frame import NAV
from app.web.routes import ROWS
from app.wiring import House
from tests.queries import queries

from .conftest import Customer, Panel, arrive


async def test_the_checklist_tells_what_is_done_and_what_is_next(ana: Panel, http: httpx.AsyncClient) -> None:
    page = (await ana.http.get("/admin")).text
    assert "4 de 6 listos" in page
    assert re.search(r'class="step now" name="step" open><summary><span class="dot">5<', page)
    await ana.post("/admin/playground", data={"text": "hola"})
    assert "5 de 6 listos" in (await ana.http.get("/admin")).text
    await arrive(http)
    assert "<h1>Hoy</h1>" in (await ana.http.get("/admin")).text


async def test_a_site_the_chat_is_allowed_on_opens_the_last_door(ana: Panel, house: House) -> None:
    await ana.post("/admin/playground", data={"text": "hola"})
    await house.settings.change({"channels.web.allowed_sites": ["https://donchepe.com.ni"]})
    page = (await ana.http.get("/admin")).text
    assert "<h1>Hoy</h1>" in page and "Ya te pueden escribir" in page


async def test_the_steps_come_alone_with_the_one_that_is_open(ana: Panel) -> None:
    part = (await ana.http.get("/admin/steps?open=menu")).text
    assert "<html" not in part
    opened = re.findall(r'name="step" open><summary>.*?<h2>([^<]+)</h2>', part)
    assert opened == ["Tu menú"]
    assert 'href="/admin/menu"' in part and 'href="/admin/knowledge"' in part and 'href="/admin/settings"' in part


async def test_until_all_is_done_the_day_is_shown_as_soon_as_somebody_writes(
    ana: Panel, carla: Customer, house: House
) -> None:
    path = house.home / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("timezone:", "timezome:", 1), encoding="utf-8")
    house.settings.reload_if_changed()
    await carla.say("quiero hablar con una persona")
    page = (await ana.http.get("/admin")).text
    assert "Ya casi abrís" in page
    assert f'href="/admin/conversations/{carla.conversation_id}"' in page


async def test_what_did_not_go_out_is_told_with_its_conversation_and_its_channel(
    ana: Panel, carla: Customer, house: House
) -> None:
    await ana.post("/admin/playground", data={"text": "hola"})
    said = (await carla.say("¿a qué hora cierran?")).json()["replies"][0]["id"]

    def lose(conn: Connection) -> None:
        jobs.put(conn, "deliver", said, {}, now=house.clock.now(), lane="deliver:telegram:shop:1", state="failed")

    house.db.write_now(lose)
    page = (await ana.http.get("/admin")).text
    assert "1 mensajes no salieron" in page
    assert f'href="/admin/conversations/{carla.conversation_id}"' in page
    assert re.search(r"<dt>Telegram</dt><dd><span class=\"tag bad\">.*?1 sin salir", page)


async def test_a_backup_that_went_wrong_is_told_to_the_owner_on_the_first_page_and_why_on_its_own(
    ana: Panel, beto: Panel, house: House
) -> None:
    now = house.clock.now()
    path = house.home / "config.yaml"
    good = path.read_text("utf-8")

    async def night(day: int) -> None:
        house.db.write_now(lambda conn: jobs.put(conn, "backup", str(day), {}, now=now))
        await house.worker.run_until_idle()

    path.write_text("business: [", "utf-8")
    await night(1)
    told = "El respaldo de la noche no salió bien"
    assert told in (await ana.http.get("/admin/day")).text
    assert told not in (await beto.http.get("/admin/day")).text
    assert "así como está no se podría volver a él" in (await ana.http.get("/admin/settings/backups")).text
    path.write_text(good, "utf-8")
    await night(2)
    assert told not in (await ana.http.get("/admin/day")).text
    assert "Lo probamos: se puede volver a él" in (await ana.http.get("/admin/settings/backups")).text


async def test_the_first_page_asks_as_much_of_the_database_however_much_there_is(
    ana: Panel, carla: Customer, house: House
) -> None:
    await ana.post("/admin/playground", data={"text": "hola"})
    await carla.say("quiero hablar con una persona")
    await ana.http.get("/admin")
    with queries(house.db) as few:
        await ana.http.get("/admin")
    for text in ("¿afilan cuchillos?", "hola", "¿y tijeras?"):
        await (other := await arrive(carla.http)).say(text)
        await other.say("quiero hablar con una persona")
    with queries(house.db) as many:
        await ana.http.get("/admin")
    assert len(many) == len(few) and 5 <= len(few) <= 30


async def test_a_bad_config_is_shown_with_its_line_and_the_shop_goes_on(ana: Panel, house: House) -> None:
    path = house.home / "config.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("timezone:", "timezome:", 1), encoding="utf-8")
    house.settings.reload_if_changed()
    page = (await ana.http.get("/admin")).text
    assert "config.yaml:" in page
    assert "timezome" in page
    ready = (await ana.http.get("/readyz")).json()
    assert (ready["status"], ready["checks"]["config"]["status"]) == ("degraded", "degraded")


def asked_for(page: str) -> set[tuple[str, str]]:
    """The addresses of the panel that a page's links and forms go to, each with its method."""
    links = {("GET", to) for to in re.findall(r'(?:href|hx-get|hx-sse:connect)="(/admin[^"#?]*)', page)}
    posts = {("POST", to) for to in re.findall(r'hx-post="(/admin[^"#?]*)', page)}
    forms = {
        ("POST" if 'method="post"' in form else "GET", to)
        for form in re.findall(r"<form\b[^>]*>", page)
        for to in re.findall(r'action="(/admin[^"#?]*)', form)
    }
    return links | posts | forms


async def test_every_link_and_form_of_a_page_is_a_row_of_the_table(ana: Panel) -> None:
    rows = [
        (row.method, re.compile(re.sub(r"{[a-z_]+(:path)?}", "[^/]+", row.path)))
        for row in ROWS
        if "{rest" not in row.path
    ]
    dead = set()
    for page in [link.path for _, links in NAV for link in links]:
        for method, target in asked_for((await ana.http.get(page)).text):
            if not any(found == method and shape.fullmatch(target) for found, shape in rows):
                dead.add((page, method, target))
    assert dead == set()


async def test_the_widgets_page_and_the_demo_know_the_shop(carla: Customer, house: House) -> None:
    name = house.settings.current.business.name
    for path in ("/demo", "/widget", "/admin/login"):
        assert name in (await carla.http.get(path)).text


async def test_healthz_and_readyz(http: httpx.AsyncClient) -> None:
    alive = await http.get("/healthz")
    assert (alive.status_code, alive.json()) == (200, {"status": "ok"})
    ready = (await http.get("/readyz")).json()
    assert ready["status"] == "ok", ready
    assert all(set(check) == {"status", "detail"} for check in ready["checks"].values())


async def test_metrics_are_not_there_without_a_token(http: httpx.AsyncClient) -> None:
    for headers in ({}, {"Authorization": "Bearer "}, {"Authorization": "Bearer x"}):
        assert (await http.get("/metrics", headers=headers)).status_code == 404


async def test_once_all_is_done_the_first_page_is_the_day(ana: Panel, carla: Customer, dario: Customer) -> None:
    await ana.post("/admin/playground", data={"text": "hola"})
    for said in ("2 nacatamales para retirar, soy Luis Tercero, efectivo, 8765 4433", "sí", "sí"):
        await carla.say(said)
    await dario.say("quiero hablar con una persona <b>ya</b>")
    page = (await ana.http.get("/admin")).text
    assert "<h1>Hoy</h1>" in page
    assert f'href="/admin/conversations/{dario.conversation_id}"' in page
    assert "<b>ya</b>" not in page
    assert "0001 · Luis Tercero" in page
    part = (await ana.http.get("/admin/day")).text
    assert "<html" not in part
    assert 'id="day"' in part
    figures = re.findall(r'<p class="v">([^<]+)</p>', part)
    assert figures == ["2", "1", "C$ 190"]  # the console is no customer; a nacatamal is C$ 95


async def test_the_day_says_when_nobody_waits(ana: Panel) -> None:
    part = (await ana.http.get("/admin/day")).text
    assert "Nadie te espera" in part
    assert "No hay pedidos sin aceptar" in part
    assert "Contestó todo" in part


async def test_what_it_could_not_answer_is_taught_in_two_taps_and_leaves_the_list(
    ana: Panel, carla: Customer, dario: Customer
) -> None:
    asked = "¿afilan cuchillos?"
    await carla.say(asked)
    part = (await ana.http.get("/admin/day")).text
    found = re.search(r'href="(/admin/knowledge/faqs/new\?question=[^"]+)"', part)
    assert found, part
    form = (await ana.http.get(found[1])).text
    assert "afilan cuchillos?" in form
    answer = "Sí, los martes pasa don Beto a afilar."
    taught = await ana.post("/admin/knowledge/faqs", data={"question": asked, "answer": answer, "tags": ""})
    assert taught.status_code == 303
    assert "Contestó todo" in (await ana.http.get("/admin/day")).text
    assert answer in (await dario.say(asked)).json()["replies"][0]["text"]


@pytest.mark.parametrize(
    ("hours", "told"),
    [
        ({"mon_sun": "8:00-6pm"}, "Abierto hasta las 6pm"),
        ({"mon_sun": "24h"}, "Abierto<"),
        ({"mon": "14:00-20:00"}, "Abre a las 14:00"),
        ({"tue": "7am-12:00"}, "Abre mañana a las 7am"),
        ({"thu": "9:00-12:00"}, "Abre jue 26 nov, 9:00"),
        ({"mon_sun": "cerrado"}, "Cerrado<"),
    ],
)
async def test_every_page_says_under_the_shops_name_whether_it_is_open(
    ana: Panel, house: House, hours: dict[str, str], told: str
) -> None:
    """It is Monday 23 November, ten in the morning."""
    week = dict.fromkeys(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), "cerrado")
    await house.settings.change({"business.hours": hours if "mon_sun" in hours else {**week, **hours}})
    page = (await ana.http.get("/admin/settings")).text
    assert page.count(f">{told}" if told.endswith("<") else f">{told}<") == 2  # beside the menu, and above on a phone
