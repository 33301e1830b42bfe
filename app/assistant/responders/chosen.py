"""The answer to what the bot asked of a line: "XL", "que sea azul", "azul en L por favor". It wins over all else those words may mean."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from app.assistant.responders.hears import WORD, words_of
from app.assistant.responders.variants import not_had
from app.assistant.turn import Turn
from app.catalog.service import OptionValue, Product, bare
from app.core.text import fold
from app.nlu.service import Add, Alter, Line, Reading, applied

LETTERS = 2  # of a size: "s" is no plural


def chosen(turn: Turn) -> Reading | None:
    """The message is nothing but values of what was asked for, and courtesies: the lines that lacked them have them."""
    waiting, text, lines = turn.basket.waiting, turn.analysis.text, turn.basket.lines
    if waiting is None or not waiting.axis or "?" in text or any(at >= len(lines) for at in waiting.at):
        return None
    product = turn.tools.products([lines[at].product_id for at in waiting.at]).get(lines[waiting.at[0]].product_id)
    found = _values_said(product, lines[waiting.at[0]], text) if product is not None else None
    if not found:
        return None
    changes = tuple(Alter(at, None, _with(lines[at], found), text) for at in waiting.at)
    return Reading(changes, applied(lines, changes), score=1.0, took=((0, len(text)),))


def picked(turn: Turn) -> Reading | None:
    """The message is the whole name of one of the products they were asked to choose from, which another may be called too."""
    waiting, text = turn.basket.waiting, turn.analysis.text
    if waiting is None or not waiting.products or "?" in text:
        return None
    said = [bare(word) for word in WORD.findall(fold(text))]
    for sku, product in turn.tools.products(waiting.products).items():
        name = [bare(word) for word in WORD.findall(fold(product.name))]
        rest = [word for word in said if word not in name]
        if set(name) <= set(said) and all(word in words_of("carries_choice") for word in rest):
            change = Add(Line(sku, waiting.qty or Decimal(1), words=text), text)
            return Reading((change,), applied(turn.basket.lines, (change,)), score=1.0, took=((0, len(text)),))
    return None


def wished_in_vain(turn: Turn) -> tuple[Product, list[str]] | None:
    """The message is nothing but sizes or colours that the product asked about never comes in; which."""
    waiting, lines = turn.basket.waiting, turn.basket.lines
    if (
        waiting is None
        or not waiting.axis
        or not waiting.at
        or waiting.at[0] >= len(lines)
        or "?" in turn.analysis.text
    ):
        return None
    sku = lines[waiting.at[0]].product_id
    product = turn.tools.products([sku]).get(sku)
    lacking = not_had(product, turn.analysis.folded) if product is not None else []
    axes = (
        {word for axis in product.options for word in WORD.findall(fold(axis.name))} if product is not None else set()
    )
    carrying = {*words_of("carries_choice"), *axes, *(word for value in lacking for word in WORD.findall(value))}
    alone = all(word in carrying for word in WORD.findall(turn.analysis.folded))
    return (product, lacking) if product is not None and lacking and alone else None


def _with(line: Line, found: dict[str, str]) -> Line:
    return replace(line, options=tuple(sorted({**dict(line.options), **{k: (v,) for k, v in found.items()}}.items())))


def _values_said(product: Product, line: Line, text: str) -> dict[str, str]:
    """Axis id -> value id, where every word is a value's or only carries it ("que sea L"); empty otherwise."""
    said, found = WORD.findall(fold(text)), dict[str, str]()
    lacking = [axis for axis in product.options if axis.required and axis.id not in dict(line.options)]
    carrying = {*words_of("carries_choice"), *(word for axis in lacking for word in WORD.findall(fold(axis.name)))}
    at = 0
    while at < len(said):
        size, axis_id, value_id = max(
            ((_is_said(value, said, at), axis.id, value.id) for axis in lacking for value in axis.values),
            default=(0, "", ""),
        )
        if size and axis_id not in found:
            found[axis_id] = value_id
        elif size or said[at] not in carrying:
            return {}
        at += max(size, 1)
    return found


def _is_said(value: OptionValue, said: list[str], at: int) -> int:
    """How many words of the message, from this one on, are the value's name: "medio litro", "negras"."""
    named = [WORD.findall(fold(name)) for name in (value.name, *value.synonyms)]
    here = [(size, " ".join(said[at : at + size])) for size in {len(words) for words in named if words}]
    alike = (
        size
        for size, words in here
        if words in map(" ".join, named) or (len(words) > LETTERS and value.is_called([words]))
    )
    return max(alike, default=0)
