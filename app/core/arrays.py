"""Plain arrays in one file with a checksum: nothing in it can run code, and damage is told before it is used."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.ids import new_token

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

MAX_BYTES = 1_000_000_000
DIGEST_BYTES = 32


class Damaged(Exception):
    """The file cannot be used."""


def save_arrays(path: Path, arrays: Mapping[str, Array]) -> None:
    """Writes the arrays beside the file's place and moves them there in one step. Raises OSError."""
    import numpy as np

    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    data = out.getvalue()
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{new_token(4)}.part")
    try:
        with part.open("wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def load_arrays(path: Path) -> dict[str, Array]:
    """The arrays of the file. Raises Damaged where it is not whole, FileNotFoundError without one."""
    if path.stat().st_size > MAX_BYTES:
        raise Damaged("larger than it can be")
    data = path.read_bytes()
    if hashlib.sha256(data[DIGEST_BYTES:]).digest() != data[:DIGEST_BYTES]:
        raise Damaged("the checksum does not fit")
    import numpy as np

    try:
        with np.load(io.BytesIO(data[DIGEST_BYTES:]), allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except (KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise Damaged(f"not arrays: {error}") from error
