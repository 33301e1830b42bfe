"""The widget on the shops' own sites: two lines of HTML, listed sites only, and nothing of the host page touched (TRUST S-26)."""

from __future__ import annotations

import gzip
import re

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.e2e.chat import Chat
from tests.e2e.conftest import ROOT, Server, Watch

DIV = '<div id="ai-bot" data-business="MiTiendita"></div>'


def script(server: Server, attributes: str = "defer") -> str:
    return f'<script src="{server.url}/widget.js" {attributes}></script>'


def test_the_launcher_weighs_at_most_ten_kilobytes() -> None:
    assert len(gzip.compress((ROOT / "web_widget" / "widget.js").read_bytes(), 9)) <= 10 * 1024


def test_a_listed_site_can_have_the_chat(page: Page, server: Server) -> None:
    page.goto(server.allowed.put("/", f"<h1>Otra tienda</h1>{script(server)}{DIV}"))
    chat = Chat(page).open()
    assert chat.ask("buenas")
    chat.inside.locator("#close").click()
    expect(chat.launcher).to_be_focused()
    server.write_as_person(chat.session()["conversation_id"], "Hola")
    expect(chat.launcher.locator(".n")).to_have_text("1")


def test_a_site_that_is_not_listed_is_refused(page: Page, server: Server, watch: Watch) -> None:
    watch.expect("frame-ancestors", "Framing ", "chrome-error")
    page.goto(server.stranger.put("/", f"<h1>Extraño</h1>{DIV}{script(server)}"))
    page.locator("#ai-bot button.l").click()
    page.wait_for_function("() => document.querySelector('#ai-bot').shadowRoot.querySelector('iframe')")
    expect(page.frame_locator("iframe.f").locator("textarea")).to_have_count(0)
    exit_button = page.locator("#ai-bot button.x")
    expect(exit_button).to_be_visible()  # nobody is left with a frame that cannot be closed
    exit_button.click()
    expect(page.locator("iframe.f")).to_be_hidden()


def test_the_chat_page_names_exactly_who_may_frame_it(server: Server) -> None:
    policy = httpx.get(f"{server.url}/widget").headers["content-security-policy"]
    ancestors = re.search(r"frame-ancestors ([^;]*)", policy)
    assert ancestors is not None
    assert ancestors[1].split() == ["'self'", server.allowed.url]
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("{script}{div}", id="script first"),
        pytest.param("{div}{script}", id="script last"),
        pytest.param("{plain}{div}", id="without defer, as in the brief"),
        pytest.param("{script}{script}{div}", id="script twice"),
    ],
)
def test_two_lines_in_any_order_give_one_launcher(page: Page, server: Server, body: str) -> None:
    html = body.format(script=script(server), plain=script(server, ""), div=DIV)
    page.goto(server.allowed.put("/order", html))
    expect(page.locator("#ai-bot button.l")).to_have_count(1)
    Chat(page).open()
    expect(page.locator("iframe.f")).to_have_count(1)


def test_a_page_without_the_div_is_left_alone(page: Page, server: Server) -> None:
    page.goto(server.allowed.put("/none", f"<p>nada</p>{script(server)}"))
    page.evaluate("aiBot.open()")
    expect(page.locator("iframe")).to_have_count(0)


def test_nothing_is_fetched_before_the_first_click(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(server.allowed.put("/light", f"{DIV}{script(server)}"))
    expect(page.locator("#ai-bot button.l")).to_be_visible()
    assert [url for url in asked if url.startswith(server.url)] == [f"{server.url}/widget.js"]


def test_attributes_change_label_side_theme_and_name(page: Page, server: Server) -> None:
    div = (
        '<div id="ai-bot" data-business="don-chepe" data-name="Don Chepe" data-label="¿Qué te preparo?" '
        'data-position="left" data-theme="dark"></div>'
    )
    page.goto(server.allowed.put("/attributes", div + script(server)))
    expect(page.locator("#ai-bot button.l")).to_have_text("¿Qué te preparo?")
    chat = Chat(page).open()
    box = page.locator("iframe.f").bounding_box()
    assert box is not None
    assert box["x"] == 20
    expect(page.locator("iframe.f")).to_have_attribute("title", "Chat con Don Chepe")
    expect(chat.inside.locator("html")).to_have_attribute("data-theme", "dark")


def test_the_page_can_open_and_close_it_by_itself(page: Page, server: Server) -> None:
    page.goto(server.allowed.put("/api", f'<a href="#" data-ai-bot-open>Escribinos</a>{DIV}{script(server)}'))
    page.get_by_text("Escribinos").click()
    Chat(page).wait()
    page.evaluate("aiBot.close()")
    expect(page.locator("iframe.f")).to_be_hidden()
    page.evaluate("aiBot.open()")
    expect(page.locator("iframe.f")).to_be_visible()


def test_a_host_page_with_a_strict_policy_of_its_own_still_shows_the_launcher(page: Page, server: Server) -> None:
    policy = (
        f"default-src 'none'; script-src {server.url}; frame-src {server.url}; "
        "require-trusted-types-for 'script'; trusted-types 'none'"
    )
    page.goto(server.allowed.put("/strict", f"{DIV}{script(server)}", {"Content-Security-Policy": policy}))
    launcher = page.locator("#ai-bot button.l")
    assert launcher.evaluate("node => getComputedStyle(node).position") == "fixed"
    Chat(page).open()


def test_the_styles_of_the_page_and_of_the_launcher_do_not_meet(page: Page, server: Server, watch: Watch) -> None:
    body = f"<style>button {{ display: none !important }} * {{ color: red }}</style><button>suyo</button>{DIV}"
    page.goto(server.allowed.put("/styles", body + script(server)))
    expect(page.locator("#ai-bot button.l")).to_be_visible()
    expect(page.get_by_text("suyo")).to_be_hidden()


def test_messages_from_elsewhere_are_not_obeyed(page: Page, server: Server) -> None:
    page.goto(server.allowed.put("/forged", f"{DIV}{script(server)}"))
    chat = Chat(page).open()
    forged = [
        {"de": "tendero", "tipo": "cerrar"},
        {"de": "tendero", "tipo": "sin-leer", "n": 7},
        {"tipo": "cerrar"},
        "cerrar",
        None,
    ]
    page.evaluate("(list) => list.forEach((said) => postMessage(said, '*'))", forged)
    inside = page.frames[-1]
    assert inside.url.startswith(f"{server.url}/widget?")
    wrong = [{"de": "otro", "tipo": "cerrar"}, {"de": "tendero", "tipo": "borrar"}, "cerrar", None, 7]
    inside.evaluate("(list) => list.forEach((said) => parent.postMessage(said, '*'))", wrong)
    inside.evaluate("(said) => postMessage(said, '*')", {"de": "tendero", "tipo": "cerrar"})
    page.evaluate("new Promise((done) => setTimeout(done, 0))")
    expect(page.locator("iframe.f")).to_be_visible()
    assert chat.ask("buenas")


def test_the_token_is_never_in_an_address(page: Page, server: Server) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server.url}/demo")
    chat = Chat(page).open()
    chat.ask("buenas")
    token = chat.session()["token"]
    assert token
    assert [url for url in asked if token in url] == []
