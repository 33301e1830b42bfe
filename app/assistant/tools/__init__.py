"""The only door from talk to business: typed reads, and the few acts, bound to one turn's connection, branch and currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from functools import cached_property
from typing import Any

from sqlalchemy import Connection

from app.analytics import service as analytics
from app.assistant.mind import Mind
from app.catalog import service as catalog
from app.catalog.service import Common, Product, Wanted
from app.core.money import decimal_string, parse_money, show
from app.knowledge.service import Hit
from app.nlu.service import Clause, Language, Line, Reading, Waiting
from app.orders import service as orders
from app.orders.service import Draft, Order, Priced
from app.settings import Profile, Settings
from app.shop.currency import currency_of


@dataclass(frozen=True, slots=True)
class Stock:
    """Whether a product can be had here. `left`: how many there are, None where nobody counts."""

    product: Product
    can_be_had: bool
    left: Decimal | None

    def covers(self, qty: Decimal) -> bool:
        return self.can_be_had and (self.left is None or qty <= self.left)


@dataclass(frozen=True, slots=True)
class Page:
    """Some of the products that match, and whether there are more."""

    products: tuple[Product, ...]
    more: bool


class Tools:
    """What one turn may ask and do. What is off at the turn's branch is off here; every price comes from the database now.

    Whose order it is comes from the turn, never from what was said.
    """

    def __init__(self, conn: Connection, mind: Mind, settings: Settings, profile: Profile) -> None:
        self.conn = conn
        self.mind = mind
        self.settings = settings
        self.profile = profile
        self._read: dict[str, Product | None] = {}  # within this turn

    @cached_property
    def currency(self) -> str:
        """The shop's currency: its settings', else the menu's, else its country's."""
        return currency_of(self.settings, catalog.menu_currency(self.conn))

    def search_knowledge(self, text: str, tokens: Sequence[str], clause: Clause | None = None) -> list[Hit]:
        """What the shop knows that may answer this, best first; `clause`: the one it stands in."""
        return self.mind.search(text, tokens, self.settings.retrieval.top_k, clause)

    def products(self, skus: Iterable[str]) -> Mapping[str, Product]:
        """These products by their sku; one that is not on the menu is absent."""
        wanted = list(dict.fromkeys(skus))
        unread = [sku for sku in wanted if sku not in self._read]
        if unread:
            self._read |= dict.fromkeys(unread) | catalog.by_sku(self.conn, unread, self._common)
        return {sku: product for sku in wanted if (product := self._read[sku]) is not None}

    def check_stock(self, product: Product) -> Stock:
        """Whether the product can be had at this branch now."""
        here = product.sku not in self.profile.unavailable
        return Stock(product, here and product.sellable, product.in_stock())

    def read_order(
        self, text: str, language: Language, cart: Sequence[Line], waiting: Waiting | None = None
    ) -> Reading:  # fmt: skip
        """What the message does to the cart."""
        return self.mind.orders.read(text, language=language, cart=cart, waiting=waiting)

    def priced(self, lines: Sequence[Line]) -> tuple[Priced, ...]:
        """The lines with the names and prices of this moment; what is not on the menu any more is left out."""
        known = self.products(line.product_id for line in lines)
        return tuple(orders.priced(known[line.product_id], line) for line in lines if line.product_id in known)

    def subtotal(self, lines: Sequence[Line]) -> int:
        """What the lines come to, minor units."""
        return sum(line.total for line in self.priced(lines))

    def calculate_total(self, draft: Draft) -> int:
        """All that the customer would pay, minor units."""
        return draft.bill.total

    def line_total(self, product: Product, qty: Decimal) -> int:
        """A quantity of a product as it comes, in minor units."""
        return orders.priced(product, Line(product.sku, qty)).total

    def place_order(self, draft: Draft, cause: str, now: datetime) -> Order:
        """Places what its customer said yes to, once. Raises SoldOut or CouponSpent, and then nothing has changed."""
        return orders.place(self.conn, draft, self.settings, now=now, cause=cause)

    def order(self, id_: str) -> Order | None:
        return orders.find(self.conn, id_) if id_ else None

    def last_order(self, customer: str) -> Order | None:
        """The customer's newest order."""
        return orders.last_of(self.conn, customer)

    def may_cancel(self, order: Order, now: datetime) -> bool:
        """Whether its customer may still call it off alone."""
        return orders.customer_may_cancel(order, self.settings, now)

    def cancel_order(self, order: Order, cause: str, now: datetime) -> Order | None:
        """The order called off by its customer; None where it is too late."""
        if not self.may_cancel(order, now):
            return None
        return orders.cancel(self.conn, order.id, by="customer", cause=cause, now=now, settings=self.settings)

    def proof_sent(self, order: Order, attachment: str, cause: str, now: datetime) -> bool:
        """Notes the proof of a transfer; False where the order awaits none."""
        return orders.proof_sent(self.conn, order.id, file=attachment, cause=cause, now=now)

    def order_json(self, order: Order) -> dict[str, Any]:
        """CONTRACT's Order."""
        return orders.as_json(order)

    def keep_opinion(self, conversation_id: str, score: int) -> None:
        """Keeps how it went for the customer, 1 to 3."""
        analytics.keep_opinion(self.conn, conversation_id, score)

    def find_products(self, wanted: Wanted, *, limit: int = 10, offset: int = 0) -> Page:
        """Products that can be had here, by what is wanted."""
        here = replace(wanted, hidden=wanted.hidden | frozenset(self.profile.unavailable))
        found = catalog.find(self.conn, here, limit=limit + 1, offset=offset, common=self._common)
        self._read |= {product.sku: product for product in found}
        return Page(tuple(found[:limit]), len(found) > limit)

    def on_menu(self, word: str) -> bool:
        """Whether the menu's words have it anywhere."""
        return catalog.says_word(self.conn, word)

    def categories(self) -> list[str]:
        """The menu's categories."""
        return list(self._categories)

    @cached_property
    def _common(self) -> Common:
        return catalog.common_parts(self.conn)

    @cached_property
    def _categories(self) -> tuple[str, ...]:
        return tuple(catalog.categories(self.conn))

    def price(self, minor: int, language: str) -> str:
        """Money as it is read: `C$ 120`."""
        return show(minor, self.currency, language)

    def amount(self, money: Decimal, language: str) -> str:
        """An amount of the settings (major units) as it is read."""
        return self.price(parse_money(money, self.currency), language)

    def minor(self, money: Decimal) -> int:
        """An amount of the settings in minor units."""
        return parse_money(money, self.currency)

    def decimal(self, minor: int) -> str:
        """Money as programs read it: `120.00`."""
        return decimal_string(minor, self.currency)
