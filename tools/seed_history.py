"""Fills a shop's home with a long past, so that its lists and reports can be measured and looked at.

    python tools/seed_history.py HOME [--conversations 50000] [--messages 500000] [--orders 20000] [--days 365] [--seed 1]

The same seed gives the same past. Nothing is sent and no job is made: it is only what had been said and sold.
"""

from __future__ import annotations

import argparse
import random
import sys
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from sqlalchemy import Connection, Table, func, insert, select

from app.analytics.models import lost_sales, opinions
from app.catalog.models import products
from app.chat.models import addresses, contacts, conversations, messages, notes
from app.core.ids import ALPHABET, LENGTH
from app.core.money import decimal_string
from app.core.text import fold
from app.knowledge.models import unanswered
from app.orders.models import order_events, order_numbers, orders
from app.orders.place import who_sought
from app.payments.models import payments

CONVERSATIONS, MESSAGES, ORDERS, DAYS = 50_000, 500_000, 20_000, 365
BATCH = 5_000
CHANNELS = ("whatsapp", "whatsapp", "whatsapp", "web", "web", "telegram")
FIRST = (
    "Ana",
    "Bayardo",
    "Carla",
    "Darío",
    "Elena",
    "Félix",
    "Gloria",
    "Hugo",
    "Inés",
    "Julio",
    "Karla",
    "Luis",
    "Marta",
)
LAST = ("Alvarado", "Bermúdez", "Castillo", "Duarte", "Espinoza", "Flores", "Guido", "Hernández", "Jarquín", "Lacayo")
SAID = (
    ("hours", "faq", "¿A qué hora abren hoy?", "Abrimos de 7:00 a 19:00."),
    ("price", "product", "¿Cuánto cuesta el nacatamal?", "El nacatamal cuesta C$ 90."),
    ("delivery", "template", "¿Hacen envíos a Moyogalpa?", "Sí, el envío cuesta C$ 60."),
    ("faq", "faq", "¿Aceptan tarjeta?", "Sí, aceptamos tarjeta y transferencia."),
    ("order", "order", "Quiero dos nacatamales y un fresco de cacao", "Anoté 2 nacatamales y 1 fresco de cacao."),
    ("greeting", "template", "Buenas tardes", "¡Buenas! ¿Qué te doy?"),
    ("out_of_scope", "fallback", "¿Me arreglan la bicicleta?", "Eso no lo tengo confirmado."),
    ("complaint", "handoff", "El pedido llegó frío", "Disculpá. Ya le avisé a alguien del equipo."),
)
LOST = (
    ("missing", "repuestos de bicicleta"),
    ("sold_out", "Baho"),
    ("zone", "Chagüitillo"),
    ("missing", "sushi"),
    ("cart", "Vigorón"),
)
ABOUT = {"order": "order", "complaint": "complaint"}
STATUSES = ("delivered",) * 17 + ("cancelled",) * 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("home", type=Path)
    sizes = {"conversations": CONVERSATIONS, "messages": MESSAGES, "orders": ORDERS, "days": DAYS, "seed": 1}
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    options = parser.parse_args()
    from app.wiring import open_house, prepare_home

    prepare_home(options.home)
    house = open_house(options.home)
    began = time.perf_counter()
    past = Past(house.clock.now(), house.currency(), options.conversations, options.messages, options.orders,
                options.days, options.seed)  # fmt: skip
    house.db.write_now(past.write)
    house.close()
    print(
        f"{options.conversations:,} conversations, {options.messages:,} messages and {options.orders:,} orders", end=" "
    )
    print(f"in {time.perf_counter() - began:.0f} s")


