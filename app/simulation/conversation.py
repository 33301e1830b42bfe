"""One conversation from the first word to the last: each message answered once, what was seen kept for the books."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random
from typing import Any, Protocol

from app.simulation.customer import Customer, End, Placed, Places, Saying
from app.simulation.listening import understood
from app.simulation.menu import Menu
from app.simulation.persona import Persona


class Refused(Exception):
    """The shop did not take or answer a message; its text says how."""


@dataclass(frozen=True, slots=True)
class Heard:
    """The shop's answer to one message: CONTRACT's Outs, the customer's own message's id, and who has the conversation."""

    message_id: str
    outs: Sequence[Mapping[str, Any]]
    handoff: bool

    @property
    def ids(self) -> list[str]:
        """The ids of the message and its replies."""
        return [self.message_id, *(out["id"] for out in self.outs)]


class Line(Protocol):
    """A customer's line to the shop."""

    async def say(self, said: Saying, client_id: str) -> Heard:
        """Sends a message; the same `client_id` again is the same message. Raises Refused."""
        ...

    async def history(self) -> list[tuple[str, str]]:
        """All that was said, oldest first: (message id, `customer`, `bot` or `person`). Raises Refused."""
        ...


class Shop(Protocol):
    """Where customers come, and whose books can be looked at."""

    async def open(self, persona: Persona, user_id: str) -> Line:
        """A new customer's line. Raises Refused."""
        ...


@dataclass
class Told:
    """What became of a conversation."""

    index: int
    persona: str
    end: End | str = ""
    messages: int = 0  # of the customer
    seconds: list[float] = field(default_factory=list)  # each answer took
    placed: list[Placed] = field(default_factory=list)
    took: list[int] = field(default_factory=list)  # the shop's messages for each order
    errors: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # what the shop got wrong, as its customer saw it
    fee: Decimal | None = None  # what delivering to them costs, where that is known
    script: list[tuple[str, str]] = field(default_factory=list)  # (who, what)


async def converse(shop: Shop, persona: Persona, menu: Menu, places: Places, seed: int, index: int) -> Told:
    """Plays conversation `index` of this seed: the same whatever else goes on at the same time."""
    customer, told = Customer(persona, menu, places, Random(f"{seed}:{index}")), Told(index, persona.id)
    try:
        line = await shop.open(persona, f"sim-{seed}-{index}")
        answers = await _talk(line, customer, told, Random(f"{seed}:{index}:line"))
        told.errors += _answered_once(answers, await line.history())
    except Refused as error:
        told.errors.append(str(error))
    told.fee = next((area.fee for area in places.areas if area.name == customer.area and not persona.location), None)
    told.end, told.placed, told.notes = customer.end or "error", customer.placed, customer.notes
    return told


async def _talk(line: Line, customer: Customer, told: Told, random: Random) -> dict[str, list[str]]:
    """Says and hears until the customer leaves; the shop's answers (message ids) to each message."""
    answers: dict[str, list[str]] = {}
    sayings, orders, replies = customer.begin(), 0, 0
    while sayings:
        for saying in sayings:
            heard = await _say(line, saying, customer, told, random)
            answers[heard.message_id] = heard.ids[1:]
            replies += len(heard.outs)
        if customer.end:
            break
        understanding = understood(heard.outs, heard.handoff)
        if "failed" in understanding.told:
            told.errors.append(f"the shop failed inside at message {told.messages}")
        sayings = customer.hear(understanding)
        if len(customer.placed) > orders:
            told.took.append(replies)
            orders, replies = len(customer.placed), 0
    return answers


async def _say(line: Line, saying: Saying, customer: Customer, told: Told, random: Random) -> Heard:
    """Sends one message; over a bad connection it is sent again, and the answer must be the same."""
    told.messages += 1
    client_id = f"{told.index}-{told.messages}"
    told.script.append(("customer", saying.text or str(saying.location)))
    began = time.perf_counter()
    heard = await line.say(saying, client_id)
    told.seconds.append(time.perf_counter() - began)
    told.script += [("shop", str(out["text"])) for out in heard.outs]
    if not heard.outs and not heard.handoff:
        told.errors.append(f"no answer to message {told.messages}")
    if random.random() < customer.persona.repeats_itself:
        again = await line.say(saying, client_id)
        if again.ids != heard.ids:
            told.errors.append(f"message {told.messages} sent again was answered otherwise")
    return heard


def _answered_once(answers: Mapping[str, Sequence[str]], history: Sequence[tuple[str, str]]) -> list[str]:
    """What of the conversation as it is kept is not as it was heard: a message lost, kept twice, or answered twice."""
    wrong, kept, at = [], [], ""
    replies: dict[str, list[str]] = {}
    for id_, speaker in history:
        if speaker == "customer":
            at = id_
            kept.append(id_)
        elif speaker == "bot" and at:
            replies.setdefault(at, []).append(id_)
    if kept != list(answers):
        wrong.append(f"{len(answers)} messages were sent, {len(kept)} are kept")
    wrong += [
        f"a message has {len(replies.get(id_, []))} replies, {len(heard)} were heard"
        for id_, heard in answers.items()
        if replies.get(id_, []) != list(heard)
    ]
    return wrong
