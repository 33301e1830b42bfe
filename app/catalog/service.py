"""What other rooms may ask the catalogue: products as they are in the database now, and how menus come and go."""

from __future__ import annotations

from app.catalog.edit import edit_product, switch_product
from app.catalog.export import as_menu_json, export_menu
from app.catalog.load import import_menu, sync_menu
from app.catalog.product import Extra, OptionAxis, OptionValue, Product, Variant
from app.catalog.read import all_products, by_sku, categories, find, menu_currency
from app.core.ownership import FileReport

__all__ = [
    "Extra",
    "FileReport",
    "OptionAxis",
    "OptionValue",
    "Product",
    "Variant",
    "all_products",
    "as_menu_json",
    "by_sku",
    "categories",
    "edit_product",
    "export_menu",
    "find",
    "import_menu",
    "menu_currency",
    "switch_product",
    "sync_menu",
]
