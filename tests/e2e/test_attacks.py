"""Texts made to run as a script, to break the layout or the encoding: typed, kept and shown, they stay text."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.chat import Chat
from tests.e2e.conftest import ROOT, Context, Server

ATTACKS = ROOT / "tests" / "attacks"
XSS = sorted(path.name for path in (ATTACKS / "payloads").glob("xss_*.txt"))
ANSWERED, UNANSWERED = 40, 95  # messages that, with their answers, are within the 100 a chat is resumed with
TYPED = 3  # of each list, by hand
ELSEWHERE = (
    "https://evil.example/x.png",
    "//evil.example/x.svg",
    "javascript:alert(1)",
    "data:image/svg+xml,<svg/>",
)
PIECES = "(log) => [...new Set([...log.querySelectorAll('.m .b *')].map((node) => node.tagName))].sort()"
PLAIN = {"A", "BR", "P", "SMALL", "SPAN", "STRONG", "TIME", "I", "SVG", "USE", "svg", "use"}


def lines(name: str) -> list[str]:
    text = (ATTACKS / "payloads" / name).read_text("utf-8", "replace")
    return [line for line in text.splitlines() if line.strip()]


def edge_messages() -> list[str]:
    read = json.loads((ATTACKS / "naughty" / "edge_messages.json").read_text("utf-8"))
    return [one["text"] for one in read if isinstance(one.get("text"), str)]


def naughty() -> list[str]:
    return [text for text in json.loads((ATTACKS / "naughty" / "blns.json").read_text("utf-8")) if text.strip()]


def batches(texts: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(texts), size):
        yield texts[start : start + size]


class Visitor:
    """A customer who writes through the API; `resume` shows the conversation in a browser."""

    def __init__(self, server: Server) -> None:
        self.server = server
        headers = {"Content-Type": "application/json"}
        self.client = httpx.Client(base_url=server.url, headers=headers, timeout=30, verify=False)
        opened = self.client.post("/api/chat/sessions", content="{}").json()
        self.token, self.conversation = opened["token"], opened["conversation_id"]
        self.client.headers["Authorization"] = f"Bearer {self.token}"

    def send(self, text: str) -> bool:
        """Whether it was taken; what is not must be refused in a civil way."""
        answer = self.client.post("/api/chat/messages", content=json.dumps({"text": text}))
        assert answer.status_code in {200, 400, 413, 422}, (answer.status_code, text)
        return answer.status_code == 200

    def resume(self, context: BrowserContext) -> Page:
        kept = json.dumps({"token": self.token, "conversation": self.conversation, "queue": [], "until": 9e15})
        page = context.new_page()
        page.add_init_script(f"localStorage.setItem('tendero:', {json.dumps(kept)})")
        page.goto(f"{self.server.url}/widget")
        return page


def shown(text: str) -> str:
    """As the API promises to keep it, and as a text node holds it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")


def mine(page: Page) -> list[str]:
    texts: list[str] = page.locator("#log").evaluate(
        "(log) => [...log.querySelectorAll('.m.me .b > p')].map((node) => node.textContent)"
    )
    return texts


@pytest.mark.parametrize("name", XSS)
def test_scripts_sent_to_the_bot_are_shown_as_they_were_sent(new_context: Context, server: Server, name: str) -> None:
    context = new_context()
    for batch in batches(lines(name), ANSWERED):
        send_and_resume(Visitor(server), batch, context)


@pytest.mark.parametrize("texts", [edge_messages, naughty])
def test_odd_texts_sent_to_a_person_are_shown_as_they_were_sent(
    new_context: Context, server: Server, texts: Callable[[], list[str]]
) -> None:
    context = new_context()
    for batch in batches(texts(), UNANSWERED):
        visitor = Visitor(server)
        server.write_as_person(visitor.conversation, "Aquí estoy")
        send_and_resume(visitor, batch, context)


def send_and_resume(visitor: Visitor, texts: list[str], context: BrowserContext) -> None:
    taken = [text for text in texts if visitor.send(text)]
    page = visitor.resume(context)
    expect(page.locator(".m.me")).to_have_count(len(taken))
    assert mine(page) == [shown(text) for text in taken]
    assert set(page.locator("#log").evaluate(PIECES)) <= PLAIN
    page.close()


def test_attacks_typed_by_hand_do_nothing(new_context: Context, server: Server) -> None:
    page = new_context().new_page()
    page.goto(f"{server.url}/demo")
    chat = Chat(page).open()
    texts = [text for name in XSS for text in lines(name)[:TYPED]]
    for place, text in enumerate(texts):
        chat.write(text)
        expect(chat.mine.nth(place)).to_be_visible()
    expect(chat.mine.locator(".st")).to_have_count(0)
    assert set(chat.inside.locator("#log").evaluate(PIECES)) <= PLAIN


def test_attacks_written_by_a_person_of_the_shop_do_nothing(new_context: Context, server: Server) -> None:
    visitor = Visitor(server)
    texts = [text for name in XSS for text in lines(name)][::12]
    page = visitor.resume(new_context())
    expect(page.locator("#status")).to_have_text("Asistente automático")
    for text in [*texts, "fin"]:
        server.write_as_person(visitor.conversation, text)
    expect(page.locator(".m .b > p").last).to_have_text("fin")
    assert set(page.locator("#log").evaluate(PIECES)) <= PLAIN
    links = page.locator("#log a").evaluate_all("(links) => links.map((link) => link.href)")
    assert [link for link in links if not link.startswith("https://")] == []


def test_a_card_that_points_elsewhere_loads_nothing_from_there(new_context: Context, server: Server) -> None:
    context = new_context()
    hostile = {
        "id": "01ARZ3NDEKTSV4RRFFQ69G5FAV",
        "kind": "cards",
        "text": "<img src=x onerror=alert(1)>",
        "quick_replies": [{"title": "<b onclick=alert(1)>si</b>", "payload": "x"}],
        "cards": [
            {"title": "<script>alert(1)</script>", "subtitle": "", "price": "1", "image": image, "payload": "x"}
            for image in (
                "https://evil.example/x.png",
                "//evil.example/x.svg",
                "javascript:alert(1)",
                "data:image/svg+xml,<svg/>",
            )
        ],
        "order": None,
        "url": "javascript:alert(1)",
    }
    paying = {**hostile, "id": "01ARZ3NDEKTSV4RRFFQ69G5FAW", "kind": "payment_link"}
    greeting = {"token": "t", "conversation_id": "c", "greeting": [hostile, paying]}
    silence: dict[str, Any] = {"status": 200, "content_type": "text/event-stream", "body": ": \n\n"}
    context.route("**/api/chat/sessions", lambda route: route.fulfill(status=201, json=greeting))
    context.route("**/api/chat/events", lambda route: route.fulfill(**silence))
    page = context.new_page()
    page.goto(f"{server.url}/widget")
    expect(page.locator(".pc li")).to_have_count(8)
    for image in page.locator(".pc img").all():
        expect(image).to_have_attribute("src", re.compile(r"^/widget/art/\w+\.svg$"))
    expect(page.locator(".pay")).to_have_count(0)


def test_the_attack_lists_are_all_here() -> None:
    assert len(XSS) == 4
    assert all((ATTACKS / "payloads" / name).is_file() for name in XSS)
    assert len(edge_messages()) > 30
    assert Path(ATTACKS / "naughty" / "blns.json").is_file()
