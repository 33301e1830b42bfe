"""Runs evaluate.py as it is and listens: the shop's answers and its own predictions, by the id of the row."""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHOP = Path("examples/food_truck")  # the shop that evaluate.py asks about intents

Row = dict[str, Any]
Rows = list[Row]


@dataclass
class Asked:
    """What evaluate.py had from the shop: the answers and its own predictions, by the id of the row."""

    answers: dict[str, Row] = field(default_factory=dict)
    predictions: dict[str, Row] = field(default_factory=dict)


def ask_all(corpora: Path, tasks: Sequence[str], options: argparse.Namespace) -> Asked:
    """Runs evaluate.py's own `main`, listening to what its `ask` brings; it writes into a folder that goes away."""
    evaluate, asked = load(corpora / "evaluate.py"), Asked()
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


def load(path: Path) -> Any:
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


def gold_of(score: Any, corpora: Path, task: str, asked: Asked, options: argparse.Namespace) -> Rows:
    """score.py's rows of a task; under --limit only those that were asked, which it would count as wrong."""
    rows: Rows = score.gold(str(corpora), task, options.split, options.set)
    return [row for row in rows if row["id"] in asked.predictions] if options.limit else rows
