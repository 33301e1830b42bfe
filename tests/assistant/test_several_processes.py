"""Several processes on one PostgreSQL and one Redis: the same shop, the same order, nothing twice (H1, H2)."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.wiring import House, open_house
from tests.clocks import FixedClock


@pytest.fixture
def environ(postgres: Any, redis_url: str, request: pytest.FixtureRequest) -> dict[str, str]:
    """The two lines in `.env` that make it a chain."""
    name = f"chain_{abs(hash(request.node.name))}"
    postgres.psql(f"CREATE DATABASE {name};")
    return {"DATABASE_URL": str(postgres.get_uri(name)), "REDIS_URL": redis_url}


async def test_two_processes_that_start_at_once_make_one_shop(
    home: Path, clock: FixedClock, environ: dict[str, str]
) -> None:
    houses = await asyncio.gather(
        *(asyncio.to_thread(open_house, home, environ=environ, clock=clock) for _ in range(3))
    )
    products = [
        house.db.read_now(lambda conn: conn.exec_driver_sql("SELECT count(*) FROM product").scalar())
        for house in houses
    ]
    assert products[0] and products == [products[0]] * 3
    for house in houses:
        await house.stop()


async def test_a_conversation_that_reaches_two_processes_keeps_its_order_and_wakes_both(
    home: Path, clock: FixedClock, environ: dict[str, str]
) -> None:
    one, two = (open_house(home, environ=environ, clock=clock) for _ in range(2))
    await one.start()
    await two.start()
    sender = Sender("web", "", "carla")
    thread = await one.db.write(lambda conn: chat.start_conversation(conn, sender, now=clock.now()))

    async def say(house: House, n: int) -> list[str]:
        attended = await house.attend.answer_now(thread.id, Inbound(sender, f"c{n}", "text", "dónde están?"))
        assert attended is not None
        return [attended.message_id, *(out["id"] for out in attended.outs)]

    async with two.bus.subscribe(f"conversation:{thread.id}") as listener:
        answers = await asyncio.gather(*(say(one if n % 2 else two, n) for n in range(12)))
        assert await listener.next(5) is not None
    stored = one.db.read_now(lambda conn: chat.history(conn, thread.id))
    assert [message.id for message in stored] == [id_ for answer in sorted(answers) for id_ in answer]
    await one.stop()
    await two.stop()


async def test_limits_count_over_all_processes(home: Path, clock: FixedClock, environ: dict[str, str]) -> None:
    one, two = (open_house(home, environ=environ, clock=clock) for _ in range(2))
    waits = [await house.limits.hit("carla", 4, 60, clock.now()) for house in (one, two, one, two, one)]
    assert waits == [0, 0, 0, 0, 60]
    await one.stop()
    await two.stop()
