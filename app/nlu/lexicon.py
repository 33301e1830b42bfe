"""The products' names, filed by the stems of their words, and the finding of them in what somebody says."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.nlu.normalise import normalise
from app.nlu.numbers import MEASURES
from app.nlu.stem import plural, product_key
from app.nlu.words import words_of

MAX_OTHERS = 12
JOINING = frozenset("de del con al a la el los las en para the of with in".split())
AND = frozenset(("y", "e", "and"))
LIGHT = JOINING | AND | {"por"}
ASIDE = frozenset(("con", "with"))  # what follows it in a name is not what the product is: "café con leche" is no milk
COUNTS = frozenset(
    "un una uno dos tres cuatro cinco seis siete ocho nueve diez one two three four five six seven eight nine ten".split()
)
DESCRIBED = frozenset(
    "algo muy mas tan bien super something anything very more so".split()
)  # "algo típico" tells what like
EXACT, ALONE, UNSURE = 1.0, 0.6, 0.5
BEFORE_NOUN = LIGHT | COUNTS | frozenset("o sin algun alguna otro otra mas mucho mucha poco poca mi".split())


class Found(NamedTuple):
    """Products that `tokens[start:end]` names, likeliest first; a score under 0.6 says that it could be any of them."""

    start: int
    end: int
    products: tuple[str, ...]
    score: float


class _Name(NamedTuple):
    product: str
    keys: tuple[str, ...]
    has_and: bool
    aside: frozenset[str]


class Lexicon:
    """What the shop sells, as people call it. Build it with `Lexicon.build`."""

    def __init__(self, names: Sequence[_Name], words: frozenset[str], keys: dict[str, str]) -> None:
        self._names = names
        self.words = words
        filed: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(names):
            for key in name.keys:
                filed[key].add(number)
        self._by_key = {key: frozenset(numbers) for key, numbers in filed.items()}
        self._keys = keys

    @classmethod
    def build(cls, names: Iterable[tuple[str, Sequence[str]]]) -> Lexicon:
        """From (product id, its names and synonyms); the first name is the product's own."""
        filed: dict[tuple[str, tuple[str, ...]], _Name] = {}
        words: set[str] = set()
        plurals: dict[str, str] = {}
        for product, called in names:
            for text in called:
                spoken = [token.word for token in normalise(text).words]
                content = [word for word in spoken if word not in LIGHT]
                keys = tuple(dict.fromkeys(product_key(word) for word in content or spoken))
                aside = frozenset(product_key(word) for at, word in enumerate(spoken) if at and spoken[at - 1] in ASIDE)
                content = [word for word in spoken if len(word) > 2 and word.isalpha()]
                plurals.update((plural(word), product_key(word)) for word in content)
                words.update(content)
                if keys:
                    filed.setdefault(
                        (product, keys), _Name(product, keys, not AND.isdisjoint(spoken), aside - {keys[0]})
                    )
        return cls(list(filed.values()), frozenset(words | plurals.keys()), plurals)

    def find(self, words: Sequence[str], generic: frozenset[str] = frozenset()) -> list[Found]:
        """Every product named in `words`, longest match first at each place; a `generic` word alone names nothing."""
        found: list[Found] = []
        at = 0
        while at < len(words):
            here = self._at(words, at, generic)
            if here is None:
                at += 1
            else:
                found.append(here)
                at = here.end
        return found

    def _at(self, words: Sequence[str], start: int, generic: frozenset[str]) -> Found | None:
        key = self._key(words[start])
        fitting = self._by_key.get(key)
        if fitting is None or words[start] in JOINING or self._says_something_else(words, start, generic):
            return None
        counting = words[start] in COUNTS or words[start].isdigit()
        matched = {key}
        best = self._judge(words, start, start + 1, fitting, matched, generic)
        end = start + 1
        while True:
            after = self._next_word(words, end, fitting)
            if after is None:
                return best
            key = self._key(words[after])
            fitting &= self._by_key[key]
            if (
                counting and len(matched) == 1
            ):  # "tres leches" is in the name in this order; "tres pasteles" is three of them
                fitting = frozenset(
                    number for number in fitting if _follows(self._names[number].keys, words[start], key)
                )
                if not fitting:
                    return best
            matched = matched | {key}
            end = after + 1
            best = self._judge(words, start, end, fitting, matched, generic) or best

    def _key(self, word: str) -> str:
        return self._keys.get(word) or product_key(word)

    def _says_something_else(self, words: Sequence[str], at: int, generic: frozenset[str]) -> bool:
        """A measure ("2 libras de"), a verb ("cuánto sale") or another common word that only sounds like a name."""
        word = words[at]
        if word in MEASURES:
            return not any(len(self._names[number].keys) == 1 for number in self._by_key[self._key(word)])
        if word in generic and word not in self.words:
            return True
        verbs = words_of("es").forms
        return word in verbs and at > 0 and words[at - 1] not in BEFORE_NOUN and words[at - 1] not in verbs

    def _next_word(self, words: Sequence[str], end: int, fitting: frozenset[int]) -> int | None:
        """The next word that still fits one of the names, over joining words."""
        joined_by_and = False
        for at in range(end, min(end + 3, len(words))):
            word = words[at]
            named = self._by_key.get(self._key(word))
            if named is not None and word not in JOINING:
                both = named & fitting
                return at if both and (not joined_by_and or any(self._names[n].has_and for n in both)) else None
            if word in AND:
                joined_by_and = True
            elif word not in JOINING and not (word == "por" and not MEASURES.isdisjoint(words[at + 1 : at + 2])):
                return None
        return None

    def _judge(
        self,
        words: Sequence[str],
        start: int,
        end: int,
        fitting: frozenset[int],
        matched: set[str],
        generic: frozenset[str],
    ) -> Found | None:
        names = [self._names[number] for number in sorted(fitting)]
        exact = tuple(dict.fromkeys(name.product for name in names if len(name.keys) == len(matched)))
        if exact:
            return Found(start, end, exact[: MAX_OTHERS + 1], EXACT if len(exact) == 1 else UNSURE)
        if len(matched) == 1 and (
            words[start] in generic or words[start] in COUNTS or not words[start].isalpha() or len(words[start]) < 3
        ):
            return None
        key = self._key(words[start])
        heads = [name for name in names if name.keys[0] == key]
        if not heads and len(matched) == 1 and start and words[start - 1] in DESCRIBED:
            return None
        likely = heads or [name for name in names if key not in name.aside or len(matched) > 1]
        products = tuple(dict.fromkeys(name.product for name in likely))
        if not products:
            return None
        share = max(len(matched) / len(name.keys) for name in likely)
        if len(products) > 1:
            return Found(start, end, products[: MAX_OTHERS + 1], UNSURE)
        pointed_at = bool(heads) or len(matched) > 1 or (start > 0 and words[start - 1] in JOINING)
        return Found(start, end, products, ALONE + (EXACT - ALONE) * share if pointed_at else UNSURE + 0.05)


def _follows(keys: Sequence[str], first: str, second: str) -> bool:
    """Whether `second` comes right after `first` in a name."""
    return any(pair == (product_key(first), second) for pair in itertools.pairwise(keys))
