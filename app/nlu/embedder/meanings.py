"""The vectors of texts, each made once: those of what the shop wrote kept in a file, those of what is asked in memory."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from hashlib import blake2b
from pathlib import Path
from threading import Lock, Semaphore
from typing import TYPE_CHECKING, Any

from app.core.arrays import Damaged, load_arrays, save_arrays
from app.core.errors import DeliveryError
from app.core.log import get_logger
from app.nlu.embedder.base import Embedder, Scale

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

FILE = "vectors.npz"
DIGEST_BYTES = 16
PROBE = "hola"
BATCH = 64
REST_SECONDS = 30.0  # a service that did not answer a question is not asked another for
MOST_WAITING = 3  # questions that wait for a service at once: the others are answered by words, and threads stay free
MOST_ASKED = 2_000  # vectors of questions kept: 4 MB of a model of 512 numbers

Progress = Callable[[int, int], None]

log = get_logger("embedder")


class Meanings:
    """An embedder with a memory. Everything here blocks: never on the event loop."""

    def __init__(self, embedder: Embedder, folder: Path | None = None) -> None:
        self.embedder = embedder
        self._path = None if folder is None else folder / FILE
        self._memory: dict[bytes, Array] = {}  # of what was written, where there is no file
        self._asked: OrderedDict[str, Array] = OrderedDict()
        self._lock = Lock()
        self._waiting = Semaphore(MOST_WAITING)
        self._rests_until = 0.0
        self._width = 0  # of the vectors of what was written, once there are any

    @property
    def scale(self) -> Scale:
        return self.embedder.scale

    def written(self, texts: Sequence[str], progress: Progress | None = None, *, afresh: bool = False) -> Array:
        """What the shop has written, one row a text (zeros for a blank one); only what is new is embedded,
        all of it `afresh`.

        Raises DeliveryError where a service does not answer. `progress(done, of)` is told while it works.
        """
        import numpy as np

        known = {} if afresh else self._fitting(dict(self._kept()))
        missing = [text for text in dict.fromkeys(texts) if text.strip() and _digest(text) not in known]
        for start in range(0, len(missing), BATCH):
            batch = missing[start : start + BATCH]
            try:
                made = np.asarray(self.embedder.passages(_sound(batch)), dtype=np.float16)
            except DeliveryError:
                self._keep(known)  # what a service did give need not be paid for twice
                raise
            known |= {_digest(text): vector for text, vector in zip(batch, made, strict=True)}
            if progress:
                progress(start + len(batch), len(missing))
        self._width = width = next((len(vector) for vector in known.values()), 0)
        if any(len(vector) != width for vector in known.values()):
            raise DeliveryError(f"{self.embedder.name}: vectors of several lengths")
        nothing = np.zeros(width, dtype=np.float16)
        rows = [known[_digest(text)] if text.strip() else nothing for text in texts]
        if missing or len(known) > len(set(texts)):
            self._keep({_digest(text): row for text, row in zip(texts, rows, strict=True) if text.strip()})
        return np.array(rows, dtype=np.float32).reshape(len(texts), width)

    def asked(self, texts: Sequence[str]) -> dict[str, Array]:
        """What customers ask; texts of a service that does not answer, or has too many waiting, are absent."""
        missing = [text for text in dict.fromkeys(texts) if text.strip() and self._remembered(text) is None]
        if missing and time.monotonic() >= self._rests_until:
            self._ask(missing)
        return {text: vector for text in texts if (vector := self._remembered(text)) is not None}

    def now(self, text: str) -> Array | None:
        """The vector of a question without waiting for a network: remembered, or made here; else None."""
        known = self._remembered(text)
        if known is None and self.embedder.is_local:
            return self.asked([text]).get(text)
        return known

    def _ask(self, texts: list[str]) -> None:
        if not self._waiting.acquire(blocking=self.embedder.is_local):
            return
        try:
            made = self.embedder.queries(_sound(texts))
            if self._width and made.shape[1] != self._width:
                raise DeliveryError(f"{self.embedder.name}: vectors of {made.shape[1]} numbers, not of {self._width}")
            for text, vector in zip(texts, made, strict=True):
                self._remember(text, vector)
        except DeliveryError as error:
            self._rests_until = time.monotonic() + max(REST_SECONDS, error.retry_after or 0.0)
            log.warning("embedder_silent", embedder=self.embedder.name, reason=str(error))
        finally:
            self._waiting.release()

    def _fitting(self, known: dict[bytes, Array]) -> dict[bytes, Array]:
        """Those as long as what the embedder gives now: another model may have taken its name."""
        self._width = 0
        now = next(iter(self.asked([PROBE]).values()), None) if known else None
        if now is None:  # nothing to compare with: taken as they are
            return known
        fitting = {digest: vector for digest, vector in known.items() if len(vector) == len(now)}
        if len(fitting) < len(known):
            log.warning("vectors_rebuilt", reason="of another length")
        return fitting

    def _remembered(self, text: str) -> Array | None:
        with self._lock:
            vector = self._asked.get(text)
            if vector is None or (self._width and len(vector) != self._width):
                return None
            self._asked.move_to_end(text)
            return vector

    def _remember(self, text: str, vector: Array) -> None:
        with self._lock:
            self._asked[text] = vector
            while len(self._asked) > MOST_ASKED:
                self._asked.popitem(last=False)

    def _kept(self) -> dict[bytes, Array]:
        """The file's vectors by the digest of their text; none where they are another model's, or the file is damaged."""
        if self._path is None:
            return self._memory
        try:
            arrays = load_arrays(self._path)
            if arrays["model"].tobytes() != self.embedder.name.encode():
                return {}
            digests = arrays["digests"].tobytes()
            if arrays["vectors"].ndim != 2 or arrays["vectors"].dtype.kind != "f":
                raise Damaged("they are no vectors")
            cut = [digests[at : at + DIGEST_BYTES] for at in range(0, len(digests), DIGEST_BYTES)]
            return dict(zip(cut, arrays["vectors"], strict=True))
        except FileNotFoundError:
            return {}
        except (Damaged, OSError, KeyError, ValueError) as error:
            log.warning("vectors_rebuilt", reason=str(error))
            return {}

    def _keep(self, known: dict[bytes, Array]) -> None:
        import numpy as np

        if self._path is None:
            self._memory |= known
        if self._path is None or not known:
            return
        arrays: dict[str, Array] = {
            "model": np.frombuffer(self.embedder.name.encode(), dtype=np.uint8),
            "digests": np.frombuffer(b"".join(known), dtype=np.uint8),
            "vectors": np.array(list(known.values()), dtype=np.float16),
        }
        try:
            save_arrays(self._path, arrays)
        except OSError as error:  # a full or read-only disk: they are made again at the next start
            log.warning("vectors_not_kept", reason=str(error))


def _sound(texts: Sequence[str]) -> list[str]:
    """Half a surrogate pair is no text to any model, nor to JSON."""
    return [text.encode("utf-8", "replace").decode("utf-8") for text in texts]


def _digest(text: str) -> bytes:
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=DIGEST_BYTES).digest()
