"""Keeps the index on disk between starts: plain arrays and JSON with a checksum, rebuilt whenever they do not fit.

Nothing here can run code: arrays are read without pickle. A damaged, foreign or outdated index is never an error
(TRUST R-14): it is built again from the entries, which is all it ever was.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.core.arrays import Damaged, load_arrays, save_arrays
from app.core.log import get_logger
from app.core.ownership import digest_of
from app.knowledge.entry import Entry
from app.knowledge.index import Index, Labels
from app.knowledge.postings import Postings

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

VERSION = 1  # of the format and of how text is counted: raise it when either changes
FILE = "index.npz"
ARRAYS = ("starts", "passages", "weights", "idf")

log = get_logger("index")


def up_to_date_index(
    entries: Sequence[Entry],
    folder: Path | None,
    progress: Callable[[int, int], None] | None = None,
    *,
    labels: Labels = lambda text: {},
    full: bool = False,
) -> Index:
    """The index of these entries: the one in `folder` if it is of exactly these, else built and kept there.

    `folder` None: not kept. `full`: built again in any case. `progress(done, of)` is told while it is built. `labels`:
    as `Index.build`.
    """
    digest = entries_digest(entries)
    if folder is not None and not full:
        try:
            return load(folder, digest)
        except FileNotFoundError:
            pass
        except (Damaged, OSError) as error:
            log.warning("index_rebuilt", reason=str(error))
    index = Index.build(entries, progress, labels)
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
    arrays: dict[str, Array] = {"owners": index.owners, "firsts": index.firsts}
    for name, postings in (("words", index.words), ("letters", index.letters)):
        arrays |= {f"{name}_{part}": getattr(postings, part) for part in ARRAYS}
        arrays[f"{name}_places"] = _text_array(list(postings.places))
    arrays["entries"] = _text_array([astuple(entry) for entry in index.entries])
    arrays["digest"] = _text_array(digest)
    names, asked_for = index.intents
    arrays |= {"intents": asked_for, "intent_names": _text_array(names)}
    save_arrays(folder / FILE, arrays)


def load(folder: Path, digest: str = "") -> Index:
    """The index in `folder`. Raises Damaged where it is not whole or not of `digest`, FileNotFoundError without one."""
    arrays = load_arrays(folder / FILE)
    try:
        if digest and json.loads(arrays["digest"].tobytes()) != digest:
            raise Damaged("of other data")
        entries = [_entry(item) for item in json.loads(arrays["entries"].tobytes())]
        words, letters = (_postings(arrays, name) for name in ("words", "letters"))
        intents = tuple(json.loads(arrays["intent_names"].tobytes())), arrays["intents"]
        index = Index(entries, arrays["owners"], arrays["firsts"], words, letters, intents)
    except (KeyError, ValueError, TypeError) as error:
        raise Damaged(f"not an index: {error}") from error
    if arrays["intents"].shape != (len(entries), len(intents[0])):
        raise Damaged("its parts do not fit each other")
    if len(index.firsts) != len(entries) or (len(index.owners) and int(index.owners.max()) >= len(entries)):
        raise Damaged("its parts do not fit each other")
    return index


def _how_text_is_counted() -> str:
    """The source of the files that decide it, so that an upgrade never searches with an index of before."""
    here = Path(__file__).parent
    there = here.with_name("nlu")
    files = [here / name for name in ("terms.py", "postings.py", "index.py", "concepts.toml")]
    files += [there / name for name in ("normalise.py", "stem.py", "intents.py")]
    files += [path for part in ("words", "cues", "examples") for path in sorted((there / part).glob("*.toml"))]
    return digest_of(*(path.read_bytes() for path in files))


def _text_array(value: object) -> Array:
    import numpy as np

    return np.frombuffer(json.dumps(value, ensure_ascii=False).encode(), dtype=np.uint8)


def _entry(item: Sequence[Any]) -> Entry:
    kind, entry_id, title, texts, body, language, place = item
    return Entry(kind, entry_id, title, tuple(texts), body, language, place)


def _postings(arrays: Any, name: str) -> Postings:
    places = {key: at for at, key in enumerate(json.loads(arrays[f"{name}_places"].tobytes()))}
    postings = Postings(places, *(arrays[f"{name}_{part}"] for part in ARRAYS))
    if len(postings.starts) != len(places) + 1 or len(postings.idf) != len(places):
        raise Damaged("its parts do not fit each other")
    return postings
