"""A message read as an order: what it adds to the cart, changes and takes away."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from app.core.text import clean
from app.nlu.numbers import UNITS, number_words
from app.nlu.orders import glossary
from app.nlu.orders.changes import Change, Reading, Waiting
from app.nlu.orders.cues import cue_book
from app.nlu.orders.editing import Editor
from app.nlu.orders.grouping import group
from app.nlu.orders.items import Item
from app.nlu.orders.lexing import Said, everyday, lex
from app.nlu.orders.lines import Line, merged
from app.nlu.orders.sold import Sold
from app.nlu.orders.vocabulary import Vocabulary
from app.nlu.orders.wording import JOINING
from app.nlu.typos import Mender
from app.nlu.words import Language

LONE, ORDERED, SURE = 0.6, 0.85, 0.95  # a name alone, with a number or a verb, with both or an edit
ENGLISH = frozenset("with and the of please want like would i my for without".split())
LEAST_ENGLISH = 2  # of these words speak for English where a menu's Spanish names made it Spanish
LACKING = 0.5  # only things the menu does not have


class OrderParser:
    """Reads messages against one menu; built once for it."""

    def __init__(self, sold: Sequence[Sold]) -> None:
        self._vocabulary = Vocabulary(sold)
        self._menders: dict[Language, Mender] = {}

    def read(
        self, text: str, *, language: Language = "es", cart: Sequence[Line] = (), waiting: Waiting | None = None
    ) -> Reading:
        """The message read. Never raises."""
        known = tuple(line for line in cart if line.product_id in self._vocabulary.index)
        if len(known) < len(cart):
            return Reading(cart=tuple(cart))
        whole = unicodedata.normalize("NFC", clean(text))
        if language == "es" and self._speaks_english(whole):
            language = "en"
        reading = self._reading(whole, language, known, waiting)
        nothing = not reading.changes and not reading.unclear
        if nothing and language == "es" and len(ENGLISH.intersection(whole.lower().split())) >= LEAST_ENGLISH:
            return self._reading(whole, "en", known, waiting)  # "a cone with dulce de leche and mango"
        return reading

    def _reading(self, whole: str, language: Language, known: tuple[Line, ...], waiting: Waiting | None) -> Reading:
        said = lex(whole, language, self._vocabulary, self._mender(language))
        items = group(said, self._vocabulary)
        editor = Editor(said, self._vocabulary, known, waiting, items)
        editor.run()
        changes = editor.cart.changes()
        after = merged(slot.line for slot in editor.cart.slots)
        score = _score(said, changes, editor)
        return Reading(changes, after, tuple(editor.unclear), tuple(editor.unknown), score, _spans(said, editor.used))

    def _speaks_english(self, whole: str) -> bool:
        """Whether all but the menu's names is said in English: "make it 4 tajadas con queso"."""
        own = [word for word in whole.lower().split() if word.isalpha()]
        if sum(word in cue_book("en").words for word in own) < LEAST_ENGLISH:
            return False
        rest = [word for word in own if not self._vocabulary.knows(self._vocabulary.key(word))]
        english = [word for word in rest if word in cue_book("en").words and word not in cue_book("es").words]
        return len(english) >= LEAST_ENGLISH and not any(
            word in cue_book("es").words and word not in cue_book("en").words and word not in JOINING for word in rest
        )

    def _mender(self, language: Language) -> Mender:
        mender = self._menders.get(language)
        if mender is None:
            book = cue_book(language)
            known = everyday(language) | number_words(language) | glossary.words()
            mender = self._menders[language] = Mender(
                book.words | UNITS.keys(), known, language, self._vocabulary.words
            )
        return mender


def _score(said: Said, changes: Sequence[Change], editor: Editor) -> float:
    if not changes and not editor.unclear and not editor.unknown:
        return 0.0
    verbs = any(item.deed for item in editor.used)
    numbers = any(item.amount is not None for item in editor.used)
    if not changes and not editor.unclear:
        return LACKING
    return (
        SURE
        if (verbs and numbers) or any(item.deed in ("remove", "change", "set", "empty") for item in editor.used)
        else ORDERED
        if verbs or numbers
        else LONE
    )


def _spans(said: Said, items: Sequence[Item]) -> tuple[tuple[int, int], ...]:
    found = {(said.spans[item.start][0], said.spans[item.end - 1][1]) for item in items if item.start < item.end}
    return tuple(sorted(found))
