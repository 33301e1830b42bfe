"""What a customer has in hand: the lines of their cart, what is known of the order, and what they were last asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from app.nlu.service import Line, Waiting
from app.orders.service import line_of

UNANSWERED = timedelta(minutes=60)  # as the order's declaration has it (expire_minutes)
GIVEN_UP = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Shown:
    """The summary the customer has before them: the draft's id, and the prices that were said."""

    draft: str
    total: int
    prices: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Basket:
    """One conversation's unfinished order; it lives in the conversation's state as JSON.

    `facts`: values of the order's own questions (fulfilment, address, name…), by variable. `asked`: the variables the
    bot asked for last. `waiting`: what of a line it asked for. `shown`: the summary that waits for a yes. `asked_again`:
    how often in a row the same was asked without an answer.
    """

    lines: tuple[Line, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    asked: tuple[str, ...] = ()
    waiting: Waiting | None = None
    shown: Shown | None = None
    asked_again: int = 0
    placed: str = ""
    cancelling: str = ""

    @property
    def is_open(self) -> bool:
        """Whether an order is being made."""
        return bool(self.lines or self.asked or self.waiting)

    def rested(self, silence: timedelta) -> Basket:
        """After a silence: a question nobody answered is no question any more, and in a day the cart is given up."""
        if silence >= GIVEN_UP:
            return Basket(placed=self.placed)
        return replace(self, asked=(), waiting=None, shown=None, cancelling="") if silence >= UNANSWERED else self

    def with_facts(self, **told: Any) -> Basket:
        """The same with these facts; None takes one away."""
        facts = {**self.facts, **told}
        return replace(self, facts={name: value for name, value in facts.items() if value is not None})

    def as_state(self) -> dict[str, Any]:
        """For the conversation's state; `Basket.of` reads it back."""
        state: dict[str, Any] = {"lines": [line_as_json(line) for line in self.lines]}
        if self.facts:
            state["facts"] = dict(self.facts)
        if self.asked:
            state["asked"] = list(self.asked)
        for name in ("asked_again", "placed", "cancelling"):
            if value := getattr(self, name):
                state[name] = value
        if self.waiting is not None:
            waiting = self.waiting
            state["waiting"] = {
                "at": list(waiting.at), "axis": waiting.axis, "products": list(waiting.products),
                "qty": None if waiting.qty is None else str(waiting.qty), "unit": waiting.unit,
            }  # fmt: skip
        if self.shown is not None:
            state["shown"] = {
                "draft": self.shown.draft, "total": self.shown.total, "prices": list(self.shown.prices)
            }  # fmt: skip
        return state

    @staticmethod
    def of(state: Mapping[str, Any]) -> Basket:
        waiting, shown = state.get("waiting"), state.get("shown")
        return Basket(
            lines=tuple(line_of(line) for line in state.get("lines", ())),
            facts=state.get("facts", {}),
            asked=tuple(state.get("asked", ())),
            waiting=None if waiting is None else _waiting_of(waiting),
            shown=None if shown is None else Shown(shown["draft"], shown["total"], tuple(shown["prices"])),
            asked_again=state.get("asked_again", 0),
            placed=state.get("placed", ""),
            cancelling=state.get("cancelling", ""),
        )


def line_as_json(line: Line) -> dict[str, Any]:
    """A line by its ids, in the shape of CONTRACT's Line; the prices are the catalogue's to say."""
    return {
        "product_id": line.product_id,
        "qty": number(line.qty),
        "options": {axis: values[0] if len(values) == 1 else list(values) for axis, values in line.options},
        "extras": [{"id": extra.id, "kind": extra.kind, "qty": extra.qty} for extra in line.extras],
        "without_options": list(line.without_options),
        "note": line.note,
    }


def number(qty: Decimal) -> int | float:
    """A quantity as a JSON number."""
    return int(qty) if qty == qty.to_integral_value() else float(qty)


def skus_of(lines: Sequence[Line]) -> list[str]:
    """The products of the lines, each once."""
    return list(dict.fromkeys(line.product_id for line in lines))


def _waiting_of(said: Mapping[str, Any]) -> Waiting:
    qty = said.get("qty")
    return Waiting(
        at=tuple(said.get("at", ())), axis=said.get("axis", ""), products=tuple(said.get("products", ())),
        qty=None if qty is None else Decimal(qty), unit=said.get("unit", ""),
    )  # fmt: skip
