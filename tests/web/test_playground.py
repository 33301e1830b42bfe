"""«Pruebas»: the trial console, why it answers so, putting it right, and trials kept as tests."""

from __future__ import annotations

import html
import re

import pytest
from sqlalchemy import func, select

from app.chat.models import answer_reviews, conversations
from app.core.models import jobs
from app.orders.models import orders
from app.wiring import House

from .conftest import Customer, Panel

PATH = "/admin/playground"
HTMX = {"HX-Request": "true"}
ORDER = ("2 nacatamales para retirar, soy Luis Tercero, efectivo, 8765 4433", "sí")


async def say(panel: Panel, text: str, **more: str) -> str:
    answered = await panel.post(PATH, data={"text": text, **more}, headers=HTMX)
    assert answered.status_code == 200, answered.text
    return html.unescape(answered.text)


def many(house: House, *tables: object) -> list[int]:
    return house.db.read_now(
        lambda conn: [conn.execute(select(func.count()).select_from(table)).scalar_one() for table in tables]  # type: ignore[arg-type]
    )


async def test_the_console_works_without_javascript(ana: Panel) -> None:
    sent = await ana.post(PATH, data={"text": "¿a qué hora abren hoy?"})
    assert (sent.status_code, sent.headers["location"]) == (303, PATH)
    page = (await ana.http.get(PATH)).text
    assert "¿a qué hora abren hoy?" in page
    assert "Por qué respondió eso" in page
    assert "horario" in page
    await ana.post(f"{PATH}/reset", data={})
    assert "¿a qué hora abren hoy?" not in (await ana.http.get(PATH)).text


async def test_with_htmx_only_the_new_lines_come_with_how_they_were_made(ana: Panel) -> None:
    lines = await say(ana, "hola")
    assert "<html" not in lines
    assert "saludo · respuesta fija" in lines
    assert 'id="trace"' in lines and "hx-swap-oob" in lines
    assert " ms<" in lines


async def test_an_empty_console_message_is_refused_in_words(ana: Panel) -> None:
    fragment = await ana.post(PATH, data={"text": "  "}, headers=HTMX)
    assert fragment.status_code == 422
    assert "4000" in fragment.text


async def test_each_person_has_a_console_of_their_own(ana: Panel, beto: Panel) -> None:
    await say(ana, "soy Ana probando")
    assert "Ana probando" not in (await beto.http.get(PATH)).text


async def test_an_order_in_the_console_reaches_nobody_and_says_so(ana: Panel, house: House) -> None:
    before = many(house, conversations, orders, jobs)
    for said in ORDER:
        last = await say(ana, said)
    assert "En Pruebas no se anota" in last
    assert many(house, conversations, orders, jobs) == before
    assert "Luis Tercero" not in (await ana.http.get("/admin/orders")).text


async def test_why_it_answered_so_is_told_step_by_step(ana: Panel) -> None:
    await say(ana, "¿hacen envíos a Altamira mañana?")
    why = html.unescape((await ana.http.get(f"{PATH}/1", headers=HTMX)).text)
    assert "<html" not in why
    for told in (
        "Escrito en español",
        "Reglas que saltaron",
        "envío <b",
        "Usa lo que pasa de 0.",
        "Decisiones (",
        "mañana",
    ):
        assert told in why
    page = (await ana.http.get(f"{PATH}/1")).text
    assert 'class="lab-r open"' in page


async def test_what_it_read_of_an_order_is_told_line_by_line(ana: Panel) -> None:
    why = await say(ana, "quiero 2 nacatamales y 3 zapatos")
    assert re.search(r"<q>2 nacatamales</q> → agregar <b class=\"num\">2</b> Nacatamal", why)
    assert re.search(r"<q>3? ?zapatos</q> → no está en el menú", why)


async def test_of_a_phone_number_only_the_end_is_shown_among_what_it_found(ana: Panel) -> None:
    why = await say(ana, "mi teléfono es 8765 4433")
    assert "<dt>Teléfono</dt><dd>…433</dd>" in why
    assert "+50587654433" not in why


async def test_a_right_answer_is_noted_once(ana: Panel, house: House) -> None:
    await say(ana, "hola")
    for _ in range(2):
        noted = await ana.post(f"{PATH}/1/review", headers=HTMX)
        assert "Anotado: estuvo bien." in noted.text
    assert many(house, answer_reviews) == [1]


