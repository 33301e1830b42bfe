"""«Pruebas» and «Inicio» as the owner uses them: trying the bot, putting an answer right, keeping a trial, doing the steps."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, Context, Server, served
from tests.e2e.panel import SIZES, is_well, panel


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("playground")) as shop:
        yield shop


def test_the_steps_of_the_first_page_renew_themselves_while_one_is_open(new_context: Context, server: Server) -> None:
    page = panel(new_context, server)
    expect(page.get_by_text("5 de 6 listos")).to_be_visible()
    opened = page.locator("details.step", has_text="Tu menú")
    opened.locator("summary").click()
    other = page.context.new_page()
    other.goto(f"{server.url}/admin/playground")
    say(other, "hola")
    other.close()
    expect(page.get_by_text("6 de 6 listos")).to_be_visible(timeout=15_000)
    expect(opened).to_have_attribute("open", "")
    page.get_by_role("link", name="Ver el día").click()
    expect(page.get_by_role("heading", name="Hoy", exact=True)).to_be_visible()


@SIZES
def test_an_answer_is_understood_and_put_right(new_context: Context, server: Server, size: ViewportSize) -> None:
    asked = f"¿afilan cuchillos {size['width']}?"
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_role("button", name="Empezar de cero").click()
    expect(page.locator(".msg")).to_have_count(0)
    is_well(page)
    say(page, "2 nacatamales para retirar, soy Luis Tercero, efectivo, 8765 4433")
    page.get_by_role("button", name="Sí, confirmar").click()
    expect(page.get_by_text("En Pruebas no se anota")).to_be_visible()
    say(page, asked)
    page.locator(".tracebtn").last.click()
    expect(page.get_by_role("heading", name="Buscó en lo que sabe")).to_be_visible()
    is_well(page)
    page.get_by_role("link", name="Corregir respuesta").click()
    field = page.get_by_label("Contestar", exact=True)
    expect(field).to_be_focused()
    field.fill("Sí, los martes. <b>Sin turno</b>")
    page.get_by_role("button", name="Guardar respuesta").click()
    expect(page.get_by_text("Listo, ya lo sabe")).to_be_visible()
    is_well(page)
    page.get_by_role("button", name="Preguntar de nuevo").click()
    expect(page.locator(".msg.me .bub p").last).to_have_text("Sí, los martes. <b>Sin turno</b>")


def test_a_trial_at_another_hour_is_kept_and_run_with_the_keyboard_on_a_phone(
    new_context: Context, server: Server
) -> None:
    page = panel(new_context, server, PHONE)
    page.goto(f"{server.url}/admin/playground")
    page.get_by_role("button", name="Más para probar").press("Enter")
    page.get_by_role("button", name="Probar otro día y hora").press("Enter")
    page.get_by_label("Hacer como que es").fill("2026-11-22T22:00")
    page.get_by_role("button", name="Usar esta hora").press("Enter")
    expect(page.get_by_text("Contesta como si fuera")).to_be_visible()
    say(page, "¿están abiertos?")
    expect(page.locator(".msg.me .bub p").last).to_contain_text("cerrado")
    page.reload()
    is_well(page)
    page.get_by_role("button", name="Más para probar").press("Enter")
    page.get_by_role("button", name="Guardar como prueba").press("Enter")
    page.get_by_label("Nombre de la prueba").fill("Domingo de noche")
    page.get_by_role("button", name="Guardar prueba").press("Enter")
    expect(page.get_by_text("domingo-de-noche.yaml")).to_be_visible()
    page.get_by_role("button", name="Correr todas").press("Enter")
    expect(page.get_by_role("heading", name="1 de 1 bien")).to_be_visible(timeout=30_000)
    is_well(page)
    page.get_by_role("button", name="Borrar domingo-de-noche.yaml").press("Enter")
    expect(page.get_by_text("Todavía no guardaste ninguna")).to_be_visible()
    page.get_by_role("button", name="Deshacer").press("Enter")
    expect(page.get_by_text("domingo-de-noche.yaml")).to_be_visible()


def say(page: Page, text: str) -> None:
    """Says it and waits for the answer."""
    answers = page.locator(".tracebtn")
    before = answers.count()
    page.get_by_label("Mensaje de prueba").fill(text)
    page.keyboard.press("Enter")
    expect(answers).to_have_count(before + 1)
