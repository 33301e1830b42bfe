"""The counter in a browser: an order from the chat goes through the lanes, one is rejected, one is written down, one changed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, ViewportSize, expect

from tests.e2e.conftest import DESKTOP, OWNER, PHONE, PROGRAM, Context, Server, Watch, served
from tests.e2e.panel import SIZES, is_well, panel

HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A shop whose orders nobody else looks at."""
    with served(tmp_path_factory.mktemp("orders_shop")) as shop:
        yield shop


def order_in_chat(server: Server, name: str = "Carla") -> dict[str, Any]:
    """A customer's order, confirmed."""
    session = PROGRAM.post(f"{server.url}/api/chat/sessions", json={"name": name})
    headers = {"Authorization": f"Bearer {session.json()['token']}"}
    for text in ("quiero 2 nacatamales", "para retirar", f"soy {name}", "efectivo", "sí"):
        said = PROGRAM.post(f"{server.url}/api/chat/messages", json={"text": text}, headers=headers)
        orders = [out["order"] for out in said.json()["replies"] if out["order"]]
        if orders and orders[-1]["number"]:
            placed: dict[str, Any] = orders[-1]
            return placed
    raise AssertionError(said.text)


def lane(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=name)


def write_down(page: Page, server: Server, text: str, name: str) -> None:
    """An order told by phone, placed; its page is open then."""
    page.goto(f"{server.url}/admin/orders/new")
    page.get_by_label("¿Qué pidió?").fill(text)
    page.get_by_role("button", name="Armar la comanda").click()
    page.get_by_label("Nombre").fill(name)
    page.get_by_role("button", name="Anotar el pedido").click()
    expect(page.get_by_role("heading", name="Cliente")).to_be_visible()


@SIZES
def test_every_page_of_the_orders_can_be_read_by_everybody(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    write_down(page, server, "2 nacatamales y un fresco de cacao", f"María {HOSTILE}")
    expect(page.get_by_text(HOSTILE).first).to_be_visible()
    is_well(page)
    here = page.url
    for path in ("", "/list", "/new"):
        page.goto(f"{server.url}/admin/orders{path}")
        is_well(page)
    for path in ("/edit", "/reject", "/ticket"):
        page.goto(f"{here}{path}")
        is_well(page)


@pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="1280"), pytest.param(PHONE, id="390")])
def test_an_order_lands_by_itself_and_goes_through_the_lanes(
    new_context: Context, server: Server, size: ViewportSize
) -> None:
    page = panel(new_context, server, size)
    page.goto(f"{server.url}/admin/orders")
    placed = order_in_chat(server)
    ticket = page.get_by_role("article", name=f"Pedido {placed['number']} de Carla")
    expect(ticket).to_be_visible()
    expect(lane(page, "Nuevos")).to_contain_text(placed["number"])
    ticket.get_by_role("button", name="Aceptar").click()
    expect(lane(page, "En cocina")).to_contain_text(placed["number"])
    expect(page.locator(".toast")).to_contain_text("está en cocina")
    page.get_by_role("button", name="Deshacer").click()
    expect(lane(page, "Nuevos")).to_contain_text(placed["number"])
    ticket.get_by_role("button", name="Aceptar").press("Enter")
    ticket.get_by_role("button", name="Ya está listo").press("Enter")
    expect(lane(page, "Listos")).to_contain_text(placed["number"])
    ticket.get_by_role("button", name=f"Más sobre el pedido {placed['number']}").click()
    page.get_by_role("button", name="Regresar una columna").click()
    ticket.get_by_role("button", name="Ya está listo").click()
    ticket.get_by_role("button", name="Entregado y cobrado").click()
    expect(ticket).to_have_count(0)
    page.get_by_role("link", name=re.compile("entregados? hoy")).click()
    expect(page.get_by_role("link", name=f"#{placed['number']}")).to_be_visible()


def test_a_reason_is_asked_in_a_small_form_and_the_order_leaves_the_board(
    new_context: Context, server: Server, watch: Watch
) -> None:
    watch.expect("status of 422")
    page = panel(new_context, server, PHONE)
    placed = order_in_chat(server)
    page.goto(f"{server.url}/admin/orders")
    ticket = page.get_by_role("article", name=f"Pedido {placed['number']} de Carla")
    ticket.get_by_role("link", name="Rechazar").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    is_well(page)
    dialog.get_by_role("button", name="Rechazar").click()
    expect(dialog.get_by_text("el cliente lo va a leer")).to_be_visible()
    dialog.get_by_role("button", name="ahora no damos abasto").click()
    expect(dialog).to_have_count(0)
    expect(ticket).to_have_count(0)
    answer = PROGRAM.get(f"{server.url}/admin/api/orders?status=cancelled", auth=OWNER).json()["orders"]
    assert answer[-1]["cancel_reason"] == "ahora no damos abasto"


def test_two_people_at_one_order_and_the_second_is_told(new_context: Context, server: Server, watch: Watch) -> None:
    watch.expect("status of 409")
    placed = order_in_chat(server)
    page = panel(new_context, server)
    page.route("**/admin/live?*", lambda route: route.abort())
    watch.expect("ERR_FAILED", "Failed to fetch")
    page.goto(f"{server.url}/admin/orders")
    ticket = page.get_by_role("article", name=f"Pedido {placed['number']} de Carla")
    expect(ticket.get_by_role("button", name="Aceptar")).to_be_visible()
    address = f"{server.url}/admin/api/orders/{placed['id']}/status"
    assert PROGRAM.post(address, json={"status": "preparing"}, auth=OWNER).status_code == 200
    ticket.get_by_role("button", name="Aceptar").click()
    expect(page.locator(".toast.bad")).to_contain_text("se adelantó")
    expect(lane(page, "En cocina")).to_contain_text(placed["number"])


def test_an_order_is_changed_and_found_again(new_context: Context, server: Server) -> None:
    page = panel(new_context, server, PHONE)
    write_down(page, server, "2 nacatamales", "Doña Tere")
    page.get_by_role("link", name="Cambiar el pedido").click()
    page.get_by_label("Cantidad Nacatamal").fill("3")
    page.get_by_label("¿Qué más pidió?").fill("un fresco de cacao")
    page.get_by_role("button", name="Sumar").click()
    expect(page.get_by_text("Total con los cambios")).to_be_visible()
    page.get_by_role("button", name="Guardar los cambios").click()
    expect(page.get_by_text("Se cambió el pedido")).to_be_visible()
    page.goto(f"{server.url}/admin/orders/list")
    page.get_by_label("Buscar").fill("doña tere")
    expect(page.locator("#found tbody tr")).to_have_count(1)
    expect(page).to_have_url(re.compile("text="))
    page.get_by_role("link", name=re.compile("#")).click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Pedido #")
