"""The flow everybody has: closing an order, declared in `order.yaml` as an owner declares theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Annotated

from app.shop.flowspec import NAME, Flow
from app.shop.kinds import Shape
from app.shop.yamltree import decode, read_tree

ORDER = "order"
FILE = Path(__file__).with_name("order.yaml")

Variable = Annotated[str, Shape(NAME, "un nombre", "name", empty=False)]


class Grouped(Flow):
    """A flow some of whose questions may share a message. `together`: the sets of variables asked at once.

    Its texts that begin with "@" are keys of the bot's catalogue, since they vary with language, tone and shop; so is
    what the choices of such a step are called.
    """

    together: tuple[tuple[Variable, ...], ...] = ()


def order_flow(choices: Mapping[str, Sequence[str]] | None = None) -> Grouped:
    """The order flow. `choices`: those of the shop for its variables (its ways to pay), which no file can know."""
    flow = _declared()
    if not choices:
        return flow
    steps = tuple(
        step.model_copy(update={"choices": tuple(choices[step.var])}) if step.var in choices else step
        for step in flow.steps
    )
    return flow.model_copy(update={"steps": steps})


@cache
def _declared() -> Grouped:
    tree = read_tree(decode(FILE.read_bytes(), FILE.name), FILE.name)
    return Grouped.model_validate(tree.data)
