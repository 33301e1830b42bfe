"""A shop in a process of its own, to be killed at a named point: `python -m tests.drill HOME SENT MODE COUNT`.

Sends COUNT messages of two customers, as often as it is started (platforms repeat what they are not sure of), prints
`ack ID` for each that was acknowledged, waits until nothing is left to do, and prints `idle SECONDS`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from sqlalchemy import select

from app.channels.registry import Channels
from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core import jobs
from app.core.models import jobs as table
from app.wiring import House, open_house
from tests.doubles import DoubleChannel, text_from

TEXTS = ("buenas, a q hora cierran hoy y tienen nacatamales?", "cuánto vale el nacatamal?", "gracias", "dónde están?")
WORK = ("turn", "deliver")


async def main(home: Path, sent: Path, mode: str, count: int) -> None:
    house = open_house(home, channels=Channels([DoubleChannel(sent)]))
    await house.start()
    began = time.monotonic()
    for n in range(count):
        await (by_web if mode == "web" else by_webhook)(house, n)
        print(f"ack {n}", flush=True)
    while await house.db.read(lambda conn: conn.execute(select(table.c.id).where(OPEN).limit(1)).first()):
        await asyncio.sleep(0.02)
    print(f"idle {time.monotonic() - began:.3f}", flush=True)
    await house.stop()


OPEN = table.c.kind.in_(WORK) & table.c.state.in_(jobs.OPEN)


async def by_webhook(house: House, n: int) -> None:
    await house.attend.receive(text_from(f"user{n % 2}", f"m{n}", TEXTS[n % len(TEXTS)]))


async def by_web(house: House, n: int) -> None:
    sender = Sender("web", "", f"user{n % 2}")
    thread = await house.db.write(lambda conn: chat.current_conversation(conn, sender, now=house.clock.now()))
    attended = await house.attend.answer_now(thread.id, Inbound(sender, f"m{n}", "text", TEXTS[n % len(TEXTS)]))
    assert attended is not None and attended.message_id


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])))
