"""Many prices at once: seen first, put together, put back together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.catalog.service import NewPrice, Raise
from app.core.money import minor_digits, parse_money
from app.web.admin.frame import Toast, by_htmx, fragment, panel_page, text
from app.web.admin.menu.listing import PATH, to_list
from app.web.call import Call

STEPS = ("0", "0.50", "1", "5", "10", "50", "100", "500", "1000")  # what prices are rounded to, in units
PERCENT = (Decimal(-90), Decimal(500))


async def show(call: Call) -> Response:
    """`GET /admin/menu/prices`: with `value`, every price as it would be."""
    query = call.request.query_params
    asked = {name: query.get(name, default) for name, default in _FIELDS.items()}
    return await _page(call, asked)


async def put(call: Call) -> Response:
    """`POST /admin/menu/prices`: the prices of the preview; 409 with a new one where they changed since."""
    asked = {name: call.field(name) or default for name, default in _FIELDS.items()}
    currency = await asyncio.to_thread(call.house.currency)
    by, _ = _read(call, asked, currency)
    if by is None:
        return await _page(call, asked, status=422)
    seen, now = call.field("seen"), call.house.clock.now()
    token = await call.house.db.write(lambda conn: catalog.reprice(conn, by, seen, now=now))
    if not token:
        return await _page(call, asked, status=409)
    toast = Toast(text(call, "menu.repriced"), undo=f"{PATH}/prices/undo", fields={"token": token})
    return await to_list(call, toast)


async def undo(call: Call) -> Response:
    """`POST /admin/menu/prices/undo`: what nobody changed since goes back."""
    token, now = call.field("token"), call.house.clock.now()
    count = await call.house.db.write(lambda conn: catalog.undo_reprice(conn, token, now=now))
    said = text(call, "menu.reprice_gone") if count is None else text(call, "menu.reprice_undone", count=count)
    return await to_list(call, Toast(said, bad=count is None))


_FIELDS = {"category": "", "kind": "percent", "value": "", "step": "0"}


async def _page(call: Call, asked: Mapping[str, str], *, status: int = 200) -> Response:
    currency = await asyncio.to_thread(call.house.currency)
    by, wrong = _read(call, asked, currency) if asked["value"].strip() else (None, "")
    categories = await call.house.db.read(catalog.categories)
    prices: list[NewPrice] = []
    if by is not None:
        prices = await call.house.db.read(lambda conn: catalog.new_prices(conn, by))
    values: dict[str, Any] = {
        "asked": asked, "wrong": wrong, "prices": prices, "seen": catalog.seen_as(prices), "looked": by is not None,
        "categories": categories, "steps": STEPS, "currency": currency, "late": status == 409,
    }  # fmt: skip
    status = 422 if wrong else status
    if by_htmx(call):
        return fragment(call, "admin/menu/prices_form.html", values, status=status)
    return await panel_page(call, "admin/menu/prices.html", values, active="menu", status=status)


def _read(call: Call, asked: Mapping[str, str], currency: str) -> tuple[Raise | None, str]:
    """The change that is asked for, or why it cannot be read."""
    step = asked["step"] if asked["step"] in STEPS else "0"
    minor = max(1, int(Decimal(step).scaleb(minor_digits(currency))))
    parse: Callable[[], Raise]
    if asked["kind"] == "amount":
        parse = lambda: Raise(asked["category"], None, parse_money(asked["value"], currency, negative=True), minor)  # noqa: E731
    else:
        parse = lambda: Raise(asked["category"], _percent(asked["value"]), 0, minor)  # noqa: E731
    try:
        return parse(), ""
    except (ValueError, InvalidOperation) as error:
        return None, str(error) if asked["kind"] == "amount" else text(call, "menu.percent_wrong")


def _percent(said: str) -> Decimal:
    percent = Decimal(said.strip().rstrip("%").strip().replace(",", ".")[:12])
    if not percent.is_finite() or not PERCENT[0] <= percent <= PERCENT[1]:
        raise ValueError(said)
    return percent
