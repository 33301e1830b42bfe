"""What other rooms may ask of orders: price, place, read and move them, settle what they cost, and give them out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.errors import NotAllowed
from app.core.later import later
from app.orders.books import Books, check_books
from app.orders.discounts import discount_for
from app.orders.move import EXPIRED, attempt, cancel, customer_may_cancel, expire, move, proof_sent, settle
from app.orders.order import Draft, NoSuchOrder, Order, as_json
from app.orders.place import CouponSpent, SoldOut, place
from app.orders.pricing import MAX_QUANTITY, Bill, Priced, bill, line_of, priced
from app.orders.read import (
    OrderEvent,
    Sought,
    by_number,
    count_new,
    find,
    history,
    last_change,
    last_of,
    listed,
    open_orders_of,
    page_of,
)
from app.orders.states import AMENDED, BACK, CUSTOMER, EXPIRY, OVER, PAYMENT, STATUSES
from app.orders.ticket import Row, as_message, items, method_words, rows, sums, whatsapp_link

if TYPE_CHECKING:
    from app.orders.amend import Amended, Amendment, CannotAmend, Overtaken, amend, amended, quantity_of
    from app.orders.board import LANES, Day, Lane, Pace, lanes, last_events, of_day, pace
    from app.orders.customers import Custom, custom_of
    from app.orders.export import export_orders
    from app.orders.figures import SoldOf, Taken, sold_by_product, taken_on, threads_that_ordered
    from app.orders.forget import StillServed, erase_customer, erase_old_customers, threads_under_way

__getattr__ = later(__name__, "amend", "board", "customers", "figures", "export", "forget")

__all__ = [
    "AMENDED",
    "BACK",
    "CUSTOMER",
    "EXPIRED",
    "EXPIRY",
    "LANES",
    "MAX_QUANTITY",
    "OVER",
    "PAYMENT",
    "STATUSES",
    "Amended",
    "Amendment",
    "Bill",
    "Books",
    "CannotAmend",
    "CouponSpent",
    "Custom",
    "Day",
    "Draft",
    "Lane",
    "NoSuchOrder",
    "NotAllowed",
    "Order",
    "OrderEvent",
    "Overtaken",
    "Pace",
    "Priced",
    "Row",
    "SoldOf",
    "SoldOut",
    "Sought",
    "StillServed",
    "Taken",
    "amend",
    "amended",
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
    "erase_customer",
    "erase_old_customers",
    "expire",
    "export_orders",
    "find",
    "history",
    "items",
    "lanes",
    "last_change",
    "last_events",
    "last_of",
    "line_of",
    "listed",
    "method_words",
    "move",
    "of_day",
    "open_orders_of",
    "pace",
    "page_of",
    "place",
    "priced",
    "proof_sent",
    "quantity_of",
    "rows",
    "settle",
    "sold_by_product",
    "sums",
    "taken_on",
    "threads_that_ordered",
    "threads_under_way",
    "whatsapp_link",
]
