"""Keeps the index on disk between starts: plain arrays and JSON with a checksum, rebuilt whenever they do not fit.

Nothing here can run code: arrays are read without pickle. A damaged, foreign or outdated index is never an error
(TRUST R-14): it is built again from the entries, which is all it ever was.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.ids import new_token
from app.core.log import get_logger
from app.core.ownership import digest_of
from app.knowledge.entry import Entry
from app.knowledge.index import Index, Postings

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

VERSION = 1  # of the format and of how text is counted: raise it when either changes
FILE = "index.npz"
MAX_BYTES = 500_000_000
ARRAYS = ("starts", "passages", "weights", "idf")

log = get_logger("index")


class Damaged(Exception):
    """The index on disk cannot be used."""


def up_to_date_index(
    entries: Sequence[Entry],
    folder: Path | None,
    progress: Callable[[int, int], None] | None = None,
    *,
    full: bool = False,
) -> Index:
    """The index of these entries: the one in `folder` if it is of exactly these, else built and kept there.

    `folder` None: not kept. `full`: built again in any case. `progress(done, of)` is told while it is built.
    """
    digest = entries_digest(entries)
    if folder is not None and not full:
        try:
            return load(folder, digest)
        except FileNotFoundError:
            pass
        except (Damaged, OSError) as error:
            log.warning("index_rebuilt", reason=str(error))
    index = Index.build(entries, progress)
    if folder is not None:
        try:
            save(index, folder, digest)
        except OSError as error:  # a full or read-only disk: the shop answers all the same
            log.warning("index_not_kept", reason=str(error))
    return index


def entries_digest(entries: Sequence[Entry]) -> str:
    """What the entries say, and how this version counts it, as one checksum."""
    said = json.dumps([astuple(entry) for entry in entries], ensure_ascii=False)
    return digest_of(str(VERSION), _how_text_is_counted(), said)


def save(index: Index, folder: Path, digest: str = "") -> None:
    """Writes the index beside the old one and swaps them in one step."""
    import numpy as np

    arrays: dict[str, Array] = {"owners": index.owners, "firsts": index.firsts}
    for name, postings in (("words", index.words), ("letters", index.letters)):
        arrays |= {f"{name}_{part}": getattr(postings, part) for part in ARRAYS}
        arrays[f"{name}_places"] = _text_array(list(postings.places))
    arrays["entries"] = _text_array([astuple(entry) for entry in index.entries])
    arrays["digest"] = _text_array(digest)
    out = io.BytesIO()
    np.savez(out, allow_pickle=False, **arrays)
    data = out.getvalue()
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{FILE}.{new_token(4)}.part"
    try:
        with part.open("wb") as file:
            file.write(hashlib.sha256(data).digest() + data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(folder / FILE)
    finally:
        part.unlink(missing_ok=True)


def load(folder: Path, digest: str = "") -> Index:
    """The index in `folder`. Raises Damaged where it is not whole or not of `digest`, FileNotFoundError without one."""
    path = folder / FILE
    if path.stat().st_size > MAX_BYTES:
        raise Damaged("larger than an index can be")
    data = path.read_bytes()
    if hashlib.sha256(data[32:]).digest() != data[:32]:
        raise Damaged("the checksum does not fit")
    import numpy as np

    try:
        with np.load(io.BytesIO(data[32:]), allow_pickle=False) as arrays:
            if digest and json.loads(arrays["digest"].tobytes()) != digest:
                raise Damaged("of other data")
            entries = [_entry(item) for item in json.loads(arrays["entries"].tobytes())]
            words, letters = (_postings(arrays, name) for name in ("words", "letters"))
            index = Index(entries, arrays["owners"], arrays["firsts"], words, letters)
    except (KeyError, ValueError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise Damaged(f"not an index: {error}") from error
    if len(index.firsts) != len(entries) or (len(index.owners) and int(index.owners.max()) >= len(entries)):
        raise Damaged("its parts do not fit each other")
    return index


def _how_text_is_counted() -> str:
    """The source of the files that decide it, so that an upgrade never searches with an index of before."""
    here = Path(__file__).parent
    there = here.with_name("nlu")
    files = [here / "terms.py", here / "index.py", here / "concepts.toml", there / "normalise.py", there / "stem.py"]
    files += sorted((there / "words").glob("*.toml"))
    return digest_of(*(path.read_bytes() for path in files))


def _text_array(value: object) -> Array:
    import numpy as np

    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _entry(item: Sequence[Any]) -> Entry:
    kind, entry_id, title, texts, body, language = item
    return Entry(kind, entry_id, title, tuple(texts), body, language)


def _postings(arrays: Any, name: str) -> Postings:
    places = {key: at for at, key in enumerate(json.loads(arrays[f"{name}_places"].tobytes()))}
    postings = Postings(places, *(arrays[f"{name}_{part}"] for part in ARRAYS))
    if len(postings.starts) != len(places) + 1 or len(postings.idf) != len(places):
        raise Damaged("its parts do not fit each other")
    return postings
