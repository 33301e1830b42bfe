"""`chat`: a conversation in the terminal, with the trace of each answer at hand."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.ask import scratch_arguments
from app.commands.speak import say
from app.core.text import clean

if TYPE_CHECKING:
    from app.commands.talk import Heard, Talk
    from app.nlu.service import Entities

PHONE_END = 3
arguments = scratch_arguments


def run(args: argparse.Namespace, home: Path) -> int:
    from app.commands.talk import Talk

    with Talk(home, data=args.data, config=args.config, mode=args.mode) as talk:
        print(say("chat.hello", shop=talk.house.settings.current.business.name))
        _converse(talk)
        print(say("chat.bye"))
    return 0


def _converse(talk: Talk) -> None:
    customer, last, said = talk.new_customer(), None, ""
    while (line := _read()) is not None:
        text = clean(line).strip()
        if text == "/salir":
            return
        if text == "/traza":
            print(_trace(last, talk.entities(said)) if last else say("chat.no_trace"))
        elif text == "/nueva":
            customer, last = talk.new_customer(), None
            print(say("chat.fresh"))
        elif text:
            last, said = talk.hear(customer, text), text
            _show(last)


def _read() -> str | None:
    """The next line, or None at the end of the input."""
    if sys.stdin.isatty():
        try:
            return input(say("chat.you"))
        except EOFError:
            print()
            return None
    return sys.stdin.readline() or None


def _show(heard: Heard) -> None:
    for out in heard.outs:
        print(say("chat.bot") + out["text"])
        for card in out["cards"]:
            print("   • " + " · ".join(str(part) for part in (card["title"], card["price"], card["subtitle"]) if part))
        if out["quick_replies"]:
            print("   " + " ".join(f"[{choice['title']}]" for choice in out["quick_replies"]))


def _trace(heard: Heard, entities: Entities) -> str:
    answer = heard.answer
    if answer is None:
        return f"handoff · {heard.ms:.1f} ms"
    lines = [f"{answer.intent} {answer.intent_score:.2f} · {answer.source} · {answer.language} · {heard.ms:.1f} ms"]
    lines += [f"  {intent.name} {intent.score:.2f}" for intent in answer.intents]
    lines += [
        f"  {'*' if source.used else ' '} {source.type} {source.id} {source.score:.2f} {source.title}"
        for source in answer.sources
    ]
    return "\n".join([*lines, *_entities(entities)])


def _entities(entities: Entities) -> list[str]:
    """A line for each; of a phone number only its end."""
    lines = [f"  money {one.value.amount} {one.value.currency}".rstrip() for one in entities.money]
    lines += [f"  time {one.value.hour}:{one.value.minute:02}{'' if one.value.sure else '?'}" for one in entities.times]
    for one in entities.days:
        parts = (one.value.weekday, one.value.until, one.value.day, one.value.month)
        lines.append(" ".join(["  day", one.value.kind, *(str(part) for part in parts if part is not None)]))
    lines += [f"  phone …{one.value[-PHONE_END:]}" for one in entities.phones]
    lines += [f"  email {one.value}" for one in entities.emails]
    return lines + [f"  name {one.value}" for one in entities.names]
