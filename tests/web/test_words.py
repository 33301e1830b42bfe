"""The panel's catalogue: both languages say the same things, and pages say nothing that is not in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from app.core.i18n import Texts, names_in
from app.web.pages import TEMPLATES

WEB = TEMPLATES.parent
SAID = re.compile(r"""\bt\('([a-z_]+\.[a-z_0-9]+)'(?! ~)""")
REFUSED = re.compile(
    r"""problem\(\s*\d+,\s*"([a-z_]+)"|refuse\(\s*f?"[^"]*",\s*"([a-z_]+)"|NotAccepted\("([a-z_]+)"\)"""
)


def test_both_languages_have_the_same_texts_with_the_same_names() -> None:
    panel = Texts.load("panel")
    assert panel.keys("es") == panel.keys("en")
    for key in panel.keys("es"):
        assert set(names_in(panel.raw(key, "es"))) == set(names_in(panel.raw(key, "en"))), key


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda path: path.stem)
def test_every_text_of_a_page_is_in_the_catalogue(path: Path) -> None:
    known = Texts.load("panel").keys("es")
    assert [key for key in SAID.findall(path.read_text(encoding="utf-8")) if key not in known] == []


def test_every_refusal_has_its_sentence() -> None:
    known = Texts.load("panel").keys("es")
    for path in WEB.rglob("*.py"):
        for found in REFUSED.finditer(path.read_text(encoding="utf-8")):
            key = found[1] or found[2] or found[3]
            assert f"problem.{key}" in known or f"invalid.{key}" in known, (path.name, key)


def test_no_template_turns_escaping_off() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), path.name
        assert "autoescape" not in text, path.name
