"""Embedders of other makers: OpenAI's and Ollama's protocols over real HTTP, and the sentence-transformers package."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from structlog.testing import capture_logs

from app.core.errors import DeliveryError
from app.nlu.embedder.base import Access, Embedder
from app.nlu.embedder.choose import embedder_of
from app.nlu.embedder.meanings import MOST_WAITING, Meanings
from app.nlu.embedder.scales import scale_of
from app.settings import load_settings
from tests.embedding_services import KEY, EmbeddingService, serving, vector_of

TEXTS = ["¿Hacen envíos?", "do you deliver?", "¿A qué hora abren?"]
STUB = """
import hashlib
class SentenceTransformer:
    made = []
    def __init__(self, name, *, trust_remote_code, model_kwargs):
        assert not trust_remote_code and model_kwargs == {"use_safetensors": True}
        if name == "no-existe":
            raise OSError("no-existe is not a model\\nlong story")
        self.made.append(name)
        self.seen = []
    def encode(self, texts, show_progress_bar):
        self.seen += texts
        return [[byte - 100 for byte in hashlib.sha256(text.encode()).digest()[:6]] for text in texts]
"""


@pytest.fixture
def service() -> Iterator[EmbeddingService]:
    with serving() as one:
        yield one


@pytest.fixture(params=["openai/text-embedding-3-small", "ollama/embeddinggemma"])
def far(request: pytest.FixtureRequest, service: EmbeddingService) -> Embedder:
    return made(request.param, service)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The package by its name, with a model that needs no download."""
    (tmp_path / "sentence_transformers.py").write_text(STUB, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "sentence_transformers", raising=False)
    embedder_of.cache_clear()
    yield
    sys.modules.pop("sentence_transformers", None)


def made(name: str, service: EmbeddingService, key: str = KEY) -> Embedder:
    found = embedder_of(name, None, Access(f"{service.url}/v1", key, service.url))
    assert found is not None
    return found


def test_each_text_gets_its_own_vector_of_length_one(far: Embedder) -> None:
    rows = far.queries(TEXTS)
    right = np.array([vector_of(text) for text in TEXTS])
    assert np.allclose(rows, right / np.linalg.norm(right, axis=1, keepdims=True), atol=1e-6)
    assert np.allclose(far.passages(TEXTS), rows)
    assert not far.is_local


def test_no_connection_is_left_open(far: Embedder, service: EmbeddingService) -> None:
    for _ in range(3):
        far.queries(TEXTS)
    deadline = time.monotonic() + 5
    while service.open_connections and time.monotonic() < deadline:
        time.sleep(0.01)
    assert service.open_connections == 0


def test_openai_is_asked_for_at_most_256_texts_at_once_and_their_order_is_kept(service: EmbeddingService) -> None:
    texts = [f"pregunta {number}" for number in range(600)]
    rows = made("openai/m", service).passages(texts)
    assert [len(body["input"]) for body in service.asked] == [256, 256, 88]
    assert all("dimensions" not in body for body in service.asked)
    last = np.array(vector_of(texts[-1]))
    assert np.allclose(rows[-1], last / np.linalg.norm(last), atol=1e-6)


@pytest.mark.parametrize(
    ("status", "headers", "permanent", "wait"),
    [
        (429, {"Retry-After": "7"}, False, 7.0), (429, {}, False, None), (503, {"Retry-After": "999999"}, False, 3600.0),
        (500, {"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, False, None), (400, {}, True, None), (404, {}, True, None),
        (302, {"Location": "http://127.0.0.1:9/"}, True, None),
    ],
)  # fmt: skip
def test_a_refusal_says_whether_and_when_to_ask_again(
    far: Embedder, service: EmbeddingService, status: int, headers: dict[str, str], permanent: bool, wait: float | None
) -> None:
    service.refusals.append((status, headers, b'{"error": {"message": "model is overloaded"}}'))
    with pytest.raises(DeliveryError, match="overloaded") as refused:
        far.queries(TEXTS)
    assert (refused.value.permanent, refused.value.retry_after) == (permanent, wait)
    assert len(far.queries(TEXTS)) == len(TEXTS)


def test_a_wrong_key_is_permanent_and_never_repeated_in_a_text(service: EmbeddingService) -> None:
    wrong = made("openai/m", service, key="sk-equivocada-0001")
    with pytest.raises(DeliveryError, match="401") as refused:
        wrong.queries(TEXTS)
    assert refused.value.permanent
    assert "equivocada" not in str(refused.value) + repr(Access("", "sk-equivocada-0001"))


def test_without_a_key_openai_is_not_called_and_the_owner_is_told(home: Path) -> None:
    embedder_of.cache_clear()
    without = embedder_of("openai/m", None, Access())
    assert without is not None
    with pytest.raises(DeliveryError, match="OPENAI_API_KEY") as refused:
        without.queries(TEXTS)
    assert refused.value.permanent
    (home / "config.yaml").write_text("retrieval:\n  embedder: openai/m\n", encoding="utf-8")
    assert any("OPENAI_API_KEY" in warning for warning in load_settings(home, environ={}).warnings)
    assert load_settings(home, environ={"OPENAI_API_KEY": KEY}).warnings == ()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"<html>", b"[]", b"null", b'"x"', b"{}", b'{"data": null, "embeddings": null}', b'{"data": [], "embeddings": []}',
        json.dumps({"data": [{"index": at, "embedding": ["x"]} for at in range(3)], "embeddings": [["x"]] * 3}).encode(),
        json.dumps({"data": [{"index": at, "embedding": [1] * (at + 1)} for at in range(3)],
                    "embeddings": [[1], [1, 2], [1]]}).encode(),
        json.dumps({"data": [{"index": at, "embedding": [float("nan")]} for at in range(3)],
                    "embeddings": [[float("nan")]] * 3}).encode(),
        json.dumps({"data": [{"index": at, "embedding": [0, 0]} for at in range(3)], "embeddings": [[0, 0]] * 3}).encode(),
        json.dumps({"data": [{"index": 0, "embedding": [1, 2]}] * 3, "embeddings": [[1, 2]] * 2}).encode(),
        b"[" * 100_000,
    ],
)  # fmt: skip
def test_an_answer_of_another_shape_is_an_answer_that_did_not_come(
    far: Embedder, service: EmbeddingService, body: bytes
) -> None:
    service.answer = body
    with pytest.raises(DeliveryError):
        far.queries(TEXTS)


