"""What is ordered within a declared flow: read into the cart as any order, and read back as the flow's own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from app.assistant.basket import Shown, number, skus_of
from app.assistant.responders import checkout, goods
from app.assistant.responders.cart import (
    Question,
    can_be_had,
    choice_missing,
    say_details,
    say_line,
    which_of_these,
    with_only_choices,
)
from app.assistant.responders.delivering import PICKUP
from app.assistant.responders.summary import draft_of
from app.assistant.responders.ways_to_pay import ways_offered
from app.assistant.turn import Asked, Part, Turn
from app.core.ids import new_token
from app.flows.service import goods_of
from app.nlu.service import Line, Reading, normalise, quantities
from app.shop.flowspec import Flow

SURELY = 0.75  # what was not asked for has to be this sure to change the cart
FACTS = ("name", "phone", "address", "fulfilment", "payment")


@dataclass(frozen=True, slots=True)
class Ordered:
    """What a message did to the cart. `values`: the flow's own answers by it; `said`: what could not be had.

    `question`: what of a line has to be asked before the flow goes on.
    """

    values: dict[str, Any] = field(default_factory=dict)
    said: tuple[str, ...] = ()
    question: Question | None = None
    took: bool = False


def ordered(turn: Turn, asked: Sequence[Asked], flow: Flow, *, awaited: bool) -> Ordered:
    """Reads the message as an order where the flow gathers goods; changes the turn's basket."""
    names = goods_of(flow)
    if not names or not asked:
        return Ordered()
    reading = turn.tools.read_order(_text(asked), turn.analysis.language, turn.basket.lines, turn.basket.waiting)
    if reading.is_empty or not (awaited or turn.basket.waiting or reading.score >= SURELY):
        return Ordered()
    lines, said = can_be_had(turn, reading.cart)
    lines = with_only_choices(lines, turn.tools.products(skus_of(lines)))
    turn.basket = replace(turn.basket, lines=lines, waiting=None)
    if reading.unknown:
        missing = [unknown.words for unknown in reading.unknown]
        said.append(goods.say_missing(turn, missing, asked[0], near=not lines))
    question = _question(turn, reading)
    if question is not None:
        turn.basket = replace(turn.basket, waiting=question.waiting)
        return Ordered(said=tuple(said), question=question, took=True)
    values = _values(turn, flow, lines, said_qty=_says_quantity(turn, reading)) if lines else {}
    return Ordered(values, tuple(said), took=True)


def counter_of(flow: Flow) -> str:
    """The variable that counts the goods: `qty`, else the quantity asked right behind them; empty where none does."""
    asked = [step for step in flow.steps if step.ask]
    behind = [step for before, step in pairwise(asked) if before.var in goods_of(flow)]
    counting = [step.var for step in asked if step.var == "qty"] + [
        step.var for step in behind if step.kind == "quantity"
    ]
    return counting[0] if counting and goods_of(flow) else ""


def with_quantity(turn: Turn, flow: Flow, value: Any) -> dict[str, Any]:
    """The number asked for apart ("¿Cantidad?"), of the line that waits for it; the flow's answers by it."""
    lines = turn.basket.lines
    if not lines:
        return {}
    changed = (lines[0].of(Decimal(str(value))), *lines[1:])
    kept, said = can_be_had(turn, changed)
    turn.basket = replace(turn.basket, lines=kept or lines)
    return {} if said else _values(turn, flow, kept, said_qty=True)


def note(turn: Turn, values: Mapping[str, Any]) -> None:
    """What the flow knows of the order stays with it, should it be closed otherwise."""
    turn.basket = turn.basket.with_facts(**{name: values[name] for name in FACTS if values.get(name)})


def place(turn: Turn, at: tuple[int, ...], values: Mapping[str, Any]) -> Part:
    """Places what was gathered, asking nothing more: pick-up and the first way to pay where the flow did not ask."""
    first = next(iter(ways_offered(turn)), "")
    note(turn, {"fulfilment": PICKUP, "payment": first, **values})
    draft = draft_of(turn, new_token(16))
    shown = Shown(draft.id, draft.bill.total, tuple(line.unit_price for line in draft.lines))
    turn.basket = replace(turn.basket, shown=shown)
    return checkout.place(turn, at)


def _values(turn: Turn, flow: Flow, lines: Sequence[Line], *, said_qty: bool) -> dict[str, Any]:
    """`{qty} x {product}` reads "2 x Nacatamal y 1 x Fresco de cacao"; without a quantity of its own all is in the product."""
    counted = counter_of(flow)
    names = goods_of(flow)
    if not counted:
        return dict.fromkeys(names, turn.voice.join([say_line(turn, line) for line in lines]))
    first, *rest = lines
    told = [_named(turn, first), *(f"{number(line.qty)} x {_named(turn, line)}" for line in rest)]
    values: dict[str, Any] = dict.fromkeys(names, turn.voice.join(told))
    return {**values, counted: number(first.qty)} if said_qty or rest else values


def _named(turn: Turn, line: Line) -> str:
    product = turn.tools.products([line.product_id])[line.product_id]
    details = say_details(turn, product, line)
    return f"{product.name} ({', '.join(details)})" if details else product.name


def _question(turn: Turn, reading: Reading) -> Question | None:
    for unclear in reading.unclear:
        if (question := which_of_these(turn, unclear)) is not None:
            return question
    return choice_missing(turn, turn.basket.lines)


def _says_quantity(turn: Turn, reading: Reading) -> bool:
    """A number stands in what was read, or it only changes how many."""
    words = " ".join(change.words for change in reading.changes)
    return bool(quantities(normalise(words, turn.language).tokens, turn.language)) or turn.basket.lines != reading.cart


def _text(asked: Sequence[Asked]) -> str:
    return " ".join(one.clause.text for one in asked)
