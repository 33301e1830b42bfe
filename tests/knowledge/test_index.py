"""Search over what the shop knows: it finds, it is sure when it should be, and it survives its file being damaged."""

from __future__ import annotations

import random
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import pytest

from app.knowledge import service as knowledge
from app.knowledge.index import calibrated
from app.knowledge.service import Entry, Index
from app.knowledge.store import Damaged, entries_digest
from app.nlu.service import Lexicon, Understander

DATA = tomllib.loads(Path(__file__).with_name("questions.toml").read_text(encoding="utf-8"))


def entries() -> list[Entry]:
    found = []
    for row, faq in enumerate(DATA["faq"], 1):
        phrasings = tuple(faq["question"].split("|"))
        found.append(Entry("faq", str(row), phrasings[0], phrasings, faq["answer"]))
    for product in DATA["product"]:
        names = tuple(product["names"])
        found.append(Entry("product", product["sku"], names[0], names, product["about"]))
    return found


def asked() -> list[tuple[str, str]]:
    faqs = [(text, str(row)) for row, faq in enumerate(DATA["faq"], 1) for text in faq["ask"]]
    return faqs + [(text, product["sku"]) for product in DATA["product"] for text in product["ask"]]


@pytest.fixture(scope="module")
def index() -> Index:
    return Index.build(entries())


@pytest.fixture(scope="module")
def understander() -> Understander:
    lexicon = Lexicon.build([(product["sku"], tuple(product["names"])) for product in DATA["product"]])
    return Understander(lexicon, (), [text for entry in entries() for text in (*entry.texts, entry.body)])


def tokens(understander: Understander, text: str) -> Sequence[str]:
    return [token for clause in understander.analyse(text).clauses for token in clause.tokens]


def best(index: Index, text: str) -> str:
    hits = index.search(text)
    return hits[0].id if hits else ""


def test_customers_words_find_the_right_answer(index: Index, understander: Understander) -> None:
    first = among = 0
    for text, wanted in asked():
        ids = [hit.id for hit in index.search(text, tokens(understander, text), 4)]
        first += ids[:1] == [wanted]
        among += wanted in ids
    assert first / len(asked()) >= 0.72
    assert among / len(asked()) >= 0.93


def test_half_is_the_point_where_right_and_wrong_meet(index: Index, understander: Understander) -> None:
    right = wrong = 0
    for text, wanted in asked():
        hit = index.search(text, tokens(understander, text), 1)[0]
        if hit.score >= 0.5:
            right += hit.id == wanted
            wrong += hit.id != wanted
    outside = [index.search(text, tokens(understander, text), 1) for text in DATA["outside"]["texts"]]
    taken = sum(bool(hits) and hits[0].score >= 0.5 for hits in outside)
    assert right / len(asked()) >= 0.55
    assert wrong <= right / 4
    assert taken / len(outside) <= 0.12


def test_the_very_words_of_a_question_are_nearly_certain(index: Index) -> None:
    for entry in entries():
        for text in entry.texts:
            hit = index.search(text, (), 1)[0]
            assert (hit.id, hit.title, hit.type) == (entry.id, entry.title, entry.type)
            assert hit.score > 0.95


def test_scores_are_between_nothing_and_certainty_and_fall(index: Index) -> None:
    hits = index.search("hacen envíos a domicilio los domingos?", (), 40)
    assert hits[0].id == "4"
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert all(0 < hit.score < 1 for hit in hits)
    assert [calibrated(raw) for raw in (0.0, 0.4, 1.0)] == pytest.approx([0.027, 0.5, 0.995], abs=0.01)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("KESO AUMADO", "queso-ahumado"),
        ("aser embios a domisilio", "4"),
        ("alkilan siyas", "28"),
        ("tieenn parqeuo??", "21"),
        ("¡¡¡resiven botellas basias!!!", "30"),
    ],
)
def test_typos_and_chat_spelling_do_not_hide_the_answer(index: Index, text: str, wanted: str) -> None:
    assert best(index, text) == wanted


@pytest.mark.parametrize(
    ("text", "wanted"), [("¿cuál es el horario?", "1"), ("tienen wifi", ""), ("a cómo sale el delivery", "5")]
)
def test_another_word_for_the_same_thing_is_known(index: Index, text: str, wanted: str) -> None:
    assert best(index, text) == wanted or not wanted


@pytest.mark.parametrize("text", ["", "   ", "¿?!", "🙂🙂", "\ud800", "x" * 4000, "\0", "日本語"])
def test_no_text_makes_it_fail(index: Index, text: str) -> None:
    assert all(hit.score < 0.5 for hit in index.search(text, (), 4))


def test_each_phrasing_and_the_answer_are_searched_on_their_own() -> None:
    many = Entry("faq", "1", "Uno", ("¿Hay parqueo?", "¿Dónde estaciono la moto?"), "Frente a la gasolinera.")
    index = Index.build([many, Entry("faq", "2", "Dos", ("¿Venden leche?",), "Sí, en polvo y líquida.")])
    for text in ("hay parqueo", "donde estaciono la moto", "frente a la gasolinera"):
        assert best(index, text) == "1"
    assert best(index, "leche en polvo") == "2"


