"""What other rooms may use of the notices: letters from plain values, and a mail to somebody else."""

from __future__ import annotations

from app.notify.letters import (
    Desk,
    FlowTold,
    HandoffTold,
    Letter,
    OrderTold,
    Person,
    flow_letter,
    handoff_letter,
    order_letter,
    ticket_letter,
)
from app.notify.notices import send_letter, send_order

__all__ = [
    "Desk",
    "FlowTold",
    "HandoffTold",
    "Letter",
    "OrderTold",
    "Person",
    "flow_letter",
    "handoff_letter",
    "order_letter",
    "send_letter",
    "send_order",
    "ticket_letter",
]
