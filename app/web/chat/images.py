"""What an uploaded file really is, by its own bytes; pictures are drawn anew, so nothing hides in them."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass

PIXELS_MOST = 40_000_000  # a bomb says it is larger than any phone's camera makes
SIDE_MOST = 2048  # stored no larger: a receipt or a cake stays readable
QUALITY = 85
PDF_HEAD = b"%PDF-"
FORMATS = {"JPEG": ("image/jpeg", ".jpg"), "PNG": ("image/png", ".png"), "WEBP": ("image/webp", ".webp")}


class NotAccepted(Exception):
    """The file is none of JPEG, PNG, WebP, PDF, or is damaged; `key` names the sentence that says so."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclass(frozen=True)
class Accepted:
    """A file as it will be stored."""

    data: bytes
    mime: str
    suffix: str


def accept(data: bytes) -> Accepted:
    """The file as it will be stored, or NotAccepted. Slow for large pictures: call it in a thread."""
    return _pdf(data) if data.startswith(PDF_HEAD) else accept_picture(data)


def accept_picture(data: bytes, side: int = SIDE_MOST) -> Accepted:
    """A picture no larger than `side`, or NotAccepted."""
    if _format(data) is None:
        raise NotAccepted("file_kind")
    return _picture(data, side)


def _format(data: bytes) -> str | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return None


def _pdf(data: bytes) -> Accepted:
    """Stored as it is, and only ever given to the shop's people as a download."""
    if b"%%EOF" not in data[-2048:]:
        raise NotAccepted("file_damaged")
    return Accepted(data, "application/pdf", ".pdf")


def _picture(data: bytes, side: int) -> Accepted:
    """Decodes and encodes again: EXIF (where it was taken), comments and anything behind the picture are gone."""
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=[str(_format(data))]) as source:
                if source.width * source.height > PIXELS_MOST or source.width < 1 or source.height < 1:
                    raise NotAccepted("file_large_picture")
                kind = str(source.format)
                source.draft("RGB", (side, side))
                picture: Image.Image = ImageOps.exif_transpose(source) or source
                picture.thumbnail((side, side))
                return _encode(picture, kind)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise NotAccepted("file_large_picture") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, TypeError):
        raise NotAccepted("file_damaged") from None


def _encode(picture: object, kind: str) -> Accepted:
    from PIL import Image

    assert isinstance(picture, Image.Image)
    mode = "RGB" if kind == "JPEG" or "A" not in picture.getbands() else "RGBA"
    clean = picture.convert(mode)
    clean.info.clear()
    out = io.BytesIO()
    if kind == "PNG":
        clean.save(out, "PNG")
    else:
        clean.save(out, kind, quality=QUALITY)
    mime, suffix = FORMATS[kind]
    return Accepted(out.getvalue(), mime, suffix)
