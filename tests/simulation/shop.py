"""A shop of one product that serves every customer well, unless it is told to be at fault in one way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from app.simulation.conversation import Heard, Refused
from app.simulation.customer import Places, Saying
from app.simulation.menu import Menu
from app.simulation.persona import Persona, read_personas

PRICE, STOCK = "120.00", 100
PLAIN = {
    "id": "carla", "about": "wants one thing and knows it", "products": [1, 1], "quantity": [1, 1], "changes": 0,
    "extras": 0, "delivery": 0, "repeats_itself": 0,
}  # fmt: skip


def plain(folder: Path, **more: Any) -> list[Persona]:
    """One customer who wants one nacatamal."""
    file = folder / "carla.yaml"
    file.write_text(json.dumps(PLAIN | more), encoding="utf-8")  # JSON is YAML too
    return read_personas(file)


def out(id_: str, text: str, order: Mapping[str, Any] | None = None) -> dict[str, Any]:
    kind = "text" if order is None else "order_summary"
    return {"id": id_, "kind": kind, "text": text, "quick_replies": [], "cards": [], "order": order, "url": None}


@dataclass
class FakeShop:
    """`fault`: what it does wrong; nothing where it is empty."""

    fault: str = ""
    places: Places = field(default_factory=Places)
    percent_added: Decimal | None = Decimal(0)
    placed: list[dict[str, Any]] = field(default_factory=list)

    async def menu(self) -> Menu:
        sold = 0 if self.fault == "stock" else len(self.placed)
        nacatamal = {"sku": "nacatamal", "name": "Nacatamal", "price": PRICE, "available": True, "stock": STOCK - sold}
        return Menu.of([nacatamal])

    async def open(self, persona: Persona, user_id: str) -> FakeLine:
        return FakeLine(self, user_id)

    async def orders(self) -> AsyncIterator[Mapping[str, Any]]:
        for order in self.placed[1:] if self.fault == "lost" else self.placed:
            yield order
        if self.fault == "ghost":
            yield {**self.placed[0], "id": "nobody", "number": "9999"}

    async def settled(self) -> None:
        return

    async def notices(self) -> Mapping[str, int]:
        return {order["id"]: 2 if self.fault == "notices" else 1 for order in self.placed}

    async def own_books(self) -> Mapping[str, Sequence[str]]:
        return {}

    def order(self, user_id: str) -> dict[str, Any]:
        total = "130.00" if self.fault == "total" else PRICE
        line = {"product_id": "nacatamal", "name": "Nacatamal", "qty": 1, "unit": None, "options": {}, "extras": []}
        line |= {"without_options": [], "note": "", "unit_price": PRICE, "total": PRICE}
        return {
            "id": user_id, "number": None, "status": "draft", "cancel_reason": "", "lines": [line], "subtotal": PRICE,
            "delivery_fee": "0.00", "discount": "0.00", "total": total, "currency": "NIO",
            "customer": {"name": "", "phone": ""}, "fulfilment": "pickup", "address": "",
            "payment": {"method": "cash", "status": "unpaid", "url": None},
        }  # fmt: skip


class FakeLine:
    """One customer's line: anything said first brings the summary, the next the order."""

    def __init__(self, shop: FakeShop, user_id: str) -> None:
        self._shop, self._user = shop, user_id
        self._log: list[tuple[str, str]] = []
        self._known: dict[str, Heard] = {}
        self._order = shop.order(user_id)

    async def say(self, said: Saying, client_id: str) -> Heard:
        if client_id in self._known and self._shop.fault != "repeated":
            return self._known[client_id]
        if self._shop.fault == "down":
            raise Refused("POST /api/chat/messages: 503")
        number = len(self._log)
        mine, reply = f"{self._user}-{number:03}", f"{self._user}-{number:03}r"
        outs = [] if self._shop.fault == "silent" else [self._answer(reply)]
        self._log += [(mine, "customer"), *((one["id"], "bot") for one in outs)]
        if self._shop.fault == "doubled":
            self._log.append((f"{reply}2", "bot"))
        self._known[client_id] = Heard(mine, outs, False)
        return self._known[client_id]

    async def history(self) -> list[tuple[str, str]]:
        return self._log

    def _answer(self, id_: str) -> dict[str, Any]:
        if not self._log:
            asks = "Disculpá, algo me falló por dentro." if self._shop.fault == "broken" else "¿Lo confirmamos?"
            return out(id_, asks, deepcopy(self._order))
        if self._order["status"] == "draft":
            self._place()
            return out(id_, "¡Listo!", deepcopy(self._order))
        return out(id_, "Con gusto.")

    def _place(self) -> None:
        number = 1 if self._shop.fault == "number" else len(self._shop.placed) + 1
        self._order |= {"status": "confirmed", "number": f"{number:04}"}
        if self._shop.fault == "changed":
            self._order["total"] = self._order["subtotal"] = "90.00"
        self._shop.placed.append(self._order)