async def test_what_it_should_have_said_is_said_to_the_next_customer(ana: Panel, carla: Customer, house: House) -> None:
    asked, answer = "¿afilan cuchillos?", "Sí, los martes pasa don Beto a afilar."
    assert "No supo" in await say(ana, asked)
    form = await ana.http.get(f"{PATH}/1/correct")
    assert asked in form.text and 'name="answer"' in form.text
    kept = await ana.post(f"{PATH}/1/correct", data={"question": asked, "answer": answer}, headers=HTMX)
    assert "Ya contesta así" in kept.text and "Preguntar de nuevo" in kept.text
    assert answer in await say(ana, asked)
    assert answer in (await carla.say(asked)).json()["replies"][0]["text"]
    assert house.db.read_now(lambda conn: conn.execute(select(answer_reviews.c.verdict, answer_reviews.c.note)).one()) == (
        "wrong", answer)  # fmt: skip


async def test_an_answer_that_says_nothing_is_refused_with_what_was_typed(ana: Panel) -> None:
    await say(ana, "¿afilan cuchillos?")
    refused = await ana.post(f"{PATH}/1/correct", data={"question": "¿y tijeras?", "answer": ""}, headers=HTMX)
    assert refused.status_code == 422
    assert "¿y tijeras?" in refused.text and 'aria-invalid="true"' in refused.text


async def test_it_can_be_another_day_and_hour_for_the_console_only(ana: Panel, carla: Customer) -> None:
    assert (await ana.post(f"{PATH}/clock", data={"at": "2026-11-22T22:00"})).status_code == 303
    assert "como si fuera ayer 22:00" in (await ana.http.get(PATH)).text
    assert "cerrado" in await say(ana, "¿están abiertos?")
    assert "estamos abiertos" in (await carla.say("¿están abiertos?")).json()["replies"][0]["text"]
    await ana.post(f"{PATH}/clock", data={"at": ""})
    assert "estamos abiertos" in await say(ana, "¿están abiertos ahorita?")


async def test_a_day_that_is_none_is_refused_in_words(ana: Panel) -> None:
    refused = await ana.post(f"{PATH}/clock", data={"at": "el domingo"})
    assert refused.status_code == 422
    assert "No entiendo esa fecha" in refused.text


async def test_the_questions_to_try_are_of_their_own_menu_and_zones(ana: Panel) -> None:
    page = (await ana.http.get(PATH)).text
    asks = re.findall(r'<button class="nowrap" name="text" value="([^"]+)"', page)
    assert len(asks) == 4
    assert any("Quiero 2 " in ask for ask in asks)


async def test_a_trial_is_kept_run_taken_off_and_brought_back(ana: Panel, house: House) -> None:
    for said in ORDER:
        await say(ana, said)
    kept = await ana.post(f"{PATH}/keep", data={"name": "Dos nacatamales <b>"})
    assert (kept.status_code, kept.headers["location"]) == (303, f"{PATH}/tests")
    assert (house.home / "data" / "tests" / "dos-nacatamales-b.yaml").is_file()
    ran = await ana.post(f"{PATH}/tests", headers=HTMX)
    assert "1 de 1 bien" in ran.text and "Dos nacatamales &lt;b&gt;" in ran.text
    file = f"{PATH}/tests/dos-nacatamales-b.yaml"
    assert "turns:" in (await ana.http.get(file)).text
    assert "Todavía no guardaste ninguna" in (await ana.post(f"{file}/drop", headers=HTMX)).text
    assert (await ana.http.get(file)).status_code == 404
    assert (await ana.post(f"{file}/restore")).status_code == 303
    assert (await ana.http.get(file)).status_code == 200


@pytest.mark.parametrize("file", ["..%2f..%2fconfig.yaml", "config.yaml", "%2e%2e%2fmenu.csv"])
async def test_no_other_file_of_the_shop_is_shown_or_taken_off(ana: Panel, house: House, file: str) -> None:
    assert (await ana.http.get(f"{PATH}/tests/{file}")).status_code == 404
    for verb in ("drop", "restore"):
        assert (await ana.post(f"{PATH}/tests/{file}/{verb}")).status_code == 404
    assert (house.home / "config.yaml").is_file()


@pytest.mark.parametrize("number", ["0", "9", "x", "99999999999999999999", "-1"])
async def test_a_message_that_was_never_said_is_not_there(ana: Panel, number: str) -> None:
    assert (await ana.http.get(f"{PATH}/{number}")).status_code == 404


async def test_hostile_words_stay_words_in_the_trace_and_the_tests(ana: Panel) -> None:
    hostile = "<script>alert(1)</script> {{7*7}} <img src=x onerror=alert(1)>"
    answered = (await ana.post(PATH, data={"text": hostile}, headers=HTMX)).text
    form = (await ana.http.get(f"{PATH}/1/correct")).text
    for page in (answered, form):
        assert "<script>alert" not in page and "<img src=x" not in page and "{{7*7}}" in page
