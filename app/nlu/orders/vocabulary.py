"""Everything a menu names, filed by the stems of its words: products, choices, extras, and what people call them instead."""

from __future__ import annotations

import itertools
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from app.nlu.normalise import pieces
from app.nlu.numbers import UNITS, figure
from app.nlu.orders.amounts import amounts
from app.nlu.orders.glossary import aliases, alike, services
from app.nlu.orders.measures import IN_EACH
from app.nlu.orders.sold import Addition, Axis, Sold
from app.nlu.stem import plural, product_key

JOINING = frozenset("de del d la el los las lo al a en the of in da do".split())  # may stand between a name's words
WITH = frozenset("con with c".split())
AND = frozenset("y e and n i".split())
WITHOUT = frozenset("sin without no".split())
NOT_NAMING = frozenset("orden ordenes porcion porciones plato order orders side plate".split())
NO_PART = frozenset(  # say nothing without the rest of their name
    "size tamano style estilo all todo todos todas topping toppings ingrediente ingredientes lover lovers full city".split()
)
HOW_MUCH = frozenset("extra doble double super mas more".split())  # alone they tell how much of what follows
LARGE, SMALL = ("grande", "large", "big"), ("chico", "chica", "pequeno", "pequena", "small")
LONGEST = 7  # words of a phrase
ALONE_NOTHING = frozenset("sin por no para".split())  # words of names that name nothing by themselves
PREFIXES = ("pre", "mini", "super", "mega")  # "pizza" is enough for "prepizza"
_ASIDE = re.compile(r"\([^)]*\)")
_COUNTED = re.compile(r"\b(\d{1,4}) ?(?:piezas|pzas?|pz|unidades|uds?|pieces|pcs|bocados)\b", re.IGNORECASE)
_PER = re.compile(r"\b(?:por|x) (?:kilo|kg|libra|lb|litro|docena|unidad|gramo|porci[oó]n)\b", re.IGNORECASE)
_DIGITS = {
    "dos": "2", "tres": "3", "cuatro": "4", "cinco": "5", "seis": "6", "siete": "7", "ocho": "8", "nueve": "9", "diez": "10", "doce": "12",
    "quince": "15", "veinte": "20", "treinta": "30", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "eight": "8", "ten": "10", "twelve": "12",
}  # fmt: skip


class ValueRef(NamedTuple):
    """A choice on an axis, and the products (as bits) that have it."""

    axis: str
    value: str
    products: int


class ExtraRef(NamedTuple):
    """An extra, and the products (as bits) that have it."""

    extra: str
    products: int


class Form(NamedTuple):
    """One name of a product: for each word the keys that say it; `aside`: what stands behind "con"; its words as written."""

    keys: tuple[frozenset[str], ...]
    aside: frozenset[str]
    words: frozenset[str]
    is_weak: bool


@dataclass(slots=True)
class Term:
    """What a run of words may name. Products are bits: `named` have all of it in a name, of `whole` it is a name."""

    keys: tuple[str, ...]
    ands: frozenset[int] = frozenset()
    named: int = 0
    whole: int = 0
    values: dict[tuple[str, str], int] = field(default_factory=dict)
    extras: dict[str, int] = field(default_factory=dict)
    axes: int = 0  # of these it names what is chosen: "masa", "tamaño"
    weak: bool = False

    @property
    def modifies(self) -> int:
        """The products of which it is a choice or an extra."""
        mask = 0
        for bits in self.values.values():
            mask |= bits
        for bits in self.extras.values():
            mask |= bits
        return mask

    def take(self, other: Term) -> None:
        """With the meanings of another of the same words."""
        self.named |= other.named
        self.whole |= other.whole
        self.ands |= other.ands
        self.axes |= other.axes
        for value, bits in other.values.items():
            self.values[value] = self.values.get(value, 0) | bits
        for extra, bits in other.extras.items():
            self.extras[extra] = self.extras.get(extra, 0) | bits

    def drop_doubtful(self) -> None:
        """Without what may be several choices or extras of one product."""
        once = twice = 0
        chosen = {value for _, value in self.values}
        for bits in (*self.values.values(), *(bits for extra, bits in self.extras.items() if extra not in chosen)):
            twice |= once & bits
            once |= bits
        self.values = {value: bits & ~twice for value, bits in self.values.items() if bits & ~twice}
        self.extras = {extra: bits & ~twice for extra, bits in self.extras.items() if bits & ~twice}

    def take_where_new(self, other: Term) -> None:
        """With what another of the same words says of products of which this one says nothing."""
        free = ~(self.named | self.modifies)
        self.named |= other.named
        self.whole |= other.whole & free
        for value, bits in other.values.items():
            new = bits & (free | self.extras.get(value[1], 0))
            if new:
                self.values[value] = self.values.get(value, 0) | new
        for extra, bits in other.extras.items():
            if bits & free:
                self.extras[extra] = self.extras.get(extra, 0) | bits & free


