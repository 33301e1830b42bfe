"""The books at the end: every order as its customer saw it, every sum by the menu, every unit and notice accounted for."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from app.simulation.conversation import Told
from app.simulation.customer import Placed
from app.simulation.menu import Menu

SAME = ("lines", "subtotal", "delivery_fee", "discount", "total", "currency", "fulfilment", "address", "customer")
PAGES = ("orders", "totals", "stock", "notices")
KEPT = 50  # problems that are told


@dataclass
class Books:
    """Each page: right, wrong, or None where it cannot be seen from here."""

    orders: bool | None = None
    totals: bool | None = None
    stock: bool | None = None
    notices: bool | None = None
    problems: list[str] = field(default_factory=list)

    @property
    def are_right(self) -> bool:
        return not any(getattr(self, page) is False for page in PAGES)

    def as_json(self) -> dict[str, bool | None]:
        return {page: getattr(self, page) for page in PAGES}


class Ledger:
    """Takes down what customers saw as it happens, in little room, and holds it against the shop's books at the end."""

    def __init__(self, menu: Menu, percent_added: Decimal | None = None) -> None:
        self._menu, self._percent = menu, percent_added
        self._seen: dict[str, tuple[str, str]] = {}  # order id -> (what it was, its status)
        self._found: set[str] = set()
        self._numbers: Counter[str] = Counter()
        self._sold: Counter[str] = Counter()  # thousandths
        self._wrong: dict[str, list[str]] = {page: [] for page in PAGES}

    @property
    def placed(self) -> int:
        return len(self._seen)

    def enter(self, told: Told) -> None:
        """The orders of one conversation."""
        for placed in told.placed:
            order = placed.order
            if order["id"] in self._seen:
                self._wrong["orders"].append(f"{order['id']}: two customers were shown it")
            self._seen[order["id"]] = (_digest(order), order["status"])
            self._wrong["orders"] += [f"conversation {told.index}: {why}" for why in _as_shown(placed)]
            self._wrong["totals"] += [f"conversation {told.index}: {why}" for why in self._sums(told, order)]
            if order["status"] != "cancelled":
                for line in order["lines"]:
                    self._sold[line["product_id"]] += self._thousandths(line)

    def find(self, order: Mapping[str, Any]) -> None:
        """One order of the shop's own list, once all customers have left."""
        id_, seen = order["id"], self._seen.get(order["id"])
        self._numbers[str(order["number"])] += 1
        if seen is None or id_ in self._found:
            self._wrong["orders"].append(f"{id_}: nobody confirmed it, or it is there twice")
        elif seen != (_digest(order), order["status"]):
            self._wrong["orders"].append(f"{id_}: its customer saw another ({seen[1]}, it is {order['status']})")
        self._found.add(id_)

    def close(
        self, after: Menu, notices: Mapping[str, int] | None, own: Mapping[str, Iterable[str]] | None = None
    ) -> Books:
        """Once every order was found. `notices`: how many the shop put for each order, None where that cannot be
        seen; `own`: what the shop's own examination found wrong, by page."""
        self._wrong["orders"] += [f"{id_}: confirmed, and not in the books" for id_ in self._seen.keys() - self._found]
        given = [(number, times) for number, times in self._numbers.items() if times > 1]
        self._wrong["orders"] += [f"number {number} was given {times} times" for number, times in given]
        self._wrong["stock"] += self._stock(after)
        if notices is not None:
            put = {id_: notices.get(id_, 0) for id_ in self._seen}
            self._wrong["notices"] += [f"{id_}: {times} notices" for id_, times in put.items() if times != 1]
        for page, problems in (own or {}).items():
            self._wrong[page] += problems
        right: dict[str, bool | None] = {page: not self._wrong[page] for page in PAGES}
        if notices is None:
            right["notices"] = None
        told = [f"{page}: {problem}" for page in PAGES for problem in self._wrong[page]]
        return Books(**right, problems=told[:KEPT])

    def _sums(self, told: Told, order: Mapping[str, Any]) -> Iterator[str]:
        yield from self._menu.wrong_sums(order, self._percent)
        fee = Decimal(order["delivery_fee"])
        if order["fulfilment"] == "pickup" and fee:
            yield f"{fee} for a delivery that is picked up"
        if order["fulfilment"] == "delivery" and told.fee is not None and fee != told.fee:
            yield f"{fee} for a delivery that costs {told.fee}"

    def _stock(self, after: Menu) -> Iterator[str]:
        for good in self._menu.goods:
            now = after.by_id[good.id]
            low = [one["stock"] for one in now.variants if one["stock"] is not None and one["stock"] < 0]
            if low or (now.stock is not None and now.stock < 0):
                yield f"{good.id}: below nothing"
            if good.left is None or now.left is None:
                continue
            sold = Decimal(self._sold[good.id]) / 1000
            if good.left - sold != now.left:
                yield f"{good.id}: {good.left} at the start, {sold} sold, {now.left} left"

    def _thousandths(self, line: Mapping[str, Any]) -> int:
        return int(self._menu.counted(line) * 1000) if line["product_id"] in self._menu.by_id else 0


def _as_shown(placed: Placed) -> Iterator[str]:
    """What of a placed order is not what its customer said yes to."""
    if placed.shown is None:
        return
    for part in SAME:
        if placed.shown[part] != placed.order[part]:
            yield f"{part} was shown as {placed.shown[part]}, placed as {placed.order[part]}"


def _digest(order: Mapping[str, Any]) -> str:
    content = json.dumps([order[part] for part in (*SAME, "number")], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]
