"""What a flow says: its texts filled with the answers and the shop's data, and the answers one can tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from app.assistant.compose import render
from app.assistant.responders.answers import SAY
from app.assistant.responders.templates import opening_of, values_of
from app.assistant.turn import Turn
from app.chat.messages import QuickReply
from app.core.i18n import names_in
from app.shop.flowspec import Flow, Step

DATE = len("2026-11-27")
LONGEST_TITLE = 20


def filled(turn: Turn, text: str, values: Mapping[str, str]) -> str:
    """An owner's text with `{answers}` and template variables; a sentence that nothing fills is left out."""
    answers: dict[str, Callable[[], str]] = {name: lambda said=said: said for name, said in values.items()}  # type: ignore[misc]
    return render(text, {**dict.fromkeys(names_in(text), str), **values_of(turn), **answers})


def shown(turn: Turn, flow: Flow, values: Mapping[str, Any]) -> dict[str, str]:
    """The answers as they are read back."""
    kinds = {step.var: step.kind for step in flow.steps if step.ask}
    return {
        var: _moment(turn, value) if kinds.get(var) == "datetime" else str(value)
        for var, value in values.items()
        if isinstance(value, str | int | float)
    }


def question(turn: Turn, step: Step, values: Mapping[str, str]) -> tuple[str, tuple[QuickReply, ...]]:
    """What is asked, and the answers to tap."""
    text = filled(turn, step.text, values) or step.text
    yes_or_no = (turn.voice.say("person.yes"), turn.voice.say("person.no"))
    titles = yes_or_no if step.confirm or step.kind == "yes_no" else step.choices
    return text, tuple(QuickReply(title[:LONGEST_TITLE], SAY + title) for title in titles)


def _moment(turn: Turn, value: Any) -> str:
    """ISO as a customer reads it: `el viernes a las 20:00`."""
    said = str(value)
    moment = datetime.fromisoformat(said).replace(tzinfo=turn.now.tzinfo)
    opening = opening_of(turn)
    return opening.say_when(moment) if len(said) > DATE else opening.say_date(moment.date())
