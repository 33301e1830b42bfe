"""TRUST R-14: an index or vectors that are damaged or gone are told by their checksum, words answer, all is made again."""

from __future__ import annotations

import hashlib
import io
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from app.chat import service as chat
from app.chat.messages import Inbound, Sender
from app.core.arrays import Damaged, load_arrays, save_arrays
from app.knowledge import store
from app.nlu.embedder import meanings
from app.wiring import House, _meanings, open_house, prepare_home
from tests.clocks import FixedClock
from tests.conftest import MONDAY_TEN

FILES = (store.FILE, meanings.FILE)
QUESTION, ANSWER = "aceptan tarjetas?", "débito"


def truncated(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-100])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x10
    path.write_bytes(data)


def nonsense(path: Path) -> None:
    path.write_bytes(b"\x80\x04\x95" + b"x" * 5000)  # how a pickle begins


def of_another_length(path: Path) -> None:
    """Sound by its checksum: what fits no longer is what is inside."""
    arrays = load_arrays(path)
    cut = {name: array[:, :7] if array.ndim == 2 else array for name, array in arrays.items()}
    save_arrays(path, {**cut, **({"owners": arrays["owners"][:-1]} if "owners" in arrays else {})})


def gone(path: Path) -> None:
    path.unlink()


HARMS = [truncated, emptied, flipped, nonsense, of_another_length, gone]


@pytest.fixture(scope="module")
def ready(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of a shop that has run once, its index and vectors kept."""
    home = tmp_path_factory.mktemp("ready") / "home"
    prepare_home(home)
    first = begun(home, FixedClock(MONDAY_TEN))
    first.mind.complete()
    first.close()
    assert all((home / "var" / "faiss_index" / name).is_file() for name in FILES)
    return home


@pytest.fixture
def indexed(ready: Path, tmp_path: Path) -> Path:
    """A copy of it to harm."""
    return Path(shutil.copytree(ready, tmp_path / "home"))


def begun(home: Path, clock: FixedClock) -> House:
    """The shop as another process would open it: nothing remembered."""
    _meanings.cache_clear()
    return open_house(home, environ={}, clock=clock)


async def answer(house: House, id_: str) -> str:
    sender = Sender("web", "", "carla")
    thread = await house.db.write(lambda conn: chat.start_conversation(conn, sender, now=house.clock.now()))
    attended = await house.attend.answer_now(thread.id, Inbound(sender, id_, "text", QUESTION))
    assert attended is not None
    return "\n".join(out["text"] for out in attended.outs)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("harm", HARMS)
async def test_r_14_a_damaged_file_is_noticed_words_answer_and_it_is_made_again(
    indexed: Path, clock: FixedClock, name: str, harm: Callable[[Path], None]
) -> None:
    file = indexed / "var" / "faiss_index" / name
    whole = load_arrays(file)
    harm(file)
    with capture_logs() as logs:
        house = begun(indexed, clock)
        try:
            assert house.mind.current.meanings is None
            assert ANSWER in await answer(house, "c1")  # by words, before any vector is there
            await house.mind.refresh()
            assert house.mind.current.meanings is not None
            assert house.mind.current.index.vectors is not None
            assert ANSWER in await answer(house, "c2")
        finally:
            house.close()
    told = {line["event"] for line in logs} & {"index_rebuilt", "vectors_rebuilt"}
    of_it = {store.FILE: "index_rebuilt", meanings.FILE: "vectors_rebuilt"}[name]
    assert told == (set() if harm is gone else {of_it})
    made = load_arrays(file)
    assert made.keys() == whole.keys()
    assert all(np.array_equal(made[key], whole[key]) for key in whole)


@pytest.mark.parametrize("harm", [truncated, emptied, flipped, nonsense])
def test_the_checksum_tells_before_anything_is_read(tmp_path: Path, harm: Callable[[Path], None]) -> None:
    file = tmp_path / "arrays.npz"
    save_arrays(file, {"rows": np.arange(1000)})
    harm(file)
    with pytest.raises(Damaged, match="checksum"):
        load_arrays(file)


def test_arrays_that_could_run_code_are_not_loaded(tmp_path: Path) -> None:
    out = io.BytesIO()
    np.savez(out, rows=np.array([object()], dtype=object))
    data = out.getvalue()
    (tmp_path / "arrays.npz").write_bytes(hashlib.sha256(data).digest() + data)
    with pytest.raises(Damaged, match="not arrays"):
        load_arrays(tmp_path / "arrays.npz")


def test_a_folder_where_nothing_can_be_kept_is_no_reason_to_fall(indexed: Path, clock: FixedClock) -> None:
    folder = indexed / "var" / "faiss_index"
    for path in folder.iterdir():
        path.unlink()
    folder.rmdir()
    folder.write_text("a file where the folder should be", encoding="utf-8")
    house = begun(indexed, clock)
    house.mind.complete()
    try:
        assert house.mind.current.meanings is not None
    finally:
        house.close()
