"""How long a flow waits for an answer: one reminder, then it is given up."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from app.flows.run import Run
from app.shop.flowspec import Flow


def expired(run: Run, flow: Flow, now: datetime) -> bool:
    """Whether the customer left it; what they write next starts afresh."""
    return now >= _since(run) + timedelta(minutes=flow.expire_minutes)


def remind_at(run: Run, flow: Flow) -> datetime | None:
    """When to ask once more; None where that was done, is not wanted, or would come too late."""
    if run.reminded or not 0 < flow.remind_minutes < flow.expire_minutes:
        return None
    return _since(run) + timedelta(minutes=flow.remind_minutes)


def reminder_due(run: Run, flow: Flow, now: datetime) -> bool:
    due = remind_at(run, flow)
    return due is not None and due <= now and not expired(run, flow, now)


def reminded(run: Run) -> Run:
    """The run after its only reminder; its silence goes on from the question."""
    return replace(run, reminded=True)


def _since(run: Run) -> datetime:
    return datetime.fromisoformat(run.asked_at)
