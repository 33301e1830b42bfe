"""What a shop knows and sells, copied into another database: for trying out beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, func, insert, select

from app.catalog import models as _catalog
from app.core.db import Database
from app.core.facts import fact
from app.core.migrate import version, versions
from app.core.models import data_files, facts
from app.core.ownership import DATA_VERSION
from app.knowledge import models as _knowledge
from app.settings import Settings


def copy_data(home: Path, settings: Settings, into: Database) -> bool:
    """What the shop's own database knows of FAQs and products, copied; False if there is none at this schema."""
    url = settings.env.database_url or f"sqlite:///{home / 'var' / 'db.sqlite'}"
    if url.startswith("sqlite") and not Path(url.removeprefix("sqlite:///")).is_file():
        return False
    shop = Database(url)
    try:
        if version(shop) != versions()[-1]:
            return False
        copy_tables(shop, into)
    finally:
        shop.close()
    return True


def copy_tables(shop: Database, into: Database) -> None:
    """What the shop knows and sells, in the place of what `into` had of it."""
    tables = (_catalog.products, _catalog.variants, _knowledge.faqs, _knowledge.docs, _knowledge.passages,
              facts, data_files)  # fmt: skip
    rows = shop.read_now(lambda conn: [(table, conn.execute(select(table)).mappings().all()) for table in tables])

    def write(conn: Connection) -> None:
        for table in reversed(tables):
            conn.execute(table.delete())
        for table, found in rows:
            if found:
                conn.execute(insert(table), [dict(row) for row in found])

    into.write_now(write)


def shelves(conn: Connection) -> tuple[Any, ...]:
    """What is another one whenever the menu, a price or a stock has changed."""
    products, variants = _catalog.products.c, _catalog.variants.c
    menu = select(
        func.max(products.updated_at), func.sum(products.price), func.sum(products.stock), func.count(products.id)
    )
    kinds = select(func.sum(variants.price), func.sum(variants.stock), func.count(variants.id))
    on_sale = select(func.count()).where(products.available, products.enabled)
    return (
        fact(conn, DATA_VERSION),
        *conn.execute(menu).one(),
        *conn.execute(kinds).one(),
        conn.execute(on_sale).scalar(),
    )
