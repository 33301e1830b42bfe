"""What customers and files say is text on every page of the panel: nothing runs, nothing is fetched, nothing is built of it (TRUST S-07)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from playwright.sync_api import Page

from tests.e2e.at_work import PAGES
from tests.e2e.conftest import OWNER, PROGRAM, Context, Server, served
from tests.e2e.panel import TOKEN, entered, panel
from tests.e2e.test_attacks import XSS, Visitor, lines
from tests.sizes import size

ORDER = (
    "kiero 2 vigorones y 2 frescos de cacao xfa",
    "retiro",
    "soy Marta Gaitán",
    "efectivo",
    "8700 2211",
    "sí",
    "sí, confirmo",
)
BUILT = """() => [...new Set([...document.querySelectorAll('main *')].flatMap((node) =>
  [node.localName, ...[...node.attributes].map((one) => `${node.localName}@${one.name}`)]))]"""
ATTRIBUTES = re.compile(r"^[a-z0-9-]+@(on\w+|style|srcdoc|formaction|background)$")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with served(tmp_path_factory.mktemp("attacked")) as shop:
        yield shop


def attacks() -> list[str]:
    texts = [text for name in XSS for text in lines(name)]
    return texts[:: max(1, len(texts) // size(24, len(texts)))]


def test_what_customers_and_files_say_is_text_on_every_page(new_context: Context, server: Server) -> None:
    texts = attacks()
    talk, order = plant(server, texts)
    page = panel(new_context, server)
    seen = 0
    for name, path in PAGES.items():
        page.goto(server.url + path.format(conversation=talk, order=order))
        open_all(page)
        seen += sum(
            text in page.locator("main").inner_text() for text in texts if "\n" not in text and "  " not in text
        )
        built = set(page.evaluate(BUILT))
        assert not {one for one in built if ATTRIBUTES.match(one) and one != "button@formaction"}, name
        assert not built & {
            "script",
            "iframe",
            "object",
            "embed",
            "base",
            "math",
            "marquee",
            "video",
            "audio",
            "link",
        }, name
    assert seen >= len(texts), "the attacks were not shown anywhere"  # else nothing was tried
    page.goto(f"{server.url}/admin/orders/{order}/ticket")
    page.goto(f"{server.url}/admin/conversations?q={quote(texts[0][:60])}")


def open_all(page: Page) -> None:
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")


def plant(server: Server, texts: list[str]) -> tuple[str, str]:
    """Through the doors that customers and owners use: names, messages, an order, questions, products; two ids to open."""
    worst = next(text for text in texts if "<" in text)
    PROGRAM.headers["Content-Type"] = "application/json"
    buyer = Visitor(server)
    for words in (*ORDER, worst):
        buyer.send(words)
    for at in range(0, len(texts), 12):
        visitor = Visitor(server)
        for text in texts[at : at + 12]:
            visitor.send(f"¿tienen {text}?" if at % 2 else text)
    angry = Visitor(server)
    for text in (*texts[:8], "quiero hablar con una persona"):
        angry.send(text)
    with httpx.Client(base_url=server.url, cookies={one["name"]: one["value"] for one in entered(server)}) as owner:
        found = TOKEN.search(owner.get("/admin/conversations/replies").text)
        assert found
        token = {"csrf_token": found[1]}
        for text in texts[: size(8, len(texts))]:
            owner.post(
                "/admin/menu/new",
                data={**token, "name": text[:80], "price": "10", "description": text, "categories": text[:40]},
            )
            owner.post("/admin/conversations/replies", data={**token, "text": text[:400]})
        owner.post(f"/admin/conversations/{angry.conversation}/notes", data={**token, "note": worst})
        card = {**token, "name": worst[:100], "phone": worst[:30], "email": "", "notes": worst}
        version = re.search(
            r'name="version" value="([^"]+)"', owner.get(f"/admin/conversations/{angry.conversation}").text
        )
        assert version
        owner.post(f"/admin/conversations/{angry.conversation}/customer", data={**card, "version": version[1]})
        owner.post("/admin/settings/branches/new", data={**token, "name": worst[:60], "address": worst[:150]})
        faqs = json.dumps([{"question": f"¿qué es {text}?", "answer": text, "tags": [text]} for text in texts])
        owner.post("/admin/knowledge/files", data=token, files={"file": ("faqs.json", faqs.encode())})
        owner.post(
            "/admin/knowledge/documents",
            data=token,
            files={"file": (f"{worst[:20]}.md", f"# {worst}\n\n{worst}".encode())},
        )
    placed = PROGRAM.get(f"{server.url}/admin/api/orders", auth=OWNER).json()
    orders = placed["orders"] if isinstance(placed, dict) else placed
    return angry.conversation, orders[0]["id"]
