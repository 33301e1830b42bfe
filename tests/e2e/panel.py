"""The panel as its people use it: signing in, looking at a page in both sizes and lights, and a shop of one's own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import AXE, DESKTOP, PASSWORD, PHONE, PROGRAM, Context, Server
from tests.e2e.test_looks import is_wider_than_the_screen, violations

if TYPE_CHECKING:
    from playwright._impl._api_structures import SetCookieParam

SHIFT = """
window.shifted = 0;
let touched = false; // what moves afterwards was asked for, however long the answer takes
for (const what of ['pointerdown', 'keydown', 'input', 'change']) addEventListener(what, () => { touched = true; }, true);
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!touched && !one.hadRecentInput) window.shifted += one.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
SIZES = pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="1280"), pytest.param(PHONE, id="390")])
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_SESSIONS: dict[str, dict[str, str]] = {}
LIGHT = ["color-contrast", "link-in-text-block"]  # what the light changes of axe-core's rules


def panel(new_context: Context, server: Server, size: ViewportSize = DESKTOP) -> Page:
    """The first page of somebody who is signed in as the owner."""
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if size["width"] < 520 else {}
    context = new_context(viewport=size, **phone)
    context.add_init_script(path=AXE)
    context.add_init_script(SHIFT)
    context.add_cookies(entered(server))
    page = context.new_page()
    page.goto(f"{server.url}/admin")
    expect(page.locator(".shell")).to_be_visible()
    return page


def entered(server: Server) -> list[SetCookieParam]:
    """The cookies of the owner signed in: once a shop, and again after a test shut everybody out. The door has tests of its own."""
    known = _SESSIONS.get(server.url)
    if known is None or not _is_open(server, known):
        with httpx.Client(base_url=server.url) as browser:
            token = TOKEN.search(browser.get("/admin/login").text)
            assert token
            form = {"user": "owner", "password": PASSWORD, "csrf_token": token[1]}
            assert browser.post("/admin/login", data=form).status_code == 303
            known = _SESSIONS[server.url] = dict(browser.cookies)
    return [
        {"name": name, "value": known[name], "url": server.url, "httpOnly": True, "sameSite": "Lax"} for name in known
    ]


def _is_open(server: Server, cookies: dict[str, str]) -> bool:
    shown = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return PROGRAM.get(f"{server.url}/admin/steps", headers={"Cookie": shown}).status_code == 200


def sign_in(page: Page, server: Server, user: str = "owner", password: str = PASSWORD) -> None:
    page.goto(f"{server.url}/admin/login")
    page.get_by_label("Usuario").fill(user)
    page.get_by_label("Clave").fill(password)
    page.get_by_role("button", name="Entrar").click()
    expect(page.locator(".shell")).to_be_visible()


def is_well(page: Page) -> None:
    """In both lights nobody is shut out, nothing is wider than the screen, and nothing jumped while the page came."""
    assert not (found := violations(page)), found
    assert not is_wider_than_the_screen(page)
    assert page.evaluate("window.shifted") < 0.01, "the layout shifted"
    page.emulate_media(color_scheme="dark")
    assert not (found := violations(page, LIGHT)), found
    page.emulate_media(color_scheme="light")
