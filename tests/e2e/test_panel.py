"""The panel in a browser: sign-in, checklist and console; nothing inline runs, nothing is hard to read."""

from __future__ import annotations

import zipfile

from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.e2e.conftest import AXE, PATIENCE_MS, Context, Server, Watch
from tests.e2e.panel import SHIFT, SIZES, is_well, panel, sign_in

HOSTILE = "<img src=x onerror=alert(1)><script>alert(1)</script>"


@SIZES
def test_every_page_of_the_panel_can_be_read_by_everybody(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    watch.expect("status of 401", "status of 404")
    context = new_context(viewport=size)
    context.add_init_script(path=AXE)
    context.add_init_script(SHIFT)
    page = context.new_page()
    page.goto(f"{server.url}/admin/login")
    is_well(page)
    page.get_by_label("Clave").fill("no es esta")
    page.get_by_role("button", name="Entrar").click()
    expect(page.get_by_role("alert")).to_be_visible()
    is_well(page)
    sign_in(page, server)
    is_well(page)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_label("Mensaje de prueba").fill("buenas, ¿a qué hora cierran hoy?")
    page.keyboard.press("Enter")
    expect(page.locator(".made").last).to_contain_text("horario")
    is_well(page)
    for path in ("", "/settings", "/settings/team", "/settings/history", "/nada"):
        page.goto(f"{server.url}/admin{path}")
        is_well(page)


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


def test_a_page_listens_even_where_its_scripts_come_one_by_one(new_context: Context, server: Server) -> None:
    page = panel(new_context, server)
    came: list[str] = []

    def late(route: Route) -> None:
        came.append(route.request.url)
        page.wait_for_timeout(100 * len(came))
        route.continue_()

    page.route("**/static/**/*.js*", late)
    with page.expect_request("**/admin/live*", timeout=PATIENCE_MS):
        page.reload()
    assert len(came) > 1


def test_the_panel_works_without_javascript(new_context: Context, server: Server) -> None:
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, server)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_label("Mensaje de prueba").fill("¿a qué hora abren?")
    page.get_by_role("button", name="Enviar").click()
    expect(page.locator(".made").last).to_contain_text("horario")


def test_the_owner_takes_a_backup_away_and_changes_the_address(page: Page, server: Server) -> None:
    sign_in(page, server)
    page.goto(f"{server.url}/admin/settings")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bajar respaldo").click()
    assert download.value.suggested_filename.startswith("tendero-")
    assert zipfile.is_zipfile(download.value.path())
    field = page.get_by_label("Cuánto se tarda")
    before = field.input_value()
    for said in ("una horita", before):  # and as it was, for whoever comes next
        field.fill(said)
        page.locator("#business").get_by_role("button", name="Guardar").click()
        expect(page.locator(".toast").last).to_contain_text("Guardado")
        expect(field).to_have_value(said)
