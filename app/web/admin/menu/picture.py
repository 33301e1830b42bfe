"""A product's photo: put, taken off, put back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

from app.catalog import service as catalog
from app.web import photos
from app.web.admin.frame import Toast, back, by_htmx, fragment, text
from app.web.admin.menu.listing import PATH, product_id, row_of, there
from app.web.call import Call
from app.web.chat.images import NotAccepted
from app.web.problem import problem

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from app.catalog.service import Product


async def put(call: Call) -> Response:
    """`POST /admin/menu/{id}/photo`: the file `photo`. The one before stays on disk: answers given still show it."""
    await call.house.db.read(lambda conn: there(call, conn))
    file = await call.upload("photo")
    data = await file.read()
    try:
        if len(data) > call.upload_limit:
            raise NotAccepted("photo_large")
        address = await photos.keep(call.house.home, data)
    except NotAccepted as error:
        key = "photo_kind" if error.key == "file_kind" else error.key
        refused = text(call, f"problem.{key}", most=call.upload_limit // (1024 * 1024))
        return await _shown(call, await call.house.db.read(lambda conn: there(call, conn)), refused=refused)
    return await _shown(call, await _put(call, address))


async def remove(call: Call) -> Response:
    """`POST /admin/menu/{id}/photo/remove`."""
    before = await call.house.db.read(lambda conn: there(call, conn))
    undo = f"{PATH}/{before.id}/photo/restore"
    toast = Toast(text(call, "menu.photo_removed"), undo=undo, fields={"image": before.image or ""})
    return await _shown(call, await _put(call, ""), toast=toast)


async def restore(call: Call) -> Response:
    """`POST /admin/menu/{id}/photo/restore`: a photo of ours that was taken off."""
    image = call.field("image")
    if not photos.is_photo(image):
        raise problem(404, language=call.language)
    return await _shown(call, await _put(call, image))


async def _put(call: Call, address: str) -> Product:
    id_, now = product_id(call), call.house.clock.now()

    def work(conn: Connection) -> Product:
        there(call, conn)
        catalog.set_image(conn, id_, address, now=now)
        return there(call, conn)

    return await call.house.db.write(work)


async def _shown(call: Call, product: Product, *, refused: str = "", toast: Toast | None = None) -> Response:
    """The photo's part of the product's page."""
    if not by_htmx(call) and not refused:
        return back(f"{PATH}/{product.id}")
    values = {"row": row_of(product), "refused": refused}
    return fragment(call, "admin/menu/photo_swap.html", values, status=422 if refused else 200, toast=toast)
