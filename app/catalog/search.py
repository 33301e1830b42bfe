"""Finding products: by price, category and flags in SQL, by the words of the menu in memory; read whole at the end."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from app.catalog.models import products, variants
from app.catalog.product import Product
from app.catalog.read import Common, by_id, categories
from app.core.text import fold

SHORT = 3  # a word this short must be said whole, a longer one also in the singular
NEGATED = re.compile(
    r"\b(?:sin|without|no lleva|no contiene|no tiene|libre de)\s+(?:nada de\s+)?\w+(?:\s+(?:ni|o|or)\s+\w+)*|\b\w+[- ]free\b"
)


@dataclass(frozen=True, slots=True)
class Lacking:
    """What must not be in a product: `shows`, the words that give it away; `claims`, those that say it is not there.

    `strict`: only a claim counts, for what may harm (gluten). Else a product whose words show nothing counts too, where
    others of its category do show it: "sin carne" is no question about soap.
    """

    shows: tuple[str, ...]
    claims: tuple[str, ...] = ()
    strict: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What products must fit. Prices are minor units, both ends included; empty or None: does not matter.

    `words`: all are in name, synonyms, categories or description. `having`: of each group one word is in those or in the
    extras that come with it; `meat*` is the beginning of a word. `choices`: of each group one name is that of an option
    value, and what has them all is in stock. `available` True: can be sold now, False: cannot.
    """

    words: str = ""
    category: str = ""
    min_price: int | None = None
    max_price: int | None = None
    best_seller: bool | None = None
    seasonal: bool | None = None
    available: bool | None = True
    having: tuple[tuple[str, ...], ...] = ()
    lacking: tuple[Lacking, ...] = ()
    choices: tuple[tuple[str, ...], ...] = ()
    by_price: Literal["", "up", "down"] = ""
    hidden: frozenset[str] = frozenset()

    @property
    def reads_words(self) -> bool:
        return bool(fold(self.words) or self.having or self.lacking)


def find(
    conn: Connection, wanted: Wanted = Wanted(), *, limit: int = 10, offset: int = 0, common: Common | None = None
) -> list[Product]:  # fmt: skip
    """Products that fit all that is wanted, in the menu's order or by price."""
    query = _fitting(conn, wanted)
    if not wanted.reads_words and not wanted.choices:
        ids = [at for (at,) in conn.execute(query.with_only_columns(products.c.id).limit(limit).offset(offset))]
        return by_id(conn, ids, common)
    ids = _by_words(conn, query, wanted) if wanted.reads_words else [row.id for row in conn.execute(query)]
    if not wanted.choices:
        return by_id(conn, ids[offset : offset + limit], common)
    found = [product for product in by_id(conn, ids, common) if _can_be_chosen(product, wanted)]
    return found[offset : offset + limit]


def says_word(conn: Connection, word: str) -> bool:
    """Whether the menu's words have it anywhere."""
    pattern = _pattern((word,))
    query = select(*TEXTS).where(products.c.enabled)
    return any(pattern.search(_text(row)) for row in conn.execute(query))


def shows(product: Product, words: Sequence[str]) -> bool:
    """Whether a product's words have one of these, an absence told ("sin carne") apart."""
    return _text_shows(text_of(product), tuple(words))


def claims(product: Product, words: Sequence[str]) -> bool:
    """Whether a product's words say one of these as they stand: "sin gluten"."""
    return bool(words) and bool(_pattern(tuple(words)).search(text_of(product)))


def with_words(conn: Connection, query: Select[Any], words: str) -> list[int]:
    """Of the products `query` is about, the ids of those whose words have all of these."""
    return _saying(conn.execute(query.with_only_columns(*TEXTS)).all(), words)


def text_of(product: Product) -> str:
    """A product's words folded: name, synonyms, categories, description, the extras that come with it."""
    included = (extra.name for extra in product.extras if extra.included)
    return _folded(" . ".join((product.name, *product.synonyms, *product.categories, product.description, *included)))


TEXTS = (
    products.c.id, products.c.name, products.c.tags, products.c.description, products.c.synonyms, products.c.extras,
)  # fmt: skip


