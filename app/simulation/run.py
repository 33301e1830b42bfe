"""Many customers at once, and the report of how they fared and whether the books are right."""

from __future__ import annotations

import asyncio
import statistics
import time
from array import array
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Protocol

from app.simulation.books import Books, Ledger
from app.simulation.conversation import Shop, Told, converse
from app.simulation.customer import Places
from app.simulation.menu import Menu
from app.simulation.persona import Persona, cast

SHOWN = 10  # errors, and notes of customers, that a report keeps


class OpenShop(Shop, Protocol):
    """A shop whose books can be looked at."""

    places: Places
    percent_added: Decimal | None  # tax on top of the prices; None where it is not known

    async def menu(self) -> Menu:
        """What it sells, with its stock at this moment."""
        ...

    def orders(self) -> AsyncIterator[Mapping[str, Any]]:
        """The orders placed since the simulation began, oldest first."""
        ...

    async def settled(self) -> None:
        """Returns once nothing is left to be done behind the conversations."""
        ...

    async def notices(self) -> Mapping[str, int] | None:
        """How many notices the owner was put for each order id; None where that cannot be seen."""
        ...

    async def own_books(self) -> Mapping[str, Sequence[str]]:
        """What the shop's own examination of its books finds wrong, by page."""
        ...


@dataclass
class Report:
    """How it went. `ends`: how many conversations ended so; `notes`: what customers saw go wrong, a few of them."""

    conversations: int = 0
    messages: int = 0
    orders: int = 0
    errors: int = 0
    seconds: float = 0.0
    latency: array[float] = field(default_factory=lambda: array("d"))
    took: list[int] = field(default_factory=list)
    books: Books = field(default_factory=Books)
    ends: Counter[str] = field(default_factory=Counter)
    said_wrong: list[str] = field(default_factory=list)
    notes: Counter[str] = field(default_factory=Counter)

    @property
    def ok(self) -> bool:
        return self.errors == 0 and self.books.are_right

    def as_json(self) -> dict[str, Any]:
        """CONTRACT 1's report."""
        ordered = sorted(self.latency)
        return {
            "conversations": self.conversations,
            "messages": self.messages,
            "orders": self.orders,
            "errors": self.errors,
            "throughput_per_s": round(self.messages / self.seconds, 1) if self.seconds else 0.0,
            "latency_ms": {f"p{part}": _percentile(ordered, part) for part in (50, 95, 99)},
            "messages_per_order": statistics.median(self.took) if self.took else None,
            "books": self.books.as_json(),
            "ok": self.ok,
        }

    def enter(self, told: Told) -> None:
        """One conversation more."""
        self.conversations += 1
        self.messages += told.messages
        self.errors += len(told.errors)
        self.latency.extend(told.seconds)
        self.took += told.took
        self.ends[str(told.end)] += 1
        self.notes.update(note.partition(":")[0] for note in told.notes)
        room = SHOWN - len(self.said_wrong)
        self.said_wrong += [f"{told.persona} ({told.index}): {error}" for error in told.errors][: max(0, room)]


async def simulate(
    shop: OpenShop, personas: Sequence[Persona], conversations: int, concurrency: int, seed: int,
    seen: Callable[[Told], object] = lambda told: None,
) -> Report:  # fmt: skip
    """Plays so many conversations, so many at once, then examines the books. `seen` is called with each as it ends."""
    menu = await shop.menu()
    ledger, report = Ledger(menu, shop.percent_added), Report()
    waiting = enumerate(cast(list(personas), conversations))

    async def door() -> None:
        for index, persona in waiting:
            told = await converse(shop, persona, menu, shop.places, seed, index)
            report.enter(told)
            ledger.enter(told)
            seen(told)

    began = time.perf_counter()
    await asyncio.gather(*(door() for _ in range(min(concurrency, conversations))))
    report.seconds = time.perf_counter() - began
    await shop.settled()
    report.orders = ledger.placed
    async for order in shop.orders():
        ledger.find(order)
    report.books = ledger.close(await shop.menu(), await shop.notices(), await shop.own_books())
    return report


def _percentile(ordered: Sequence[float], part: int) -> float:
    """In milliseconds."""
    if not ordered:
        return 0.0
    return round(ordered[min(len(ordered) - 1, len(ordered) * part // 100)] * 1000, 2)
