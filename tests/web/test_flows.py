"""«Flujos y respuestas»: what is written there is what the next customer is answered, and nobody's words are lost."""

from __future__ import annotations

import re

import httpx

from app.wiring import House
from tests.queries import queries

from .conftest import Customer, Panel

HTMX = {"HX-Request": "true"}
PATH = "/admin/flows"


async def version(panel: Panel, path: str = PATH) -> str:
    found = re.search(r'name="version" value="([^"]+)"', (await panel.http.get(path)).text)
    assert found
    return found[1]


async def answer(customer: Customer, text: str) -> str:
    return " ".join(reply["text"] for reply in (await customer.say(text)).json()["replies"])


async def save(panel: Panel, name: str, said: str, **more: str) -> httpx.Response:
    based = more.pop("version", "") or await version(panel, f"{PATH}?t={name}")
    data = {"text": said, "version": based, **more}
    return await panel.post(f"{PATH}/templates/{name}", data=data, headers=HTMX)


async def test_the_preview_says_what_the_customer_is_answered_once_it_is_saved(
    ana: Panel, carla: Customer, house: House
) -> None:
    said = "Pasá cuando querás: {horario}. Te esperamos en {direccion}."
    shown = await ana.post(f"{PATH}/preview", data={"t": "hours", "text": said}, headers=HTMX)
    assert house.settings.current.responses.templates.hours == ""
    await save(ana, "hours", said)
    told = await answer(carla, "¿cuál es el horario de atención?")
    assert told.startswith("Pasá cuando querás: ") and told in shown.text


async def test_a_variable_nobody_fills_is_underlined_with_the_one_that_was_meant_and_not_saved(
    ana: Panel, house: House
) -> None:
    shown = await ana.post(f"{PATH}/preview", data={"t": "delivery", "text": "A {zona}."}, headers=HTMX)
    assert '<u class="wrong">{zona}</u>' in shown.text and "¿Quisiste decir {zonas}?" in shown.text
    refused = await save(ana, "delivery", "Llevamos a {zona}.")
    assert (refused.status_code, "Llevamos a {zona}." in refused.text) == (422, True)
    assert house.settings.current.responses.templates.delivery == ""


async def test_what_the_shop_did_not_say_is_named_with_the_way_to_say_it(ana: Panel, house: House) -> None:
    await house.settings.change({"business.waiting": ""})
    shown = await ana.post(f"{PATH}/preview", data={"t": "waiting", "text": "Tarda {tiempo_espera}."}, headers=HTMX)
    assert "Con lo que hay no dice nada" in shown.text and 'href="/admin/settings"' in shown.text


async def test_the_original_comes_back_with_a_way_to_undo_it(ana: Panel, house: House) -> None:
    await save(ana, "payment", "Con {metodos_pago}, como gustés.")
    back = await save(ana, "payment", "Con {metodos_pago}, como gustés.", reset="1")
    assert house.settings.current.responses.templates.payment == ""
    fields = dict(re.findall(r'name="(text|version)" value="([^"]*)"', back.text.partition("Volvió")[2]))
    await ana.post(f"{PATH}/templates/payment", data=fields, headers=HTMX)
    assert house.settings.current.responses.templates.payment == "Con {metodos_pago}, como gustés."


async def test_the_second_of_two_who_write_the_same_answer_is_shown_both(ana: Panel, house: House) -> None:
    based = await version(ana, f"{PATH}?t=location")
    await save(ana, "location", "En la esquina.")
    late = await save(ana, "location", "En el parque.", version=based)
    assert late.status_code == 409
    assert "En la esquina." in late.text and "En el parque." in late.text
    assert house.settings.current.responses.templates.location == "En la esquina."


async def test_hours_are_told_back_in_words_before_and_after_they_are_saved(
    ana: Panel, carla: Customer, house: House
) -> None:
    path = f"{PATH}/hours"
    data = {f"day-{day}": "7:00-12:00, 13:00-17:00" for day in ("mon", "tue", "wed", "thu", "fri")}
    data |= {"day-sat": "6am-2pm", "day-sun": "", "date-0": "2026-12-25", "said-0": "", "date-1": "", "said-1": ""}
    shown = await ana.post(f"{path}/preview", data=data, headers=HTMX)
    assert "Lunes a viernes" in shown.text and "25 de diciembre" in shown.text
    saved = await ana.post(path, data={**data, "version": await version(ana, path)}, headers=HTMX)
    assert saved.status_code == 200, saved.text
    text = (house.home / "config.yaml").read_text("utf-8")
    assert 'mon_fri: "7:00-12:00, 13:00-17:00"' in text and 'sat: "6am-2pm"' in text and 'sun: "cerrado"' in text
    assert "no abrimos" in await answer(carla, "¿abren el 25 de diciembre?")
    assert "6am" in await answer(carla, "¿a qué hora abren el sábado?")


async def test_hours_nobody_understands_are_refused_at_their_day(ana: Panel, house: House) -> None:
    path, before = f"{PATH}/hours", house.settings.current.business.hours
    data = {"day-mon": "8 a 5 menos cuarto", "day-tue": "8:00-17:00", "version": await version(ana, path)}
    refused = await ana.post(path, data=data, headers=HTMX)
    assert refused.status_code == 422 and 'id="f-day-mon-e"' in refused.text and "8 a 5 menos cuarto" in refused.text
    assert house.settings.current.business.hours == before


