"""Any text is read, within bounds, and nothing raises."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.nlu.service import Lexicon, Understander, affirmation, normalise
from tests.cost import uncollected
from tests.sizes import size

NAUGHTY = Path(__file__).parents[1] / "attacks" / "naughty"
LONGEST = 4000
PIECES = (
    "quiero 2 nacatamales y ",
    "y ",
    "que ",
    "1 ",
    "a",
    "?",
    "hola ",
    "no ",
    "mil ",
    "9",
    "1.",
    "👍",
    "un ",
    "@",
    "x ",
    "mi pedido no ",
    "\n",
    "ñ",
)
SECONDS = 0.25  # a bound with room for a busy machine: a run away pattern takes far longer


@settings(max_examples=size(150, 20_000), deadline=None)
@given(text=st.text(max_size=200))
def test_any_text_is_read(mind: Understander, text: str) -> None:
    analysis = mind.analyse(text)

    assert analysis.clauses
    assert analysis.intents
    assert affirmation(text) in (True, False, None)


@settings(max_examples=size(150, 20_000), deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            "hola quiero 2 dos media docena de nacatamales y x coca, sin el la que hora? k ½ 24/12 no mil un a medio kilo".split()
        ),
        max_size=25,
    )
)
def test_any_order_of_common_words_is_read(mind: Understander, words: list[str]) -> None:
    analysis = mind.analyse(" ".join(words))

    assert all(mention.qty > 0 for mention in analysis.mentions)


@pytest.mark.parametrize(
    "text", ["\ud800 hola", "\x00", "a\x00b", "", " ", "\u202eolleh", "Ⅷ", "ϒ", "İ", "ﬁ", "٣ tacos", "１２ tacos", "²"]
)
def test_strange_letters_are_read(mind: Understander, text: str) -> None:
    assert mind.analyse(text).clauses
    assert isinstance(normalise(text).folded, str)


@pytest.mark.parametrize("piece", PIECES)
def test_long_texts_take_a_bounded_time(mind: Understander, piece: str) -> None:
    text = (piece * LONGEST)[:LONGEST]
    with uncollected():
        started = time.process_time()
        mind.analyse(text)
        spent = time.process_time() - started

    assert spent < SECONDS


def test_every_naughty_string_is_read(mind: Understander) -> None:
    texts = [
        text
        for name in ("blns.json", "edge_messages.json")
        for text in _texts(json.loads((NAUGHTY / name).read_text("utf-8")))
    ]

    assert len(texts) > 300
    for text in texts:
        assert mind.analyse(text).clauses, text


def test_the_same_text_is_read_the_same_way_again(lexicon: Lexicon) -> None:
    first, second = Understander(lexicon), Understander(lexicon)
    text = "buenas, a q hora cierran y me das 2 nacatamles?"

    assert first.analyse(text) == first.analyse(text) == second.analyse(text)


def _texts(data: object) -> list[str]:
    if isinstance(data, str):
        return [data]
    if isinstance(data, dict):
        return [text for value in data.values() for text in _texts(value)]
    return [text for value in data for text in _texts(value)] if isinstance(data, list) else []
