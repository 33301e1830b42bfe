"""What a number in a message counts: a thing, an extra, a size, or nothing that is sold."""

from __future__ import annotations

from app.nlu.orders.amounts import Amount
from app.nlu.orders.building import PORTIONS
from app.nlu.orders.items import Item, Named
from app.nlu.orders.lexing import Atom
from app.nlu.orders.naming import Naming
from app.nlu.orders.terms import Term

SIZES_FROM = 15  # a number behind a name that is one of its sizes too: "jeans 30"; below it counts: "huevos 6"


class Counting(Naming):
    """Puts numbers where they belong."""

    def _number(self, atom: Atom) -> bool:
        amount = atom.amount
        assert amount is not None
        if atom.term is not None and self._is_named_number(atom):
            return False
        if self._is_no_quantity(atom, amount) or self._is_pronoun(atom):
            return True
        following = self._next()
        item = self.item
        if item is not None and item.has_content and self._belongs_behind(atom, item, following):
            if (
                self.after_of
                or amount.unit in ("litro", "mililitro", "gramo")
                or (amount.value != amount.value.to_integral_value() and not item.turn >= 0 and item.amount is not None)
            ):
                item.measure = amount
            elif item.turn >= 0:
                item.total = amount
            else:
                item.amount = amount
            item.end = atom.end
            return True
        if (
            (
                item is not None
                and item.amount is not None
                and not item.has_content
                and not atom.gap
                and (amount.unit or not amount.article)
            )
            and amount.unit in ("litro", "mililitro", "gramo", "onza", "kilo", "libra")
            and not item.amount.unit
        ):
            item.measure = amount
            item.end = atom.end
            return True
        if self._counted_choice(amount) or self._counts_extra(atom, following):
            return True
        if amount.article and self._is_mere_article(amount):
            return True
        if (
            item is not None
            and item.amount is None
            and item.turn < 0
            and not item.has_name
            and self.link == ""
            and not atom.gap
            and self.manner == "plain"
        ):
            item.amount = amount
            item.end = atom.end
            return True
        self._close()
        item = self._open(atom)
        item.amount = amount
        item.end = atom.end
        return True

    def _is_named_number(self, atom: Atom) -> bool:
        """Whether a number that is a name too is the name: "la de 54", "una 72", "coca 2.5 x1"."""
        term, amount = atom.term, atom.amount
        assert term is not None
        assert amount is not None
        if len(term.keys) > 1:
            return not (self._adjacent_term() and not self.item)
        if atom.says("extra", "twice", "halve") or amount.article:
            return False
        if self._adjacent_term():
            return False
        item = self.item
        if item is not None and item.amount is not None and not item.has_content:
            return True
        if self.definite or self.after_of:
            return item is None or bool((term.named | term.modifies) & item.fits)
        fraction = amount.value != amount.value.to_integral_value() or amount.value >= SIZES_FROM
        return item is not None and fraction and bool((term.named | term.modifies) & item.fits)

    def _is_no_quantity(self, atom: Atom, amount: Amount) -> bool:
        """ "somos 5", "para las siete", "calle 5 123", "200 pesos": a number that counts nothing sold."""
        before = self.atoms[self.at - 1] if self.at else None
        following = self.atoms[self.at + 1] if self.at + 1 < len(self.atoms) else None
        if amount.value <= 0:
            return True
        if following is not None and following.word in PORTIONS and self._of_follows(self.at + 1):
            return False  # "two sides of rice"
        if (
            following is not None
            and not following.gap
            and following.term is None
            and following.says("no_thing")
            and not amount.article
        ):
            return not (following.says("halve", "scale"))
        if before is None or self._adjacent_term() or atom.gap:
            return False
        words = [a.word for a in self.atoms[max(0, self.at - 3) : self.at]]
        if (
            before.says("definite")
            and len(words) > 1
            and words[-2] in ("para", "pa", "a", "tipo", "hasta", "desde", "at", "for")
        ):
            return True
        if before.says("aside") and not before.says("want"):
            return True
        if before.word in ("a", "at") and not self.dative:
            return True
        unknown = before.term is None and before.amount is None and not before.cues and not before.is_grammar
        return unknown and not amount.unit and self.item is None and self._next() is None

    def _belongs_behind(self, atom: Atom, item: Item, following: Atom | None) -> bool:
        """Whether a number after a name counts it: "huevos 6", "coca x2", "de pollo que sean 4"."""
        amount = atom.amount
        assert amount is not None
        times = self.at > 0 and self.atoms[self.at - 1].word == "x"
        if times:
            return True
        if self.link == "y" or atom.gap in (":", "("):
            return False
        stands_last = following is None
        if item.turn >= 0 and len(item.named) == item.turn:
            return stands_last
        if self.after_of:
            return not self._term_straight()
        if amount.unit in ("litro", "mililitro") and stands_last:
            return True
        if (
            item.amount is not None
            and not amount.article
            and amount.value != amount.value.to_integral_value()
            and stands_last
            and not atom.gap
        ):
            return True
        if item.amount is not None or (atom.gap and atom.gap != ":"):
            return False
        if amount.article and not amount.unit:
            return False
        if self._following_verb("be_so"):
            return True
        return stands_last

    def _following_verb(self, cue: str) -> bool:
        at = self.at + 1
        return at < len(self.atoms) and self.atoms[at].says(cue) and not self.atoms[at].gap

    def _is_pronoun(self, atom: Atom) -> bool:
        """English: "a black one size L"."""
        item = self.item
        article = item is not None and item.amount is not None and item.amount.article
        told = article and item is not None and bool(item.named) and not item.has_name
        straight = item is not None and item.end == atom.start and not atom.gap and self._name_ahead() is None
        return atom.word == "one" and told and straight and self.said.language == "en"

    def _is_mere_article(self, amount: Amount) -> bool:
        """English: "with olives and a thin crust", "and some bacon": what follows goes with the thing being told."""
        item, following = self.item, self.atoms[self.at + 1] if self.at + 1 < len(self.atoms) else None
        if (
            self.said.language != "en"
            or item is None
            or not item.has_name
            or following is None
            or following.term is None
            or amount.unit
        ):
            return False
        term = following.term
        if (
            following.gap
            or following.amount is not None
            or term.whole
            or not term.modifies & item.fits
            or self._axis_taken(term, item)
        ):
            return False
        beyond = next(
            (
                other
                for other in self.atoms[self.at + 2 :]
                if other.gap or other.term is None or (other.term.named and not other.term.modifies)
            ),
            None,
        )
        return (
            beyond is None
            or beyond.gap != ""
            or bool(beyond.cues)
            or (beyond.term is None and beyond.is_grammar and beyond.word != "of")
        )

    def _axis_taken(self, term: Term, item: Item) -> bool:
        """Whether the item has another value of an axis of the term."""
        axes = {axis for axis, _ in term.values}
        return any(axis in axes for one in item.named for axis, _ in one.term.values)

    def _counts_extra(self, atom: Atom, following: Atom | None) -> bool:
        """ "con dos cremas y un azúcar", "with one shot of honey"."""
        item, amount = self.item, atom.amount
        assert amount is not None
        dosed = self._dosed()
        following = dosed or following
        if dosed is not None and dosed.term is not None and dosed.term.extras and not dosed.term.named:
            return self._takes_dose(atom, dosed, dosed.term)
        if item is None or not item.has_content or following is None or following.term is None or amount.unit:
            return False
        if self.manner not in ("with", "extra") or amount.value != int(amount.value):
            return False
        extras = 0
        for bits in following.term.extras.values():
            extras |= bits
        straight = self.link == "" and not atom.gap
        if not extras & item.fits or not (straight or (self.counted and not following.term.whole)):
            return False
        self.counted = True
        item.named.append(
            Named(following.term, self.manner, following.start, following.end, min(int(amount.value), 99))
        )
        item.end = following.end
        self.at = self.atoms.index(following, self.at)
        self.link = ""
        return True

    def _takes_dose(self, atom: Atom, dosed: Atom, term: Term) -> bool:
        """ "a five pump caramel latte": the number counts doses, before the name too."""
        assert atom.amount is not None
        if atom.amount.value != int(atom.amount.value):
            return False
        manner = self.manner if self.manner in ("with", "extra") else "plain"
        item = self.item or self._open(atom)
        item.named.append(Named(term, manner, dosed.start, dosed.end, min(int(atom.amount.value), 99)))
        item.end = dosed.end
        self.at = self.atoms.index(dosed, self.at)
        self.link = ""
        return True

    def _dosed(self) -> Atom | None:
        """What the number counts doses of: "two pumps of syrup"."""
        run = self.atoms[self.at + 1 : self.at + 4]
        if len(run) < 2 or not run[0].says("dose") or run[0].gap:
            return None
        named = run[1] if run[1].word not in ("de", "of") else run[2] if len(run) > 2 else None
        return named if named is not None and named.term is not None and not named.gap else None

    def _counted_choice(self, amount: Amount) -> bool:
        """ "with two shots of espresso": a choice that is a number, said with what it counts."""
        item = self.item or next((one for one in self.items[-1:] if one.sentence == self.sentence), None)
        if item is None or not item.has_content or amount.unit or not self.vocabulary.counts:
            return False
        at = self.at + 1
        while at < len(self.atoms) and not self.atoms[at].gap and self.atoms[at].says("extra"):
            at += 1
        behind = self.atoms[at : at + 2]  # "espresso shot", "shots"
        counted = next(
            (
                one
                for one in behind
                if not one.gap and one.word and self.vocabulary.key(one.word) in self.vocabulary.counts
            ),
            None,
        )
        if counted is None or (counted is not behind[0] and behind[0].term is None):
            return False
        term = self.vocabulary.counts[self.vocabulary.key(counted.word)].get(amount.value)
        if term is None or not term.modifies & item.fits:
            return False
        end = self.atoms.index(counted, at)
        of = self.atoms[end + 1 : end + 3]  # "of espresso"
        if len(of) == 2 and of[0].word in ("de", "of") and of[1].term is not None and not of[1].gap:
            if any(bits & item.fits for bits in of[1].term.extras.values()):
                return False
            end += 2
        item.named.append(Named(term, "plain", self.atoms[self.at].start, self.atoms[end].end))
        item.end = self.atoms[end].end
        self.at = end
        self.link = ""
        return True

    def _is_portion(self, atom: Atom) -> bool:
        """ "a large order of fries", "two sides of rice": a word that measures and names nothing."""
        return atom.word != "of" and self._of_follows(self.at)