def test_documents_passages_work_like_the_rest() -> None:
    passage = Entry(
        "doc", "garantia#2", "Garantía", (), "La garantía de los ventiladores es de seis meses con la factura."
    )
    index = Index.build([*entries(), passage])
    hit = index.search("cuánta garantía tienen los ventiladores", (), 1)[0]
    assert (hit.type, hit.id, hit.entry) == ("doc", "garantia#2", passage)


def test_an_index_of_nothing_finds_nothing() -> None:
    assert Index.build([]).search("hola", (), 4) == []
    assert Index.build([Entry("faq", "1", "", ("",), "")]).search("hola", (), 4) == []
    assert Index.build([Entry("faq", "1", "?", ("¿?",), "…"), *entries()]).search("hay parqueo", (), 1)[0].id == "21"


def test_it_is_fast_enough_for_every_message() -> None:
    voice = random.Random(7)
    words = sorted({word for text, _ in asked() for word in text.split()})
    words += [word[:4] + voice.choice(("ando", "ero", "ito")) + voice.choice("abcde") for word in words * 5]
    made = [
        Entry("faq", str(at), "?", (" ".join(voice.choices(words, k=7)),), " ".join(voice.choices(words, k=15)))
        for at in range(500)
    ]
    index = Index.build(made)
    texts = [text for text, _ in asked()]
    for text in texts:
        index.search(text, (), 4)
    began = time.thread_time()
    for text in texts:
        index.search(text, (), 4)
    assert (time.thread_time() - began) / len(texts) < 0.002, "seconds of CPU; 0.0003 on the machine it was written on"


def test_a_kept_index_answers_the_same_and_is_not_built_again(tmp_path: Path) -> None:
    built: list[int] = []
    first = knowledge.up_to_date_index(entries(), tmp_path, lambda done, of: built.append(done))
    assert built[-1] == len(entries())
    built.clear()
    second = knowledge.up_to_date_index(entries(), tmp_path, lambda done, of: built.append(done))
    assert built == []
    for text, _ in asked():
        assert second.search(text, (), 4) == first.search(text, (), 4)


def test_other_entries_or_a_wish_build_it_again(tmp_path: Path) -> None:
    knowledge.up_to_date_index(entries(), tmp_path)
    more = [*entries(), Entry("faq", "99", "¿Venden hielo?", ("¿Venden hielo?",), "Sí, en bolsa.")]
    assert best(knowledge.up_to_date_index(more, tmp_path), "venden hielo") == "99"
    built: list[int] = []
    knowledge.up_to_date_index(more, tmp_path, lambda done, of: built.append(done), full=True)
    assert built
    assert entries_digest(more) != entries_digest(entries())


def damage_by_truncation(data: bytes) -> bytes:
    return data[: len(data) // 2]


def damage_by_a_bit(data: bytes) -> bytes:
    return data[:500] + bytes([data[500] ^ 1]) + data[501:]


@pytest.mark.parametrize(
    "damage", [damage_by_truncation, damage_by_a_bit, lambda data: b"", lambda data: b"PK\3\4" * 20]
)
def test_a_damaged_index_is_told_by_its_checksum_and_built_again(tmp_path: Path, damage: object) -> None:
    knowledge.up_to_date_index(entries(), tmp_path)
    path = tmp_path / "index.npz"
    path.write_bytes(damage(path.read_bytes()))  # type: ignore[operator]
    with pytest.raises(Damaged):
        knowledge.load(tmp_path)
    assert best(knowledge.up_to_date_index(entries(), tmp_path), "hay parqueo") == "21"
    assert best(knowledge.load(tmp_path), "hay parqueo") == "21"


def test_arrays_that_do_not_fit_each_other_are_refused_even_with_a_right_checksum(tmp_path: Path) -> None:
    import hashlib
    import io

    import numpy as np

    knowledge.up_to_date_index(entries(), tmp_path)
    path = tmp_path / "index.npz"
    with np.load(io.BytesIO(path.read_bytes()[32:])) as arrays:
        kept = {name: arrays[name] for name in arrays.files}
    pickled = np.array([{"a": 1}], dtype=object)
    for name, wrong in (("owners", kept["owners"] + 1000), ("words_idf", kept["words_idf"][:3]), ("owners", pickled)):
        out = io.BytesIO()
        np.savez(out, **{**kept, name: wrong})
        path.write_bytes(hashlib.sha256(out.getvalue()).digest() + out.getvalue())
        with pytest.raises(Damaged):
            knowledge.load(tmp_path)
    out = io.BytesIO()
    np.savez(out, owners=kept["owners"])
    path.write_bytes(hashlib.sha256(out.getvalue()).digest() + out.getvalue())
    with pytest.raises(Damaged):
        knowledge.load(tmp_path)


def test_nothing_is_left_beside_the_index_and_a_folder_that_cannot_be_written_is_no_error(tmp_path: Path) -> None:
    knowledge.up_to_date_index(entries(), tmp_path / "var" / "faiss_index")
    assert [path.name for path in (tmp_path / "var" / "faiss_index").iterdir()] == ["index.npz"]
    (tmp_path / "file").write_text("")
    assert best(knowledge.up_to_date_index(entries(), tmp_path / "file" / "x"), "hay parqueo") == "21"
    assert best(knowledge.up_to_date_index(entries(), None), "hay parqueo") == "21"