class Vocabulary:
    """The names of one menu. `terms_at` finds them in a message."""

    def __init__(self, sold: Sequence[Sold]) -> None:
        self.products = tuple(sold)
        self.everything = (1 << len(self.products)) - 1
        self.index = {product.id: at for at, product in enumerate(self.products)}
        self.forms: list[tuple[Form, ...]] = []
        self.spellings: list[frozenset[str]] = []  # the words of each product's names, as written
        self.measures: dict[
            tuple[str, str], tuple[Decimal, str]
        ] = {}  # (axis, value) or ("", product) -> how much it is
        self.pieces: dict[str, Decimal] = {}  # product -> how many pieces its name says it has
        self.by_category: dict[str, int] = defaultdict(int)
        self._head: list[str] = []
        self._heads: dict[str, int] = defaultdict(int)
        self._named: dict[str, int] = defaultdict(int)
        self._strong: dict[tuple[str, ...], Term] = {}
        self._weak: dict[tuple[str, ...], Term] = {}
        self.counts: dict[str, dict[Decimal, Term]] = defaultdict(
            dict
        )  # key of what is counted -> number -> the choice
        self._faint: dict[tuple[str, ...], Term] = {}  # parts of longer names: what the thing is, or several words
        self._fainter: dict[tuple[str, ...], Term] = {}  # a word that only describes it
        self._words: set[str] = set()
        self._plurals: dict[str, str] = {}
        self._spoken: set[str] = set()  # every word of a name or of what it is called instead
        for at, product in enumerate(self.products):
            self._file(1 << at, product)
        for key, bits in self._named.items():
            self._term((key,), named=bits)
        self._plurals = {many: key for many, key in self._plurals.items() if many not in self._spoken}
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
        return frozenset(_keys(_words(self.products[place].names[0])))

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

    def _file(self, bit: int, product: Sold) -> None:
        forms = [form for name in product.names for form in self._forms(name, bit)]
        head = next(iter(_keys(_words(product.names[0]))), "")
        self._head.append(head)
        self._heads[head] |= bit
        names = product.id.replace("_", " ").replace("-", " ")
        forms += self._forms(names, bit, weak=True)
        self.forms.append(tuple(dict.fromkeys(forms)))
        self.spellings.append(frozenset(word for form in forms if not form.is_weak for word in form.words))
        counted = _COUNTED.search(product.names[0])
        if counted is not None:
            self.pieces[product.id] = Decimal(counted.group(1))
        measure = _measure(product.names[0])
        if measure is not None and product.unit is None:
            self.measures["", product.id] = measure
        for category in product.categories:
            for key in _keys(_words(category)):
                self.by_category[key] |= bit
        for axis in product.axes:
            self._file_axis(bit, axis)
        for extra in product.additions:
            self._file_extra(bit, extra)

    def _forms(self, name: str, bit: int, *, weak: bool = False) -> Iterator[Form]:
        name = _PER.sub(" ", name)
        bare = _ASIDE.sub(" ", name)
        for text in dict.fromkeys((bare, name) if bare.strip() else (name,)):
            spoken = _words(text)
            keys = _keys(spoken)
            if not keys:
                continue
            if not weak:
                self._words.update(word for word in spoken if len(word) > 2)
            aside = frozenset(product_key(word) for at, word in enumerate(spoken) if at and spoken[at - 1] in WITH)
            positions = tuple(frozenset((key,)) | alike(key) for key in keys)
            yield Form(positions, aside - {keys[0]}, frozenset(spoken), weak)
            if weak:
                self._phrases(spoken, bit, weak=True)
                continue
            for key in keys:
                if key not in ALONE_NOTHING:
                    self._named[key] |= bit
            for position in positions:
                for key in position - ALONE_NOTHING:
                    self._term((key,), weak=True, named=bit)
            for word in spoken:
                for prefix in PREFIXES:
                    if word.startswith(prefix) and len(word) - len(prefix) >= 5:
                        self._term((product_key(word.removeprefix(prefix)),), weak=True, named=bit)
            self._phrases(spoken, bit)
            for other in aliases(spoken):
                other_keys = _keys(other)
                if other_keys and set(other_keys) != set(keys):
                    yield Form(tuple(frozenset((key,)) for key in other_keys), frozenset(), frozenset(other), True)
                    self._phrases(other, bit, weak=True)

    def _phrases(self, spoken: Sequence[str], bit: int, *, weak: bool = False) -> None:
        """The whole name and every run of two words or more of it."""
        self._note_plurals(spoken)
        content = [(product_key(_DIGITS.get(word, word)), at) for at, word in enumerate(spoken) if _is_content(word)]
        if not content:
            return
        size = len(content)
        for length in range(1, min(size, LONGEST) + 1):
            for start in range(size - length + 1):
                run = content[start : start + length]
                if length == 1 and size > 1:
                    if weak and run[0][0] not in ALONE_NOTHING:
                        self._term((run[0][0],), weak=True, named=bit)
                    continue
                ands = frozenset(n for n in range(1, length) if _and_between(spoken, run[n - 1][1], run[n][1]))
                keys = tuple(key for key, _ in run)
                self._term(keys, weak=weak, ands=ands, named=bit, whole=bit if length == size else 0)

    def _file_axis(self, bit: int, axis: Axis) -> None:
        taken = {_keys(_words(name)) for value in axis.values for name in value.names}
        self._file_counts(bit, axis)
        for name in dict.fromkeys((*axis.names, axis.id.replace("_", " "))):
            for words in ((_words(name)), *aliases(_words(name))):
                self._term(_keys(words), weak=words != _words(name), axes=bit)
        for value in axis.values:
            ref = {(axis.id, value.id): bit}
            for name in value.names:
                words = _words(name)
                self._words.update(words)
                self._note_plurals(words)
                measure = _measure(name)
                if measure is not None:
                    self.measures.setdefault((axis.id, value.id), measure)
                self._term(_keys(words), ands=_ands(words), values=ref)
                for other in (*_otherwise(words), *_with_axis(words, axis)):
                    keys = _keys(other)
                    if keys not in taken:
                        self._term(keys, weak=True, ands=_ands(other), values=ref)
                self._fragments(words, values=ref)
            id_words = _words(value.id.replace("_", " "))
            if _keys(id_words) not in taken:
                self._term(_keys(id_words), weak=not _is_readable(value.id), values=ref)
                self._fragments(id_words, english=True, values=ref)
            for service in services().get(_folded(value.names[0]), ()):
                self._term((product_key(service),), weak=True, values=ref)
        self._file_measures(bit, axis, taken)

    def _file_measures(self, bit: int, axis: Axis, taken: set[tuple[str, ...]]) -> None:
        """Where the sizes are measures only, "grande" is the largest and "chico" the smallest."""
        sized = sorted(
            (self.measures[axis.id, value.id], value.id)
            for value in axis.values
            if (axis.id, value.id) in self.measures
        )
        if (
            len(sized) < 2
            or len(sized) < len(axis.values)
            or (len({unit for (_, unit), _ in sized}) > 1 and not _comparable(sized))
        ):
            return
        ordered = sorted(sized, key=lambda one: one[0][0] * IN_EACH.get(one[0][1], IN_EACH[""])[1])
        for words, value in ((LARGE, ordered[-1][1]), (SMALL, ordered[0][1])):
            for word in words:
                if (product_key(word),) not in taken:
                    self._term((product_key(word),), weak=True, values={(axis.id, value): bit})

    def _file_counts(self, bit: int, axis: Axis) -> None:
        """A choice of how many: the name of the axis says what of ("2 shots")."""
        numbers = [figure(name) if (name := value.names[0])[:1].isdigit() else None for value in axis.values]
        if not numbers or any(number is None for number in numbers):
            return
        for name in dict.fromkeys((*axis.names, axis.id.replace("_", " "))):
            for words in (_words(name), *aliases(_words(name))):
                for number, value in zip(numbers, axis.values, strict=True):
                    if number is not None and len(words) == 1:
                        term = self.counts[key_of(words[0])].setdefault(number, Term((key_of(words[0]),)))
                        term.take(Term(term.keys, values={(axis.id, value.id): bit}))

    def _file_extra(self, bit: int, extra: Addition) -> None:
        ref = {extra.id: bit}
        for name in extra.names:
            words = _words(name)
            self._words.update(words)
            self._term(_keys(words), ands=_ands(words), extras=ref)
            self._note_plurals(words)
            for other in _otherwise(words):
                self._note_plurals(other)
                self._term(_keys(other), weak=True, ands=_ands(other), extras=ref)
            self._fragments(words, extras=ref)
        id_words = _words(extra.id.replace("_", " "))
        self._note_plurals(id_words)
        self._term(_keys(id_words), weak=not _is_readable(extra.id), extras=ref)
        if not {_keys(id_words)} & {_keys(_words(name)) for name in extra.names}:
            self._fragments(id_words, english=True, extras=ref)

    def _note_plurals(self, words: Iterable[str]) -> None:
        for word in words:
            if len(word) > 1 and word.isalpha() and word not in JOINING:
                self._spoken.add(word)
                for many in (plural(word), word + "s", word + "es"):
                    if product_key(many) != product_key(word):
                        self._plurals.setdefault(many, product_key(word))

    def _fragments(
        self,
        words: Sequence[str],
        *,
        english: bool = False,
        values: dict[tuple[str, str], int] | None = None,
        extras: dict[str, int] | None = None,
    ) -> None:
        """Parts that may stand for a longer name: "cheddar" for "queso cheddar", not "tomate" for "salsa de tomate".

        What is left of the name goes with them: "cheddar cheese" for "queso monterey cheddar", "pepper jack".
        """
        content = [(at, word) for at, word in enumerate(words) if _is_content(word)]
        if len(content) < 2:
            return
        first, last = content[0][1], content[-1][1]
        heads = {key_of(first), *alike(key_of(first))}
        for at, word in content:
            joined = at > 0 and (words[at - 1] in JOINING or words[at - 1] in WITH or words[at - 1] in WITHOUT)
            if joined or word in WITHOUT or word in HOW_MUCH or word in NO_PART or len(word) < 3:
                continue
            self._term(
                (key_of(word),), faint=1 if word == (last if english else first) else 2, values=values, extras=extras
            )
            for head in heads - {key_of(word)} if len(content) > 2 else ():
                self._term((head, key_of(word)), faint=1, values=values, extras=extras)
                self._term((key_of(word), head), faint=1, values=values, extras=extras)
        for size in range(2, len(content)):
            for start in range(len(content) - size + 1):
                run = [word for _, word in content[start : start + size]]
                self._term(_keys(run), faint=1, values=values, extras=extras)

    def _term(
        self,
        keys: tuple[str, ...],
        *,
        weak: bool = False,
        faint: int = 0,
        ands: frozenset[int] = frozenset(),
        named: int = 0,
        whole: int = 0,
        axes: int = 0,
        values: dict[tuple[str, str], int] | None = None,
        extras: dict[str, int] | None = None,
    ) -> None:
        if not keys or len(keys) > LONGEST:
            return
        filed = (self._weak if weak else self._strong, self._faint, self._fainter)[faint]
        term = filed.get(keys)
        if term is None:
            term = filed[keys] = Term(keys)
        term.take(Term(keys, ands, named, whole, values or {}, extras or {}, axes))


