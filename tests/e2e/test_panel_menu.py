"""«Menú y servicios» in a browser: as the owner uses it, on a phone and at a desk."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import PHONE, Context, Server, Watch, served
from tests.e2e.panel import SIZES, is_well, panel


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("menu")) as shop:
        yield shop


def open_menu(page: Page, server: Server, name: str = "") -> None:
    page.goto(f"{server.url}/admin/menu?q={name}")
    expect(page.get_by_role("heading", name="Menú y servicios")).to_be_visible()


@SIZES
def test_every_page_of_the_menu_can_be_read_by_everybody(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    open_menu(page, server)
    is_well(page)
    expect(page.get_by_role("link", name="Nacatamal", exact=True)).to_have_attribute("href", "/admin/menu/1")
    for path in ("1", "new", "prices?value=10&kind=percent&step=5&category=desayunos", "import"):
        page.goto(f"{server.url}/admin/menu/{path}")
        expect(page.locator("h1")).to_be_visible()
        is_well(page)


@SIZES
def test_the_owner_switches_counts_and_puts_back(
    new_context: Context, server: Server, watch: Watch, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    open_menu(page, server, "indio+viejo")
    row = page.locator("tbody tr").filter(has_text="Indio viejo")
    row.get_by_role("switch").click()
    expect(page.locator(".toast")).to_contain_text("ya no ofrece Indio viejo")
    expect(row).to_have_class("is-off")
    page.get_by_role("button", name="Deshacer").click()
    expect(row).not_to_have_class("is-off")
    expect(row.get_by_role("switch")).to_be_checked()
    left = row.locator(".stepper .num")
    before = int(left.inner_text().split(".")[0])
    more = row.get_by_role("button", name="Sumar uno a Indio viejo")
    more.focus()
    page.keyboard.press("Enter")
    expect(left).to_have_text(re.compile(rf"^{before + 1}\b"))
    expect(more).to_be_focused()
    left.click()
    field = page.get_by_role("dialog").get_by_label("Cuántos quedan")
    expect(field).to_be_focused()
    field.fill("3")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(row).to_contain_text("Últimos 3")
    row.locator(".stepper .num").click()
    page.get_by_role("dialog").get_by_label("Cuántos quedan").fill(str(before))
    page.keyboard.press("Enter")
    expect(left).to_have_text(re.compile(rf"^{before}\b"))


def test_the_owner_adds_a_product_with_a_photo_and_takes_it_off_again(
    new_context: Context, server: Server, watch: Watch
) -> None:
    watch.expect("status of 422")
    page = panel(new_context, server, PHONE)
    open_menu(page, server)
    page.get_by_role("link", name="Agregar producto").click()
    page.get_by_label("Nombre").fill("Raspado de tamarindo")
    page.get_by_label("Precio en NIO").fill("6O")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_label("Precio en NIO")).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_label("Nombre")).to_have_value("Raspado de tamarindo")
    is_well(page)
    page.get_by_label("Precio en NIO").fill("60")
    page.get_by_label("Por ejemplo: queso", exact=True).first.fill("leche condensada")
    page.get_by_role("button", name="Agregar extra").click()
    expect(page.get_by_label("Por ejemplo: queso", exact=True)).to_have_count(3)
    page.get_by_role("button", name="Guardar").click()
    expect(page.locator(".toast")).to_contain_text("ya está en el menú")
    expect(page.locator("h1")).to_have_text("Raspado de tamarindo")
    drawn = io.BytesIO()
    Image.new("RGB", (900, 600), "orange").save(drawn, "JPEG")
    page.locator("#photo-file").set_input_files({"name": "f.jpg", "mimeType": "image/jpeg", "buffer": drawn.getvalue()})
    expect(page.get_by_role("button", name="Quitar foto")).to_be_visible()
    expect(page.locator("img.photo")).to_have_js_property("naturalWidth", 900)
    page.get_by_role("button", name="Sacar del menú").press("Enter")  # the notice is over it
    expect(page.locator(".toast").last).to_contain_text("salió del menú")
    expect(page.locator("h1")).to_have_text("Menú y servicios")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator(".toast").last).to_contain_text("volvió al menú")


def test_prices_are_looked_at_changed_and_put_back(new_context: Context, server: Server, watch: Watch) -> None:
    page = panel(new_context, server)
    page.goto(f"{server.url}/admin/menu/prices")
    page.get_by_label("Cuáles").select_option("desayunos")
    page.get_by_label("Cuánto", exact=True).fill("10")
    page.get_by_label("Redondear").select_option("5")
    page.get_by_role("button", name="Ver cómo quedan").click()
    expect(page.locator(".diffs li").filter(has_text="Nacatamal")).to_contain_text("C$ 105")
    page.get_by_role("button", name="Cambiar estos precios").click()
    expect(page.locator("#prod-1")).to_contain_text("C$ 105")
    page.get_by_role("button", name="Deshacer").click()
    expect(page.locator("#prod-1")).to_contain_text("C$ 95")


def test_the_list_is_searched_as_one_writes_and_goes_on_at_its_end(
    new_context: Context, server: Server, watch: Watch
) -> None:
    page = panel(new_context, server)
    open_menu(page, server)
    rows = page.locator("tbody tr")
    expect(rows).to_have_count(18)
    page.get_by_role("link", name="Ver más").scroll_into_view_if_needed()
    expect(rows.nth(18)).to_be_visible()
    page.get_by_label("Buscar producto").press_sequentially("vigoron")
    expect(page.locator("#prod-4")).to_be_visible()
    expect(page.locator("#prod-1")).to_have_count(0)
    expect(page).to_have_url(f"{server.url}/admin/menu?q=vigoron&show=&order=menu")
    page.get_by_label("Buscar producto").fill("")
    page.get_by_label("Qué mostrar").select_option("best")
    expect(page.locator("#prod-1")).to_be_visible()
    expect(rows.nth(30)).to_have_count(0)
