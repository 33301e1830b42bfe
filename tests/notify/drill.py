"""A shop in a process of its own, to be killed while its owner is told: `python -m tests.notify.drill HOME`.

Places one order the first time it is started, waits until nothing is left to do, and prints `idle`.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from sqlalchemy import select

from app.chat import service as chat
from app.chat.messages import Sender
from app.core import jobs
from app.core.models import jobs as table
from app.orders import service as orders
from app.wiring import open_house
from tests.placed import place

OPEN = table.c.kind.in_(("notice", "notice_email")) & table.c.state.in_(jobs.OPEN)


async def main(home: Path) -> None:
    house = open_house(home)
    await house.start()
    if not await house.db.read(orders.listed):
        sender = Sender("web", "", "carla")
        thread = await house.db.write(lambda conn: chat.start_conversation(conn, sender, now=house.clock.now()))
        await place(house, thread)
        house.worker.wake()
    while await house.db.read(lambda conn: conn.execute(select(table.c.id).where(OPEN).limit(1)).first()):
        await asyncio.sleep(0.02)
    print("idle", flush=True)
    await house.stop()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
