"""A scratch copy of the shop in this process: no limits, nothing sent, its shelves full, its clock standing still."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, select

from app.catalog import service as catalog
from app.chat import service as chat
from app.chat.messages import Inbound, InboundKind, Sender
from app.commands.talk import CHANNEL
from app.core.clock import Clock, HandClock
from app.core.models import jobs
from app.orders import service as orders
from app.settings import Settings
from app.simulation.conversation import Heard, Refused
from app.simulation.customer import Saying
from app.simulation.menu import Menu
from app.simulation.persona import Persona
from app.simulation.shops.places import places_of, tax_added
from app.wiring import House, open_scratch

FIRST_DAY = datetime(2026, 6, 1, 11, 0)  # noqa: DTZ001 (a Monday of the shop's own calendar, wherever that is)
LEAST_OPEN = timedelta(hours=2)
STEP = timedelta(minutes=30)
STEPS = 48 * 14
PER_CONVERSATION = 60_000  # thousandths: what the hungriest might take of one shelf


class InProcess:
    """The shop at `home`, or that of a data folder. Close it after.

    Outcomes must not hang on who comes first: every shelf that is not empty is filled for all of them. Nor on the
    day they are played: the shop's clock stands at its first long opening from FIRST_DAY on, or at TENDERO_CLOCK.
    """

    def __init__(self, home: Path, *, data: Path | None, conversations: int, clock: str = "") -> None:
        hand = HandClock(Clock(clock))
        self.house: House = open_scratch(home, data=data, clock=hand)
        settings = self.house.settings.current
        hand.put(hand.now() if hand.is_set else opening(settings))
        self.house.db.write_now(lambda conn: _fill_shelves(conn, conversations))
        self.places = places_of(settings)
        self.percent_added: Decimal | None = tax_added(settings)
        self._at_start = self.house.db.read_now(catalog.stock_levels)
        self._working: asyncio.Task[None] | None = None

    async def __aenter__(self) -> InProcess:
        self._working = asyncio.create_task(self.house.worker.run())
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stop_working()
        await self.house.stop()

    async def open(self, persona: Persona, user_id: str) -> Seat:
        sender, now = Sender(CHANNEL, "", user_id), self.house.clock.now()
        thread = await self.house.db.write(
            lambda conn: chat.start_conversation(conn, sender, now=now, locale="" if persona.language == "es" else "en")
        )
        return Seat(self.house, thread.id, sender)

    async def menu(self) -> Menu:
        found = await self.house.db.read(lambda conn: catalog.all_products(conn, include_off=True))
        return Menu.of([catalog.as_menu_json(product) for product in found if product.enabled])

    async def orders(self) -> AsyncIterator[Mapping[str, Any]]:
        after = ""
        while page := await self.house.db.read(lambda conn, after=after: orders.listed(conn, after=after)):  # type: ignore[misc]
            for order in page:
                yield orders.as_json(order)
            after = page[-1].id

    async def settled(self) -> None:
        await self._stop_working()
        await self.house.worker.run_until_idle()

    async def notices(self) -> Mapping[str, int]:
        def read(conn: Connection) -> Counter[str]:
            found = conn.execute(select(jobs.c.key).where(jobs.c.kind == "notice", jobs.c.state == "done"))
            return Counter(key.partition(":")[2] for (key,) in found if key.startswith("order:"))

        return await self.house.db.read(read)

    async def own_books(self) -> Mapping[str, Sequence[str]]:
        books = await self.house.db.read(lambda conn: orders.check_books(conn, self._at_start))
        wrong = [page for page in ("orders", "totals", "stock", "notices") if getattr(books, page) is False]
        return dict.fromkeys(wrong, books.problems)

    async def _stop_working(self) -> None:
        if self._working is not None:
            self.house.worker.stop()
            await self._working
            self._working = None


class Seat:
    """One customer's conversation, answered as the console's are."""

    def __init__(self, house: House, conversation_id: str, sender: Sender) -> None:
        self._house, self._id, self._sender = house, conversation_id, sender

    async def say(self, said: Saying, client_id: str) -> Heard:
        kind: InboundKind = "location" if said.location else "button" if said.payload else "text"
        inbound = Inbound(
            self._sender, f"{self._id}:{client_id}", kind, text=said.text, payload=said.payload, location=said.location
        )
        try:
            attended = await self._house.attend.answer_now(self._id, inbound)
        except Exception as error:  # whatever it is, the customer is left without an answer
            raise Refused(f"{type(error).__name__}: {error}") from error
        if attended is None:
            raise Refused("the conversation is gone")
        return Heard(attended.message_id, attended.outs, attended.handoff)

    async def history(self) -> list[tuple[str, str]]:
        found: list[tuple[str, str]] = []
        after = ""
        while page := await self._house.db.read(lambda conn, after=after: chat.history(conn, self._id, after)):  # type: ignore[misc]
            found += [(message.id, message.speaker) for message in page]
            after = page[-1].id
        return found


def opening(settings: Settings) -> datetime:
    """The first moment from FIRST_DAY on at which the shop is open, and for a while; FIRST_DAY where there is none."""
    profile = settings.profile(None)
    first = FIRST_DAY.replace(tzinfo=profile.timezone)
    for step in range(STEPS):
        moment = first + step * STEP
        state = profile.hours.state(moment)
        if state.open and (state.until is None or state.until - moment >= LEAST_OPEN):
            return moment.astimezone(UTC)
    return first.astimezone(UTC)


def _fill_shelves(conn: Connection, conversations: int) -> None:
    """Enough of what there is some of for everybody; what is sold out stays sold out."""
    plenty = conversations * PER_CONVERSATION
    catalog.return_stock(conn, {shelf: plenty for shelf, level in catalog.stock_levels(conn).items() if level > 0})
