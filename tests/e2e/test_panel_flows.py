"""«Flujos y respuestas» and «Canales» in a browser: as the owner uses them, on a phone and at a desk."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import PASSWORD, PHONE, Context, Server, Watch, served
from tests.e2e.panel import SIZES, is_well, panel


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("flows")) as shop:
        yield shop


@SIZES
def test_every_page_of_flows_and_channels_can_be_read_by_everybody(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    for path in (
        "flows?t=delivery",
        "flows/hours",
        "flows/zones",
        "flows/voice",
        "flows/guided",
        "flows/new",
        "channels",
    ):
        page.goto(f"{server.url}/admin/{path}")
        expect(page.locator("h1")).to_be_visible()
        is_well(page)


@SIZES
def test_an_answer_is_written_with_taps_and_read_as_the_customer_would(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/flows?t=location")
    said, shown = page.get_by_label("Qué contesta"), page.locator("#preview")
    said.fill("Estamos en ")
    page.get_by_role("button", name="{direccion}").click()
    expect(said).to_have_value("Estamos en {direccion}")
    expect(said).to_be_focused()
    expect(shown.locator(".msg.me")).to_contain_text("Estamos en Managua, de los semáforos de El Dorado")
    page.keyboard.type(". Llamanos: {telfono}")
    expect(shown.locator("u.wrong")).to_have_text("{telfono}")
    expect(shown.get_by_role("alert")).to_contain_text("¿Quisiste decir {telefono}?")
    is_well(page)
    said.fill("Estamos en {direccion}, te esperamos.")
    page.get_by_role("button", name="Guardar").last.click()
    expect(page.locator(".toast")).to_contain_text("El próximo cliente ya lo lee")
    page.get_by_role("button", name="Volver a la original").click()
    expect(page.locator("#answers").get_by_text("La de fábrica")).to_be_visible()
    page.get_by_role("button", name="Deshacer").click()
    expect(said).to_have_value("Estamos en {direccion}, te esperamos.")
    page.get_by_role("button", name="Volver a la original").click()
    expect(page.locator("#answers").get_by_text("La de fábrica")).to_be_visible()


@SIZES
def test_a_holiday_is_added_and_told_back_in_words(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/flows/hours")
    page.get_by_label("Lunes").fill("8 a 5 menos cuarto")
    expect(page.locator("#hours-words")).to_contain_text("no entiendo este horario")
    page.get_by_label("Lunes").fill("6am-2pm")
    expect(page.locator("#hours-words .me")).to_contain_text("Lunes de 6am a 2pm")
    before = page.get_by_label("Fecha", exact=True).count()
    page.get_by_role("button", name="Agregar fecha").click()
    expect(page.get_by_label("Fecha", exact=True)).to_have_count(before + 1)
    expect(page.get_by_label("Lunes")).to_have_value("6am-2pm")
    is_well(page)
    page.get_by_role("button", name="Quitar la fecha").last.click()
    expect(page.get_by_label("Fecha", exact=True)).to_have_count(before)
    page.get_by_label("Lunes").press("Enter")
    expect(page.locator(".toast")).to_contain_text("Guardado")


def test_a_new_flow_is_drawn_tried_saved_and_taken_off(new_context: Context, server: Server, watch: Watch) -> None:
    page = panel(new_context, server, PHONE)
    page.goto(f"{server.url}/admin/flows/new")
    page.get_by_label("Nombre").fill("reservar_mesa")
    lines = page.get_by_label("Los pasos")
    expect(page.locator("#drawing")).to_contain_text("¿Adentro o afuera?")
    lines.fill(lines.input_value().replace("var: place", "var: lugar"))
    expect(page.locator("#drawing").get_by_role("alert")).to_contain_text("Línea 13.")
    lines.fill(lines.input_value().replace("{place}", "{lugar}"))
    expect(page.locator("#drawing")).to_contain_text("→ lugar")
    trial = page.locator("#try")
    trial.get_by_role("textbox", name="Escribí un mensaje").fill("reservar mesa")
    page.keyboard.press("Enter")
    expect(trial.locator(".me")).to_contain_text("¿Para cuántas personas?")
    trial.get_by_role("textbox", name="Escribí un mensaje").fill("4")
    page.keyboard.press("Enter")
    trial.get_by_role("button", name="Afuera").click()
    expect(trial.locator(".me").last).to_contain_text("¿A nombre de quién?")
    is_well(page)
    page.locator("#flow").get_by_role("button", name="Guardar").click()
    expect(page.get_by_role("heading", name="reservar_mesa")).to_be_visible()
    page.get_by_role("button", name="Quitar reservar_mesa").click()
    expect(page.get_by_role("heading", name="reservar_mesa")).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(page.get_by_role("heading", name="reservar_mesa")).to_be_visible()


@SIZES
def test_a_channel_without_its_keys_goes_back_to_off_with_the_cursor_where_one_is_missing(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    watch.expect("422")
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/channels")
    card = page.locator("#ch-messenger")
    card.get_by_role("switch").click()
    expect(card.get_by_role("alert")).to_contain_text("Todavía no se puede prender")
    expect(card.get_by_role("switch")).not_to_be_checked()
    expect(card.get_by_label("Token de la página")).to_be_focused()
    card.get_by_label("Clave secreta de la app").fill("clave-larga-de-prueba-9Zx1")
    card.get_by_label("Tu clave del panel").fill(PASSWORD)
    page.keyboard.press("Enter")
    expect(card.get_by_role("status")).to_contain_text("Reiniciá el servidor")
    expect(card).to_contain_text("termina en 9Zx1")
    is_well(page)
