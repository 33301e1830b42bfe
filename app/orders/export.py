"""Gives the orders out: as CSV or XLSX, one row each, which no spreadsheet runs, or as JSON with their lines."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Connection

from app.core.errors import UserError
from app.core.money import decimal_string
from app.core.tables import FORMATS, Value, complaint, write_json, write_table
from app.orders.order import Order
from app.orders.read import Sought, matching
from app.orders.ticket import items

COLUMNS = (
    "number", "created_at", "status", "customer_name", "phone", "channel", "fulfilment", "address", "items", "subtotal",
    "delivery_fee", "discount", "total", "currency", "payment_method", "payment_status",
)  # fmt: skip
EVERY = Sought()
SUMS = ("subtotal", "delivery_fee", "discount", "total")


def export_orders(conn: Connection, form: str, sought: Sought = EVERY) -> bytes:
    """The orders looked for, oldest first, as `csv`, `json` or `xlsx` (CONTRACT 4's columns)."""
    if form not in FORMATS:
        raise UserError(complaint("unknown_export", form=form))
    if form == "json":
        return write_json(
            [{**_cells(order), **_sums(order), "items": list(order.lines)} for order in matching(conn, sought)]
        )
    rows = ([cells[name] for name in COLUMNS] for cells in map(_cells, matching(conn, sought)))
    return write_table(COLUMNS, rows, form, "orders")


def _cells(order: Order) -> dict[str, Value]:
    return {
        "number": order.number,
        "created_at": order.created_at.isoformat(timespec="seconds"),
        "status": order.status,
        "customer_name": order.name,
        "phone": order.phone,
        "channel": order.channel,
        "fulfilment": order.fulfilment,
        "address": order.address,
        "items": "; ".join(items(order, order.language)),
        **{name: Decimal(amount) for name, amount in _sums(order).items()},
        "currency": order.currency,
        "payment_method": order.method,
        "payment_status": order.payment.status,
    }


def _sums(order: Order) -> dict[str, str]:
    return {name: decimal_string(getattr(order, name), order.currency) for name in SUMS}
