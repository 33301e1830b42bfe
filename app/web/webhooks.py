"""The platforms' door: off is not there, unsigned is refused, signed is stored before it is acknowledged."""

from __future__ import annotations

from starlette.responses import Response

from app.core.log import get_logger
from app.web.call import Call
from app.web.problem import problem

log = get_logger("webhooks")


async def receive(call: Call) -> Response:
    """`POST /webhook/{channel}`."""
    kind = call.request.path_params["channel"]
    channel = call.house.channels.get(kind)
    if channel is None:
        raise problem(404, "channel", language=call.language)
    body, headers = await call.body(), call.request.headers
    if not channel.verify(headers, body):
        call.request.app.state.metrics.refused_signatures[kind] += 1
        log.warning("bad_signature", channel=kind)
        raise problem(403, "signature", language=call.language)
    for inbound in channel.parse(headers, body):
        await call.house.attend.receive(inbound)
    return Response(status_code=200)


async def shake_hands(call: Call) -> Response:
    """`GET /webhook/{channel}`: a platform that asks whether it is us. No channel that is on asks so yet."""
    raise problem(404, "channel", language=call.language)
