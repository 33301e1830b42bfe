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