def key_of(word: str) -> str:
    """What a message's word is filed under."""
    if word in WITHOUT:
        return "sin"
    number = figure(word) if word[:1].isdigit() else None
    if number is not None:
        return f"{number.normalize():f}"
    return product_key(_DIGITS.get(word, word))


def _is_readable(id_: str) -> bool:
    """Whether an id is a name too: "black_beans", not "L" or "27"."""
    return len(id_) > 3 and id_.replace("_", "").replace("-", "").isalpha()


def _otherwise(words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """What else a name may be called; where a word was changed for English, also with what describes it first: "salsa corn", "corn salsa"."""
    for other in aliases(words):
        yield other
        if len(other) == len(words) > 1 and other[1:] == words[1:] and AND.isdisjoint(other):
            yield (*other[1:], other[0])


def _words(name: str) -> tuple[str, ...]:
    return tuple(_glued(piece.folded for piece in pieces(name) if piece.kind in ("word", "num", "sum")))


def _glued(words: Iterable[str]) -> Iterator[str]:
    """ "27 a" as "27a": a number with its letter is one word."""
    before = ""
    for word in words:
        if before[:1].isdigit() and before.isdigit() and len(word) == 1 and word.isalpha() and word not in "xyogl":
            before += word
            continue
        if before:
            yield before
        before = word
    if before:
        yield before


def _keys(words: Iterable[str]) -> tuple[str, ...]:
    return tuple(key_of(word) for word in words if _is_content(word))


def _is_content(word: str) -> bool:
    return word not in JOINING and word not in WITH and word not in AND and word not in NOT_NAMING


def _ands(words: Sequence[str]) -> frozenset[int]:
    content = [at for at, word in enumerate(words) if _is_content(word)]
    return frozenset(n for n in range(1, len(content)) if _and_between(words, content[n - 1], content[n]))


def _and_between(words: Sequence[str], first: int, second: int) -> bool:
    return any(word in AND for word in words[first + 1 : second])


def _with_axis(words: tuple[str, ...], axis: Axis) -> Iterator[tuple[str, ...]]:
    """ "pan avena", "tamaño grande": the choice with what is chosen before it."""
    for name in dict.fromkeys((*axis.names, axis.id.replace("_", " "))):
        yield (*_words(name), *words)


def _measure(name: str) -> tuple[Decimal, str] | None:
    """How much a name says it is: "1,5 litros", "500 ml", "Pastor — 500 g"."""
    words = _words(name)
    if len(words) == 1 and words[0] in UNITS:
        return Decimal(1), UNITS[words[0]]
    found = [one for one in amounts(words, "es").values() if one.unit or not one.article]
    measured = [one for one in found if one.unit]
    if measured:
        return measured[-1].value, measured[-1].unit
    return (found[0].value, "") if len(found) == 1 and found[0].start == 0 and len(words) <= 2 else None


def _comparable(sized: Sequence[tuple[tuple[Decimal, str], str]]) -> bool:
    return len({IN_EACH.get(unit, IN_EACH[""])[0] for (_, unit), _ in sized}) == 1


def _folded(name: str) -> str:
    return " ".join(_words(name))
