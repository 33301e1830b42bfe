"""`check`: conversation tests pass, fail and are malformed as CONTRACT 6 says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from app.conversation_tests.match import Seen, differences
from app.conversation_tests.script import Malformed, read_scripts
from tests.cli.conftest import Cli

LINE = {
    "product_id": "nacatamal", "name": "Nacatamal", "qty": 2, "unit": None, "options": {"size": "large"},
    "extras": [{"id": "queso", "kind": "add", "qty": 1}], "note": "", "unit_price": "120.00", "total": "240.00",
}  # fmt: skip
CACAO = {
    **LINE,
    "product_id": "cacao",
    "name": "Fresco de Cacáo",
    "qty": 1,
    "options": {},
    "extras": [],
    "total": "60.00",
}
SEEN = Seen(
    reply="Abrimos a las 7:00, ¡vení!", intent="hours", source="template", language="es", total="300.00",
    order={"status": "draft", "total": "300.00", "lines": [LINE]}, quick_replies=("Ver menú", "Ubicación"), cart=[LINE, CACAO],
)  # fmt: skip


@pytest.mark.parametrize(
    "expected",
    [
        {}, {"intent": "hours", "source": "template", "language": "es", "handoff": False, "kind": "text"}, {"total": 300}, {"total": "300.00"},
        {"order": {"status": "draft", "total": 300}}, {"order_status": "draft"}, {"quick_replies": ["ver menu"]},
        {"reply_contains": ["A LAS 7:00", "veni"]}, {"reply_lacks": ["cerrado"]}, {"reply_matches": [r"\d:\d\d", "(?i)^abrimos"]},
        {"cart": [{"name": "fresco de cacao", "qty": 1}, {"name": "NACATAMAL"}]}, {"cart": [{"qty": 2.0, "options": {"size": "large"}}, {}]},
        {"cart": [{}, {"extras": [{"id": "queso"}]}]}, {"cart": [{"extras": []}, {"unit_price": 120, "qty": 2}]},
    ],
)  # fmt: skip
def test_what_was_expected_is_met(expected: dict[str, Any]) -> None:
    assert differences(expected, SEEN) == []


@pytest.mark.parametrize(
    "expected",
    [
        {"intent": "menu"}, {"source": "faq"}, {"language": "en"}, {"handoff": True}, {"kind": "cards"}, {"total": 301}, {"total": "x"},
        {"order": {"status": "confirmed"}}, {"order": {"nothing": 1}}, {"order": None}, {"order_status": "confirmed"}, {"quick_replies": ["Ver"]},
        {"reply_contains": ["mañana"]}, {"reply_lacks": ["VENÍ"]}, {"reply_matches": ["^vení"]}, {"cart": []},
        {"cart": [{"name": "Nacatamal"}]}, {"cart": [{"name": "Nacatamal"}, {"name": "Nacatamal"}]}, {"cart": [{}, {}, {}]},
        {"cart": [{"qty": 3}, {}]}, {"cart": [{"options": {"size": "large", "x": 1}}, {}]}, {"cart": [{"nothing": None}, {}]},
        {"cart": [{"extras": [{"id": "crema"}]}, {}]},
    ],
)  # fmt: skip
def test_what_was_not_met_is_told(expected: dict[str, Any]) -> None:
    assert differences(expected, SEEN)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("- name: [", "no es YAML"), ("[]", "no trae ninguna prueba"), ("hola", "no es un mapa"), ("- turns: [{user: a}]", "le falta name"),
        ("- name: a", "turns"), ("- {name: a, turns: []}", "turns"), ("- {name: a, turns: [{}]}", "exactamente uno"),
        ("- {name: a, turns: [{user: a, tap: b}]}", "exactamente uno"), ("- {name: a, turns: [{user: ''}]}", "tiene que ser un texto"),
        ("- {name: a, turns: [{user: x, bott: {}}]}", "no conozco «bott»"), ("- {name: a, turns: [{user: x, bot: {intention: a}}]}", "«intention»"),
        ("- {name: a, turns: [{wait: pronto}]}", "10m"), ("- {name: a, turns: [{location: {lat: 1}}]}", "lat y lon"),
        ("- {name: a, turns: [{user: x, bot: {reply_matches: ['(']}}]}", "expresión regular"),
        ("- {name: a, turns: [{user: x, bot: {handoff: sí}}]}", "true o false"), ("- {name: a, turns: [{user: x, bot: {cart: 3}}]}", "cart"),
        ("- {name: a, now: ayer, turns: [{user: x}]}", "no entiendo now"), ("- {name: a, setup: {stock: {x: y}}, turns: [{user: x}]}", "stock"),
        ("- {name: a, setup: {known: {edad: 3}}, turns: [{user: x}]}", "«edad»"), ("!!python/object:os.system x", "no es YAML"),
    ],
)  # fmt: skip
def test_a_malformed_file_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "mala.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(Malformed, match=said.replace("(", r"\(")):
        read_scripts(file)


def test_one_test_needs_no_list(tmp_path: Path) -> None:
    file = tmp_path / "una.yaml"
    file.write_text("name: sola\nturns:\n  - user: hola\n", encoding="utf-8")
    [script] = read_scripts(file)
    assert (script.name, script.steps[0].value) == ("sola", "hola")


@pytest.fixture
def tests(tmp_path: Path) -> Path:
    """A folder with a shop's data and a place for tests beside it."""
    (tmp_path / "datos").mkdir()
    menu = {"currency": "NIO", "products": [{"sku": "n", "name": "Nacatamal", "price": "120.00", "stock": 9}]}
    (tmp_path / "datos" / "menu.json").write_text(json.dumps(menu), encoding="utf-8")
    (tmp_path / "datos" / "faqs.csv").write_text(
        "question,answer,tags\n¿hay wifi?,La clave es tortilla,\n", encoding="utf-8"
    )
    (tmp_path / "datos" / "config.yaml").write_text(
        'business:\n  name: Chepe\n  timezone: America/Managua\n  hours: {daily: "8:00-18:00"}\nresponses:\n  handback_minutes: 30\n',
        encoding="utf-8",
    )
    return tmp_path


