"""The item being built while the atoms are read, and what can be seen ahead of it."""

from __future__ import annotations

from app.nlu.orders.items import Deed, Item, Manner
from app.nlu.orders.lexing import Atom, Said
from app.nlu.orders.terms import Term
from app.nlu.orders.vocabulary import Vocabulary

PORTIONS = frozenset(
    "of order orders side sides serving servings portion portions bag bags cup cups glass glasses plate plates".split()
)


class Building:
    """What has been said so far, and a look at what comes."""

    def __init__(self, said: Said, vocabulary: Vocabulary) -> None:
        self.said, self.vocabulary = said, vocabulary
        self.atoms = said.atoms
        self.items: list[Item] = []
        self.item: Item | None = None  # the one being built
        self.manner: Manner = "plain"
        self.counted = False  # a counted list of extras: "con dos cremas y un azúcar"
        self.deed: Deed = ""
        self.link = "."
        self.cues: set[str] = set()  # said before the item they belong to
        self.definite = self.dative = self.after_of = False
        self.sentence = 0
        self.paren = False
        self.at = 0

    def _open(self, atom: Atom) -> Item:
        start = atom.start
        item = Item(start, atom.end, link=self.link, deed=self.deed, definite=self.definite, dative=self.dative)
        item.cues, self.cues = self.cues, set()
        item.sentence, item.paren = self.sentence, self.paren
        if self.manner != "plain" and self.link not in ("",):
            self.manner = "plain"
        self.item = item
        self.link, self.definite, self.dative, self.after_of, self.counted = "", False, False, self.after_of, False
        return item

    def _close(self) -> None:
        if self.item is not None:
            self._told_after(self.item)
            self.items.append(self.item)
        self.item = None
        self.manner = "plain"
        self.counted = False

    def _told_after(self, item: Item) -> None:
        """ "ponele crema | a los nacatamales": the thing after what becomes of it."""
        before = self.items[-1] if self.items else None
        if not item.dative or item.turn >= 0 or before is None or before.sentence != item.sentence or before.turn >= 0:
            return
        if (
            before.deed not in ("put", "add", "remove")
            or not before.named
            or not all(one.term.modifies & item.fits for one in before.named)
        ):
            return
        manner: Manner = "without" if before.deed == "remove" else "with"
        for one in before.named:
            one.manner = manner if one.manner == "plain" else one.manner
            one.count = int(before.amount.value) if before.amount is not None and not before.amount.unit else one.count
        item.turn, item.deed, item.start = len(item.named), before.deed, before.start
        item.named += before.named
        self.items.pop()

    def _close_if_named(self) -> None:
        if self.item is not None and (self.item.has_content or self.item.amount is not None):
            self._close()

    def _reset(self) -> None:
        self.manner = "plain"
        self.definite = self.dative = self.after_of = False

    def _next(self, *, over_with: bool = True) -> Atom | None:
        """The next atom that names or is an unknown word, over small words, before any mark or joint."""
        for other in self.atoms[self.at + 1 : self.at + 5]:
            if other.gap or other.word in ("y", "e", "and", "o", "or"):
                return None
            if other.term is not None or other.amount is not None:
                return other
            if other.says("with", "without", "nor") and not over_with:
                return None
            if other.says(
                "want",
                "add",
                "remove",
                "change",
                "ask",
                "be_so",
                "make",
                "aside",
                "if",
                "better",
                "no_thing",
                "no_more",
            ):
                return None
            if not other.is_grammar and not other.cues:
                return other
        return None

    def _modifies_next(self) -> bool:
        following = self._next()
        return following is not None and following.term is not None and following.amount is None

    def _ends(self, at: int) -> bool:
        return at >= len(self.atoms) or bool(self.atoms[at].gap)

    def _number_follows(self) -> bool:
        """A number comes next, or a verb and then one: "nomás quiero 1"."""
        return any(other.amount is not None or other.says("want") for other in self.atoms[self.at + 1 : self.at + 2])

    def _adjacent_term(self) -> bool:
        following = self._next()
        return following is not None and following.term is not None and following.amount is None

    def _term_straight(self) -> bool:
        """The very next atom is a name."""
        following = self.atoms[self.at + 1] if self.at + 1 < len(self.atoms) else None
        return following is not None and not following.gap and following.term is not None and following.amount is None

    def _thing_follows(self) -> bool:
        following = self.atoms[self.at + 1] if self.at + 1 < len(self.atoms) else None
        return (
            following is not None
            and not following.gap
            and (following.amount is not None or following.term is not None or following.says("definite"))
        )

    def _modifier_follows(self, atom: Atom) -> bool:
        following = self._next(over_with=False)
        if following is None or following.term is None or following.amount is not None:
            return False
        bits = self.item.fits if self.item is not None and self.item.named else -1
        return bool(following.term.modifies & bits)

    def _no_thing_follows(self) -> bool:
        following = self.atoms[self.at + 1] if self.at + 1 < len(self.atoms) else None
        return following is not None and not following.gap and following.term is None and following.says("no_thing")

    def _nothing_follows(self) -> bool:
        for other in self.atoms[self.at + 1 :]:
            if other.gap:
                return True
            if other.term is not None or other.amount is not None:
                return False
            if other.word in ("y", "and") or other.says("want", "add", "change", "put"):
                return True
        return True

    def _followed_by(self, cue: str) -> bool:
        for other in self.atoms[self.at + 1 : self.at + 3]:
            if other.says(cue):
                return True
            if other.term is not None or other.amount is not None:
                return False
        return False

    def _name_ahead(self, *, joined: bool = False) -> Term | None:
        """The product's whole name that follows, with nothing but choices between."""
        for other in self.atoms[self.at + 1 : self.at + 8]:
            if joined and other.word in ("y", "e", "and", "&"):
                continue
            if other.word in PORTIONS and not other.gap:
                continue
            if other.gap or other.term is None or other.amount is not None:
                return None
            if other.term.whole:
                return other.term
        return None

    def _of_follows(self, at: int) -> bool:
        following = self.atoms[at + 1] if at + 1 < len(self.atoms) else None
        return following is not None and following.word == "of" and not following.gap

    def _is_complete(self, item: Item) -> bool:
        whole = item.fits
        return any(one.term.whole & whole for one in item.named)

    def _same_axis(self, term: Term, item: Item) -> bool:
        axes = {axis for axis, _ in term.values}
        return any(axis in axes for one in item.named for axis, _ in one.term.values if not one.term.whole)
