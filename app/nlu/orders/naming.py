"""Which item a name belongs to: the one being built, or the next."""

from __future__ import annotations

from app.nlu.orders.building import Building
from app.nlu.orders.items import Item, Manner, Named
from app.nlu.orders.lexing import Atom
from app.nlu.orders.terms import Term

CONTAINERS = frozenset(
    """orden ordenes porcion porciones plato platos bolsa bolsas caja cajas vaso vasos botella botellas lata latas pieza piezas unidad unidades
    rebanada rebanadas paquete paquetes tipo tipos clase clases rollo frasco tarro taza tazas par order orders slice slices piece pieces box
    boxes bag bags bottle bottles can cans glass cup cups""".split()
)


class Naming(Building):
    """Puts names, choices and extras where they belong."""

    def _name(self, atom: Atom, term: Term) -> bool:
        item = self.item
        manner = self.manner
        if atom.says("twice", "extra", "light", "halve", "all") and self._colours(atom):
            return False
        if atom.says("filler") and not term.whole and not term.modifies and item is None:
            return False
        if atom.says("extra") and not term.modifies and not term.whole and (item is None or not term.named & item.fits):
            return False  # a word of some name that says how much here: "queso extra"
        if atom.says("only") and (item is None or not (term.named | term.modifies) & item.fits or not item.has_content):
            return False
        if item is not None and item.amount is not None and not item.has_content and self.link == "" and not atom.gap:
            self._attach(atom, term, "plain" if manner in ("plain",) else manner)
            return True
        if item is not None and self._belongs(atom, term, item):
            self._attach(atom, term, manner)
            return True
        if item is not None and self.said.language == "en" and self.link == "" and not atom.gap and not self.definite:
            if self._is_word_of_kind(term, item):
                return True
            if self._drops_adjectives(term, item):
                self._attach(atom, term, "plain")
                return True
        if item is None and self.after_of and self.items and self._reopens():
            self._attach(atom, term, "plain")
            return True
        if item is None and manner != "plain" and (not self.definite or manner == "without"):
            item = self._open(atom)
            self._attach(atom, term, manner)
            return True
        self._close()
        self._open(atom)
        self._attach(atom, term, "plain")
        return True

    def _is_word_of_kind(self, term: Term, item: Item) -> bool:
        """English: "a cold cut combo sandwich", "coffee medium roast hot": a part of other names after a whole one."""
        return not term.whole and not term.modifies and self.manner == "plain" and self._is_complete(item)

    def _drops_adjectives(self, term: Term, item: Item) -> bool:
        """English: "a hot latte", "a caffe latte": a part of another name before a whole one only describes it."""
        if not term.whole or self.manner != "plain" or item.amount is None or any(one.term.whole for one in item.named):
            return False
        kept = [one for one in item.named if (one.term.named | one.term.modifies) & term.whole]
        if len(kept) == len(item.named) or any(one.manner != "plain" for one in item.named):
            return False
        item.named = kept
        return True

    def _reopens(self) -> bool:
        """ "dos docenas quiero, de lomito": a number whose name comes after the verb."""
        last = self.items[-1]
        if last.has_content or last.amount is None or last.sentence != self.sentence or last.cues:
            return False
        self.item = self.items.pop()
        self.item.deed = self.deed or self.item.deed
        return True

    def _colours(self, atom: Atom) -> bool:
        """ "doble queso", "extra salsa": the word says how much of what follows, and is no choice itself."""
        if atom.says("halve"):
            return self._half_follows()
        if atom.says("all"):
            return self.link != "" or self.item is None or self.manner not in ("with", "plain")
        following = self._next(over_with=False)
        if following is None or following.term is None or following.amount is not None:
            return False
        if atom.says("twice") and not self._term_straight():
            return False
        bits = self.item.fits if self.item is not None and self.item.named else -1
        return bool(following.term.modifies & bits) and not bool(following.term.whole and bits == -1)

    def _half_follows(self) -> bool:
        """Another half after the next name: "mitad muzza mitad calabresa"."""
        return any(other.says("halve") for other in self.atoms[self.at + 2 : self.at + 6]) or (
            self.item is not None and (bool(self.item.amount) or self.item.is_("halve"))
        )

    def _belongs(self, atom: Atom, term: Term, item: Item) -> bool:
        """Whether a name goes with the item being built, or begins another."""
        fits = item.fits
        joint = bool((term.named | term.modifies) & fits)
        straight = self.link == "" and not atom.gap
        if straight and term.axes & fits and item.named:
            return True
        if item.turn >= 0:
            return bool(term.modifies) and (straight or not term.whole)
        if self.said.language == "en" and not atom.gap and self.link in ("", "y") and self._is_premodifier(term, item):
            return False
        if self.link == "y" and self._stands_before_name(term, item):
            return True
        if straight:
            if self.definite and item.has_name and not self.after_of and self.manner == "plain":
                return False
            if self.manner in ("with", "extra", "light", "without", "no_extra"):
                return joint or (not term.whole and bool(term.modifies)) or not item.named
            if joint and not self._repeats(term, item):
                return True
            if self.after_of and not self._is_complete(item):
                return True
            return not item.named and not item.unknown
        if self.definite and self.manner == "plain":
            return False
        if self.manner != "plain":
            return bool(term.modifies & fits) and not (item.named and item.named[-1].manner == "plain" and term.whole)
        if not joint:
            return False
        if (
            item.amount is not None
            and item.amount.unit in ("kilo", "libra", "gramo", "litro")
            and self._same_axis(term, item)
        ):
            return True  # "un kilo de chocolate y limón"
        if term.modifies & fits and item.has_name:
            return not (term.whole and self._is_free(term, item)) or self._same_axis(term, item)
        if item.has_name and term.named & fits and not self._is_complete(item):
            return self.link == "," or atom.gap == "," or bool(term.named & fits & self.vocabulary.with_and)
        return False

    def _is_premodifier(self, term: Term, item: Item) -> bool:
        """English: "cheeseburger with lettuce large fries", the size goes with what follows."""
        if not term.values or not item.has_name or term.named & item.fits:
            return False
        name = self._name_ahead()
        return name is not None and bool(name.named & term.modifies) and not (name.named | name.modifies) & item.fits

    def _stands_before_name(self, term: Term, item: Item) -> bool:
        """ "two mushroom and chicken pizzas": choices joined before the thing they are of."""
        if (
            self.manner != "plain"
            or not term.modifies
            or term.whole
            or any(one.term.whole or not one.term.modifies for one in item.named)
        ):
            return False
        name = self._name_ahead(joined=True)
        return name is not None and bool(name.named & term.modifies & item.fits)

    def _is_free(self, term: Term, item: Item) -> bool:
        """Whether it would be a product by itself."""
        return bool(term.whole)

    def _repeats(self, term: Term, item: Item) -> bool:
        """The same name once more, without anything between: another item."""
        return any(one.term is term and one.manner == "plain" for one in item.named) and not term.modifies

    def _attach(self, atom: Atom, term: Term, manner: Manner) -> None:
        item = self.item
        assert item is not None
        if manner == "without" and self.link == "y" and term.values and not term.extras and item.has_name:
            manner = self.manner = "plain"  # "sin azúcar y grande"
        if manner in ("extra", "light") and self.link == "":
            item.named.append(Named(term, manner, atom.start, atom.end, of=self._is_of(atom)))
            self.manner = "with"
        else:
            item.named.append(Named(term, manner, atom.start, atom.end, of=self._is_of(atom)))
            if manner == "no_extra":
                self.manner = "without"
        if self.definite and self.said.language == "en" and term.whole and len(item.named) > 1 and item.amount is None:
            item.definite = True  # "no beans in the burrito"
        item.end = atom.end
        item.cues |= self.cues
        self.cues = set()
        self.link, self.definite, self.after_of = "", False, False

    def _is_of(self, atom: Atom) -> bool:
        """Whether "de" asks for a noun that is not said: "3 de pollo"; not so in "una orden de papas"."""
        before = self.atoms[self.at - 2].word if self.at > 1 else ""
        return self.after_of and before not in CONTAINERS
