"""Gives the figures out as CSV or XLSX: one file for each table of the page."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sqlalchemy import Connection

from app.analytics.lost import lost_between
from app.analytics.report import COUNTED, Look, asked_most, period
from app.core.money import decimal_string
from app.core.tables import Value, write_table
from app.orders import service as orders

DAYS = ("day", "channel", "branch", *COUNTED, "slow_ms")
COLUMNS = {
    "days": DAYS,
    "asked": ("question", "count", "not_understood"),
    "products": ("product_id", "name", "qty", "orders", "total", "currency"),
    "lost": ("kind", "what", "conversations", "last_at"),
}
TABLES = tuple(COLUMNS)


def export_figures(conn: Connection, table: str, form: str, look: Look, currency: str) -> bytes:
    """One of TABLES over the look, as `csv` or `xlsx`; no cell of it runs in a spreadsheet."""
    return write_table(COLUMNS[table], _rows(conn, table, look, currency), form, table)


def _rows(conn: Connection, table: str, look: Look, currency: str) -> Iterable[Sequence[Value]]:
    if table == "asked":
        return [(one.text, one.count, one.missed) for one in asked_most(conn, look)]
    if table == "products":
        sold = orders.sold_by_product(conn, *look.days, look.channel, look.branch)
        return [(one.product_id, one.name, one.qty, one.orders, _money(one.total, currency), currency) for one in sold]
    if table == "lost":
        lost = lost_between(conn, *look.days, look.channel, look.branch)
        return [(one.kind, one.what, one.talks, one.last_at.isoformat(timespec="seconds")) for one in lost]
    days = period(conn, look).rows
    return [
        [_money(row[name], currency) if name == "sold" else row[name] for name in DAYS]
        for day in sorted(days)
        for row in days[day]
    ]


def _money(minor: int, currency: str) -> Decimal:
    return Decimal(decimal_string(minor, currency))
