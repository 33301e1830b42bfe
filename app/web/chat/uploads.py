"""Files customers send: checked, stored under `var/files/` by a random name, shown to nobody but the shop."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from starlette.responses import Response

from app.chat import service as chat
from app.core.ids import new_token
from app.web.call import Call
from app.web.callers import too_many
from app.web.chat.api import MINUTE, answer, check_open
from app.web.chat.images import Accepted, NotAccepted, accept
from app.web.problem import problem

# A picture takes up to 160 MB while it is drawn anew: one at a time.
drawing_room = ThreadPoolExecutor(1, thread_name_prefix="picture")


async def upload(call: Call) -> Response:
    """`POST /api/chat/attachments`."""
    check_open(call)
    guest, now = call.guest, call.house.clock.now()
    limit = call.settings.limits.customer_per_minute
    wait = await call.house.limits.hit(f"files:{guest.sender.lane}", limit, MINUTE, now)
    if wait:
        raise too_many(call, wait)
    file = await call.upload("file")
    data = await file.read()
    if len(data) > call.upload_limit:
        raise problem(413, language=call.language, limit=call.upload_limit // 1024)
    if not data:
        call.refuse("file", "file")
    try:
        accepted = await asyncio.wrap_future(drawing_room.submit(accept, data))
    except NotAccepted as error:
        raise problem(415, error.key, language=call.language) from None
    name = await asyncio.to_thread(store, chat.files_folder(call.house.home), new_token(24), accepted)
    attachment_id = await call.house.db.write(
        lambda conn: chat.keep_attachment(
            conn, guest.conversation_id, file=name, mime=accepted.mime, size=len(accepted.data), now=now
        )
    )
    return answer({"attachment_id": attachment_id}, status=201)


def store(folder: Path, stem: str, accepted: Accepted) -> str:
    """Writes the file, whole and on disk, before anything points at it; its name."""
    folder.mkdir(parents=True, exist_ok=True)
    name = stem + accepted.suffix
    with open(folder / name, "xb") as file:
        file.write(accepted.data)
        file.flush()
        os.fsync(file.fileno())
    return name
