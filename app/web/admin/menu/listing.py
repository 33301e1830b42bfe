"""The list: what is sold, whether there is any, and what is done with a touch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from starlette.responses import Response

from app.catalog import service as catalog
from app.catalog.service import Asked, Listed, Product, WrongCells
from app.web.admin.frame import Toast, back, by_htmx, fragment, panel_page, text
from app.web.call import Call
from app.web.photos import thumbnail
from app.web.problem import problem
from app.web.shopfront import drawing

if TYPE_CHECKING:
    from sqlalchemy import Connection

PATH = "/admin/menu"
FEW = 3  # «Últimos 3»
WORDS_MOST = 100


@dataclass(frozen=True)
class Row:
    """A product as the list shows it. `left`: None where nobody counts it."""

    product: Product
    photo: str
    drawing: str
    left: Decimal | None

    @property
    def by_variant(self) -> bool:
        return any(variant.stock is not None for variant in self.product.variants)

    @property
    def said_left(self) -> str:
        return _plain(self.left)

    @property
    def is_out(self) -> bool:
        return self.left is not None and self.left <= 0

    @property
    def is_low(self) -> bool:
        return self.left is not None and 0 < self.left <= FEW


@dataclass(frozen=True)
class Counted:
    """Something whose units are counted: the product, or the variant of this key."""

    key: str
    name: str
    left: str


async def show(call: Call) -> Response:
    """`GET /admin/menu`: `q`, `category`, `show`, `order`, and `after` for the next page; HTMX gets the list alone."""
    query = call.request.query_params
    asked = Asked(
        query.get("q", "")[:WORDS_MOST],
        query.get("category", ""),
        query.get("show", "") if query.get("show") in catalog.SHOWING else "",
        query.get("order", "") if query.get("order") in catalog.ORDERS else "menu",
    )
    after = query.get("after", "")
    values = await _values(call, asked, int(after) if after.isascii() and after.isdecimal() and len(after) < 10 else 0)
    if not by_htmx(call):
        return await panel_page(call, "admin/menu/page.html", values, active="menu")
    return fragment(call, f"admin/menu/{'more' if after else 'list'}.html", values)


async def to_list(call: Call, toast: Toast) -> Response:
    """The list in the place of another page of the menu, with what was just done."""
    if not by_htmx(call):
        return back(PATH)
    response = fragment(call, "admin/menu/main.html", await _values(call, Asked(), 0), toast=toast)
    return in_place(response, PATH)


def in_place(response: Response, path: str) -> Response:
    """A page's content that takes the place of another's, as if it had been gone to."""
    response.headers.update({"HX-Push-Url": path, "HX-Retarget": "#content", "HX-Reswap": "innerHTML show:top"})
    return response


async def switch(call: Call) -> Response:
    """`POST /admin/menu/{id}/available`: `on` is there when customers may have it."""
    id_, on, now = product_id(call), bool(call.field("on")), call.house.clock.now()
    _, product = await call.house.db.write(
        lambda conn: (catalog.set_available(conn, id_, on, now=now), there(call, conn))
    )
    name, path = product.name, f"{PATH}/{id_}/available"
    if on:
        return _row(call, product, Toast(text(call, "menu.now_on", name=name)))
    return _row(call, product, Toast(text(call, "menu.now_off", name=name), undo=path, fields={"on": "1"}))


async def ask_stock(call: Call) -> Response:
    """`GET /admin/menu/{id}/stock`: how many are left, to be put as they were counted."""
    return await _stock_form(call, await call.house.db.read(lambda conn: there(call, conn)))


async def stock(call: Call) -> Response:
    """`POST /admin/menu/{id}/stock`: `d` is added, or the counts of the form are put where they are still as shown."""
    id_, now, step = product_id(call), call.house.clock.now(), call.field("d")
    if step:
        if step not in ("1", "-1"):
            call.refuse("d", "choice", choices="1, -1")
        added, product = await call.house.db.write(
            lambda conn: (catalog.add_stock(conn, id_, int(step), now=now), there(call, conn))
        )
        return _row(
            call, product, None if added else Toast(text(call, "menu.stock_stays", name=product.name), bad=True)
        )
    before = await call.house.db.read(lambda conn: there(call, conn))
    places = ["", *(variant.key for variant in before.variants)]
    wanted = {key: call.field(f"left-{at}").strip() for at, key in enumerate(places) if _has(call, f"left-{at}")}
    shown = {key: call.field(f"was-{at}") for at, key in enumerate(places)}
    try:
        done, product = await call.house.db.write(
            lambda conn: (catalog.set_stock(conn, id_, wanted, shown, now=now), there(call, conn))
        )
    except WrongCells as error:
        return await _stock_form(call, before, status=422, typed=wanted, wrong=error.wrong)
    if not done:
        return await _stock_form(call, product, status=409, typed=wanted)
    return _row(call, product, Toast(text(call, "menu.stock_put", name=product.name)), closes=True)


async def delete(call: Call) -> Response:
    """`POST /admin/menu/{id}/delete`: off the menu; it can be put back."""
    product = await _switched(call, False)
    undo = f"{PATH}/{product.id}/restore"
    return await to_list(call, Toast(text(call, "menu.deleted", name=product.name), undo=undo, fields={"list": "1"}))


async def restore(call: Call) -> Response:
    """`POST /admin/menu/{id}/restore`: back on the menu. `list`: from the notice, so the whole list comes anew."""
    product = await _switched(call, True)
    toast = Toast(text(call, "menu.restored", name=product.name))
    if not by_htmx(call):
        return back(PATH)
    if call.field("list"):
        return fragment(call, "admin/menu/swap_list.html", await _values(call, Asked(), 0), toast=toast)
    return _row(call, product, toast)


def product_id(call: Call) -> int:
    """The product of the path; 404 for what is no id."""
    id_: str = call.request.path_params["id"]
    if not (id_.isascii() and id_.isdecimal()) or len(id_) > 9:
        raise problem(404, language=call.language)
    return int(id_)


async def _values(call: Call, asked: Asked, after: int) -> dict[str, Any]:
    """What the list's templates need, in one read."""

    def read(conn: Connection) -> tuple[Listed, catalog.Kinds]:
        return catalog.listed(conn, asked, after), catalog.kinds(conn)

    found, kinds = await call.house.db.read(read)
    said = {"q": asked.words, "category": asked.category, "show": asked.show, "order": asked.order}
    said = {name: value for name, value in said.items() if value and value != "menu"}

    def with_filters(**other: object) -> str:
        """The list with these filters changed."""
        wanted = {name: value for name, value in {**said, **other}.items() if value}
        return f"{PATH}?{urlencode(wanted)}" if wanted else PATH

    return {
        "rows": [row_of(product) for product in found.products],
        "found": found,
        "kinds": kinds,
        "asked": asked,
        "with_filters": with_filters,
        "showing": [name for name in catalog.SHOWING if name],
        "orders": list(catalog.ORDERS),
    }


