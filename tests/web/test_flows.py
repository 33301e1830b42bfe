"""«Flujos y respuestas»: what is written there is what the next customer is answered, and nobody's words are lost."""

from __future__ import annotations

import re

import httpx

from app.wiring import House

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
