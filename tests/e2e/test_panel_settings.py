"""«Ajustes» in a browser: keys, limits and backups; and going back to one, which closes the shop for a few seconds."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import PASSWORD, PHONE, Context, Server, Watch, served
from tests.e2e.panel import SIZES, is_well, panel, sign_in

ANEW_MS = 60_000  # a program is loaded and a shop opened, on a machine that may be busy


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("settings")) as shop:
        yield shop


@SIZES
def test_a_key_is_pasted_and_shown_by_its_end(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    watch.expect("status of 422")
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/settings")
    is_well(page)
    page.get_by_role("link", name="Llaves El modelo").click()
    is_well(page)
    card, key = page.locator("#keys-model"), f"gsk_una-llave-larga-{size['width']}"
    card.locator("summary").press("Enter")
    card.get_by_role("textbox", name="Llave de Groq").fill(key)
    card.get_by_label("Tu clave del panel").fill("no es ésta")
    card.get_by_role("button", name="Guardar llaves").click()
    expect(card.get_by_text("Ésa no es tu clave")).to_be_visible()
    card.get_by_role("textbox", name="Llave de Groq").fill(key)
    card.get_by_label("Tu clave del panel").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(card.locator("header")).to_contain_text(f"····{key[-4:]}")
    expect(card.get_by_role("button", name="Reiniciar ahora")).to_be_visible()
    is_well(page)


@SIZES
def test_limits_are_saved_with_the_keyboard(new_context: Context, server: Server, size: ViewportSize) -> None:
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/settings/limits")
    is_well(page)
    days = page.get_by_label("Cuántos días guardar")
    days.fill("200")
    days.press("Enter")
    expect(page.locator(".toast")).to_contain_text("Guardado")
    expect(days).to_have_value("200")


def test_the_owner_goes_back_to_a_backup_and_the_shop_opens_again_as_it_was(
    new_context: Context, server: Server, watch: Watch
) -> None:
    watch.expect("ERR_CONNECTION", "Failed to load", "ERR_EMPTY", "ERR_SOCKET")
    page = panel(new_context, server, PHONE)
    page.goto(f"{server.url}/admin/settings/backups")
    is_well(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Bajar respaldo").click()
    page.goto(f"{server.url}/admin/settings")
    name = page.get_by_label("Nombre", exact=True)
    before = name.input_value()
    name.fill("Otra Tienda")
    page.locator("#business").get_by_role("button", name="Guardar").click()
    expect(page.locator(".toast")).to_contain_text("Guardado")

    page.goto(f"{server.url}/admin/settings/backups")
    page.get_by_label("Archivo .zip del respaldo").set_input_files(download.value.path())
    page.get_by_role("button", name="Subir y ver qué trae").click()
    expect(page.get_by_role("heading", name="Volver a este respaldo", exact=True)).to_be_visible()
    is_well(page)
    page.get_by_label("Tu clave de ahora").fill(PASSWORD)
    page.get_by_role("button", name="Sí, volver a este respaldo").click()
    expect(page.get_by_role("heading", name="Volviendo al respaldo")).to_be_visible()
    expect(page.get_by_role("heading", name="Entrar al panel")).to_be_visible(timeout=ANEW_MS)

    sign_in(page, server)
    page.goto(f"{server.url}/admin/settings")
    expect(page.get_by_label("Nombre", exact=True)).to_have_value(before)
    page.goto(f"{server.url}/admin/settings/backups")
    expect(page.locator("#past")).to_contain_text("la tienda está como en")
    expect(page.locator("#lying")).to_contain_text("antes de volver atrás")
    is_well(page)
    page.get_by_role("button", name="Entendido").click()
    expect(page.locator("#past")).to_have_count(0)


@SIZES
def test_a_branch_is_added_with_its_hours_and_what_it_does_not_sell(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    name = f"Don Chepe Masaya {size['width']}"
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/settings")
    page.get_by_role("link", name="Sucursales").click()
    is_well(page)
    page.get_by_role("link", name="Agregar sucursal").click()
    page.get_by_role("textbox", name="Nombre").fill(name)
    expect(page.get_by_label("Domingo")).to_be_hidden()
    page.get_by_role("switch", name="Horario propio").press("Space")
    page.get_by_label("Domingo").fill("10:00-12:00")
    page.get_by_label("Producto", exact=True).fill("fresco")
    page.get_by_role("button", name="No se vende acá").click()
    page.get_by_role("group", name="¿Cuál?").get_by_role("button").first.click()
    expect(page.get_by_role("button", name="Sí se vende:")).to_have_count(1)
    is_well(page)
    page.get_by_role("button", name="Guardar", exact=True).last.click()
    page.get_by_role("link", name=name).click()
    expect(page.get_by_label("Domingo")).to_have_value("10:00-12:00")
    is_well(page)
    page.goto(f"{server.url}/admin/settings/branches")
    page.get_by_role("button", name=f"Borrar {name}").click()
    expect(page.get_by_role("link", name=name)).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("link", name=name)).to_be_visible()