def test_nobody_listening_is_told_as_such() -> None:
    down = embedder_of("ollama/m", None, Access(ollama_host="http://127.0.0.1:9"))
    assert down is not None
    with pytest.raises(DeliveryError, match="could not connect"):
        down.queries(TEXTS)


def test_a_service_that_drips_is_given_up(service: EmbeddingService, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.nlu.embedder.service_call.MOST_SECONDS", 0.2)
    service.seconds = 3.0
    began = time.monotonic()
    with pytest.raises(DeliveryError, match="longer"):
        made("ollama/m", service).queries(TEXTS)
    assert time.monotonic() - began < 2.5


def test_after_a_refusal_questions_do_not_ask_again_at_once(service: EmbeddingService) -> None:
    meanings = Meanings(made("openai/m", service))
    service.refusals.append((500, {}, b""))
    with capture_logs() as logs:
        assert meanings.asked(["hola"]) == {}
        assert meanings.asked(["hola"]) == {}
    assert len(service.asked) == len([line for line in logs if line["event"] == "embedder_silent"]) == 1
    meanings._rests_until = 0.0
    assert set(meanings.asked(["hola"])) == {"hola"}


def test_few_questions_wait_for_a_slow_service_and_the_others_are_not_held_up(service: EmbeddingService) -> None:
    service.seconds = 1.0
    meanings = Meanings(made("ollama/m", service))
    with ThreadPoolExecutor(20) as pool:
        got = list(pool.map(lambda number: len(meanings.asked([f"pregunta {number}"])), range(20)))
    assert sum(got) == len(service.asked) == MOST_WAITING


def test_what_a_service_gave_before_it_failed_is_not_asked_for_again(service: EmbeddingService, tmp_path: Path) -> None:
    texts = [f"pregunta {number}" for number in range(100)]
    meanings = Meanings(made("openai/m", service), tmp_path)
    original = meanings.embedder.passages
    calls = []

    def second_fails(batch: list[str]) -> object:
        calls.append(batch)
        if len(calls) == 2:
            raise DeliveryError("down")
        return original(batch)

    meanings.embedder.passages = second_fails  # type: ignore[method-assign, assignment]
    with pytest.raises(DeliveryError):
        meanings.written(texts)
    again = Meanings(made("openai/m", service), tmp_path)
    del meanings.embedder.passages
    service.asked.clear()
    assert again.written(texts).shape == (100, 8)
    assert sorted(set(service.texts) - {"hola"}) == sorted(texts[64:])


def test_a_sentence_transformers_model_is_loaded_once_and_its_vectors_have_length_one(package: None) -> None:
    embedder = embedder_of("sentence-transformers/all-MiniLM-L6-v2")
    assert embedder is not None and embedder.is_local
    rows = embedder.queries(TEXTS)
    assert rows.shape == (3, 6)
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    assert np.allclose(embedder.passages(TEXTS), rows)
    assert sys.modules["sentence_transformers"].SentenceTransformer.made == ["all-MiniLM-L6-v2"]


def test_only_e5_is_told_questions_from_passages(package: None) -> None:
    e5 = embedder_of("sentence-transformers/intfloat/multilingual-e5-small")
    other = embedder_of("sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2")
    assert e5 is not None and other is not None
    for embedder in (e5, other):
        embedder.queries(["hola"])
        embedder.passages(["hola"])
    assert e5._model.seen == ["query: hola", "passage: hola"]  # type: ignore[attr-defined]
    assert other._model.seen == ["hola", "hola"]  # type: ignore[attr-defined]


def test_a_model_that_cannot_be_loaded_is_one_line_of_reason(package: None) -> None:
    embedder = embedder_of("sentence-transformers/no-existe")
    assert embedder is not None
    with pytest.raises(DeliveryError, match="no-existe is not a model") as refused:
        embedder.queries(TEXTS)
    assert "\n" not in str(refused.value)


def test_without_the_package_the_mend_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)  # type: ignore[arg-type]
    embedder_of.cache_clear()
    embedder = embedder_of("sentence-transformers/all-MiniLM-L6-v2")
    assert embedder is not None
    with pytest.raises(DeliveryError, match="pip install sentence-transformers") as refused:
        embedder.queries(TEXTS)
    assert refused.value.permanent


def test_lexical_has_no_embedder_and_a_name_that_nobody_has_is_refused() -> None:
    assert embedder_of("lexical") is None
    with pytest.raises(ValueError, match="cohere"):
        embedder_of("cohere/x")


@pytest.mark.parametrize(
    "name", ["intfloat/multilingual-e5-small", "text-embedding-3-small", "all-MiniLM-L6-v2", "algo-nuevo"]
)
def test_the_scale_of_a_family_reads_its_cosines_as_the_default_one(name: str) -> None:
    scale = scale_of(name)
    assert 0 < scale.neutral < scale.same < 1
    assert np.allclose(scale.read(np.array([scale.neutral, scale.same])), [0.46, 0.80])
