"""Everything a menu names, and the finding of it in a message."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property

from app.nlu.orders.filing import Filing
from app.nlu.orders.glossary import sources
from app.nlu.orders.sold import Sold
from app.nlu.orders.terms import Term
from app.nlu.orders.wording import AND, JOINING, WITH, is_form, key_of, keys_of, words_in
from app.nlu.stem import plural


class Vocabulary(Filing):
    """The names of one menu. `term_at` finds them in a message."""

    def __init__(self, sold: Sequence[Sold]) -> None:
        super().__init__(sold)
        self._first: dict[str, list[Term]] = defaultdict(list)
        for term in itertools.chain(self._faint.values(), self._fainter.values()):
            term.drop_doubtful()
        for keys, term in itertools.chain(self._weak.items(), self._faint.items(), self._fainter.items()):
            term.weak = True
            strong = self._strong.get(keys)
            if strong is None:
                self._strong[keys] = term
            elif (
                not strong.whole and not strong.modifies
            ):  # a mere part of a name hides nothing: "dr pepper", "peppers"
                strong.take(term)
            else:
                strong.take_where_new(term)
        for term in self._strong.values():
            self._first[term.keys[0]].append(term)
        self._keys = frozenset(key for keys in self._strong for key in keys)
        for terms in self._first.values():
            terms.sort(key=lambda term: (-len(term.keys), term.weak))

    @property
    def words(self) -> frozenset[str]:
        """Every word of the menu's names, with its plural: what typos are mended to."""
        alpha = {word for word in self._words if word.isalpha() and len(word) > 2}
        return frozenset(alpha | {plural(word) for word in alpha})

    def key(self, word: str) -> str:
        """What a message's word is filed under: a plural that its stem does not tell ("pepsis", "fries") as its singular."""
        return self._plurals.get(word) or key_of(word)

    def knows(self, key: str) -> bool:
        """Whether a name has a word with this key."""
        return key in self._keys

    def spells(self, word: str) -> bool:
        """Whether a name has this very word, or its plural."""
        return word in self._words or (word.endswith("s") and word[:-1] in self._words) or f"{word}s" in self._words

    def means(self, word: str) -> bool:
        """Whether a name has the word in some form, and not only one of the same stem: "verdad" is no "verde"."""
        key = self.key(word)
        return any(is_form(word, source) for source in (*self._sources.get(key, ()), *sources(key)))

    def is_word(self, word: str) -> bool:
        """Whether a name has this very word, or one of its key."""
        return word in self._words or (self.key(word),) in self._strong

    def term_at(
        self, keys: Sequence[str], words: Sequence[str], breaks: Sequence[bool], start: int
    ) -> tuple[Term, int] | None:
        """The longest name at `words[start]`, and where it ends; `breaks[i]`: a mark stands before word i."""
        for term in self._first.get(keys[start], ()):
            end = self._match(term, keys, words, breaks, start)
            if end:
                return term, end
        return None

    @cached_property
    def measured(self) -> frozenset[str]:
        """The products that have a unit."""
        return frozenset(product.id for product in self.products if product.unit is not None)

    def own_keys(self, place: int) -> frozenset[str]:
        """The keys of a product's own name."""
        return frozenset(keys_of(words_in(self.products[place].names[0])))

    def family(self, place: int) -> int:
        """The products whose own name begins with the same word as this one's."""
        return self._heads.get(self._head[place], 0) | 1 << place

    def head(self, place: int) -> str:
        """The key of the noun a product's own name begins with."""
        return self._head[place]

    def one_of(self, products: Iterable[str]) -> int:
        """Products as bits."""
        bits = 0
        for product in products:
            at = self.index.get(product)
            if at is not None:
                bits |= 1 << at
        return bits

    def listed(self, bits: int) -> list[int]:
        """The places of the bits, lowest first."""
        found = []
        while bits:
            low = bits & -bits
            found.append(low.bit_length() - 1)
            bits ^= low
        return found

    def _match(self, term: Term, keys: Sequence[str], words: Sequence[str], breaks: Sequence[bool], start: int) -> int:
        at = start + 1
        for number, key in enumerate(term.keys[1:], 1):
            while True:
                if at >= len(words) or breaks[at]:
                    return 0
                if keys[at] == key:
                    break
                word = words[at]
                if not (word in JOINING or word in WITH or (word in AND and number in term.ands)):
                    return 0
                at += 1
            at += 1
        return at
