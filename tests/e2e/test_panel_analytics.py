"""«Analítica» in a browser: read on a phone and at a desk, filtered, and taken away as a file."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from app.core.db import Database
from tests.e2e.conftest import PHONE, Context, Server, Watch, served
from tests.e2e.panel import SIZES, is_well, panel
from tools.seed_history import Past


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop with three weeks behind it."""
    with served(tmp_path_factory.mktemp("analytics")) as shop:
        db = Database(f"sqlite:///{shop.home / 'var' / 'db.sqlite'}")
        db.write_now(Past(datetime.now(UTC), "NIO", 800, 5_000, 250, 21).write)
        db.close()
        yield shop


def open_figures(page: Page, server: Server, query: str = "") -> None:
    page.goto(f"{server.url}/admin/analytics{query}")
    expect(page.get_by_role("heading", name="Cómo te fue")).to_be_visible()


@SIZES
def test_the_figures_and_the_log_can_be_read_by_everybody(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    open_figures(page, server)
    expect(page.get_by_role("img", name=re.compile("WhatsApp es el canal con más"))).to_be_visible()
    is_well(page)
    open_figures(page, server, "?p=30&channel=web")
    is_well(page)
    page.goto(f"{server.url}/admin/analytics/logs")
    expect(page.get_by_role("heading", name="Registro")).to_be_visible()
    is_well(page)


@SIZES
def test_a_question_mark_tells_what_a_word_means_with_an_example(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    open_figures(page, server)
    said = page.get_by_text(re.compile("sin llamar a nadie.*Por ejemplo"))
    expect(said).to_be_hidden()
    page.get_by_role("button", name="Qué es: Resueltas sin vos").focus()
    page.keyboard.press("Enter")
    expect(said).to_be_visible()
    box = said.bounding_box()
    assert box and box["x"] >= 0 and box["x"] + box["width"] <= size["width"]
    is_well(page)
    page.keyboard.press("Escape")
    expect(said).to_be_hidden()


@SIZES
def test_the_owner_looks_at_a_month_of_a_channel_and_takes_it_away(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    open_figures(page, server)
    week = page.locator(".stat .v").first.inner_text()
    page.get_by_text("30 días", exact=True).click()
    expect(page).to_have_url(re.compile(r"p=30"))
    expect(page.locator(".stat .v").first).not_to_have_text(week)
    month = page.locator(".stat .v").first.inner_text()
    page.get_by_role("combobox", name="Canal").select_option("web")
    expect(page).to_have_url(re.compile(r"channel=web"))
    expect(page.locator(".stat .v").first).not_to_have_text(month)
    page.locator("summary").filter(has_text="Ver los números").first.click()
    expect(page.get_by_role("columnheader", name="Web").first).to_be_visible()
    page.get_by_role("button", name="Exportar").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Día por día · CSV").click()
    assert download.value.suggested_filename.startswith("dias-")
    page.go_back()
    expect(page.locator(".stat .v").first).to_have_text(month)


def test_what_it_does_not_know_is_taught_in_two_presses(new_context: Context, server: Server, watch: Watch) -> None:
    page = panel(new_context, server, PHONE)
    open_figures(page, server)
    page.get_by_role("link", name="Enseñar: ¿Me arreglan la bicicleta?").click()
    expect(page.get_by_label("Pregunta").first).to_have_value(re.compile("bicicleta"))
