"""A whole order in the chat: its summary, its yes, and what the shop does with it afterwards, as the customer sees it."""

from __future__ import annotations

import re
from typing import Any, Literal

import pytest
from playwright.sync_api import Locator, ViewportSize, expect

from tests.e2e.chat import Chat
from tests.e2e.conftest import OWNER, PROGRAM, Context, Server
from tests.e2e.test_looks import SIZES, look_at, open_page

ASKED = ("quiero 2 nacatamales sin chilero y un vigorón", "para retirar, soy Carla", "efectivo")
NUMBER = re.compile(r"Pedido #(\d{4})")


def ticket(chat: Chat) -> Locator:
    return chat.inside.locator("section.tk")


def ask_for_it(chat: Chat) -> Locator:
    """Orders until the summary that waits for a yes: its ticket."""
    for text in ASKED:
        chat.ask(text)
    expect(ticket(chat)).to_have_count(1)
    return ticket(chat)


def order(chat: Chat, server: Server) -> dict[str, Any]:
    """An order its customer said yes to, as the shop knows it."""
    ask_for_it(chat).get_by_role("button").first.click()
    expect(ticket(chat).locator("h2")).to_contain_text(NUMBER)
    answer = PROGRAM.get(f"{server.url}/admin/api/orders", auth=OWNER)
    assert answer.status_code == 200, answer.text
    placed: list[dict[str, Any]] = answer.json()["orders"]
    return placed[-1]


def move(server: Server, placed: dict[str, Any], status: str, **more: str) -> None:
    """What somebody of the shop does with it."""
    address = f"{server.url}/admin/api/orders/{placed['id']}/status"
    answer = PROGRAM.post(address, json={"status": status, **more}, auth=OWNER)
    assert answer.status_code == 200, answer.text


def test_the_summary_says_it_all_and_waits_for_a_yes(chat: Chat) -> None:
    paper = ask_for_it(chat)
    expect(paper.locator("h2 span")).to_have_text("Sin confirmar")
    expect(paper.locator("dt").first).to_contain_text("2 × Nacatamal")
    expect(paper.locator("dt small").first).to_contain_text("sin chilero")
    expect(paper.locator("dd.tot")).to_have_text(re.compile(r"C\$\s320"))
    for words in ("Retirar en la tienda", "Carla", "Efectivo"):
        expect(paper).to_contain_text(words)
    assert paper.get_by_role("button").count() >= 2
    expect(chat.inside.locator(".fb")).to_have_count(0)


def test_a_change_moves_the_ticket_and_leaves_one(chat: Chat) -> None:
    ask_for_it(chat)
    chat.ask("agregá otro vigorón")
    expect(ticket(chat)).to_have_count(1)
    expect(ticket(chat)).to_contain_text("2 × Vigorón")
    assert ticket(chat).get_by_role("button").count() >= 2


def test_confirming_gives_it_a_number_and_takes_the_buttons_away(chat: Chat, server: Server) -> None:
    placed = order(chat, server)
    expect(ticket(chat)).to_have_count(1)
    expect(ticket(chat).locator("h2")).to_contain_text(f"#{placed['number']}")
    expect(ticket(chat).locator("h2 span")).to_have_text("Confirmado")
    expect(ticket(chat).get_by_role("button")).to_have_count(0)


def test_each_step_of_the_shop_is_seen_without_asking(chat: Chat, server: Server) -> None:
    placed = order(chat, server)
    for status, word in (("preparing", "Preparando"), ("ready", "Listo"), ("delivered", "Entregado")):
        before = chat.replies.count()
        move(server, placed, status)
        expect(chat.replies.nth(before)).to_contain_text(f"#{placed['number']}")
        expect(ticket(chat).locator("h2 span")).to_have_text(word)
        expect(ticket(chat)).to_have_count(1)
    assert chat.replies.count() == before + 1


def test_a_cancelled_order_says_so_and_why_and_a_reload_shows_the_same(chat: Chat, server: Server) -> None:
    placed = order(chat, server)
    move(server, placed, "cancelled", reason="se nos acabó la masa")
    expect(chat.replies.last).to_contain_text("se nos acabó la masa")
    expect(ticket(chat).locator("h2 span.no")).to_have_text("Cancelado")
    seen = chat.replies.locator("p").all_inner_texts()
    chat.page.reload()
    chat.open()
    expect(ticket(chat)).to_have_count(1)
    expect(ticket(chat).locator("h2 span.no")).to_have_text("Cancelado")
    assert chat.replies.locator("p").all_inner_texts() == seen


def test_news_that_came_while_the_page_was_away_are_there_when_it_is_back(chat: Chat, server: Server) -> None:
    placed = order(chat, server)
    chat.page.goto("about:blank")
    move(server, placed, "preparing")
    chat.page.go_back()
    chat.open()
    expect(chat.replies.last).to_contain_text("preparando")
    expect(ticket(chat).locator("h2 span")).to_have_text("Preparando")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_an_order_is_accessible_and_fits(
    new_context: Context, server: Server, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(new_context, f"{server.url}/demo", size, scheme)
    chat = Chat(page).open()
    ask_for_it(chat)
    look_at(page, page.frames[-1])
    boxes = [button.bounding_box() for button in ticket(chat).get_by_role("button").all()]
    assert all(box is not None and box["height"] >= 44 for box in boxes)
    ticket(chat).get_by_role("button").first.click()
    expect(ticket(chat).locator("h2")).to_contain_text(NUMBER)
    look_at(page, page.frames[-1])
