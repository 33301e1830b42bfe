"""Folding and cleaning text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.text import clean, fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  Café   con\tLeche\n", "cafe con leche"), ("ÑANDÚ", "nandu"), ("Gallo pinto", "gallo pinto"),
        ("ﬁdeo", "fideo"), ("ＡＢＣ", "abc"), ("İ", "i"), ("¿Qué?", "¿que?"), ("", ""), ("a\u0301", "a"),
        ("dos\u00a0y\u2003tres", "dos y tres"),
    ],
)  # fmt: skip
def test_text_is_folded_for_comparing(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_only_what_cannot_be_stored_is_replaced() -> None:
    assert clean("a\x00b\ud800c\udfffd") == "a\ufffdb\ufffdc\ufffdd"
    kept = "ñ 😀 \u202e \x07 \ufeff \n"
    assert clean(kept) == kept


@given(st.text(st.characters()))
def test_cleaned_text_can_always_be_encoded(text: str) -> None:
    clean(text).encode("utf-8")
