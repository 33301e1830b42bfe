"""`make quality`: how well the shop understands, by the questions of a folder outside the project, and what it gets wrong.

The folder has `evaluate.py`, which asks (`main`, `ask`), and `score.py`, which counts (`gold`, `score_*`, `prf`). Both run
as they are, so the figures are theirs; here the answers are noted on their way, and each wrong row is shown with its
reason. Conversations under `shops/*/dialogues.yaml` are played by `python -m app check`. Nothing of the folder is
copied: what is told goes to the terminal, and with `--out` to a file outside the project.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

from tools.quality.asking import ROOT, SHOP, Asked, ask_all, gold_of, load
from tools.quality.conversations import dialogue_table, play
from tools.quality.layout import first_of_each
from tools.quality.scores import SECTIONS

TASKS = (*SECTIONS, "dialogues")
WRONG = 20


def main(argv: Sequence[str] | None = None) -> None:
    options = _options(argv)
    tables, wrong = report(options.corpora.resolve(), options.tasks.split(","), options)
    text = "\n".join([*tables, "", *wrong]) + "\n"
    sys.stdout.write(text)
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")


def report(corpora: Path, tasks: Sequence[str], options: argparse.Namespace) -> tuple[list[str], list[str]]:
    """The lines of the tables, and those of the wrong rows."""
    score, asked_of = load(corpora / "score.py"), [task for task in tasks if task != "dialogues"]
    asked = ask_all(corpora, asked_of, options) if asked_of else Asked()
    gold = {task: gold_of(score, corpora, task, asked, options) for task in asked_of}
    if "oos" in gold and "intents" not in gold:
        gold["intents"] = gold_of(score, corpora, "intents", asked, options)
    tables: list[str] = []
    wrong: list[str] = []
    for task in asked_of:
        told, rows = SECTIONS[task](score, gold, asked)
        tables += ["", f"== {task}", *told]
        wrong += first_of_each(task, rows, options.wrong)
    if "dialogues" in tasks:
        played = [one for file in sorted(corpora.glob("shops/*/dialogues.yaml")) for one in play(file)]
        tables += ["", "== dialogues", *dialogue_table(played)]
        failed = [(one.shop, f"{one.name}: {one.problem}") for one in played if one.problem]
        wrong += first_of_each("dialogues", failed, options.wrong)
    return [*tables, "", *_times(asked)], wrong


def _times(asked: Asked) -> list[str]:
    spent = sorted(answer["ms"] for answer in asked.answers.values() if answer.get("ms") is not None)
    if not spent:
        return []
    p95 = spent[max(0, int(len(spent) * 0.95) - 1)]
    return [f"ms a message: median {statistics.median(spent):.1f}, p95 {p95:.1f} over {len(spent)}"]


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools.quality", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
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
