"""Files that never change while the server runs: read once, named by their content, compressed once."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

STATIC = Path(__file__).parent / "static"
WIDGET = Path(__file__).resolve().parents[2] / "web_widget"
TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".txt": "text/plain; charset=utf-8",
    ".json": "application/json",
}
# HTMX looks at the page a moment after it was read itself: an extension in a file of its own may come too late for that.
TOGETHER = {"vendor/htmx.js": ("vendor/htmx.min.js", "vendor/hx-sse.min.js")}
COMPRESSED = frozenset({".css", ".js", ".svg", ".txt", ".json"})
COMMENT = re.compile(rb"/\*.*?\*/\n?", re.DOTALL)
FOR_EVER = "public, max-age=31536000, immutable"
SHORTLY = "public, max-age=300"
LONG = "public, max-age=2592000"  # fonts: their names change with them


@dataclass(frozen=True)
class Asset:
    """One file; `version` is the start of its sha256."""

    data: bytes
    packed: bytes  # gzip, empty where it would not help
    media_type: str
    version: str


class Assets:
    """The files of one folder, found by their path inside it and in no other way."""

    def __init__(self, folder: Path, prefix: str) -> None:
        self.folder = folder
        self.prefix = prefix

    def url(self, name: str) -> str:
        """The address of a file with its version, which lets browsers keep it for ever."""
        return f"{self.prefix}{name}?v={self._files()[name].version}"

    def respond(self, request: Request, name: str, *, everywhere: bool = False) -> Response | None:
        """The file as a response, or None. `everywhere`: other sites may load it too (the widget's script)."""
        asset = self._files().get(name)
        if asset is None:
            return None
        known = request.query_params.get("v") == asset.version
        headers = {
            "ETag": f'"{asset.version}"',
            "Cache-Control": FOR_EVER if known else LONG if name.endswith(".woff2") else SHORTLY,
            "Cross-Origin-Resource-Policy": "cross-origin" if everywhere else "same-origin",
        }
        if asset.packed:
            headers["Vary"] = "Accept-Encoding"
        if f'"{asset.version}"' in request.headers.get("if-none-match", ""):
            return Response(status_code=304, headers=headers)
        if asset.packed and takes_gzip(request):
            return Response(asset.packed, headers={**headers, "Content-Encoding": "gzip"}, media_type=asset.media_type)
        return Response(asset.data, headers=headers, media_type=asset.media_type)

    def _files(self) -> dict[str, Asset]:
        return _read(self.folder)


@cache
def _read(folder: Path) -> dict[str, Asset]:
    found = {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.suffix in TYPES
    }
    for name, parts in TOGETHER.items():
        if found.keys() >= set(parts):
            found[name] = b"\n".join(found.pop(part) for part in parts)
    return {name: _asset(data, Path(name).suffix) for name, data in found.items()}


def _asset(data: bytes, suffix: str) -> Asset:
    if suffix == ".css":
        data = COMMENT.sub(b"", data)  # they are for who reads the file, not for who waits for it
    packed = gzip.compress(data, 9, mtime=0) if suffix in COMPRESSED else b""
    return Asset(data, packed, TYPES[suffix], sha256(data).hexdigest()[:16])


def takes_gzip(request: Request) -> bool:
    """Whether the client reads gzip."""
    return "gzip" in request.headers.get("accept-encoding", "").lower()
