"""One stem for the forms of a word, so that "abren", "abrís" and "abierto" meet."""

from __future__ import annotations

import sys
import threading
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, cast

from app.nlu.words import Language, words_of

if TYPE_CHECKING:
    from snowballstemmer.basestemmer import BaseStemmer

SNOWBALL = {"es": ("spanish_stemmer", "SpanishStemmer"), "en": ("english_stemmer", "EnglishStemmer")}
DIMINUTIVES = ("ecito", "ecita", "cito", "cita", "ito", "ita", "illo", "illa")
SHORT = 4
SINGULAR_ENDS = "lnrdsz"  # what a Spanish noun whose plural adds "es" ends in
ENCLITICS = (
    "melo",
    "mela",
    "melos",
    "melas",
    "noslo",
    "selo",
    "sela",
    "selos",
    "selas",
    "me",
    "nos",
    "le",
    "les",
    "lo",
    "la",
    "los",
    "las",
)


@lru_cache(maxsize=20_000)
def stem(word: str, language: Language = "es") -> str:
    """The stem of a folded word; words of grammar stay whole, irregular verbs give their infinitive."""
    words = words_of(language)
    form = words.forms.get(word)
    if form is not None:
        return form
    if word in words.grammar or len(word) < 3 or not word.isalpha():
        return word
    if language == "es":
        plain = _without_enclitic(word, words.forms)
        if plain is not None:
            return plain
    return str(_snowball(language).stemWord(word)) or word


@lru_cache(maxsize=20_000)
def product_key(word: str) -> str:
    """What a product's word is filed under: number and ending off, in Spanish and English alike ("burgers", "tacos").

    A short word keeps its ending: "sal" and "sale", "coco" and "coca" are different things.
    """
    if len(word) > SHORT and word.endswith(("ies", "ie")):
        word = word.removesuffix("s").removesuffix("ie") + "y"  # "fries" and "fry", "cherries" and "cherry", "cookies"
    if word in words_of("es").grammar or len(word) < 4 or not word.isalpha():
        return word[:-1] if len(word) > 3 and word.endswith("s") and word.isalpha() else word
    if len(word) <= SHORT + 1 and word.endswith("s") and word[-2] in "aeiou":
        return word[:-2] if word[-2] == "e" and word[-3] in SINGULAR_ENDS else word[:-1]
    if len(word) == SHORT and word.endswith("s") and word[-2] not in "aeious":
        return word[:-1]  # "dogs", "eggs"
    if len(word) <= SHORT:
        return word
    single = word[:-1] if word.endswith("s") and word[-2] not in "aeious" else word  # "burgers"
    return str(_snowball("es").stemWord(single))


def plural(word: str) -> str:
    """A folded noun's Spanish plural, near enough to mend typos to."""
    return word + ("s" if word[-1] in "aeiou" else "" if word.endswith("s") else "es")


def without_diminutive(word: str) -> tuple[str, ...]:
    """Words a diminutive may come from: "cafecito" -> ("caf", "cafo", …); the caller keeps the one that exists."""
    single = word[:-1] if word.endswith("s") else word
    roots: dict[str, None] = {}
    for ending in DIMINUTIVES:
        if single.endswith(ending) and len(single) - len(ending) >= 3:
            base = single[: -len(ending)]
            hard = base[:-2] + "c" if base.endswith("qu") else base[:-1] if base.endswith("gu") else base
            soft = base[:-1] + "z" if base.endswith("c") else base  # "cervecita"
            roots |= dict.fromkeys((hard, base, soft))
    return tuple(root + end for root in roots for end in ("", "o", "a", "e"))


def _without_enclitic(word: str, forms: dict[str, str]) -> str | None:
    for ending in ENCLITICS:
        if word.endswith(ending) and len(word) - len(ending) >= 2:
            form = forms.get(word[: -len(ending)])
            if form is not None:
                return form
    return None


class _Stemmers(threading.local):
    """A stemmer works on its own fields, so each thread has one (the index is rebuilt beside the messages)."""

    def __init__(self) -> None:
        self.by_language: dict[Language, BaseStemmer] = {}


_own = _Stemmers()


def _snowball(language: Language) -> BaseStemmer:
    if language not in _own.by_language:
        _own.by_language[language] = _stemmer_class(language)()
    return _own.by_language[language]


@lru_cache(maxsize=2)
def _stemmer_class(language: Language) -> type[BaseStemmer]:
    """Loaded past the package's own `__init__`, which brings thirty languages (4 MB) where two are spoken."""
    found = find_spec("snowballstemmer")
    package = ModuleType("snowball_of_two")
    package.__path__ = list(found.submodule_search_locations or ()) if found else []
    sys.modules.setdefault(package.__name__, package)
    module, name = SNOWBALL[language]
    return cast("type[BaseStemmer]", getattr(import_module(f"{package.__name__}.{module}"), name))
