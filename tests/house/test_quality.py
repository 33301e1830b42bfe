"""`make quality` on a folder of questions made up here: its figures are the scorer's own, and wrong rows tell why."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVALUATE = """
import argparse, csv, json, os, subprocess, tempfile
INTENT = {"hours": "horario", "greeting": "saludo", "out_of_scope": "fuera"}

def rows(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file]

def ask(args, data, questions):
    text = "".join(json.dumps(question) + "\\n" for question in questions)
    words = [args.python, "-m", "app", "ask", "--jsonl", "--data", data]
    done = subprocess.run(words, cwd=args.app, input=text, capture_output=True, text=True, check=True)
    return {answer["id"]: answer for answer in map(json.loads, done.stdout.splitlines())}

def folder(faqs):
    data = tempfile.mkdtemp()
    with open(os.path.join(data, "faqs.csv"), "w", encoding="utf-8") as file:
        csv.writer(file).writerows([["question", "answer"], *([one["question"], one["answer"]] for one in faqs)])
    return data

def main():
    parser = argparse.ArgumentParser()
    for name in ("app", "python", "corpora", "split", "tasks", "set", "limit", "out"):
        parser.add_argument("--" + name)
    args = parser.parse_args()
    pred = []
    def read(task):
        found = rows(os.path.join(args.corpora, task, args.split, "es.jsonl"))
        return found[: int(args.limit)] if int(args.limit) else found
    for task in ("intents", "oos"):
        if task in args.tasks.split(","):
            data = os.path.join(os.path.abspath(args.app), "examples", "food_truck")
            for answer in ask(args, data, [{"id": row["id"], "text": row["text"]} for row in read(task)]).values():
                pred.append({"id": answer["id"], "intent": INTENT.get(answer["intent"], answer["intent"])})
    if "faq" in args.tasks.split(","):
        kb = rows(os.path.join(args.corpora, "faq", "kb.jsonl"))
        for answer in ask(args, folder(kb), [{"id": row["id"], "text": row["query"]} for row in read("faq")]).values():
            ids = [int(one["id"]) for one in answer["sources"] if one["type"] == "faq"]
            pred.append({"id": answer["id"], "ranking": [kb[at - 1]["id"] for at in ids]})
    if "orders" in args.tasks.split(","):
        for answer in ask(args, folder([]), [{"id": row["id"], "text": row["text"]} for row in read("orders")]).values():
            pred.append({"id": answer["id"], "cart": answer["cart"]})
    with open(args.out, "w", encoding="utf-8") as file:
        file.writelines(json.dumps(one) + "\\n" for one in pred)
    print("this is told elsewhere")
"""
SCORE = """
import json, os
OOS = "fuera"

def gold(root, task, split, sub=""):
    with open(os.path.join(root, task, split, "es.jsonl"), encoding="utf-8") as file:
        return [dict(json.loads(line), _file="es") for line in file if sub in "es"]

def prf(right, extra, lost):
    p, r = right / (right + extra) if right + extra else 0.0, right / (right + lost) if right + lost else 0.0
    return p, r, 2 * p * r / (p + r) if p + r else 0.0

def score_intents(rows, pred):
    right = sum(pred.get(row["id"], {}).get("intent") == row["intent"] for row in rows)
    one = {"n": len(rows), "accuracy": right / len(rows), "macro_f1": 0.1234}
    return {"ALL": one, "es": one}

def score_oos(out, inside, pred):
    found = sum(pred.get(row["id"], {}).get("intent") == OOS for row in out)
    one = {"n_oos": len(out), "n_in": len(inside), "precision": 1.0, "recall": found / len(out), "f1": 0.4321,
           "recall_by_hardness": {"far": found / len(out)}}
    return {"ALL": one}

def score_faq(rows, pred):
    first = sum(pred.get(row["id"], {}).get("ranking", [None])[:1] == row["gold"] for row in rows)
    return {"ALL": {"n": len(rows), "recall@1": first / len(rows), "recall@4": 0.5678, "mrr": 0.5}}

def cart(lines):
    return [(line["qty"], line["product"]) for line in lines]

