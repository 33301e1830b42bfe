"""A flow in its owner's own lines: read alone, and put into config.yaml as it was typed, whatever stands there."""

from __future__ import annotations

import pytest

from app.settings import SettingsError
from app.shop.edit import edited, lines_of
from app.shop.flowtext import read_flow
from app.shop.yamltree import read_tree

TEXT = """# al llegar
start: ["mesa"]   # y parecidas

steps:
  - ask: "¿Cuántos?"   # uno o más
    var: people
  # y se acabó
  - do: notify_owner   # al dueño"""
SHOPS = {
    "nothing": "",
    "no section": "business: {name: Tienda}\n",
    "an empty section": "flows:\nbusiness: {name: Tienda}\n",
    "another flow": 'flows:   # los míos\n  otro:\n    steps:\n      - say: "Hola"   # así\nbusiness: {name: Tienda}\n',
    "the same flow": 'flows:\n  mesa:   # vieja\n    # antes\n    steps:\n      - say: "Hola"   # así\n    # abajo\n'
    '  otro:\n    steps: [{say: "a"}]\n',
    "the same on one line": 'flows:\n  mesa: {steps: [{say: "Hola"}]}   # corta\nbusiness: {name: Tienda}\n',
    "all on one line": 'flows: {mesa: {steps: [{say: "Hola"}]}}\n',
    "windows": 'business: {name: Tienda}\r\nflows:\r\n  mesa:\r\n    steps:\r\n      - say: "Hola"\r\n',
}


@pytest.mark.parametrize("shop", SHOPS.values(), ids=SHOPS)
def test_a_flow_is_put_in_as_typed_and_read_back_the_same_however_often(shop: str) -> None:
    lines, flow = read_flow("mesa", TEXT)
    once = edited(shop.encode(), {"flows.mesa": lines}, "config.yaml")
    assert read_tree(once.decode(), "config.yaml").data["flows"]["mesa"]["steps"][0]["var"] == "people"
    assert flow.variables == ("people",)
    back = lines_of(once, "flows.mesa", "config.yaml").replace("\r\n", "\n")
    again, _ = read_flow("mesa", back)
    assert again.data == lines.data
    if not shop.startswith("flows: {"):
        assert back == TEXT
    assert edited(once, {"flows.mesa": again}, "config.yaml") == once


def test_what_stands_around_a_flow_stays_as_it_was() -> None:
    lines, _ = read_flow("mesa", TEXT)
    after = edited(SHOPS["the same flow"].encode(), {"flows.mesa": lines}, "config.yaml").decode()
    assert "  mesa:   # vieja\n    # al llegar\n" in after
    assert after.endswith('    # abajo\n  otro:\n    steps: [{say: "a"}]\n') and "# antes" not in after


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1), ("# nada", 1), ("steps: []", 1), ("steps:\n\t- say: x", 2), ("steps:\n  - say: {", 2),
        ('steps:\n  - say: "a"\nstepz: 1', 3), ('steps:\n  - ask: "a"\n    var: Mal', 3),
    ],
)  # fmt: skip
def test_each_mistake_is_told_at_the_line_that_was_typed(text: str, line: int) -> None:
    with pytest.raises(SettingsError) as wrong:
        read_flow("mesa", text)
    assert wrong.value.mistakes[0].line == line
    assert not wrong.value.mistakes[0].path.startswith("flows")


@pytest.mark.parametrize("name", ["", "Mesa", "a.b", "a[1]", "con espacio", "9", "x" * 41])
def test_a_name_that_is_none_is_refused(name: str) -> None:
    with pytest.raises(SettingsError):
        read_flow(name, TEXT)