async def test_a_date_is_added_and_taken_off_the_form_without_saving_anything(ana: Panel, house: House) -> None:
    path, before = f"{PATH}/hours", (house.home / "config.yaml").read_bytes()
    data = {"day-mon": "9:00-10:00", "version": await version(ana, path)}
    more = await ana.post(path, data={**data, "do": "add"})
    assert more.status_code == 200 and 'name="date-0"' in more.text and "9:00-10:00" in more.text
    less = await ana.post(path, data={**data, "date-0": "2027-01-01", "said-0": "", "do": "drop-0"}, headers=HTMX)
    assert 'name="date-0"' not in less.text
    assert (house.home / "config.yaml").read_bytes() == before


async def test_hours_changed_by_another_meanwhile_are_shown_beside_what_was_typed(ana: Panel, house: House) -> None:
    path = f"{PATH}/hours"
    data = {"day-mon": "9:00-10:00", "version": await version(ana, path)}
    await house.settings.change({"business.hours": {"daily": "5:00-6:00"}})
    late = await ana.post(path, data=data, headers=HTMX)
    assert late.status_code == 409 and "5:00-6:00" in late.text and "9:00-10:00" in late.text


async def test_zones_are_put_in_order_and_the_next_customer_pays_their_fee(
    ana: Panel, carla: Customer, house: House
) -> None:
    path = f"{PATH}/zones"
    data = {
        "enabled": "1", "pickup": "1", "minimum": "", "eta": "20 minutos", "version": await version(ana, path),
        "name-0": "Lejos", "areas-0": "Tipitapa", "radius-0": "", "fee-0": "80", "minimum-0": "400",
        "name-1": "Centro", "areas-1": "Altagracia, San Judas", "radius-1": "", "fee-1": "", "minimum-1": "",
        "name-2": "", "areas-2": "", "radius-2": "", "fee-2": "", "minimum-2": "",
    }  # fmt: skip
    moved = await ana.post(path, data={**data, "do": "up-1"}, headers=HTMX)
    assert moved.text.index("Altagracia") < moved.text.index("Tipitapa")
    shown = await ana.post(f"{path}/preview", data=data, headers=HTMX)
    assert "Tipitapa" in shown.text and "sin costo" in shown.text
    saved = await ana.post(path, data=data, headers=HTMX)
    assert saved.status_code == 200, saved.text
    assert [zone.name for zone in house.settings.current.delivery.zones] == ["Lejos", "Centro"]
    assert "C$ 80" in await answer(carla, "¿llevan a Tipitapa?")


async def test_a_fee_that_is_none_is_refused_at_its_zone(ana: Panel) -> None:
    path = f"{PATH}/zones"
    zone = {"name-0": "Centro", "areas-0": "", "radius-0": "", "fee-0": "treinta", "minimum-0": ""}
    data = {"enabled": "1", "minimum": "", "eta": "", "version": await version(ana, path), **zone}
    refused = await ana.post(path, data=data, headers=HTMX)
    assert refused.status_code == 422 and 'id="f-fee-0-e"' in refused.text and 'value="treinta"' in refused.text


VOICE = {
    "tone": "formal", "treat_as": "usted", "fallback": "¿Cómo dijo?", "escalate": "Ya viene doña Tere.",
    "misses_to_person": "2", "handback_minutes": "45", "quick_replies": "Ver menú\nHorarios",
}  # fmt: skip


async def test_the_voice_is_heard_before_it_is_saved_and_by_the_next_customer_after(
    ana: Panel, carla: Customer, house: House
) -> None:
    path = f"{PATH}/voice"
    threads = "SELECT count(*) FROM conversation"
    before = house.db.read_now(lambda conn: conn.exec_driver_sql(threads).scalar())
    shown = await ana.post(f"{path}/preview", data=VOICE, headers=HTMX)
    assert "¿Cómo dijo?" in shown.text and "Ya viene doña Tere." in shown.text
    assert house.db.read_now(lambda conn: conn.exec_driver_sql(threads).scalar()) == before
    saved = await ana.post(path, data={**VOICE, "version": await version(ana, path)}, headers=HTMX)
    assert saved.status_code == 200, saved.text
    assert "¿Cómo dijo?" in await answer(carla, "brr xk3 zzt")
    assert "Ya viene doña Tere." in await answer(carla, "qwr zzx kkp")  # the second in a row calls a person


async def test_minutes_that_are_none_are_refused_and_a_stale_voice_is_shown_beside(ana: Panel, house: House) -> None:
    path = f"{PATH}/voice"
    based = await version(ana, path)
    refused = await ana.post(path, data={**VOICE, "handback_minutes": "0", "version": based}, headers=HTMX)
    assert refused.status_code == 422 and 'id="f-handback_minutes-e"' in refused.text
    await house.settings.change({"responses.escalate": "Un ratito."})
    late = await ana.post(path, data={**VOICE, "version": based}, headers=HTMX)
    assert late.status_code == 409 and "Un ratito." in late.text and "Ya viene doña Tere." in late.text


async def test_settings_are_tried_without_being_taken_or_written(house: House) -> None:
    before = (house.home / "config.yaml").read_bytes()
    tried = await house.settings.tried({"business.name": "Otra", "responses.tone": "formal"})
    assert (tried.business.name, tried.responses.tone) == ("Otra", "formal")
    assert house.settings.current.business.name != "Otra"
    assert (house.home / "config.yaml").read_bytes() == before


async def test_every_page_asks_the_database_a_few_things_whatever_the_shop_holds(ana: Panel, house: House) -> None:
    for path in (PATH, PATH + "/hours", PATH + "/zones", PATH + "/guided", PATH + "/new", "/admin/channels"):
        with queries(house.db) as asked:
            assert (await ana.http.get(path)).status_code == 200
        assert len(asked) <= 15, (path, asked)
