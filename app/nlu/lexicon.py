"""The products' names, filed by the stems of their words, and the finding of them in what somebody says."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from app.nlu.normalise import normalise
from app.nlu.stem import plural, product_key

MAX_OTHERS = 12
JOINING = frozenset("de del con al a la el los las en para the of with in".split())
AND = frozenset(("y", "e", "and"))
ASIDE = frozenset(("con", "with"))  # what follows it in a name is not what the product is: "café con leche" is no milk
COUNTS = frozenset(
    "un una uno dos tres cuatro cinco seis siete ocho nueve diez one two three four five six seven eight nine ten".split()
)
EXACT, ALONE, UNSURE = 1.0, 0.6, 0.5


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

    def __init__(self, names: Sequence[_Name], words: frozenset[str]) -> None:
        self._names = names
        self.words = words
        filed: dict[str, set[int]] = defaultdict(set)
        for number, name in enumerate(names):
            for key in name.keys:
                filed[key].add(number)
        self._by_key = {key: frozenset(numbers) for key, numbers in filed.items()}

    @classmethod
    def build(cls, names: Iterable[tuple[str, Sequence[str]]]) -> Lexicon:
        """From (product id, its names and synonyms); the first name is the product's own."""
        filed: dict[tuple[str, tuple[str, ...]], _Name] = {}
        words: set[str] = set()
        for product, called in names:
            for text in called:
                spoken = [token.word for token in normalise(text).words]
                content = [word for word in spoken if word not in JOINING and word not in AND]
                keys = tuple(dict.fromkeys(product_key(word) for word in content or spoken))
                aside = frozenset(product_key(word) for at, word in enumerate(spoken) if at and spoken[at - 1] in ASIDE)
                words.update(
                    form for word in spoken if len(word) > 2 and word.isalpha() for form in (word, plural(word))
                )
                if keys:
                    filed.setdefault(
                        (product, keys), _Name(product, keys, not AND.isdisjoint(spoken), aside - {keys[0]})
                    )
        return cls(list(filed.values()), frozenset(words))

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
        key = product_key(words[start])
        fitting = self._by_key.get(key)
        if fitting is None or words[start] in JOINING:
            return None
        counting = words[start] in COUNTS or words[start].isdigit()
        matched = {key}
        best = self._judge(words, start, start + 1, fitting, matched, generic)
        end = start + 1
        while True:
            after = self._next_word(words, end, fitting)
            if after is None:
                return best
            key = product_key(words[after])
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

    def _next_word(self, words: Sequence[str], end: int, fitting: frozenset[int]) -> int | None:
        """The next word that still fits one of the names, over joining words."""
        joined_by_and = False
        for at in range(end, min(end + 3, len(words))):
            word = words[at]
            named = self._by_key.get(product_key(word))
            if named is not None and word not in JOINING:
                both = named & fitting
                return at if both and (not joined_by_and or any(self._names[n].has_and for n in both)) else None
            if word in AND:
                joined_by_and = True
            elif word not in JOINING:
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
        key = product_key(words[start])
        heads = [name for name in names if name.keys[0] == key]
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