def write(folder: Path, text: str) -> Path:
    file = folder / "pruebas.yaml"
    file.write_text(text, encoding="utf-8")
    return file


def test_each_test_is_a_line_and_its_differences_are_under_it(tendero: Cli, tests: Path) -> None:
    file = write(
        tests,
        """
- name: la del wifi
  data: datos
  turns:
    - user: "¿hay wifi?"
      bot: {source: faq, reply_contains: ["TORTILLA"]}
- name: la que falla
  data: datos
  turns:
    - user: "¿hay wifi?"
      bot: {source: template, reply_contains: ["zanahoria"]}
- name: agotado
  data: datos
  setup: {stock: {n: 0}}
  turns:
    - user: "¿tienen nacatamales?"
      bot: {reply_lacks: ["Sí, tenemos"]}
- name: la del principio otra vez, con lo que había
  data: datos
  turns:
    - user: "¿tienen nacatamales?"
      bot: {reply_lacks: ["agot"]}
""",
    )
    ended = tendero("check", file)
    lines = ended.out.splitlines()
    assert ended.status == 1
    assert [line for line in lines if not line.startswith(" ")] == [
        "ok la del wifi", "FAIL la que falla", "ok agotado", "ok la del principio otra vez, con lo que había",
    ]  # fmt: skip
    assert any(line.startswith("    ") and "zanahoria" in line for line in lines)


def test_time_passes_and_choices_are_tapped(tendero: Cli, tests: Path) -> None:
    file = write(
        tests,
        """
name: cierra y vuelve el bot
data: datos
now: "2026-11-23T17:50:00"
turns:
  - user: "¿están abiertos?"
    bot: {intent: hours, reply_contains: ["18:00"]}
  - wait: 20m
  - user: "¿están abiertos?"
    bot: {reply_lacks: ["hasta las 18:00"]}
  - user: "hola"
    bot: {quick_replies: ["Horarios"]}
  - tap: "horarios"
    bot: {intent: hours}
  - user: "quiero hablar con una persona"
    bot: {intent: human, handoff: true}
  - user: "¿hay wifi?"
    bot: {handoff: true, reply_matches: "^$"}
  - wait: 31m
    bot: {handoff: false, reply_matches: "\\\\w"}
  - user: "¿hay wifi?"
    bot: {handoff: false, source: faq}
""",
    )
    ended = tendero("check", file)
    assert (ended.status, ended.out, ended.err) == (0, "ok cierra y vuelve el bot\n", "")


def test_a_choice_that_is_not_shown_fails_and_says_what_is(tendero: Cli, tests: Path) -> None:
    ended = tendero("check", write(tests, "name: a\ndata: datos\nturns:\n  - user: hola\n  - tap: Comprar un barco\n"))
    assert ended.status == 1
    assert "Comprar un barco" in ended.out
    assert "Horarios" in ended.out


@pytest.mark.parametrize(
    "text",
    [
        "name: a",
        "name: a\ndata: no-hay\nturns: [{user: hola}]",
        "name: a\ndata: datos\nsetup: {stock: {zzz: 1}}\nturns: [{user: hola}]",
    ],
)
def test_a_malformed_test_ends_with_2_and_the_others_still_run(tendero: Cli, tests: Path, text: str) -> None:
    good = tests / "buena.yaml"
    good.write_text("name: buena\ndata: datos\nturns: [{user: hola}]\n", encoding="utf-8")
    ended = tendero("check", write(tests, text), good)
    assert ended.status == 2
    assert "ok buena" in ended.out
    assert "pruebas.yaml" in ended.err
    assert ended.err.count("\n") == 1
