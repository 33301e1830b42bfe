"""The owner's day on a phone and on a computer: the menu goes in, the bot learns, a customer is attended, an order goes out."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import Context, Server, served
from tests.e2e.panel import SIZES, panel
from tests.e2e.test_attacks import Visitor
from tests.e2e.test_panel_orders import order_in_chat

UNKNOWN = {1280: "¿tapizan sillones?", 390: "¿afilan tijeras?"}
TAUGHT = {1280: "Nosotros no, pero Toño, el de la esquina, sí tapiza.", 390: "No, sólo vendemos comida."}
NEW = {1280: "Rondón de res", 390: "Sopa de mondongo"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop whose day nobody else lives."""
    with served(tmp_path_factory.mktemp("lived_shop")) as shop:
        yield shop


def go(page: Page, server: Server, name: str) -> None:
    """To a page by the menu, as one goes: on a phone some are under «Más»."""
    page.goto(f"{server.url}/admin")
    link = page.get_by_role("link", name=name)
    if not link.first.is_visible():
        page.get_by_role("button", name="Más").click()
    link.locator("visible=true").first.click()


def ask(visitor: Visitor, text: str) -> str:
    """What the bot answers, empty where it keeps quiet."""
    answer = visitor.client.post("/api/chat/messages", content=json.dumps({"text": text}))
    assert answer.status_code == 200, answer.text
    return "\n".join(out["text"] for out in answer.json()["replies"])


@SIZES
def test_the_owner_loads_the_menu_and_the_next_customer_is_told_the_price(
    new_context: Context, server: Server, size: ViewportSize, tmp_path: Path
) -> None:
    dish = NEW[size["width"]]
    menu = tmp_path / "mi menú.csv"
    menu.write_text(f"nombre,precio,categoria\n{dish},180,almuerzos\n,50,\n", "utf-8")
    page = panel(new_context, server, size)
    go(page, server, "Menú")
    page.get_by_role("button", name="Más acciones").click()
    page.get_by_role("link", name="Subir un archivo").click()
    page.get_by_label("Tu archivo").set_input_files(menu)
    page.get_by_role("button", name="Ver qué cambia").click()
    expect(page.get_by_text("1 nuevos")).to_be_visible()
    expect(page.get_by_text("Línea 3")).to_be_visible()  # the row without a name is told, and costs nothing else
    page.get_by_role("button", name="Guardar en el menú").click()
    expect(page.locator(".toast")).to_contain_text("1 nuevos", timeout=20_000)  # the mind is made anew
    assert "180" in ask(Visitor(server), f"¿cuánto cuesta {dish.lower()}?")


@SIZES
def test_what_the_bot_did_not_know_is_taught_from_the_first_page_and_said_at_once(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    question, answer = UNKNOWN[size["width"]], TAUGHT[size["width"]]
    Visitor(server).send(question)
    page = panel(new_context, server, size)
    page.get_by_role("link", name=f"Enseñarle: {question.strip('¿')}").click()
    expect(page.get_by_label("Pregunta")).to_have_value(question.strip("¿"))
    page.get_by_label("Respuesta").fill(answer)
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator(".toast")).to_be_visible()
    assert answer in ask(Visitor(server), question)


@SIZES
def test_an_angry_customer_is_attended_by_a_person_and_handed_back(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    visitor = Visitor(server)
    page = panel(new_context, server, size)
    visitor.send("esto es una vergüenza, llegó frío, quiero hablar con una persona")
    page.locator(f'a[href="/admin/conversations/{visitor.conversation}"]').click()  # it came by itself
    field = page.get_by_label("Escribile a")
    field.fill("Disculpá, ya te mando otro")
    field.press("Enter")
    expect(page.get_by_text("La estás atendiendo vos")).to_be_visible()
    assert ask(visitor, "gracias, ¿a qué hora cierran?") == "", "the bot spoke over a person"
    page.get_by_role("button", name="Devolver al agente").click()
    expect(page.get_by_text("El agente está contestando")).to_be_visible()
    assert "13:00" in ask(visitor, "¿a qué hora cierran los domingos?") or "14:00" in ask(visitor, "¿y el domingo?")


@SIZES
def test_an_order_goes_to_ready_and_a_backup_is_taken_home(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    placed = order_in_chat(server, "Rosa")
    page = panel(new_context, server, size)
    page.get_by_role("link", name=placed["number"]).click()
    page.get_by_role("button", name="Aceptar").click()
    page.get_by_role("button", name="Ya está listo").click()
    expect(page.get_by_role("button", name="Entregado y cobrado")).to_be_visible()
    go(page, server, "Ajustes")
    with page.expect_download() as download:
        page.get_by_role("button", name="Bajar respaldo").click()
    with zipfile.ZipFile(download.value.path()) as kept:
        assert kept.testzip() is None
        assert any(name.endswith("config.yaml") for name in kept.namelist())
