"""«Pedidos»: the board, every order by day, state and name, one order's page and its printed ticket, and the files."""

from __future__ import annotations

import re
from dataclasses import asdict
from urllib.parse import urlencode

from starlette.responses import Response

from app.core.tables import FORMATS
from app.orders import service as orders
from app.orders.service import Sought
from app.web.admin.frame import by_htmx, fragment, panel_page, text
from app.web.admin.orders.tickets import board_values, order_values, ticket, today
from app.web.call import Call
from app.web.pages import page

PATH = "/admin/orders"
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
PLACED = re.compile(r"[0-9A-Z]{26}")
TEXT_MOST = 80
OWED = ("unpaid", "pending", "to_verify", "paid", "refund_due", "partly_refunded", "refunded", "failed")
MEDIA = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


async def board(call: Call) -> Response:
    """`GET /admin/orders`: the whole page, or for HTMX only the board."""
    values = await board_values(call)
    if by_htmx(call):
        return fragment(call, "admin/orders/board.html", values)
    return await panel_page(call, "admin/orders/page.html", values, active="orders")


async def listing(call: Call) -> Response:
    """`GET /admin/orders/list?text=&status=&payment=&since=&until=&before=`: newest first, by pages."""
    sought, before = sought_in(call), call.request.query_params.get("before", "")
    start = before if PLACED.fullmatch(before) else ""
    now = call.house.clock.now()
    found, after = await call.house.db.read(lambda conn: orders.page_of(conn, sought, start))
    filters = {name: value for name, value in asdict(sought).items() if value}
    values = {
        "tickets": [ticket(call, order, now) for order in found], "sought": sought, "owed": OWED,
        "statuses": orders.STATUSES[1:], "filters": urlencode(filters), "is_filtered": bool(filters), "branches": call.settings.branches,
        "next": urlencode({**filters, "before": after}) if after else "", "today": today(call, now),
    }  # fmt: skip
    if by_htmx(call) and "hx-history-restore-request" not in call.request.headers:
        return fragment(call, "admin/orders/found.html", values)
    return await panel_page(call, "admin/orders/list.html", values, active="orders")


async def show(call: Call) -> Response:
    """`GET /admin/orders/{id}`."""
    values = await order_values(call, call.request.path_params["id"])
    if by_htmx(call):
        return fragment(call, "admin/orders/order.html", values)
    return await panel_page(call, "admin/orders/order_page.html", values, active="orders")


async def printed(call: Call) -> Response:
    """`GET /admin/orders/{id}/ticket`: for a printer of 80 mm."""
    values = await order_values(call, call.request.path_params["id"])
    profile = call.settings.profile(values["order"].branch)
    return page(call, "admin/orders/ticket.html", {**values, "shop": profile.name, "phone": profile.phone})


async def export(call: Call) -> Response:
    """`GET /admin/orders/export?form=csv`: what the same filter shows, as a file; as `python -m app export orders`."""
    form, sought = call.request.query_params.get("form", "csv"), sought_in(call)
    if form not in FORMATS:
        call.refuse("form", "choice", choices=", ".join(FORMATS))
    content = await call.house.db.read(lambda conn: orders.export_orders(conn, form, sought))
    name = f"{text(call, 'orders.file')}-{today(call, call.house.clock.now())}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, headers=headers, media_type=MEDIA[form])


def sought_in(call: Call) -> Sought:
    """The filter of the address; what makes no sense in it is left out."""
    query = call.request.query_params
    status, payment = query.get("status", ""), query.get("payment", "")
    since, until = query.get("since", ""), query.get("until", "")
    return Sought(
        status=status if status in orders.STATUSES else "",
        payment=payment if payment in OWED else "",
        since=since if DAY.fullmatch(since) else "",
        until=until if DAY.fullmatch(until) else "",
        text=" ".join(query.get("text", "").split())[:TEXT_MOST],
        branch=query.get("branch", "")[:80],
    )
