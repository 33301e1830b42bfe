"""`ask` and `chat`: CONTRACT 5's lines, whatever comes in, and no trace left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Cli

ROOT = Path(__file__).resolve().parents[2]
FIELDS = {
    "id", "reply", "kind", "intent", "intents", "intent_score", "source", "sources", "cart", "total", "currency", "order", "handoff",
    "language", "ms",
}  # fmt: skip


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder: one question, two products, no config.yaml."""
    folder = tmp_path / "datos"
    folder.mkdir()
    (folder / "faqs.csv").write_text(
        'question,answer,tags\n¿hay wifi?|tienen internet,"Sí, la clave es tortilla.",\n', encoding="utf-8"
    )
    products = [
        {"sku": "nacatamal", "name": "Nacatamal", "price": "120.00"},
        {"name": "Fresco de cacao", "price": "60.00"},
    ]
    (folder / "menu.json").write_text(json.dumps({"currency": "NIO", "products": products}), encoding="utf-8")
    return folder


def lines(*questions: Any) -> str:
    return "".join((question if isinstance(question, str) else json.dumps(question)) + "\n" for question in questions)


def answers(out: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.splitlines()]


def test_a_line_has_the_contract_s_fields(tendero: Cli, data: Path) -> None:
    ended = tendero("ask", "--jsonl", "--data", data, stdin=lines({"id": "1", "text": "¿hay wifi?"}))
    [answer] = answers(ended.out)
    assert ended.status == 0
    assert set(answer) == FIELDS
    assert "tortilla" in answer["reply"]
    assert (answer["id"], answer["source"], answer["currency"], answer["order"]) == ("1", "faq", "NIO", None)
    assert answer["sources"][0]["type"] == "faq"
    assert answer["sources"][0]["id"] == "1"
    assert {"type", "id", "title", "score", "used"} == set(answer["sources"][0])
    assert isinstance(answer["ms"], float)


def test_lines_are_answered_in_order_and_bad_ones_do_not_stop_the_rest(tendero: Cli, data: Path) -> None:
    stranger, nothing = [{"product_id": "no-hay", "qty": 1}], [{"product_id": "nacatamal", "qty": -1}]
    stream = lines(
        {"id": 1, "text": "hola"},
        "{no",
        "[1]",
        '"hola"',
        {"id": "x"},
        {"id": "y", "text": "  "},
        {"id": "z", "text": 5},
        {"id": "n", "text": "hola", "now": "ayer"},
        {"id": "c", "text": "hola", "cart": 3},
        {"id": "u", "text": "hola", "cart": stranger},
        {"id": "q", "text": "hola", "cart": nothing},
        {"id": "l", "text": "a" * 4001},
        "",
        {"id": None, "text": "hola"},
        {"id": "s", "text": "\ud800 hola \u0000"},
        "[" * 5000,
    )
    ended = tendero(
        "ask",
        "--jsonl",
        "--data",
        data,
        stdin=stream.encode() + b"\xff\xfe\n" + lines({"id": "last", "text": "hola"}).encode(),
    )
    got = answers(ended.out)
    assert ended.status == 0
    assert [answer["id"] for answer in got] == [
        1,
        None,
        None,
        None,
        "x",
        "y",
        "z",
        "n",
        "c",
        "u",
        "q",
        "l",
        None,
        "s",
        None,
        None,
        "last",
    ]
    failed = [set(answer) == {"id", "error"} for answer in got]
    assert failed == [False, *[True] * 11, False, False, True, True, False]


def test_a_session_is_one_conversation_and_without_it_each_line_is_a_stranger(tendero: Cli, data: Path) -> None:
    nonsense = [{"id": str(n), "text": "xqzt wvk plmn", "session": "a"} for n in range(3)]
    alone = [{"id": str(n), "text": "xqzt wvk plmn"} for n in range(3)]
    together = answers(tendero("ask", "--jsonl", "--data", data, stdin=lines(*nonsense)).out)
    apart = answers(tendero("ask", "--jsonl", "--data", data, stdin=lines(*alone)).out)
    assert [answer["handoff"] for answer in together] == [False, False, True]
    assert [answer["handoff"] for answer in apart] == [False, False, False]
    assert all(answer["source"] == "fallback" for answer in apart)