def score_orders(rows, pred):
    groups = {}
    for row in rows:
        names = ["ALL", "es", "es/" + row["menu"]] + (["es/EDITS"] if row["prior"] else [])
        for name in names:
            groups.setdefault(name, []).append(pred[row["id"]]["cart"] == row["cart"])
    return {name: {"n": len(all), "exact": sum(all) / len(all), "line_f1": 0.2468, "qty_product_f1": 0.5}
            for name, all in groups.items()}
"""
ROWS: Mapping[str, list[dict[str, Any]]] = {
    "intents/dev/es.jsonl": [
        {"id": "i1", "text": "¿a qué hora cierran?", "intent": "horario"},
        {"id": "i2", "text": "hola", "intent": "saludo"},
        {"id": "i3", "text": "buenas tardes", "intent": "horario"},
    ],
    "oos/dev/es.jsonl": [{"id": "o1", "text": "hola, ¿a qué hora cierran?", "intent": "fuera", "hardness": "far"}],
    "faq/dev/es.jsonl": [
        {"id": "f1", "kb": "k", "query": "¿Afilan cuchillos?", "gold": ["cuchillos"], "origin": "real"},
        {"id": "f2", "kb": "k", "query": "¿Reparan relojes?", "gold": ["cuchillos"], "origin": "real"},
    ],
    "orders/dev/es.jsonl": [
        {"id": "c1", "menu": "taqueria_mx", "text": "hola", "prior": [], "cart": []},
        {
            "id": "c2",
            "menu": "kiosco",
            "text": "hola de nuevo",
            "prior": [{"qty": 1, "product": "pan", "mods": []}],
            "cart": [{"qty": 2, "product": "pan", "mods": ["size:grande"]}],
        },
    ],
    "faq/kb.jsonl": [
        {"id": "relojes", "kb": "k", "question": "¿Reparan relojes?", "answer": "Sí."},
        {"id": "cuchillos", "kb": "k", "question": "¿Afilan cuchillos?", "answer": "No."},
    ],
}
DIALOGUES = """
- {name: saluda, data: ., turns: [{user: hola, bot: {intent: greeting}}]}
- {name: se equivoca, data: ., turns: [{user: hola, bot: {reply_contains: [palabra que no dice]}}]}
- {name: pide, data: ., turns: [{user: hola, bot: {cart: [{name: Pan, qty: 2}]}}]}
"""


@pytest.fixture(scope="module")
def corpora(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("corpora")
    (folder / "evaluate.py").write_text(EVALUATE, encoding="utf-8")
    (folder / "score.py").write_text(SCORE, encoding="utf-8")
    for name, rows in ROWS.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    shop = folder / "shops" / "kiosco"
    shop.mkdir(parents=True)
    (shop / "dialogues.yaml").write_text(DIALOGUES, encoding="utf-8")
    (shop / "config.yaml").write_text("business: {name: Kiosco}\n", encoding="utf-8")
    return folder


def quality(corpora: Path, *words: object) -> subprocess.CompletedProcess[str]:
    told = [
        sys.executable,
        "-m",
        "tools.quality",
        str(corpora),
        "--shop",
        str(ROOT / "examples" / "tiendita"),
        *map(str, words),
    ]
    return subprocess.run(told, capture_output=True, text=True, check=False, cwd=ROOT)


@pytest.fixture(scope="module")
def told(corpora: Path) -> str:
    """What a run over everything tells."""
    out = corpora.parent / "report.txt"
    before = sorted(path.relative_to(corpora) for path in corpora.rglob("*"))
    done = quality(corpora, "--tasks", "intents,oos,faq,orders,dialogues", "--out", out)
    assert done.returncode == 0, done.stderr
    assert out.read_text(encoding="utf-8") == done.stdout
    assert sorted(path.relative_to(corpora) for path in corpora.rglob("*")) == before
    return done.stdout


def lines_of(told: str, start: str) -> list[list[str]]:
    return [line.split() for line in told.splitlines() if line.startswith(start)]


def test_the_figures_are_the_scorers_own(told: str) -> None:
    assert lines_of(told, "ALL")[0] == ["ALL", "3", "0.1234", "0.6667"]
    assert ["ALL", "1", "3", "0.4321", "1.0000", "0.0000"] in lines_of(told, "ALL")
    assert ["ALL", "2", "0.5000", "0.5678", "0.5000"] in lines_of(told, "ALL")
    assert ["ALL", "far", "1", "0.0000"] in lines_of(told, "ALL")
    assert "told elsewhere" not in told
    assert "over 8" in told  # milliseconds


def test_each_label_has_its_precision_and_recall(told: str) -> None:
    assert lines_of(told, "horario") == [["horario", "2", "1.0000", "0.5000", "0.6667"]]
    assert lines_of(told, "saludo") == [["saludo", "1", "0.5000", "1.0000", "0.6667"]]


def test_a_wrong_intent_is_shown_with_its_two_best_scores(told: str) -> None:
    assert "-- intents, es: 1 wrong, 1 shown" in told
    [line] = [line for line in told.splitlines() if "buenas tardes" in line]
    assert "horario -> saludo (greeting " in line


def test_what_was_taken_for_the_shops_business_tells_which_label_won(told: str) -> None:
    [line] = [line for line in told.splitlines() if "hola, ¿a qué" in line]
    assert "[far] won: horario by template (hours " in line


def test_a_faq_that_was_not_first_tells_its_place_and_what_came_first(told: str) -> None:
    [line] = [line for line in told.splitlines() if line.startswith("   «¿Reparan relojes?»")]
    assert "first " in line
    assert "«¿Reparan relojes?»; answered by faq" in line
    assert "right one " in line
    assert not any(line.startswith("   «¿Afilan cuchillos?»") for line in told.splitlines())


def test_orders_are_told_by_set_edits_and_menu_and_hard_menus_apart(told: str) -> None:
    orders = told[told.index("== orders") : told.index("== dialogues")]
    assert lines_of(orders, "es ") == [["es", "2", "0.5000", "0.2468", "0.5000"]]
    assert lines_of(orders, "es/EDITS") == [["es/EDITS", "1", "0.0000", "0.2468", "0.5000"]]
    assert lines_of(orders, "es/taqueria_mx") == [["es/taqueria_mx", "1", "1.0000", "0.2468", "0.5000"]] * 2
    assert len(lines_of(orders, "es/kiosco")) == 1
    assert [line[1] for line in lines_of(orders, "ALL")] == ["2", "1"]


def test_a_wrong_order_tells_the_cart_before_what_was_right_and_what_came(told: str) -> None:
    assert "   c2 «hola de nuevo» [1 pan] 2 pan size:grande -> -" in told


def test_conversations_that_order_nothing_are_counted_apart(told: str) -> None:
    assert ["kiosco", "1/3", "(33", "%)", "1/2", "(50", "%)", "0/1", "(0", "%)"] in lines_of(told, "kiosco")
    [line] = [line for line in told.splitlines() if "se equivoca: " in line]
    assert "palabra que no dice" in line


def test_only_so_many_wrong_rows_are_shown_and_only_so_many_rows_asked(corpora: Path) -> None:
    told = quality(corpora, "--tasks", "intents", "--wrong", "0").stdout
    assert "1 wrong, 0 shown" in told
    assert "buenas tardes" not in told
    told = quality(corpora, "--tasks", "intents", "--limit", "2").stdout
    assert lines_of(told, "ALL") == [["ALL", "2", "0.1234", "1.0000"]]


def test_what_cannot_be_measured_is_refused_with_its_reason(corpora: Path, tmp_path: Path) -> None:
    for folder, words, why in (
        (tmp_path, (), "evaluate.py"),
        (corpora, ("--tasks", "poems"), "poems"),
        (corpora, ("--out", ROOT / "report.txt"), "outside"),
        (corpora, ("--shop", tmp_path / "none"), "none"),
    ):
        done = quality(folder, *words)
        assert (done.returncode, done.stdout) == (2, "")
        assert why in done.stderr
    assert not (ROOT / "report.txt").exists()
