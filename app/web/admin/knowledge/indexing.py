"""«Re-indexar» and how far it is."""

from __future__ import annotations

from starlette.responses import Response

from app.web.admin.frame import back, by_htmx, fragment
from app.web.call import Call

PATH = "/admin/knowledge"


async def begin(call: Call) -> Response:
    """`POST /admin/knowledge/index`: begins, or watches what somebody else began."""
    call.house.reindex.begin()
    return await show(call) if by_htmx(call) else back(PATH)


async def show(call: Call) -> Response:
    """`GET /admin/knowledge/index`: the part that tells how far it is, and what came of it."""
    if not by_htmx(call):
        return back(PATH)
    return fragment(call, "admin/knowledge/indexing.html", {"indexing": call.house.reindex.run})
