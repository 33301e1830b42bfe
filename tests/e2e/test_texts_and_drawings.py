"""What the widget says and draws by itself: complete in both languages, and the same picture wherever a product is shown."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Page

from app.web.shopfront import drawing
from tests.e2e.conftest import ROOT, Server

WIDGET = ROOT / "web_widget"
SCRIPTS = sorted(path for path in WIDGET.glob("*.js") if path.name not in {"widget.js", "texts.js"})
NAMES = (
    "Nacatamal",
    "VIGORÓN",
    "2 Güirilas con cuajada",
    "Jabón de lavar",
    "Candelas",
    "Pan",
    "Pantalón azul",
    "",
    "🌮",
)


def catalogue(language: str) -> dict[str, str]:
    """The keys of one language in texts.js, with what follows them."""
    text = (WIDGET / "texts.js").read_text("utf-8")
    block = re.search(rf"^  {language}: {{\n(.*?)^  }},", text, re.S | re.M)
    assert block is not None
    return dict(re.findall(r"^    (\w+): (.*),$", block[1], re.M))


def holes(sentence: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", sentence))


def test_both_languages_say_the_same_things() -> None:
    spanish, english = catalogue("es"), catalogue("en")
    assert spanish.keys() == english.keys()
    assert [key for key in spanish if holes(spanish[key]) != holes(english[key])] == []


def test_every_sentence_asked_for_is_written_and_every_written_one_is_used() -> None:
    used: set[str] = set()
    for path in [*SCRIPTS, WIDGET / "widget.html"]:
        text = path.read_text("utf-8")
        used |= set(re.findall(r"""['"](\w+)['"]""", text))
    asked = set(re.findall(r'data-(?:say|label|hint)="(\w+)"', (WIDGET / "widget.html").read_text("utf-8")))
    for path in SCRIPTS:
        asked |= set(re.findall(r"\bsay\('(\w+)'", path.read_text("utf-8")))
    assert asked <= catalogue("es").keys()
    assert catalogue("es").keys() - {"status"} <= used


def test_every_drawing_named_is_there() -> None:
    names = {*json.loads((WIDGET / "art" / "drawings.json").read_text("utf-8")), "canasta", "chepe"}
    assert {path.stem for path in (WIDGET / "art").glob("*.svg")} == names


@pytest.mark.parametrize("folder", ["web_widget", "app/web/static/demo", "app/web/templates"])
def test_nothing_here_asks_another_site_for_anything(folder: str) -> None:
    loads = re.compile(r"""(?:src|href)=["']https?:|url\(["']?https?:|import\s.*["']https?:""")
    files = [path for path in (ROOT / folder).rglob("*") if path.suffix in {".html", ".css", ".js", ".svg"}]
    assert files
    assert [str(path) for path in files if loads.search(path.read_text("utf-8").replace('src="{{ origin }}', ""))] == []


def test_a_product_has_the_same_drawing_on_the_page_and_in_the_chat(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/widget")
    drawn = page.evaluate(
        """async (names) => {
            const { picture } = await import('/widget/drawings.js');
            const made = names.map((name) => picture(name, null));
            await Promise.all(made.map((image) => new Promise((done) => { image.onload = done; })));
            return made.map((image) => image.getAttribute('src'));
        }""",
        list(NAMES),
    )
    assert drawn == [f"/widget/art/{drawing(name)}.svg" for name in NAMES]
