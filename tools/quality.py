"""`make quality`: how well the shop understands, by the questions of a folder outside the project, and what it gets wrong.

The folder has `evaluate.py`, which asks (`main`, `ask`), and `score.py`, which counts (`gold`, `score_*`, `prf`). Both run
as they are, so the figures are theirs; here the answers are noted on their way, and each wrong row is shown with its
reason. Conversations under `shops/*/dialogues.yaml` are played by `python -m app check`. Nothing of the folder is
copied: what is told goes to the terminal, and with `--out` to a file outside the project.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[1]
SHOP = Path("examples/food_truck")  # the shop that evaluate.py asks about intents
TASKS = ("intents", "oos", "faq", "orders", "dialogues")
ORDERING = ("order", "modify_order", "cancel_order")
WRONG = 20
TOP = 4
WIDEST = 110  # characters shown of a message

Row = dict[str, Any]
Rows = list[Row]
Section = tuple[list[str], list[tuple[str, str]]]


@dataclass
class Asked:
    """What evaluate.py had from the shop: the answers and its own predictions, by the id of the row."""

    answers: dict[str, Row] = field(default_factory=dict)
    predictions: dict[str, Row] = field(default_factory=dict)


@dataclass(frozen=True)
class Dialogue:
    """A conversation that was played. `problem`: the first difference, empty where it passed."""

    shop: str
    name: str
    orders: bool
    problem: str


def main(argv: Sequence[str] | None = None) -> None:
    options = _options(argv)
    tables, wrong = report(options.corpora.resolve(), options.tasks.split(","), options)
    text = "\n".join([*tables, "", *wrong]) + "\n"
    sys.stdout.write(text)
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")


def report(corpora: Path, tasks: Sequence[str], options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The lines of the tables, and those of the wrong rows."""
    score, asked_of = _load(corpora / "score.py"), [task for task in tasks if task != "dialogues"]
    asked = ask_all(corpora, asked_of, options) if asked_of else Asked()
    gold = {task: _gold(score, corpora, task, asked, options) for task in asked_of}
    if "oos" in gold and "intents" not in gold:
        gold["intents"] = _gold(score, corpora, "intents", asked, options)
    tables: list[str] = []
    wrong: list[str] = []
    for task in asked_of:
        told, rows = SECTIONS[task](score, gold, asked)
        tables += ["", f"== {task}", *told]
        wrong += _first_of_each(task, rows, options.wrong)
    if "dialogues" in tasks:
        played = [one for file in sorted(corpora.glob("shops/*/dialogues.yaml")) for one in play(file)]
        tables += ["", "== dialogues", *_dialogue_table(played)]
        failed = [(one.shop, f"{one.name}: {one.problem}") for one in played if one.problem]
        wrong += _first_of_each("dialogues", failed, options.wrong)
    return [*tables, "", *_times(asked)], wrong


# Asking.


def ask_all(corpora: Path, tasks: Sequence[str], options: argparse.Namespace) -> Asked:
    """Runs evaluate.py's own `main`, listening to what its `ask` brings; it writes into a folder that goes away."""
    evaluate, asked = _load(corpora / "evaluate.py"), Asked()
    its_ask: Callable[..., Mapping[str, Row]] = evaluate.ask

    def listen(args: Any, data: str, questions: Rows) -> Mapping[str, Row]:
        where = options.shop.resolve() if Path(data) == ROOT / SHOP else data
        print(f"asking {len(questions)} of {Path(where).name}", file=sys.stderr)
        answers = its_ask(args, str(where), questions)
        asked.answers.update(answers)
        return answers

    evaluate.ask = listen
    with tempfile.TemporaryDirectory(prefix="tendero-quality-") as folder:
        told = Path(folder) / "predictions.jsonl"
        words = ["--app", ROOT, "--python", sys.executable, "--corpora", corpora, "--split", options.split]
        words += ["--tasks", ",".join(tasks), "--set", options.set, "--limit", options.limit, "--out", told]
        with _arguments([str(word) for word in words]), _files_in(folder), _silence():
            evaluate.main()
        lines = told.read_text(encoding="utf-8").splitlines()
    asked.predictions = {row["id"]: row for row in map(json.loads, lines)}
    return asked