def row_of(product: Product) -> Row:
    kinds = (drawing(words) for words in (product.name, *product.categories))
    drawn = next((found for found in kinds if found != drawing("")), drawing(""))
    return Row(product, thumbnail(product.image or ""), drawn, product.in_stock())


def there(call: Call, conn: Connection) -> Product:
    """The product of the path as it stands; 404 where there is none."""
    found = catalog.by_id(conn, [product_id(call)])
    if not found:
        raise problem(404, language=call.language)
    return found[0]


async def _switched(call: Call, on: bool) -> Product:
    now = call.house.clock.now()

    def work(conn: Connection) -> Product:
        catalog.switch_product(conn, there(call, conn).sku, on, now=now)
        return there(call, conn)

    product = await call.house.db.write(work)
    await call.house.mind.refresh()
    return product


async def _stock_form(
    call: Call,
    product: Product,
    *,
    status: int = 200,
    typed: Mapping[str, str] | None = None,
    wrong: Mapping[str, str] | None = None,
) -> Response:
    """How many are left, of each that is counted apart; `typed` beside what is there now."""
    names = {(axis.id, value.id): value.name for axis in product.options for value in axis.values}
    counted = [Counted("", text(call, "menu.left_label"), _plain(product.stock))]
    counted += [
        Counted(one.key, " · ".join(names.get(pair, pair[1]) for pair in one.options.items()), _plain(one.stock))
        for one in product.variants
    ]
    if len(counted) > 1 and product.stock is None:
        counted[0] = replace(counted[0], name=text(call, "menu.left_rest"))
    values = {"product": product, "counted": counted, "typed": typed or {}, "wrong": wrong or {}, "late": status == 409}
    if by_htmx(call):
        return fragment(call, "admin/menu/stock_dialog.html", values, status=status)
    return await panel_page(call, "admin/menu/stock_page.html", values, active="menu", status=status)


def _plain(units: Decimal | None) -> str:
    return "" if units is None else f"{units.normalize():f}"


def _has(call: Call, name: str) -> bool:
    return call.form is not None and name in call.form


def _row(call: Call, product: Product, toast: Toast | None, *, closes: bool = False) -> Response:
    if not by_htmx(call):
        return back(PATH)
    return fragment(call, "admin/menu/swap_row.html", {"row": row_of(product), "closes": closes}, toast=toast)
