"""«Conocimiento» as whoever keeps the shop uses it: what the bot could not answer is taught, put aside, and either undone."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import ViewportSize, expect

from tests.e2e.conftest import Context, Server, served
from tests.e2e.panel import SIZES, is_well, panel


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("knowledge")) as shop:
        yield shop


ASKED = {1280: "afilan cuchillos?", 390: "tapizan sillones?"}  # the shop is one, and learns


def ask(server: Server, text: str) -> str:
    """What a customer who comes in asks, and hears."""
    token = httpx.post(f"{server.url}/api/chat/sessions", json={}).json()["token"]
    headers = {"Authorization": f"Bearer {token}"}
    heard = httpx.post(f"{server.url}/api/chat/messages", json={"text": text}, headers=headers).json()
    return " ".join(reply["text"] for reply in heard["replies"])


@SIZES
def test_a_question_nobody_could_answer_is_taught_and_put_aside_and_either_undone(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    asked = ASKED[size["width"]]
    assert "jueves" not in ask(server, asked)
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/knowledge")
    is_well(page)
    page.get_by_role("link", name="Sin respuesta").click()
    row = page.locator("#unanswered li", has_text=asked)
    expect(row).to_be_visible()
    is_well(page)
    row.locator("summary").press("Enter")
    row.get_by_label("Respuesta").fill("Sí, los jueves. <b>Traelos</b>")
    is_well(page)
    row.get_by_role("button", name="Guardar respuesta").click()
    expect(row).to_have_count(0)
    assert "Sí, los jueves. <b>Traelos</b>" in ask(server, asked)
    page.get_by_role("button", name="Deshacer").click()
    expect(row).to_be_visible()
    is_well(page)
    row.get_by_role("button", name="Quitar de la lista").press("Enter")
    expect(row).to_have_count(0)
    expect(page.get_by_role("heading", name="No hay preguntas sin respuesta")).to_be_visible()
    is_well(page)


@SIZES
def test_a_document_is_put_up_read_through_deleted_and_brought_back(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    name = f"afilado-{size['width']}.md"
    says = b"# Afilado\n\nAfilamos tijeras los jueves por la tarde, <b>sin turno</b>.\n"
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/knowledge/documents")
    is_well(page)
    page.get_by_label("Archivo PDF, TXT o MD").set_input_files({"name": name, "mimeType": "text/plain", "buffer": says})
    page.get_by_role("button", name="Subir").click()
    expect(page.get_by_text("Listo. El agente ya lo usa.")).to_be_visible()
    row = page.locator("#documents li", has_text=name)
    row.get_by_role("button", name="Borrar").press("Enter")
    expect(row).to_have_count(0)
    page.get_by_role("button", name="Deshacer").click()
    expect(row).to_be_visible()
    is_well(page)
    row.get_by_role("link").click()
    expect(page.get_by_text("los jueves por la tarde, <b>sin turno</b>.")).to_be_visible()
    is_well(page)


def test_everything_is_filed_anew_and_it_is_told_how_far_it_is(new_context: Context, server: Server) -> None:
    page = panel(new_context, server)
    page.goto(f"{server.url}/admin/knowledge/documents")
    page.get_by_role("button", name="Re-indexar").click()
    expect(page.locator("#indexing progress")).to_be_visible()
    is_well(page)
    expect(page.locator("#indexing .note.ok")).to_contain_text("Listo:", timeout=60_000)
    is_well(page)
