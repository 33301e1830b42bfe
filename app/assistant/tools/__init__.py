"""The only door from talk to business: typed reads bound to one turn's connection, branch and currency."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from sqlalchemy import Connection

from app.catalog import service as catalog
from app.catalog.service import Product
from app.core.money import decimal_string, parse_money, show
from app.knowledge.service import Hit, Index
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
    """Reads of one turn. What is off at the turn's branch is off here; every price comes from the database now."""

    def __init__(self, conn: Connection, index: Index, settings: Settings, profile: Profile) -> None:
        self.conn = conn
        self.index = index
        self.settings = settings
        self.profile = profile
        self._read: dict[str, Product | None] = {}  # within this turn

    @cached_property
    def currency(self) -> str:
        """The shop's currency: its settings', else the menu's, else its country's."""
        return currency_of(self.settings, catalog.menu_currency(self.conn))

    def search_knowledge(self, text: str, tokens: Sequence[str]) -> list[Hit]:
        """What the shop knows that may answer this, best first."""
        return self.index.search(text, tokens, self.settings.retrieval.top_k)

    def products(self, skus: Iterable[str]) -> Mapping[str, Product]:
        """These products by their sku; one that is not on the menu is absent."""
        wanted = list(dict.fromkeys(skus))
        unread = [sku for sku in wanted if sku not in self._read]
        if unread:
            self._read |= dict.fromkeys(unread) | catalog.by_sku(self.conn, unread)
        return {sku: product for sku in wanted if (product := self._read[sku]) is not None}

    def check_stock(self, product: Product) -> Stock:
        """Whether the product can be had at this branch now."""
        here = product.sku not in self.profile.unavailable
        return Stock(product, here and product.sellable, product.in_stock())

    def calculate_total(self, lines: Iterable[tuple[Product, Decimal]]) -> int:
        """The lines' total in minor units."""
        return sum(self.line_total(product, qty) for product, qty in lines)

    def line_total(self, product: Product, qty: Decimal) -> int:
        """A quantity of a product in minor units, rounded half up."""
        return int((product.price * qty).quantize(Decimal(1), rounding="ROUND_HALF_UP"))

    def find_products(
        self,
        *,
        words: str | None = None,
        category: str | None = None,
        max_price: int | None = None,
        best_seller: bool | None = None,
        seasonal: bool | None = None,
        limit: int = 10,
        offset: int = 0,
    ) -> Page:
        """Products that can be had here, by what is asked for."""
        hidden = self.profile.unavailable
        found = catalog.find(
            self.conn, words=words, category=category, max_price=max_price, best_seller=best_seller,
            seasonal=seasonal, available=True, limit=offset + limit + 1 + len(hidden), offset=0,
        )  # fmt: skip
        here = [product for product in found if product.sku not in hidden]
        return Page(tuple(here[offset : offset + limit]), len(here) > offset + limit)

    def categories(self) -> list[str]:
        """The menu's categories."""
        return list(self._categories)

    @cached_property
    def _categories(self) -> tuple[str, ...]:
        return tuple(catalog.categories(self.conn))

    def price(self, minor: int, language: str) -> str:
        """Money as it is read: `C$ 120`."""
        return show(minor, self.currency, language)

    def amount(self, money: Decimal, language: str) -> str:
        """An amount of the settings (major units) as it is read."""
        return self.price(parse_money(money, self.currency), language)

    def decimal(self, minor: int) -> str:
        """Money as programs read it: `120.00`."""
        return decimal_string(minor, self.currency)
