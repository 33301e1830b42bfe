"""The panel as its people use it: signing in, looking at a page in both sizes and lights, and a shop of one's own."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e.conftest import AXE, DESKTOP, PASSWORD, PHONE, Context, Server
from tests.e2e.test_looks import is_wider_than_the_screen, violations

SHIFT = """
window.shifted = 0;
let touched = false; // what moves afterwards was asked for, however long the answer takes
for (const what of ['pointerdown', 'keydown', 'input', 'change']) addEventListener(what, () => { touched = true; }, true);
new PerformanceObserver((list) => {
  for (const one of list.getEntries()) if (!touched && !one.hadRecentInput) window.shifted += one.value;
}).observe({ type: 'layout-shift', buffered: true });
"""
SIZES = pytest.mark.parametrize("size", [pytest.param(DESKTOP, id="1280"), pytest.param(PHONE, id="390")])
LIGHT = ["color-contrast", "link-in-text-block"]  # what the light changes of axe-core's rules


def panel(new_context: Context, server: Server, size: ViewportSize = DESKTOP) -> Page:
    """A page of somebody who has just signed in as the owner."""
    phone: dict[str, Any] = {"has_touch": True, "is_mobile": True} if size["width"] < 520 else {}
    context = new_context(viewport=size, **phone)
    context.add_init_script(path=AXE)
    context.add_init_script(SHIFT)
    page = context.new_page()
    sign_in(page, server)
    return page


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
