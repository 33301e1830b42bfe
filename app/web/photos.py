"""Products' photos: drawn anew in two sizes, kept under `var/files/products/` by a random name, shown to anybody."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

from starlette.responses import Response

from app.chat import service as chat
from app.core.ids import new_token
from app.web.call import Call
from app.web.chat.images import accept_picture
from app.web.chat.uploads import drawing_room, store
from app.web.problem import problem
from app.web.static import FOR_EVER, TYPES

PREFIX = "/photos/"
SIDE, SMALL_SIDE = 1024, 128
NAME = re.compile(r"(?P<stem>[A-Za-z0-9_-]{32})(?:-s)?(?P<suffix>\.(?:jpg|png|webp))")


async def show(call: Call) -> Response:
    """`GET /photos/{path}`: a photo we made ourselves, by a name we gave; nothing else of the disk."""
    name: str = call.request.path_params["path"]
    found = await asyncio.to_thread(_read, photos_folder(call.house.home) / name) if NAME.fullmatch(name) else None
    if found is None:
        raise problem(404, language=call.language)
    return Response(found, headers={"Cache-Control": FOR_EVER}, media_type=TYPES[Path(name).suffix])


async def keep(home: Path, data: bytes) -> str:
    """The address of a picture as it is kept; NotAccepted for what is none."""
    drawn = [await asyncio.wrap_future(drawing_room.submit(accept_picture, data, side)) for side in (SMALL_SIDE, SIDE)]
    stem, folder = new_token(24), photos_folder(home)
    await asyncio.to_thread(store, folder, f"{stem}-s", drawn[0])
    return PREFIX + await asyncio.to_thread(store, folder, stem, drawn[1])


def is_photo(address: str) -> bool:
    """Whether it is the address of a photo of ours, in its whole size."""
    name = address.removeprefix(PREFIX)
    return address.startswith(PREFIX) and NAME.fullmatch(name) is not None and len(Path(name).stem) == 32


def thumbnail(address: str) -> str:
    """The small one of a photo of ours, "" for any other address."""
    if not is_photo(address):
        return ""
    stem, _, suffix = address.rpartition(".")
    return f"{stem}-s.{suffix}"


def photos_folder(home: Path) -> Path:
    return chat.files_folder(home) / "products"


def _read(path: Path) -> bytes | None:
    return path.read_bytes() if path.is_file() else None