def _load(path: Path) -> Any:
    """The module at `path`, without leaving a compiled copy beside it."""
    sys.dont_write_bytecode = True
    spec = importlib.util.spec_from_file_location(f"corpora_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@contextlib.contextmanager
def _arguments(words: Sequence[str]) -> Iterator[None]:
    before, sys.argv = sys.argv, ["evaluate.py", *words]
    try:
        yield
    finally:
        sys.argv = before


@contextlib.contextmanager
def _files_in(folder: str) -> Iterator[None]:
    """Temporary files go to `folder`: evaluate.py leaves its own behind."""
    before, tempfile.tempdir = tempfile.tempdir, folder
    try:
        yield
    finally:
        tempfile.tempdir = before


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Nothing reaches stdout, of this process and of those it starts: the figures come in our own tables."""
    sys.stdout.flush()
    before = os.dup(1)
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    try:
        with contextlib.redirect_stdout(None):
            yield
    finally:
        os.dup2(before, 1)
        os.close(before)


def _gold(score: Any, corpora: Path, task: str, asked: Asked, options: argparse.Namespace) -> Rows:
    """score.py's rows of a task; under --limit only those that were asked, which it would count as wrong."""
    rows: Rows = score.gold(str(corpora), task, options.split, options.set)
    return [row for row in rows if row["id"] in asked.predictions] if options.limit else rows


# One section a task: its table, and its wrong rows as (set, line).


def _intents(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["intents"], asked.predictions
    figures = score.score_intents(rows, pred) if rows else {}
    told = _table(("set", "n", "macro-F1", "accuracy"),
                  [(name, one["n"], one["macro_f1"], one["accuracy"]) for name, one in figures.items()])  # fmt: skip
    for name in list(figures)[1:] or list(figures):
        mine = [row for row in rows if name in ("ALL", row["_file"])]
        told += ["", *_table((name, "n", "P", "R", "F1"), _by_label(score, mine, pred))]
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("intent")
        if got != row["intent"]:
            wrong.append((row["_file"], f"{_said(row['text'])} {row['intent']} -> {got} ({_best(asked, row)})"))
    return told, wrong


def _by_label(score: Any, rows: Rows, pred: Mapping[str, Row]) -> list[tuple[object, ...]]:
    pairs = Counter((row["intent"], pred.get(row["id"], {}).get("intent")) for row in rows)
    lines = []
    for label in sorted({row["intent"] for row in rows}):
        right = pairs[label, label]
        extra = sum(count for (want, got), count in pairs.items() if got == label != want)
        lost = sum(count for (want, got), count in pairs.items() if want == label != got)
        lines.append((label, right + lost, *score.prf(right, extra, lost)))
    return lines


def _oos(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["oos"], asked.predictions
    figures = score.score_oos(rows, gold["intents"], pred) if rows else {}
    told = _table(("set", "out", "in", "F1", "P", "R"),
                  [(name, one["n_oos"], one["n_in"], one["f1"], one["precision"], one["recall"])
                   for name, one in figures.items()])  # fmt: skip
    hardness = [(name, hard, _count(rows, name, hard), recall) for name, one in figures.items()
                for hard, recall in one["recall_by_hardness"].items()]  # fmt: skip
    told += ["", *_table(("set", "hardness", "n", "recall"), hardness)]
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("intent")
        if got != score.OOS:
            source = asked.answers.get(row["id"], {}).get("source")
            line = f"{_said(row['text'])} [{row.get('hardness', '-')}] won: {got} by {source} ({_best(asked, row)})"
            wrong.append((row["_file"], line))
    for row in gold["intents"]:
        if row["intent"] != score.OOS == pred.get(row["id"], {}).get("intent"):
            line = f"{_said(row['text'])} declined, is {row['intent']} ({_best(asked, row)})"
            wrong.append((row["_file"] + ", in scope", line))
    return told, wrong


def _count(rows: Rows, name: str, hardness: str) -> int:
    return sum(name in ("ALL", row["_file"]) and row.get("hardness", "-") == hardness for row in rows)


def _faq(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["faq"], asked.predictions
    figures = score.score_faq(rows, pred) if rows else {}
    told = _table(("set", "n", "recall@1", f"recall@{TOP}", "mrr"),
                  [(name, one["n"], one["recall@1"], one[f"recall@{TOP}"], one["mrr"])
                   for name, one in figures.items()])  # fmt: skip
    wrong = []
    for row in rows:
        ranking = pred.get(row["id"], {}).get("ranking") or []
        if not set(ranking[:1]) & set(row["gold"]):
            wrong.append((row["origin"], f"{_said(row['query'])} [{row['kb']}] {_ranked(row, ranking, asked)}"))
    return told, wrong


def _ranked(row: Row, ranking: Sequence[str], asked: Asked) -> str:
    """Where the right one came, with its score, and what came first."""
    answer = asked.answers.get(row["id"], {})
    found = [source for source in answer.get("sources") or [] if source.get("type") == "faq"]
    place = next((at for at, id_ in enumerate(ranking) if id_ in row["gold"]), None)
    if place is None or place >= len(found):
        right = f"right one not among {len(found)}"
    else:
        right = f"right one {place + 1}. with {found[place]['score']:.2f} «{found[place]['title'][:60]}»"
    first = f"first {found[0]['score']:.2f} «{found[0]['title'][:60]}»" if found else "nothing found"
    return f"{right}; {first}; answered by {answer.get('source')}"


def _orders(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["orders"], asked.predictions
    figures = score.score_orders(rows, pred) if rows else {}
    told = _table(("set", "n", "exact", "line F1", "qty+product F1"),
                  [(name, one["n"], one["exact"], one["line_f1"], one["qty_product_f1"])
                   for name, one in sorted(figures.items(), key=lambda item: item[0] != "ALL")])  # fmt: skip
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("cart")
        if got is None or score.cart(got) != score.cart(row["cart"]):
            wrong.append((row["_file"], f"{_said(row['text'])} {_cart(row['cart'])} -> {_cart(got)}"))
    return told, wrong


def _cart(lines: Rows | None) -> str:
    if lines is None:
        return "no answer"
    return (
        ", ".join(f"{line['qty']} {line['product']} {' '.join(line.get('mods') or [])}".strip() for line in lines)
        or "-"
    )


SECTIONS: dict[str, Callable[[Any, Mapping[str, Rows], Asked], Section]] = {
    "intents": _intents,
    "oos": _oos,
    "faq": _faq,
    "orders": _orders,
}


# Conversations.


def play(file: Path) -> list[Dialogue]:
    """The conversations of a file as `check` tells them: a line each, its differences indented under it."""
    print(f"playing {file.parent.name}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", "app", "check", str(file)], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1):
        print(done.stderr.strip(), file=sys.stderr)
    content = YAML(typ="safe", pure=True).load(file.read_text(encoding="utf-8"))
    scripts = content if isinstance(content, list) else [content]
    told: list[list[str]] = []
    for line in done.stdout.splitlines():
        if line.startswith(("ok ", "FAIL ")):
            told.append([line])
        elif told:
            told[-1].append(line.strip())
    told += [["FAIL", "not played"]] * (len(scripts) - len(told))
    return [
        Dialogue(
            file.parent.name, script["name"], orders_something(script), "" if lines[0].startswith("ok") else lines[1]
        )
        for script, lines in zip(scripts, told, strict=False)
    ]


def orders_something(script: Mapping[str, Any]) -> bool:
    """Whether a conversation expects an order: something in the cart, an order or its status, or such an intent."""
    expected = [turn.get("bot") or {} for turn in script["turns"]]
    return any(
        bot.get("cart") or bot.get("order") or bot.get("order_status") or bot.get("intent") in ORDERING
        for bot in expected
    )


def _dialogue_table(played: Sequence[Dialogue]) -> list[str]:
    lines = []
    for name in ("ALL", *dict.fromkeys(one.shop for one in played)):
        mine = [one for one in played if name in ("ALL", one.shop)]
        lines.append(
            (
                name,
                _passed(mine),
                _passed(one for one in mine if not one.orders),
                _passed(one for one in mine if one.orders),
            )
        )
    return _table(("shop", "passed", "ordering nothing", "ordering"), lines)


def _passed(dialogues: Iterable[Dialogue]) -> str:
    results = [not one.problem for one in dialogues]
    share = f" ({100 * sum(results) / len(results):.0f} %)" if results else ""
    return f"{sum(results)}/{len(results)}{share}"


# Laying out.


def _times(asked: Asked) -> list[str]:
    spent = sorted(answer["ms"] for answer in asked.answers.values() if answer.get("ms") is not None)
    if not spent:
        return []
    p95 = spent[max(0, int(len(spent) * 0.95) - 1)]
    return [f"ms a message: median {statistics.median(spent):.1f}, p95 {p95:.1f} over {len(spent)}"]


def _first_of_each(task: str, rows: Sequence[tuple[str, str]], most: int) -> list[str]:
    lines: list[str] = []
    for name, count in Counter(name for name, _ in rows).items():
        shown = [line for of, line in rows if of == name][:most]
        lines += [f"-- {task}, {name}: {count} wrong, {len(shown)} shown", *(f"   {line}" for line in shown), ""]
    return lines


def _said(text: str) -> str:
    line = " ".join(text.split())
    return f"«{line if len(line) <= WIDEST else line[: WIDEST - 1] + '…'}»"


def _best(asked: Asked, row: Row) -> str:
    """The two best labels, in the shop's own names."""
    intents = asked.answers.get(row["id"], {}).get("intents") or []
    return ", ".join(f"{one['name']} {one['score']:.2f}" for one in intents[:2]) or "no answer"


def _table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> list[str]:
    """Columns as wide as they need, the first to the left, figures to the right."""
    cells = [list(head), *([f"{cell:.4f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    return ["  ".join(_aligned(line, widths)).rstrip() for line in cells]


def _aligned(line: Sequence[str], widths: Sequence[int]) -> list[str]:
    figures = [cell.rjust(width) for cell, width in zip(line[1:], widths[1:], strict=True)]
    return [line[0].ljust(widths[0]), *figures]


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("corpora", type=Path, help="a folder with evaluate.py, score.py and their questions")
    parser.add_argument("--tasks", default=",".join(TASKS), help=f"of {','.join(TASKS)} (default: all)")
    parser.add_argument("--split", default="dev")
    parser.add_argument("--set", default="", help="only files whose name holds this (es_real, en_real...)")
    parser.add_argument("--limit", type=int, default=0, help="at most this many rows a task")
    parser.add_argument("--wrong", type=int, default=WRONG, help=f"wrong rows shown a set (default {WRONG})")
    parser.add_argument("--shop", type=Path, default=ROOT / SHOP, help=f"the shop asked about intents (default {SHOP})")
    parser.add_argument("--out", type=Path, help="also write all of it here; outside the project")
    options = parser.parse_args(argv)
    tasks = set(options.tasks.split(","))
    if missing := [name for name in ("evaluate.py", "score.py") if not (options.corpora / name).is_file()]:
        parser.error(f"{options.corpora} has no {' and no '.join(missing)}")
    if unknown := tasks - set(TASKS):
        parser.error(f"no such task: {', '.join(sorted(unknown))}; there are {', '.join(TASKS)}")
    if options.out is not None and options.out.resolve().is_relative_to(ROOT):
        parser.error("--out must lie outside the project: the rows are not ours to keep")
    if {"intents", "oos"} & tasks and not options.shop.is_dir():
        parser.error(f"{options.shop} is not there; name another shop with --shop")
    return options


if __name__ == "__main__":
    main()
