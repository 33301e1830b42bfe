"""Atoms -> items: which numbers, choices and extras belong to which thing asked for."""

from __future__ import annotations

from app.nlu.orders.directing import Directing
from app.nlu.orders.items import Item
from app.nlu.orders.lexing import Atom, Said
from app.nlu.orders.vocabulary import Vocabulary

MAX_ITEMS = 60
BEHIND = ("mejor", "better", "instead", "rather")  # cues that may follow what they are said of
ORDINALS = {
    "es": "primera segunda tercera cuarta quinta sexta septima octava".split(),
    "en": "first second third fourth fifth sixth seventh eighth".split(),
}


def group(said: Said, vocabulary: Vocabulary) -> list[Item]:
    """The items of a message, in order."""
    return Grouping(said, vocabulary).run()


class Grouping(Directing):
    """Reads the atoms once, left to right, building one item at a time."""

    def run(self) -> list[Item]:
        while self.at < len(self.atoms) and len(self.items) < MAX_ITEMS:
            atom = self.atoms[self.at]
            if atom.gap:
                self._gap(atom.gap)
            self._read(atom)
            self.at += 1
        self._close()
        self._said_behind()
        self._told()
        if "?" in self.said.text[self.said.spans[-1][1] :] if self.said.spans else False:
            self._asked()
        return self.items

    def _gap(self, gap: str) -> None:
        if gap in (".", "?"):
            self._close()
            self._said_behind()
            if gap == "?":
                self._asked()
            self.sentence += 1
            self.deed, self.link, self.cues = "", ".", set() if gap == "?" else self.cues & {"better"}
            self._reset()
        else:
            self.link = gap if gap != ")" else ","
            self.paren = gap == "(" or (self.paren and gap != ")")
            if gap in ":(":
                self._close()
            self.definite = self.dative = False
        self.after_of = False

    def _said_behind(self) -> None:
        """ "dos mejor", "que sean 6 revueltas mejor": the cue after what it is said of."""
        last = self.items[-1] if self.items else None
        spoken = self.atoms[self.at - 1].word if 0 < self.at <= len(self.atoms) else ""
        if "better" in self.cues and last is not None and last.sentence == self.sentence and spoken in BEHIND:
            last.cues.add("better")
            self.cues.discard("better")

    def _asked(self) -> None:
        """The sentence ended with a question mark: what it names without a number and without an order is asked after."""
        said = [item for item in self.items if item.sentence == self.sentence]
        if (
            said
            and all(item.deed in ("", "ask") and item.amount is None and not item.is_("other") for item in said)
            and self._asks()
        ):
            for item in said:
                item.deed = "ask"

    def _told(self) -> None:
        """What is told of yesterday, or asked with a question's word, orders nothing."""
        sentence = 0
        past: set[int] = set()
        opinion: set[int] = set()
        asking: set[int] = set()
        begun = -1
        for atom in self.atoms:
            sentence += atom.gap in (".", "?")
            if atom.says("past"):
                past.add(sentence)
            if atom.says("says"):
                opinion.add(sentence)
            if begun != sentence and not atom.says("filler") and not atom.is_grammar:
                begun = sentence
                if atom.says("wh"):
                    asking.add(sentence)
        for item in self.items:
            told = item.sentence in past
            unsure = item.sentence in opinion or item.sentence in asking
            if item.deed == "" and (told or (unsure and item.amount is None and not item.is_("other"))):
                item.deed = "ask"

    def _asks(self) -> bool:
        """Whether the sentence that ends here asks: it has a word that does, or goes on from one that did."""
        start = next((n for n in range(self.at - 1, 0, -1) if self.atoms[n].gap in (".", "?")), 0)
        if any(atom.says("ask", "ask_weak") for atom in self.atoms[start : self.at]):
            return True
        before = [item for item in self.items if item.sentence == self.sentence - 1]
        return (
            bool(before)
            and all(item.deed == "ask" for item in before)
            and self.atoms[start].word in ("y", "and", "o", "or")
        )

    def _read(self, atom: Atom) -> None:
        if atom.term is None and atom.amount is None and self._verb(atom):
            return
        if atom.amount is not None and self._number(atom):
            return
        if atom.term is not None and self._name(atom, atom.term):
            return
        if self._small(atom):
            return
        self._word(atom)

    def _word(self, atom: Atom) -> None:
        item = self.item
        if atom.is_grammar or atom.says(
            "aside", "if", "ask_weak", "ask", "not", "says", "filler", "want", "make", "by"
        ):
            if atom.says("aside") and item is not None and item.has_content:
                self._close()
            self.after_of = False
            return
        if atom.says("no_thing"):
            if item is not None and item.amount is not None and not item.has_content:
                self.item = None
            self.after_of = False
            return
        if atom.says("last") or (atom.says("ordinals") and self.definite):
            item = self._open(atom) if item is None else item
            item.ordinal = -1 if atom.says("last") else _place(atom.word, self.said.language)
            item.end = atom.end
            return
        if (
            item is None
            or (self.link in (",", "y", ".") and item.has_content)
            or atom.gap
            or not atom.word[:1].isalpha()
        ):
            self.after_of = False
            return
        item.unknown.append((atom.start, atom.end, self.after_of))
        item.end = atom.end if not item.has_name or self.after_of else item.end
        self.after_of = False


def _place(word: str, language: str) -> int:
    """Which one an ordinal says, from 1; 0 for none."""
    if language == "es":
        word = word[:-1] + "a"
    known = ORDINALS[language]
    return known.index(word) + 1 if word in known else 0
