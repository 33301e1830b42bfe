"""What all shops of a test process have alike, made once: the encoder, the words of a menu, and passwords that hash quickly.

A suite opens hundreds of shops with the same few menus; each would load the encoder's vocabulary and read its menu anew,
a second of processor every time. All of these are values of what they are made of, so sharing them changes no answer.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from argon2 import PasswordHasher

from app.assistant import mind
from app.core import security
from app.nlu.embedder import choose
from app.nlu.embedder.base import Access, Embedder
from app.nlu.embedder.builtin import Builtin
from app.nlu.service import Lexicon, OrderParser, Understander
from app.wiring import open_house, prepare_home

OWN_HASHER = security._hasher  # the shop's, for tests of what it costs
MENUS = 64  # of a process kept at once
Array = np.ndarray[Any, np.dtype[Any]]


class Remembering(Builtin):
    """The default embedder, which encodes a text once."""

    def __init__(self) -> None:
        super().__init__()
        self._known: dict[str, Array] = {}

    def queries(self, texts: Sequence[str]) -> Array:
        missing = [text for text in dict.fromkeys(texts) if text not in self._known]
        if missing:
            self._known |= dict(zip(missing, super().queries(missing), strict=True))
        return np.array([self._known[text] for text in texts])

    passages = queries


@contextmanager
def shared() -> Iterator[None]:
    """Until it is left, every shop that is opened takes these parts from the ones before it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("app.wiring.embedder_of", _embedder_of)
        patch.setattr(mind, "Lexicon", _Lexicons)
        patch.setattr(mind, "Understander", _understander)
        patch.setattr(mind, "OrderParser", lru_cache(MENUS)(OrderParser))
        patch.setattr(security, "_hasher", _quick_hasher)
        yield


def know(home: Path) -> None:
    """Puts the index and the vectors of the sample shop into a new home: a process would need eight seconds to make them."""
    shutil.copytree(_learnt(), home / "var" / "faiss_index")


@cache
def _learnt() -> Path:
    home = Path(tempfile.mkdtemp(prefix="tendero-learnt-")) / "home"
    atexit.register(shutil.rmtree, home.parent, ignore_errors=True)
    prepare_home(home)
    shop = open_house(home, environ={})
    shop.mind.complete()
    shop.close()
    return home / "var" / "faiss_index"


@lru_cache(maxsize=1)
def _encoder() -> Remembering:
    return Remembering()


def _embedder_of(name: str, folder: Path | None = None, access: Access = Access()) -> Embedder | None:  # noqa: B008
    return _encoder() if name == choose.BUILTIN else choose.embedder_of(name, folder, access)


class _Lexicons:
    """`Lexicon.build`, the same one for the same names."""

    @staticmethod
    def build(names: Iterable[tuple[str, Sequence[str]]]) -> Lexicon:
        return _lexicon(tuple((product, tuple(called)) for product, called in names))


_lexicon: Callable[[tuple[tuple[str, tuple[str, ...]], ...]], Lexicon] = lru_cache(MENUS)(Lexicon.build)


def _understander(lexicon: Lexicon, examples: Iterable[tuple[str, str]], vocabulary: Iterable[str]) -> Understander:
    return _made(lexicon, tuple(examples), tuple(vocabulary))


@lru_cache(MENUS)
def _made(lexicon: Lexicon, examples: tuple[tuple[str, str], ...], vocabulary: tuple[str, ...]) -> Understander:
    return Understander(lexicon, examples, vocabulary)


@lru_cache(maxsize=1)
def _quick_hasher() -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