def _fitting(conn: Connection, wanted: Wanted) -> Select[Any]:
    """What SQL can tell of it."""
    query = select(*TEXTS).where(products.c.enabled)
    if wanted.min_price is not None:
        query = query.where(products.c.price >= wanted.min_price)
    if wanted.max_price is not None:
        query = query.where(products.c.price <= wanted.max_price)
    for column, asked in (("best_seller", wanted.best_seller), ("seasonal", wanted.seasonal)):
        if asked is not None:
            query = query.where(products.c[column].is_(asked))
    if wanted.available is not None:
        sellable = sellable_now()
        query = query.where(sellable if wanted.available else ~sellable)
    if wanted.hidden:
        query = query.where(products.c.sku.not_in(sorted(wanted.hidden)))
    if fold(wanted.category):
        query = query.where(in_category(conn, fold(wanted.category)))
    place = (products.c.position, products.c.id)
    price = {"up": (products.c.price,), "down": (products.c.price.desc(),)}.get(wanted.by_price, ())
    return query.order_by(*price, *place)


def sellable_now() -> ColumnElement[bool]:
    """`Product.sellable` in SQL: available, and not counted down to nothing, by variant where that is how it is counted."""
    mine = variants.c.product_id == products.c.id
    counted = exists().where(mine, variants.c.stock.is_not(None))
    some_left = exists().where(mine, or_(variants.c.stock.is_(None), variants.c.stock > 0))
    whole = or_(products.c.stock.is_(None), products.c.stock > 0)
    return and_(products.c.available, or_(and_(counted, some_left), and_(~counted, whole)))


def in_category(conn: Connection, group: str, *, enabled: bool = True) -> ColumnElement[bool]:
    """In a category of this folded name, however it is spelled; of what is off the menu where not `enabled`."""
    spelled = [name for name in categories(conn, every_spelling=True, enabled=enabled) if fold(name) == group]
    return or_(False, *(("|" + products.c.tags + "|").contains(f"|{name}|", autoescape=True) for name in spelled))


def _by_words(conn: Connection, query: Select[Any], wanted: Wanted) -> list[int]:
    rows = conn.execute(query).all()
    for group in wanted.having:
        rows = [row for row in rows if _shows(row, group)]
    for lacking in wanted.lacking:
        shown = set[str]() if wanted.category or lacking.strict else _categories_with(conn, lacking.shows)
        rows = [row for row in rows if _lacks(row, lacking, shown)]
    return _saying(rows, wanted.words)


def _saying(rows: Sequence[Any], words: str) -> list[int]:
    sought = fold(words).split()
    return [row.id for row in rows if all(_has(_text(row), word) for word in sought)]


def _lacks(row: Any, lacking: Lacking, categories_with: set[str]) -> bool:
    if lacking.claims and _pattern(lacking.claims).search(_text(row)):
        return True
    if lacking.strict or _shows(row, lacking.shows):
        return False
    return not categories_with or not categories_with.isdisjoint(row.tags.split("|"))


def _categories_with(conn: Connection, words: tuple[str, ...]) -> set[str]:
    rows = conn.execute(select(*TEXTS).where(products.c.enabled))
    return {name for row in rows if _shows(row, words) for name in row.tags.split("|") if name}


def _shows(row: Any, words: tuple[str, ...]) -> bool:
    return _text_shows(_text(row), words)


def _can_be_chosen(product: Product, wanted: Wanted) -> bool:
    chosen = product.chosen_of(wanted.choices)
    left = product.left_of(chosen) if len(chosen) == len(wanted.choices) else 0
    return left is None or left > 0


def _text(row: Any) -> str:
    included = (extra["name"] for extra in row.extras if extra.get("included"))
    return _folded(" . ".join((row.name, *row.synonyms, *row.tags.split("|"), row.description, *included)))


@lru_cache(maxsize=2048)
def _folded(text: str) -> str:
    return fold(text)


@lru_cache(maxsize=8192)  # keyed by the text itself: a menu that changes asks anew
def _text_shows(text: str, words: tuple[str, ...]) -> bool:
    return bool(_pattern(words).search(_told(text)))


@lru_cache(maxsize=2048)
def _told(text: str) -> str:
    """The text without the absences it tells: "sin carne"."""
    return NEGATED.sub(" ", text)


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...]) -> re.Pattern[str]:
    """Any of the words, in the singular or plural; `meat*` is the beginning of one."""
    ways = (re.escape(fold(word)).replace(r"\*", r"\w*") + ("" if word.endswith("*") else "(?:e?s)?") for word in words)
    return re.compile(rf"\b(?:{'|'.join(ways)})\b" if words else r"(?!)")


def _has(text: str, word: str) -> bool:
    return word in text or (len(word) > SHORT and word.rstrip("s") in text)


__all__ = [
    "Lacking", "Wanted", "claims", "find", "in_category", "says_word", "sellable_now", "shows", "text_of", "with_words",
]  # fmt: skip