def test_now_is_the_line_s_then_the_option_s(tendero: Cli, data: Path) -> None:
    (data / "config.yaml").write_text(
        'business:\n  name: Chepe\n  timezone: America/Managua\n  hours:\n    mon_fri: "8:00-18:00"\n    sat: cerrado\n    sun: cerrado\n',
        encoding="utf-8",
    )
    questions = [
        {"id": "a", "text": "¿están abiertos ahora?"},
        {"id": "b", "text": "¿están abiertos ahora?", "now": "2026-11-23T20:00:00-06:00"},
    ]
    got = answers(
        tendero("ask", "--jsonl", "--data", data, "--now", "2026-11-23T10:00:00-06:00", stdin=lines(*questions)).out
    )
    assert "18:00" in got[0]["reply"]
    assert got[0]["reply"] != got[1]["reply"]


def test_the_total_is_what_the_cart_comes_to(tendero: Cli, data: Path) -> None:
    question = {"id": "1", "text": "quiero 2 nacatamales y un fresco de cacao"}
    [answer] = answers(tendero("ask", "--jsonl", "--data", data, stdin=lines(question)).out)
    assert {line["product_id"]: line["qty"] for line in answer["cart"]} == {"nacatamal": 2, "fresco-de-cacao": 1}
    assert answer["total"] == "300.00"
    assert answer["order"] is None


def test_each_answer_is_out_before_the_next_question_is_in(data: Path, tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "app", "ask", "--jsonl", "--data", str(data)], cwd=ROOT, text=True, stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, env={**os.environ, "TENDERO_HOME": str(tmp_path)},
    )  # fmt: skip
    assert process.stdin and process.stdout
    for number in range(3):
        process.stdin.write(json.dumps({"id": number, "text": "hola"}) + "\n")
        process.stdin.flush()
        assert json.loads(process.stdout.readline())["id"] == number
    process.stdin.close()
    assert process.wait(20) == 0


def test_asking_leaves_no_trace(tendero: Cli, home: Path, data: Path) -> None:
    def state(folder: Path) -> dict[str, tuple[int, bytes]]:
        return {str(path): (path.stat().st_mtime_ns, path.read_bytes()) for path in folder.rglob("*") if path.is_file()}

    before = state(home), state(data)
    assert tendero("ask", "¿qué tienen?", home=home).status == 0
    assert tendero("ask", "--data", data, "¿qué tienen?", home=home).status == 0
    assert tendero("chat", home=home, stdin="hola\n").status == 0
    assert (state(home), state(data)) == before
    assert [one.name for one in (home / "var").iterdir()] == ["faiss_index"]  # which was there before


def test_the_question_may_come_by_pipe_and_an_empty_folder_has_defaults(tendero: Cli, tmp_path: Path) -> None:
    empty = tmp_path / "vacia"
    empty.mkdir()
    ended = tendero("ask", "--data", empty, stdin="hola\n")
    assert ended.status == 0
    assert ended.out.strip()


@pytest.mark.parametrize(
    ("words", "said"), [(["--data", "no-existe"], "no-existe"), (["--config", "no-existe.yaml"], "no-existe.yaml")]
)
def test_what_is_not_there_is_told(tendero: Cli, words: list[str], said: str) -> None:
    ended = tendero("ask", *words, "hola")
    assert ended.status == 1
    assert said in ended.err
    assert ended.err.count("\n") == 1


def test_a_mistake_in_the_configuration_is_told_with_its_line(tendero: Cli, data: Path, tmp_path: Path) -> None:
    config = tmp_path / "otra.yaml"
    config.write_text("business:\n  timezon: UTC\n", encoding="utf-8")
    ended = tendero("ask", "--data", data, "--config", config, "hola")
    assert ended.status == 1
    assert "2" in ended.err
    assert "timezone" in ended.err


def test_the_chat_talks_shows_its_trace_and_begins_anew(tendero: Cli, data: Path) -> None:
    ended = tendero("chat", "--data", data, stdin="/traza\n¿hay wifi?\n/traza\n/nueva\n/traza\n/salir\nno se lee\n")
    assert ended.status == 0
    assert "tortilla" in ended.out
    assert "· faq ·" in ended.out
    assert ended.out.count("Todavía no hay ninguna respuesta") == 2
    assert "no se lee" not in ended.out


def test_the_trace_shows_what_was_read_and_only_the_end_of_a_phone(tendero: Cli, data: Path) -> None:
    said = "soy Carla, ¿abren el sábado a las 3pm? tengo 100 pesos, mi cel es +505 8888 7777"
    ended = tendero("chat", "--data", data, stdin=f"{said}\n/traza\n/salir\n")
    for line in ("  name Carla", "  day weekday 5", "  time 15:00", "  money 100", "  phone …777"):
        assert line in ended.out.splitlines()
    assert "8888" not in ended.out
