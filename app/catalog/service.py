"""What other rooms may ask the catalogue: products as they are in the database now, and how menus come and go."""

from __future__ import annotations

from app.catalog.edit import edit_product, switch_product
from app.catalog.export import as_menu_json, export_menu
from app.catalog.load import import_menu, sync_menu
from app.catalog.product import Extra, OptionAxis, OptionValue, Product, Variant, bare
from app.catalog.read import Common, all_products, by_sku, categories, common_parts, menu_currency
from app.catalog.search import Lacking, Wanted, claims, find, says_word, shows
from app.catalog.stock import OutOfStock, Shelf, Wish, return_some, return_stock, stock_levels, take_stock
from app.core.ownership import FileReport

__all__ = [
    "Common",
    "Extra",
    "FileReport",
    "Lacking",
    "OptionAxis",
    "OptionValue",
    "OutOfStock",
    "Product",
    "Shelf",
    "Variant",
    "Wanted",
    "Wish",
    "all_products",
    "as_menu_json",
    "bare",
    "by_sku",
    "categories",
    "claims",
    "common_parts",
    "edit_product",
    "export_menu",
    "find",
    "import_menu",
    "menu_currency",
    "return_some",
    "return_stock",
    "says_word",
    "shows",
    "stock_levels",
    "switch_product",
    "sync_menu",
    "take_stock",
]
