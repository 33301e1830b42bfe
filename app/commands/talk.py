"""Talking to a shop without a server: a scratch copy, any number of customers, the shop's clock in our hand."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection

from app.assistant.basket import Basket
from app.assistant.turn import Answer
from app.catalog import service as catalog
from app.catalog.service import Product
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core.clock import Clock, HandClock
from app.core.ids import new_id
from app.core.money import decimal_string
from app.nlu.service import Entities, Line, in_unit
from app.orders.service import line_of
from app.shop.currency import country_of
from app.wiring import House, open_scratch

CHANNEL = "console"

T = TypeVar("T")


@dataclass(frozen=True)
class Heard:
    """What came back for one message. `answer` is None where a person has the conversation."""

    outs: list[dict[str, Any]]
    handoff: bool
    answer: Answer | None
    ms: float

    @property
    def reply(self) -> str:
        return "\n\n".join(out["text"] for out in self.outs)

    @property
    def kind(self) -> str:
        return self.outs[-1]["kind"] if self.outs else "text"

    @property
    def order(self) -> dict[str, Any] | None:
        return next((out["order"] for out in reversed(self.outs) if out["order"] is not None), None)


class Talk:
    """An open scratch shop; use as a context manager. `config` beats the one in `data`, `mode` beats both."""

    def __init__(
        self, home: Path, *, data: Path | None = None, config: Path | None = None, mode: str | None = None
    ) -> None:
        self.clock = HandClock(Clock(os.environ.get("TENDERO_CLOCK", "")))
        self.house: House = open_scratch(home, data=data, config=config, mode=mode, clock=self.clock)
        self.currency = self.house.currency()
        self._runner = asyncio.Runner()

    def __enter__(self) -> Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Throws the copy away."""
        self._runner.run(self.house.stop())
        self._runner.close()

    def write(self, work: Callable[[Connection], T]) -> T:
        return self.house.db.write_now(work)

    def new_customer(self, *, locale: str = "", name: str = "", phone: str = "") -> str:
        """A customer nobody knows, in a conversation of their own; its id."""
        sender, now = Sender(CHANNEL, "", new_id()), self.clock.now()
        return self.write(
            lambda conn: chat.start_conversation(conn, sender, now=now, locale=locale, name=name, phone=phone).id
        )

    def put_cart(self, conversation_id: str, lines: list[dict[str, Any]]) -> str | None:
        """Gives the conversation this cart; the first `product_id` that is not on the menu refuses it and is given."""
        wanted = [str(line["product_id"]) for line in lines]

        def work(conn: Connection) -> str | None:
            known = catalog.by_sku(conn, wanted)
            missing = next((sku for sku in wanted if sku not in known), None)
            thread = chat.conversation(conn, conversation_id)
            if missing is None and thread is not None:
                cart = tuple(_in_unit_of(known[line["product_id"]], line) for line in lines)
                state = {**thread.state, "basket": Basket(cart).as_state()}
                chat.record(conn, thread, [], now=self.clock.now(), state=state)
            return missing

        return self.write(work)

    def hear(self, conversation_id: str, text: str = "", **inbound: Any) -> Heard:
        """Says something (`text`, or what else Inbound holds) and gives the answer."""
        thread = self.house.db.read_now(lambda conn: chat.conversation(conn, conversation_id))
        assert thread is not None
        began = time.perf_counter()
        said = Inbound(thread.sender, new_id(), text=text, **inbound)
        attended = self._runner.run(self.house.attend.answer_now(conversation_id, said))
        assert attended is not None
        spent = (time.perf_counter() - began) * 1000
        return Heard(attended.outs, attended.handoff, attended.answer, round(spent, 2))

    def let_pass(self, conversation_id: str) -> Heard:
        """Does what the clock has made due; what the bot said of its own accord meanwhile."""
        before = self._runner.run(self._history(conversation_id))
        self._runner.run(self.house.worker.run_until_idle())
        seen = {message.id for message in before}
        fresh = [message for message in self._runner.run(self._history(conversation_id)) if message.id not in seen]
        thread = self.house.db.read_now(lambda conn: chat.conversation(conn, conversation_id))
        return Heard([message.out for message in fresh], thread is not None and thread.speaker == "person", None, 0.0)

    async def _history(self, conversation_id: str) -> list[chat.StoredMessage]:
        return await self.house.db.read(lambda conn: chat.history(conn, conversation_id))

    def total(self, answer: Answer | None) -> str:
        """What the order shown or the cart comes to, in the shop's currency."""
        return decimal_string(0 if answer is None or answer.total is None else answer.total, self.currency)

    def entities(self, text: str) -> Entities:
        """The money, days, phones, names… that a text says, as the shop reads it."""
        business = self.house.settings.current.business
        analyse = self.house.mind.current.understander.analyse
        return analyse(text, default_language=business.language, country=country_of(business.timezone)).entities

    def best_intent(self, text: str) -> tuple[str, float]:
        """The best label of a text that nobody answered (a person has the conversation)."""
        language = self.house.settings.current.business.language
        intents = self.house.mind.current.understander.analyse(text, default_language=language).intents
        return (intents[0].name, intents[0].score) if intents else ("out_of_scope", 0.0)


def _in_unit_of(product: Product, line: dict[str, Any]) -> Line:
    """A cart's line as it came, counted in the product's own unit."""
    said = line_of(line)
    return said.of(in_unit(said.qty, str(line.get("unit") or ""), product.unit)) if line.get("unit") else said
