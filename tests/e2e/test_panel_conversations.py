"""«Conversaciones» as the owner uses it: a customer calls, is attended and handed back, on any screen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import Context, Server, served
from tests.e2e.panel import SIZES, is_well, panel
from tests.e2e.test_attacks import Visitor


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("inbox")) as shop:
        yield shop


@SIZES
def test_a_customer_who_calls_is_attended_and_handed_back(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    visitor = Visitor(server)
    visitor.send("quiero hablar con una persona")
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/conversations")
    is_well(page)
    page.locator(f"#cv-{visitor.conversation}").click()
    field = page.get_by_label("Escribile a")
    field.fill("Ya te atiendo")
    visitor.send("<img src=x onerror=alert(1)>")
    expect(page.locator(".msg:not(.me)").last).to_contain_text("<img src=x onerror=alert(1)>")
    expect(field).to_have_value("Ya te atiendo")
    field.press("Enter")
    expect(page.get_by_text("La estás atendiendo vos")).to_be_visible()
    expect(field).to_have_value("")
    is_well(page)
    page.get_by_role("button", name="Devolver al agente").click()
    expect(page.get_by_text("El agente está contestando")).to_be_visible()


@SIZES
def test_a_quick_reply_is_written_once_and_used_with_a_tap_and_a_note_taken_back(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    visitor = Visitor(server)
    visitor.send("hola, soy Carla. mi teléfono es 8888 1234, ¿me pueden llamar?")
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/conversations/replies")
    said = f"¡Hola {{nombre}}! Ya te llamamos ({size['width']})."
    page.get_by_label("Qué dice").first.fill(said)
    page.get_by_role("button", name="Agregar").click()
    expect(page.locator("summary", has_text=said)).to_be_visible()
    is_well(page)

    page.goto(f"{server.url}/admin/conversations/{visitor.conversation}")
    page.get_by_role("button", name=f"Ya te llamamos ({size['width']})").click()
    expect(page.get_by_label("Escribile a")).to_have_value(f"¡Hola Carla! Ya te llamamos ({size['width']}).")
    page.locator("summary", has_text="Nota privada").click()
    page.locator("details[open] input[name=note]").fill("de confianza")
    page.locator("details[open] input[name=note]").press("Enter")
    expect(page.get_by_text("de confianza")).to_be_visible()
    page.get_by_role("button", name="Sacar la nota: de confianza").click()
    expect(page.get_by_text("de confianza")).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_text("de confianza")).to_be_visible()
    is_well(page)

    page.goto(f"{server.url}/admin/conversations/leads")
    mine = page.locator("li", has=page.locator(f'a[href="/admin/conversations/{visitor.conversation}"]'))
    is_well(page)
    mine.get_by_role("button", name="Ya la contacté").click()
    expect(mine).to_have_count(0)
