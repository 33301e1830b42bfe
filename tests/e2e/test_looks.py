"""Phone and desktop, light and dark: no axe-core violation, nothing wider than the screen, a quiet console."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Frame, Page, ViewportSize, expect

from tests.e2e.chat import Chat
from tests.e2e.conftest import AXE, DESKTOP, PHONE, Context, Server

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NARROW: ViewportSize = {"width": 320, "height": 640}
SIZES = [pytest.param(DESKTOP, id="1280"), pytest.param(PHONE, id="390")]


def violations(page: Page | Frame, rules: list[str] = RULES) -> list[str]:
    """What axe-core finds on a page, once it is whole, without what is inside its frames.

    A click waits until the next page begins, which is a document with nothing in it yet.
    """
    page.wait_for_load_state("load")
    found = page.evaluate(
        "(rules) => axe.run(document, { runOnly: rules, iframes: false, resultTypes: ['violations'] })", rules
    )
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def is_wider_than_the_screen(page: Page | Frame) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


def look_at(page: Page, inside: Page | Frame) -> None:
    assert violations(page) == []
    assert violations(inside) == []
    assert not is_wider_than_the_screen(page)
    assert not is_wider_than_the_screen(inside)


def open_page(new_context: Context, url: str, size: ViewportSize, scheme: Literal["light", "dark"]) -> Page:
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if size["width"] < 520 else {}
    context = new_context(viewport=size, color_scheme=scheme, **phone)
    context.add_init_script(path=AXE)
    page = context.new_page()
    page.goto(url)
    return page


def busy_conversation(chat: Chat, server: Server) -> None:
    """Everything the chat can show in this step: cards, choices, thumbs, a person, a file, a failed message."""
    chat.ask("ver menú")
    chat.ask("¿a qué hora cierran hoy?")
    server.write_as_person(
        chat.session()["conversation_id"],
        "Hola, soy Chepe. https://donchepe.example/una/direccion/muy/larga/que/no/cabe",
    )
    expect(chat.inside.locator(".ho")).to_be_visible()
    chat.attach("una foto con un nombre bastante largo que no cabe en una línea.png", "image/png", b"\x89PNG")
    chat.inside.locator("#more").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_demo_and_chat_are_accessible(
    new_context: Context, server: Server, size: ViewportSize, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(new_context, f"{server.url}/demo", size, scheme)
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)
    chat = Chat(page).open()
    look_at(page, page.frames[-1])
    busy_conversation(chat, server)
    look_at(page, page.frames[-1])
    chat.inside.locator("#menu a").click()
    expect(chat.inside.get_by_role("dialog")).to_be_visible()
    look_at(page, page.frames[-1])


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chat_page_by_itself_is_accessible(
    new_context: Context, server: Server, scheme: Literal["light", "dark"]
) -> None:
    page = open_page(new_context, "about:blank", PHONE, scheme)
    chat = Chat(page, top=True)  # listens before the page opens its session
    page.goto(f"{server.url}/widget?business=MiTiendita")
    chat.wait()
    busy_conversation(chat, server)
    assert violations(page) == []
    assert not is_wider_than_the_screen(page)


def test_another_site_with_the_chat_open_is_accessible(new_context: Context, server: Server) -> None:
    body = (
        f'<main><h1>Otra tienda</h1></main><div id="ai-bot"></div><script src="{server.url}/widget.js" defer></script>'
    )
    page = open_page(new_context, server.allowed.put("/looks", body), DESKTOP, "light")
    Chat(page).open()
    look_at(page, page.frames[-1])


def test_nothing_overflows_on_the_narrowest_phone(new_context: Context, server: Server) -> None:
    page = open_page(new_context, f"{server.url}/demo", NARROW, "light")
    assert not is_wider_than_the_screen(page)
    chat = Chat(page).open()
    chat.write("unapalabralarguísima" * 30)
    busy_conversation(chat, server)
    assert not is_wider_than_the_screen(page.frames[-1])


def test_targets_are_big_enough_for_a_thumb(new_context: Context, server: Server) -> None:
    page = open_page(new_context, f"{server.url}/demo", PHONE, "light")
    chat = Chat(page).open()
    chat.ask("ver menú")
    boxes = page.frames[-1].evaluate(
        """() => [...document.querySelectorAll('button')].filter((node) => node.offsetParent)
            .map((node) => [node.id || node.className || node.textContent, node.offsetWidth, node.offsetHeight])"""
    )
    assert boxes
    assert [box for box in boxes if box[1] < 44 or box[2] < 44] == []
