"""What other rooms may ask the catalogue: products as they are in the database now, and how menus come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.catalog.load import READABLE, import_menu, put_menu, sync_menu
from app.catalog.menu_file import Menu, WrongCells, parse_menu
from app.catalog.product import UNITS, Extra, OptionAxis, OptionValue, Product, Variant, bare
from app.catalog.read import (
    Common,
    all_products,
    by_id,
    by_sku,
    categories,
    common_parts,
    count_products,
    menu_currency,
)
from app.catalog.search import Lacking, Wanted, claims, find, says_word, shows
from app.catalog.stock import OutOfStock, Shelf, Wish, return_some, return_stock, stock_levels, take_stock
from app.catalog.write import set_currency
from app.core.later import later
from app.core.ownership import FileReport

if TYPE_CHECKING:
    from app.catalog.edit import (
        MOST_BEST,
        SomebodyElseChanged,
        add_product,
        add_stock,
        edit_product,
        product_sheet,
        save_product,
        set_available,
        set_image,
        set_stock,
        switch_product,
    )
    from app.catalog.export import as_menu_json, export_menu
    from app.catalog.listing import ORDERS, SHOWING, Asked, Kinds, Listed, kinds, listed
    from app.catalog.preview import Differences, differences
    from app.catalog.reprice import NewPrice, Raise, new_prices, reprice, seen_as, undo_reprice
    from app.catalog.sheet import EMPTY, Sheet

__getattr__ = later(__name__, "listing", "preview", "reprice", "export", "edit", "sheet")

__all__ = [
    "EMPTY",
    "MOST_BEST",
    "ORDERS",
    "READABLE",
    "SHOWING",
    "UNITS",
    "Asked",
    "Common",
    "Differences",
    "Extra",
    "FileReport",
    "Kinds",
    "Lacking",
    "Listed",
    "Menu",
    "NewPrice",
    "OptionAxis",
    "OptionValue",
    "OutOfStock",
    "Product",
    "Raise",
    "Sheet",
    "Shelf",
    "SomebodyElseChanged",
    "Variant",
    "Wanted",
    "Wish",
    "WrongCells",
    "add_product",
    "add_stock",
    "all_products",
    "as_menu_json",
    "bare",
    "by_id",
    "by_sku",
    "categories",
    "claims",
    "common_parts",
    "count_products",
    "differences",
    "edit_product",
    "export_menu",
    "find",
    "import_menu",
    "kinds",
    "listed",
    "menu_currency",
    "new_prices",
    "parse_menu",
    "product_sheet",
    "put_menu",
    "reprice",
    "return_some",
    "return_stock",
    "save_product",
    "says_word",
    "seen_as",
    "set_available",
    "set_currency",
    "set_image",
    "set_stock",
    "shows",
    "stock_levels",
    "switch_product",
    "sync_menu",
    "take_stock",
    "undo_reprice",
]
