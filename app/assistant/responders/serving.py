"""When an order can be made: now, or for the next opening where the shop is closed or about to close."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.assistant.responders.opening import Opening
from app.assistant.responders.templates import opening_of
from app.assistant.turn import Turn

ONE_MINUTE = timedelta(minutes=1)


def due(turn: Turn) -> datetime | None:
    """The opening an order of this moment is for; None where it is made now."""
    opening = opening_of(turn)
    state = opening.state
    if not state.open:
        return state.opens_at
    last = timedelta(minutes=turn.settings.orders.last_order_minutes)
    if state.until is None or turn.now < state.until - last:
        return None
    return turn.profile.hours.state(state.until + ONE_MINUTE).opens_at


def closed_for_good(turn: Turn) -> str:
    """What is said where no order is taken now: the shop refuses while closed, or no opening is in sight."""
    if _takes_now(turn) or (turn.settings.orders.when_closed == "preorder" and due(turn) is not None):
        return ""
    return turn.voice.say("summary.closed", abierto_ahora=_say_closed(turn))


def preorder_note(turn: Turn) -> str:
    """That it is for later, said once."""
    when = due(turn)
    if when is None or turn.basket.facts.get("told_due") == when.isoformat():
        return ""
    turn.basket = turn.basket.with_facts(told_due=when.isoformat())
    return turn.voice.say("summary.preorder", abierto_ahora=_say_closed(turn))


def say_due(turn: Turn, when: datetime) -> str:
    """`mañana a las 7:00`."""
    return opening_of(turn).say_when(when)


def _takes_now(turn: Turn) -> bool:
    return opening_of(turn).state.open and due(turn) is None


def _say_closed(turn: Turn) -> str:
    """Closed now, or too near to closing."""
    opening: Opening = opening_of(turn)
    if not opening.state.open:
        return opening.say_now()
    when = due(turn)
    return turn.voice.say("summary.closing", when=opening.say_when(when)) if when is not None else opening.say_now()
