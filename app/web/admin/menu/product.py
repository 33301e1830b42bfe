"""One product: its page, written anew or changed, never over what somebody else wrote meanwhile."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from app.catalog import service as catalog
from app.catalog.service import Product, Sheet, SomebodyElseChanged, WrongCells
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.admin.menu import form as forms
from app.web.admin.menu.form import Form
from app.web.admin.menu.listing import PATH, in_place, product_id, row_of, there, to_list
from app.web.call import Call
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection


async def ask_new(call: Call) -> Response:
    """`GET /admin/menu/new`."""
    return await _page(call, forms.blank(), None)


async def add(call: Call) -> Response:
    """`POST /admin/menu/new`: then its page, where photo and the rest are put. `add` only draws one more row."""
    form, now = forms.read(call), call.house.clock.now()
    if form.add:
        return await _page(call, form, None)
    currency = await asyncio.to_thread(call.house.currency)
    try:
        id_ = await call.house.db.write(lambda conn: catalog.add_product(conn, form.sheet, currency, now=now))
    except WrongCells as error:
        return await _page(call, replace(form, wrong=error.wrong), None, status=422)
    await call.house.mind.refresh()
    if not by_htmx(call):
        return back(f"{PATH}/{id_}")
    product, sheet = await call.house.db.read(lambda conn: (catalog.by_id(conn, [id_])[0], _sheet(call, conn, id_)))
    toast = Toast(text(call, "menu.added", name=product.name))
    response = await _page(call, Form(sheet, sheet), product, toast=toast)
    return in_place(response, f"{PATH}/{id_}")


async def show(call: Call) -> Response:
    """`GET /admin/menu/{id}`."""
    product, sheet = await _read(call)
    return await _page(call, Form(sheet, sheet), product)


async def save(call: Call) -> Response:
    """`POST /admin/menu/{id}`: what was changed in the form. 409 where somebody else changed the same: both are shown."""
    form, id_, now = forms.read(call), product_id(call), call.house.clock.now()
    product, _ = await _read(call)
    if form.add:
        return await _page(call, form, product)
    try:
        await call.house.db.write(lambda conn: catalog.save_product(conn, id_, form.sheet, form.base, now=now))
    except WrongCells as error:
        return await _page(call, replace(form, wrong=error.wrong), product, status=422)
    except SomebodyElseChanged as error:
        said = {column: forms.in_words(column, error.now[column]) for column in error.columns}
        mine = {c: form.sheet[c] if form.sheet[c] != form.base.get(c) else value for c, value in error.now.items()}
        return await _page(call, replace(form, sheet=mine, base=error.now, there=said), product, status=409)
    await call.house.mind.refresh()
    return await to_list(call, Toast(text(call, "menu.saved", name=form.sheet["name"].strip())))


async def _read(call: Call) -> tuple[Product, Sheet]:
    id_ = product_id(call)
    return await call.house.db.read(lambda conn: (there(call, conn), _sheet(call, conn, id_)))


def _sheet(call: Call, conn: Connection, id_: int) -> Sheet:
    sheet = catalog.product_sheet(conn, id_)
    if sheet is None:
        raise problem(404, language=call.language)
    return sheet


async def _page(
    call: Call, form: Form, product: Product | None, *, status: int = 200, toast: Toast | None = None
) -> Response:
    """The product's page, or its form alone where that is what was sent."""
    values = {**await _values(call, form, product), "status": status}
    if by_htmx(call) and toast is None:
        return fragment(call, "admin/menu/product_form.html", values, status=status)
    if toast is not None:
        return fragment(call, "admin/menu/product_main.html", values, status=status, toast=toast)
    return await panel_page(call, "admin/menu/product.html", values, active="menu", status=status)


async def _values(call: Call, form: Form, product: Product | None) -> dict[str, Any]:
    def read(conn: Connection) -> tuple[list[str], catalog.Common]:
        return catalog.categories(conn), catalog.common_parts(conn)

    (categories, common), currency = await asyncio.gather(
        call.house.db.read(read), asyncio.to_thread(call.house.currency)
    )
    return {
        "product": product,
        "row": row_of(product) if product else None,
        "refused": "",
        "form": form,
        "sheet": form.sheet,
        "base": json.dumps(form.base, ensure_ascii=False),
        "counts": forms.counts(form.sheet, product),
        "currency": product.currency if product else currency,
        "categories": categories,
        "shared": [item["name"] for part in common for item in part],
        "units": catalog.UNITS,
        "most_best": catalog.MOST_BEST,
        "blank": forms.NAMED,
    }
