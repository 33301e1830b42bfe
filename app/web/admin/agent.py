"""The hand brake on every page: whether the agent answers customers."""

from __future__ import annotations

from starlette.responses import Response

from app.web.admin.frame import Toast, back, by_htmx, said, text
from app.web.call import Call


async def switch(call: Call) -> Response:
    """`POST /admin/agent`: `on` is there when the agent is to answer. A person's own messages go out either way."""
    on = bool(call.field("on"))
    await call.house.settings.change({"channels.paused": not on})
    if not by_htmx(call):
        return back("/admin")
    return said(call, Toast(text(call, "frame.now_on" if on else "frame.now_paused")))
