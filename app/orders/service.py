"""What other rooms may ask of orders: price, place, read and move them, settle what they cost, and give them out."""

from __future__ import annotations

from app.core.errors import NotAllowed
from app.orders.books import Books, check_books
from app.orders.customers import Custom, custom_of
from app.orders.discounts import discount_for
from app.orders.export import export_orders
from app.orders.move import EXPIRED, attempt, cancel, customer_may_cancel, expire, move, proof_sent, settle
from app.orders.order import Draft, NoSuchOrder, Order, as_json
from app.orders.place import CouponSpent, SoldOut, place
from app.orders.pricing import MAX_QUANTITY, Bill, Priced, bill, priced
from app.orders.read import (
    OrderEvent,
    by_number,
    count_new,
    find,
    history,
    last_change,
    last_of,
    listed,
    open_orders_of,
)
from app.orders.states import CUSTOMER, EXPIRY, OVER, PAYMENT, STATUSES
from app.orders.ticket import as_message, items, whatsapp_link

__all__ = [
    "CUSTOMER",
    "EXPIRED",
    "EXPIRY",
    "MAX_QUANTITY",
    "OVER",
    "PAYMENT",
    "STATUSES",
    "Bill",
    "Books",
    "CouponSpent",
    "Custom",
    "Draft",
    "NoSuchOrder",
    "NotAllowed",
    "Order",
    "OrderEvent",
    "Priced",
    "SoldOut",
    "as_json",
    "as_message",
    "attempt",
    "bill",
    "by_number",
    "cancel",
    "check_books",
    "count_new",
    "custom_of",
    "customer_may_cancel",
    "discount_for",
    "expire",
    "export_orders",
    "find",
    "history",
    "items",
    "last_change",
    "last_of",
    "listed",
    "move",
    "open_orders_of",
    "place",
    "priced",
    "proof_sent",
    "settle",
    "whatsapp_link",
]
