"""One section a task: its table by score.py's own figures, and its wrong rows, each with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tools.quality.asking import Asked, Row, Rows
from tools.quality.layout import said, table

TOP = 4
HARD = ("burgers_mx", "empanadas_ar", "taqueria_mx")  # menus whose orders are judged apart

Section = tuple[list[str], list[tuple[str, str]]]  # the table's lines; the wrong rows as (set, line)


def _intents(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["intents"], asked.predictions
    figures = score.score_intents(rows, pred) if rows else {}
    told = table(("set", "n", "macro-F1", "accuracy"),
                  [(name, one["n"], one["macro_f1"], one["accuracy"]) for name, one in figures.items()])  # fmt: skip
    for name in list(figures)[1:] or list(figures):
        mine = [row for row in rows if name in ("ALL", row["_file"])]
        told += ["", *table((name, "n", "P", "R", "F1"), _by_label(score, mine, pred))]
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("intent")
        if got != row["intent"]:
            wrong.append((row["_file"], f"{said(row['text'])} {row['intent']} -> {got} ({_best(asked, row)})"))
    return told, wrong


def _best(asked: Asked, row: Row) -> str:
    """The two best labels, in the shop's own names."""
    intents = asked.answers.get(row["id"], {}).get("intents") or []
    return ", ".join(f"{one['name']} {one['score']:.2f}" for one in intents[:2]) or "no answer"


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
    told = table(("set", "out", "in", "F1", "P", "R"),
                  [(name, one["n_oos"], one["n_in"], one["f1"], one["precision"], one["recall"])
                   for name, one in figures.items()])  # fmt: skip
    hardness = [(name, hard, _count(rows, name, hard), recall) for name, one in figures.items()
                for hard, recall in one["recall_by_hardness"].items()]  # fmt: skip
    told += ["", *table(("set", "hardness", "n", "recall"), hardness)]
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("intent")
        if got != score.OOS:
            source = asked.answers.get(row["id"], {}).get("source")
            line = f"{said(row['text'])} [{row.get('hardness', '-')}] won: {got} by {source} ({_best(asked, row)})"
            wrong.append((row["_file"], line))
    for row in gold["intents"]:
        if row["intent"] != score.OOS == pred.get(row["id"], {}).get("intent"):
            line = f"{said(row['text'])} declined, is {row['intent']} ({_best(asked, row)})"
            wrong.append((row["_file"] + ", in scope", line))
    return told, wrong


def _count(rows: Rows, name: str, hardness: str) -> int:
    return sum(name in ("ALL", row["_file"]) and row.get("hardness", "-") == hardness for row in rows)


def _faq(score: Any, gold: Mapping[str, Rows], asked: Asked) -> Section:
    rows, pred = gold["faq"], asked.predictions
    figures = score.score_faq(rows, pred) if rows else {}
    told = table(("set", "n", "recall@1", f"recall@{TOP}", "mrr"),
                  [(name, one["n"], one["recall@1"], one[f"recall@{TOP}"], one["mrr"])
                   for name, one in figures.items()])  # fmt: skip
    wrong = []
    for row in rows:
        ranking = pred.get(row["id"], {}).get("ranking") or []
        if not set(ranking[:1]) & set(row["gold"]):
            wrong.append((row["origin"], f"{said(row['query'])} [{row['kb']}] {_ranked(row, ranking, asked)}"))
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
    """Whole carts right and lines found: by set, edits of a cart apart; the hard menus apart; by menu."""
    rows, pred = gold["orders"], asked.predictions
    figures = score.score_orders(rows, pred) if rows else {}
    menus = {f"{row['_file']}/{row['menu']}" for row in rows}
    told = _ordered("set", {name: one for name, one in figures.items() if name not in menus})
    hard = [row for row in rows if row["menu"] in HARD]
    for name, some in (("hard menus", score.score_orders(hard, pred) if hard else {}), ("menu", figures)):
        kept = {menu: one for menu, one in some.items() if menu in menus or (menu == "ALL" and some is not figures)}
        told += ["", *_ordered(name, kept)] if kept else []
    wrong = []
    for row in rows:
        got = pred.get(row["id"], {}).get("cart")
        if got is None or score.cart(got) != score.cart(row["cart"]):
            before = f" [{_cart(row['prior'])}]" if row.get("prior") else ""
            wrong.append(
                (row["_file"], f"{row['id']} {said(row['text'])}{before} {_cart(row['cart'])} -> {_cart(got)}")
            )
    return told, wrong


def _ordered(name: str, figures: Mapping[str, Row]) -> list[str]:
    """A table of score.py's groups, all of them together first."""
    groups = sorted(figures.items(), key=lambda item: (item[0] != "ALL", item[0]))
    rows = [(group, one["n"], one["exact"], one["line_f1"], one["qty_product_f1"]) for group, one in groups]
    return table((name, "n", "exact", "line F1", "qty+product F1"), rows)


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