class Past:
    """What was said and sold in the `days` before `now`. Threads begin evenly over them; `seed` decides the rest."""

    def __init__(
        self, now: datetime, currency: str, threads: int, said: int, placed: int, days: int, seed: int = 1
    ) -> None:
        self.now, self.currency = now, currency
        self.threads, self.said, self.placed = threads, said, placed
        self.span = timedelta(days=days)
        self.dice = random.Random(seed)
        self.sold: list[Any] = []

    def write(self, conn: Connection) -> None:
        """All of it, in the caller's transaction."""
        base = (conn.execute(select(func.max(contacts.c.id))).scalar() or 0) + 1
        address = (conn.execute(select(func.max(addresses.c.id))).scalar() or 0) + 1
        self.sold = list(conn.execute(select(products).where(products.c.price > 0)).mappings())
        _put(conn, contacts, (self._contact(base + at, at) for at in range(self.threads)))
        _put(conn, addresses, (self._address(address + at, base + at, at) for at in range(self.threads)))
        _put(conn, conversations, (self._thread(address + at, at) for at in range(self.threads)))
        _put(conn, messages, self._messages())
        _put(conn, unanswered, (self._question(at) for at in range(min(2_000, self.threads))))
        _put(conn, notes, (self._call(at) for at in range(0, self.threads, 7)))
        _put(conn, lost_sales, (self._lost(at) for at in range(0, self.threads, 9)))
        _put(conn, opinions, (self._opinion(at) for at in range(0, self.threads, 5)))
        numbers: dict[str, int] = {}
        rows = [self._order(at, numbers) for at in range(self.placed)]
        _put(conn, orders, iter(rows))
        _put(conn, order_events, (event for row in rows for event in self._events(row)))
        _put(conn, payments, (self._payment(row) for row in rows))
        _put(conn, order_numbers, ({"branch": "", "day": day, "last": last} for day, last in numbers.items()))

    def began(self, at: int) -> datetime:
        """When thread number `at` began; the last one an hour ago."""
        return self.now - timedelta(hours=1) - self.span * (1 - (at + 1) / self.threads)

    def _contact(self, id_: int, at: int) -> dict[str, Any]:
        name = f"{FIRST[at % len(FIRST)]} {LAST[at // len(FIRST) % len(LAST)]}"
        phone = f"+5058{at:07d}"
        return {"id": id_, "name": name, "phone": phone, "email": "", "notes": "",
                "sought": f"{fold(name)} {phone[1:]}", "created_at": self.began(at)}  # fmt: skip

    def _address(self, id_: int, contact_id: int, at: int) -> dict[str, Any]:
        return {"id": id_, "contact_id": contact_id, "contact_was": None, "channel": CHANNELS[at % len(CHANNELS)],
                "account": "", "user_id": f"past-{at}"}  # fmt: skip

    def _thread(self, address_id: int, at: int) -> dict[str, Any]:
        last = self._count(at) - 1
        waits = at >= self.threads - 40 and at % 8 == 0
        intent = self._kind(at, 0)[0]
        return {
            "id": self._thread_id(at), "address_id": address_id, "branch": "", "locale": "es",
            "speaker": "person" if waits else "bot", "taken_by": "", "handed_at": self.began(at) if waits else None,
            "person_wrote_at": None, "about": ABOUT.get(intent, "question"), "misses": 0, "state": {},
            "last_message_id": _id(self._moment(at, last), at, last), "created_at": self.began(at),
            "updated_at": self._moment(at, last),
        }  # fmt: skip

    def _messages(self) -> Iterator[dict[str, Any]]:
        for at in range(self.threads):
            for place in range(self._count(at)):
                yield self._message(at, place)

    def _message(self, at: int, place: int) -> dict[str, Any]:
        intent, source, asked, answered = self._kind(at, place // 2)
        mine, moment = place % 2 == 0, self._moment(at, place)
        return {
            "id": _id(moment, at, place), "conversation_id": self._thread_id(at), "channel": CHANNELS[at % len(CHANNELS)],
            "user_id": f"past-{at}", "speaker": "customer" if mine else "bot", "author": "",
            "text": asked if mine else answered, "intent": intent, "source": "" if mine else source, "out": {},
            "reply_to": "" if mine else _id(self._moment(at, place - 1), at, place - 1), "external_id": "",
            "feedback": "" if mine or (at + place) % 97 else ("up" if at % 4 else "down"),
            "took_ms": None if mine else 300 + (at * 37 + place * 211) % 900 * (1 + at % 3), "created_at": moment,
        }  # fmt: skip

    def _call(self, at: int) -> dict[str, Any]:
        return {"id": _id(self.began(at), at, 700), "conversation_id": self._thread_id(at), "kind": "called",
                "author": "", "text": "", "created_at": self.began(at)}  # fmt: skip

    def _lost(self, at: int) -> dict[str, Any]:
        kind, what = LOST[at % len(LOST)]
        return {**self._of(at), "kind": kind, "what": what, "at": self.began(at)}

    def _opinion(self, at: int) -> dict[str, Any]:
        return {**self._of(at), "score": (3, 3, 3, 0, 2, 3, 1)[at % 7], "asked_at": self.began(at)}

    def _of(self, at: int) -> dict[str, Any]:
        return {"conversation_id": self._thread_id(at), "day": self.began(at).date().isoformat(),
                "channel": CHANNELS[at % len(CHANNELS)], "branch": ""}  # fmt: skip

    def _question(self, at: int) -> dict[str, Any]:
        thread, kind = self.threads - 1 - at, SAID[6]
        return {"message_id": f"past-{at}", "place": 0, "conversation_id": self._thread_id(thread),
                "channel": CHANNELS[thread % len(CHANNELS)], "language": "es", "text": kind[2],
                "words": f"arreglan bicicleta {at % 300}", "score": 0.1, "asked_at": self.began(thread)}  # fmt: skip

    def _order(self, at: int, numbers: dict[str, int]) -> dict[str, Any]:
        thread = at * self.threads // self.placed
        moment = self._moment(thread, 3)
        day = moment.date().isoformat()
        numbers[day] = numbers.get(day, 0) + 1
        status = (
            self.dice.choice(STATUSES)
            if at < self.placed - 12
            else self.dice.choice(("confirmed", "preparing", "ready"))
        )
        lines = [self._line() for _ in range(self.dice.randint(1, 4))]
        total, contact = sum(minor for minor, _ in lines), self._contact(0, thread)
        return {
            "id": f"past-{at:08d}-{self.dice.getrandbits(64):016x}", "placed": _id(moment, thread, 900),
            "number": f"{numbers[day]:04d}", "day": day, "branch": "", "status": status,
            "cancel_reason": "customer" if status == "cancelled" else "",
            "customer": f"{CHANNELS[thread % len(CHANNELS)]}::past-{thread}", "customer_name": contact["name"],
            "phone": contact["phone"], "channel": CHANNELS[thread % len(CHANNELS)],
            "conversation_id": self._thread_id(thread), "language": "es", "items_json": [line for _, line in lines],
            "names_json": [{} for _ in lines], "taken_json": [], "subtotal": total, "delivery_fee": 0, "discount": 0,
            "tax": 0, "tax_added": False, "total": total, "currency": self.currency, "fulfilment": "pickup",
            "address": "", "zone": "", "coupon": "", "note": "", "due": None, "created_at": moment,
            "updated_at": moment, "sought": who_sought(contact["name"], contact["phone"]),
        }  # fmt: skip

    def _line(self) -> tuple[int, dict[str, Any]]:
        row, qty = self.dice.choice(self.sold), self.dice.randint(1, 3)
        whole = row["price"] * qty
        return whole, {
            "product_id": row["sku"], "name": row["name"], "qty": qty, "unit": row["unit"], "options": {}, "extras": [],
            "without_options": [], "note": "", "unit_price": decimal_string(row["price"], self.currency),
            "total": decimal_string(whole, self.currency),
        }  # fmt: skip

    def _events(self, row: dict[str, Any]) -> Iterator[dict[str, Any]]:
        steps = ["draft", "confirmed"] + ([row["status"]] if row["status"] != "confirmed" else [])
        for place, (before, after) in enumerate(pairwise(steps)):
            moment = row["created_at"] + timedelta(minutes=20 * place)
            yield {"id": _id(moment, int(row["id"][5:13]), 950 + place), "order_id": row["id"], "from_status": before,
                   "to_status": after, "by": "customer", "why": "", "cause": f"past-{place}", "refused": False,
                   "at": moment}  # fmt: skip

    def _payment(self, row: dict[str, Any]) -> dict[str, Any]:
        return {"id": f"pay-{row['id']}", "order_id": row["id"], "method": "cash",
                "status": "paid" if row["status"] == "delivered" else "unpaid", "amount": row["total"],
                "currency": row["currency"], "url": "", "proofs": [], "expires_at": None,
                "created_at": row["created_at"], "updated_at": row["updated_at"]}  # fmt: skip

    def _count(self, at: int) -> int:
        """How many messages a thread has: together all of them, some threads longer than others."""
        return self.said * (at + 1) // self.threads - self.said * at // self.threads

    def _kind(self, at: int, turn: int) -> tuple[str, str, str, str]:
        return SAID[(at * 7 + turn * 3 + at // 11) % len(SAID)]

    def _moment(self, at: int, place: int) -> datetime:
        return self.began(at) + timedelta(seconds=40 * place)

    def _thread_id(self, at: int) -> str:
        return _id(self.began(at), at, 0, "thread")


def _id(moment: datetime, at: int, place: int, kind: str = "") -> str:
    """An id that sorts by its moment, as `new_id` makes them, the same for the same place of the past."""
    number = (int(moment.timestamp() * 1000) << 80) | (at << 16) | (place << 1) | bool(kind)
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def _put(conn: Connection, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while some := list(islice(rows, BATCH)):
        conn.execute(insert(table), some)


if __name__ == "__main__":
    main()
