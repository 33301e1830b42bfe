"""The filing of a menu's names: products, choices and extras under the stems of their words, and what they are called instead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from app.nlu.numbers import figure
from app.nlu.orders.glossary import aliases, alike, services
from app.nlu.orders.measures import IN_EACH
from app.nlu.orders.sold import Addition, Axis, Sold
from app.nlu.orders.terms import Form, Term
from app.nlu.orders.wording import (
    ALONE_NOTHING,
    ASIDE,
    COUNTED,
    DIGITS,
    HOW_MUCH,
    JOINING,
    LARGE,
    LONGEST,
    NO_PART,
    PER,
    PREFIXES,
    SMALL,
    WITH,
    WITHOUT,
    and_between,
    ands_in,
    are_comparable,
    folded_name,
    is_content,
    is_readable,
    key_of,
    keys_of,
    measure_in,
    otherwise,
    with_axis,
    words_in,
)
from app.nlu.stem import plural, product_key


class Filing:
    """One menu filed. Products are bits, in the menu's order."""

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
        self.with_and = 0  # the products whose own name joins two things: "jamón y queso"
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
        self._sources: dict[str, set[str]] = defaultdict(set)  # key -> the words that gave it
        for word in self._words | self._spoken:
            self._sources[key_of(word)].add(word)
        self._plurals = {many: key for many, key in self._plurals.items() if many not in self._spoken}

    def _file(self, bit: int, product: Sold) -> None:
        forms = [form for name in product.names for form in self._forms(name, bit)]
        head = next(iter(keys_of(words_in(product.names[0]))), "")
        self.with_and |= bit if ands_in(words_in(product.names[0])) else 0
        self._head.append(head)
        self._heads[head] |= bit
        names = product.id.replace("_", " ").replace("-", " ")
        forms += self._forms(names, bit, weak=True)
        self.forms.append(tuple(dict.fromkeys(forms)))
        self.spellings.append(frozenset(word for form in forms if not form.is_weak for word in form.words))
        counted = COUNTED.search(product.names[0])
        if counted is not None:
            self.pieces[product.id] = Decimal(counted.group(1))
        measure = measure_in(product.names[0])
        if measure is not None and product.unit is None:
            self.measures["", product.id] = measure
        for category in product.categories:
            for key in keys_of(words_in(category)):
                self.by_category[key] |= bit
        for axis in product.axes:
            self._file_axis(bit, axis)
        for extra in product.additions:
            self._file_extra(bit, extra)
        self._file_carried(bit, product)

    def _forms(self, name: str, bit: int, *, weak: bool = False) -> Iterator[Form]:
        name = PER.sub(" ", name)
        bare = ASIDE.sub(" ", name)
        for text in dict.fromkeys((bare, name) if bare.strip() else (name,)):
            spoken = words_in(text)
            keys = keys_of(spoken)
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
            for own, position in zip(keys, positions, strict=True):
                for key in position - ALONE_NOTHING:
                    if key == own or len(key) > 1:  # "L" is a size, not the "larga" of a name
                        self._term((key,), weak=True, named=bit)
            for word in spoken:
                for prefix in PREFIXES:
                    if word.startswith(prefix) and len(word) - len(prefix) >= 5:
                        self._term((product_key(word.removeprefix(prefix)),), weak=True, named=bit)
            self._phrases(spoken, bit)
            for other in aliases(spoken):
                other_keys = keys_of(other)
                if other_keys and set(other_keys) != set(keys):
                    yield Form(tuple(frozenset((key,)) for key in other_keys), frozenset(), frozenset(other), True)
                    self._phrases(other, bit, weak=True, alone=len(other) <= len(spoken))

    def _phrases(self, spoken: Sequence[str], bit: int, *, weak: bool = False, alone: bool = True) -> None:
        """The whole name and every run of two words or more of it; of a weak one also each word `alone`."""
        self._note_plurals(spoken)
        content = [(product_key(DIGITS.get(word, word)), at) for at, word in enumerate(spoken) if is_content(word)]
        if not content:
            return
        size = len(content)
        for length in range(1, min(size, LONGEST) + 1):
            for start in range(size - length + 1):
                run = content[start : start + length]
                if length == 1 and size > 1:
                    if weak and alone and run[0][0] not in ALONE_NOTHING:
                        self._term((run[0][0],), weak=True, named=bit)
                    continue
                ands = frozenset(n for n in range(1, length) if and_between(spoken, run[n - 1][1], run[n][1]))
                keys = tuple(key for key, _ in run)
                self._term(keys, weak=weak, ands=ands, named=bit, whole=bit if length == size else 0)

    def _file_axis(self, bit: int, axis: Axis) -> None:
        taken = {keys_of(words_in(name)) for value in axis.values for name in value.names}
        ids = {
            keys_of((value.id,))[0]: value.id for value in axis.values if is_readable(value.id) and keys_of((value.id,))
        }
        self._file_counts(bit, axis)
        for name in dict.fromkeys((*axis.names, axis.id.replace("_", " "))):
            for words in ((words_in(name)), *aliases(words_in(name))):
                self._term(keys_of(words), weak=words != words_in(name), axes=bit)
        for value in axis.values:
            ref = {(axis.id, value.id): bit}
            for name in value.names:
                words = words_in(name)
                self._words.update(words)
                self._note_plurals(words)
                measure = measure_in(name)
                if measure is not None:
                    self.measures.setdefault((axis.id, value.id), measure)
                self._term(keys_of(words), ands=ands_in(words), values=ref)
                for other in (*otherwise(words), *with_axis(words, axis)):
                    keys = keys_of(other)
                    if keys not in taken and not (len(keys) > 1 and ids.get(keys[0], value.id) != value.id):
                        self._term(keys, weak=True, ands=ands_in(other), values=ref)
                self._fragments(words, values=ref)
            id_words = words_in(value.id.replace("_", " "))
            if keys_of(id_words) not in taken:
                self._term(keys_of(id_words), weak=not is_readable(value.id), values=ref)
                self._fragments(id_words, english=True, values=ref)
            for service in services().get(folded_name(value.names[0]), ()):
                self._term((product_key(service),), weak=True, values=ref)
        self._file_measures(bit, axis, taken)

    def _file_carried(self, bit: int, product: Sold) -> None:
        """What the product is also called may say a choice: "refresco de manzana" is a Refresco, of manzana."""
        own = set(keys_of(words_in(product.names[0])))
        choices = [((axis.id, value.id), value.names[0]) for axis in product.axes for value in axis.values]
        choices += [(("", extra.id), extra.names[0]) for extra in product.additions if not extra.included]
        for name in product.names[1:]:
            keys = keys_of(words_in(name))
            for ref, chosen in choices:
                said = set(keys_of(words_in(chosen)))
                if said and said <= set(keys) - own:
                    self._term(keys, carries={ref: bit})

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
            or (len({unit for (_, unit), _ in sized}) > 1 and not are_comparable(sized))
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
            for words in (words_in(name), *aliases(words_in(name))):
                for number, value in zip(numbers, axis.values, strict=True):
                    if number is not None and len(words) == 1:
                        term = self.counts[key_of(words[0])].setdefault(number, Term((key_of(words[0]),)))
                        term.take(Term(term.keys, values={(axis.id, value.id): bit}))

    def _file_extra(self, bit: int, extra: Addition) -> None:
        ref = {extra.id: bit}
        for name in extra.names:
            words = words_in(name)
            self._words.update(words)
            self._term(keys_of(words), ands=ands_in(words), extras=ref)
            self._note_plurals(words)
            for other in otherwise(words):
                self._note_plurals(other)
                self._term(keys_of(other), weak=True, ands=ands_in(other), extras=ref)
            self._fragments(words, extras=ref)
        id_words = words_in(extra.id.replace("_", " "))
        self._note_plurals(id_words)
        self._term(keys_of(id_words), weak=not is_readable(extra.id), extras=ref)
        for other in aliases(id_words):
            self._note_plurals(other)
            self._term(keys_of(other), weak=True, extras=ref)
        if not {keys_of(id_words)} & {keys_of(words_in(name)) for name in extra.names}:
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
        content = [(at, word) for at, word in enumerate(words) if is_content(word)]
        if len(content) < 2:
            return
        first, last = content[0][1], content[-1][1]
        heads = {key_of(first), *alike(key_of(first))}
        for at, word in content:
            joined = at > 0 and (words[at - 1] in JOINING or words[at - 1] in WITH or words[at - 1] in WITHOUT)
            if joined or word in WITHOUT or word in HOW_MUCH or word in DIGITS or word in NO_PART or len(word) < 3:
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
                self._term(keys_of(run), faint=1, values=values, extras=extras)

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
        carries: dict[tuple[str, str], int] | None = None,
    ) -> None:
        if not keys or len(keys) > LONGEST or keys == ("sin",):
            return
        filed = (self._weak if weak else self._strong, self._faint, self._fainter)[faint]
        term = filed.get(keys)
        if term is None:
            term = filed[keys] = Term(keys)
        term.take(Term(keys, ands, named, whole, values or {}, extras or {}, axes, carries=carries or {}))
