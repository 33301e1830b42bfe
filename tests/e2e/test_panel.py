"""The panel in a browser: sign-in, checklist and console; nothing inline runs, nothing is hard to read."""

from __future__ import annotations

from typing import Literal

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import AXE, DESKTOP, PASSWORD, PHONE, Context, Server, Watch
from tests.e2e.test_looks import is_wider_than_the_screen, violations

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"


def sign_in(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/admin")
    page.get_by_label("Clave").fill(PASSWORD)
    page.get_by_role("button", name="Entrar").click()
    expect(page.locator(".steps")).to_be_visible()


def is_well(page: Page) -> bool:
    assert violations(page) == []
    return not is_wider_than_the_screen(page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="1280"), pytest.param(PHONE, id="390")])
def test_every_page_of_the_panel_can_be_read_by_everybody(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    watch.expect("status of 401", "status of 404")
    context = new_context(viewport=size, color_scheme=scheme)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(f"{server.url}/admin/login")
    assert is_well(page)
    page.get_by_label("Clave").fill("no es esta")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert is_well(page)
    sign_in(page, server)
    assert is_well(page)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_label("Mensaje de prueba").fill("buenas, ¿a qué hora cierran hoy?")
    page.keyboard.press("Enter")
    expect(page.locator(".made").last).to_contain_text("horario")
    assert is_well(page)
    page.goto(f"{server.url}/admin/nada")
    assert is_well(page)


def test_the_console_answers_in_place_and_hostile_text_stays_text(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.goto(f"{server.url}/admin/playground")
    field = page.get_by_label("Mensaje de prueba")
    field.fill(HOSTILE)
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".msg:not(.me) .bub p").last).to_have_text(HOSTILE)
    expect(page.locator(".made").last).to_be_visible()
    expect(field).to_have_value("")
    assert page.url == f"{server.url}/admin/playground"
    page.reload()
    expect(page.locator(".msg:not(.me) .bub p").last).to_have_text(HOSTILE)
    page.get_by_role("button", name="Empezar de cero").click()
    expect(page.locator(".msg")).to_have_count(0)


def test_the_theme_chosen_is_kept_and_leaving_needs_the_password_again(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.get_by_role("button", name="Cambiar entre claro y oscuro").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.goto(f"{server.url}/admin/playground")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.get_by_role("button", name="Salir del panel").click()
    expect(page.get_by_role("heading", name="Entrar al panel")).to_be_visible()
    page.goto(f"{server.url}/admin")
    expect(page.get_by_role("heading", name="Entrar al panel")).to_be_visible()


def test_the_panel_works_without_javascript(new_context: Context, server: Server) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, server)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_label("Mensaje de prueba").fill("¿a qué hora abren?")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".made").last).to_contain_text("horario")
