"""Flows: what other rooms may use of them."""

from __future__ import annotations

from app.flows.builtin import ORDER, Grouped, order_flow
from app.flows.drawing import Drawing, draw, drawn
from app.flows.engine import advance, begin, goods_of, missing, steps_of
from app.flows.patience import expired, remind_at, reminded, reminder_due
from app.flows.run import MOST_TRIES, Heard, Moved, Run

__all__ = [
    "MOST_TRIES",
    "ORDER",
    "Drawing",
    "Grouped",
    "Heard",
    "Moved",
    "Run",
    "advance",
    "begin",
    "draw",
    "drawn",
    "expired",
    "goods_of",
    "missing",
    "order_flow",
    "remind_at",
    "reminded",
    "reminder_due",
    "steps_of",
]
