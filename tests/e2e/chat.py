"""The chat as a customer sees it, for the browser tests."""

from __future__ import annotations

import json
import re
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, Response, expect

OPENED = re.compile(r"/api/chat/sessions$")
KEPT = """() => {
  const key = Object.keys(localStorage).find((name) => name.startsWith('tendero:'));
  return key ? JSON.parse(localStorage.getItem(key)) : {};
}"""


class Chat:
    """The launcher of a shop's page and what is inside its iframe. `top`: the chat's own page, without iframe."""

    def __init__(self, page: Page, top: bool = False) -> None:
        self.page = page
        self.inside: Page | FrameLocator = page if top else page.frame_locator("iframe.f")
        self.opened: list[Response] = []
        page.on("response", lambda answer: self.opened.append(answer) if OPENED.search(answer.url) else None)

    @property
    def launcher(self) -> Locator:
        return self.page.locator("#ai-bot button.l")

    @property
    def field(self) -> Locator:
        return self.inside.locator("textarea")

    @property
    def replies(self) -> Locator:
        """Bubbles of the bot or of a person."""
        return self.inside.locator("#log .m:not(.me):not(.wide):not(:has(.ty))")

    @property
    def mine(self) -> Locator:
        return self.inside.locator("#log .m.me")

    @property
    def chips(self) -> Locator:
        return self.inside.locator(".qr button")

    def open(self) -> Chat:
        self.launcher.click()
        return self.wait()

    def wait(self) -> Chat:
        expect(self.replies.first).to_be_visible()
        return self

    def write(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str) -> str:
        """Sends a message and waits for its answer: the answer's words."""
        before = self.replies.count()
        self.write(text)
        expect(self.replies.nth(before)).to_be_visible()
        expect(self.inside.locator(".ty")).to_have_count(0)
        return self.replies.last.locator("p").last.inner_text()

    def attach(self, name: str, mime: str, data: bytes) -> None:
        self.inside.locator("input[type=file]").set_input_files({"name": name, "mimeType": mime, "buffer": data})

    def kept(self) -> dict[str, Any]:
        """What the chat keeps in its browser storage: token, conversation, queue."""
        kept = self.inside.locator("body").evaluate(KEPT)
        assert isinstance(kept, dict), json.dumps(kept)
        return kept

    def session(self) -> dict[str, Any]:
        """The last session this page opened: `token`, `conversation_id` (a browser may keep neither on other sites)."""
        answer: dict[str, Any] = self.opened[-1].json()
        return answer

    def sent_texts(self) -> list[str]:
        return self.mine.locator("p:not(.st)").all_inner_texts()
