"""Atoms -> items: which numbers, choices and extras belong to which thing asked for."""

from __future__ import annotations

from app.nlu.orders.amounts import Amount
from app.nlu.orders.items import Deed, Item, Manner, Named
from app.nlu.orders.lexing import Atom, Said
from app.nlu.orders.vocabulary import Term, Vocabulary

DEEDS: tuple[tuple[str, Deed], ...] = (
    ("remove", "remove"),
    ("refuse", "remove"),
    ("change", "change"),
    ("add", "add"),
    ("put", "put"),
    ("want", "want"),
)
QUALITIES = ("all", "each", "other", "same", "rest", "of_them", "more", "less", "scale", "halve", "only", "better")
MANNERS: tuple[tuple[str, Manner], ...] = (
    ("with", "with"),
    ("without", "without"),
    ("nor", "without"),
    ("extra", "extra"),
    ("twice", "extra"),
    ("light", "light"),
)
TURNS = frozenset(("be_so", "make"))
MAX_ITEMS = 60
CONTAINERS = frozenset(
    """orden ordenes porcion porciones plato platos bolsa bolsas caja cajas vaso vasos botella botellas lata latas pieza piezas unidad unidades
    rebanada rebanadas paquete paquetes tipo tipos clase clases rollo frasco tarro taza tazas par order orders slice slices piece pieces box
    boxes bag bags bottle bottles can cans glass cup cups""".split()
)
PORTIONS = frozenset(
    "of order orders side sides serving servings portion portions bag bags cup cups glass glasses plate plates".split()
)
SIZES_FROM = 15  # a number behind a name that is one of its sizes too: "jeans 30"; below it counts: "huevos 6"


def group(said: Said, vocabulary: Vocabulary) -> list[Item]:
    """The items of a message, in order."""
    return _Grouping(said, vocabulary).run()


class _Grouping:
    """Reads the atoms once, left to right, building one item at a time."""

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

    def run(self) -> list[Item]:
        while self.at < len(self.atoms) and len(self.items) < MAX_ITEMS:
            atom = self.atoms[self.at]
            if atom.gap:
                self._gap(atom.gap)
            self._read(atom)
            self.at += 1
        self._close()
        self._told()
        if "?" in self.said.text[self.said.spans[-1][1] :] if self.said.spans else False:
            self._asked()
        return self.items

    # ---------------------------------------------------------------- marks

    def _gap(self, gap: str) -> None:
        if gap in (".", "?"):
            self._close()
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

    # ---------------------------------------------------------------- one atom

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

    def _verb(self, atom: Atom) -> bool:
        """A verb or what works as one; what was being said is over."""
        if (
            atom.word in PORTIONS
            and self.said.language == "en"
            and atom.end - atom.start == 1
            and self._is_portion(atom)
        ):
            return True
        if atom.says("empty"):
            self._close()
            self.items.append(Item(atom.start, atom.end, deed="empty", sentence=self.sentence))
            return True
        if atom.says("instead"):
            self._close()
            self.deed, self.link = "change", ""
            self.cues.add("instead")
            self._reset()
            return True
        if atom.says("by") and self.deed == "change":
            self._by(atom)
            return True
        if atom.says(*TURNS) and not atom.says("want") and self._turn(atom):
            return True
        if atom.says("make") and not atom.says("want") and self._modifies_next():
            self._close()
            item = self._open(atom)
            item.turn, item.deed = 0, "set"
            return True
        if atom.says("be_so"):
            self._close()
            self.deed = "set"
            self._reset()
            return True
        if atom.says("no_more"):
            self._close()
            self.deed = "remove"
            self._reset()
            return True
        if atom.says("refuse"):
            if self._modifier_follows(atom):
                self._mind_manner("without")
                return True
            if self._nothing_follows() or not atom.says("remove"):
                return True
        deed = next((deed for cue, deed in DEEDS if atom.says(cue)), None)
        if deed == "want" and atom.says("ask_weak") and not self._is_asked_of_us():
            return False
        if deed is None:
            if atom.says("ask") and self._starts_asking(atom):
                self._close()
                self.deed = "ask"
                self._reset()
                return True
            return False
        if deed in ("put", "add", "remove") and self._turn(atom, deed):
            return True
        if deed == "change" and self.item is not None and self.item.has_content and self._followed_by("by"):
            self.item.deed = "change"
            self._close()
            self.deed = "change"
            return True
        if deed == "remove" and atom.says("stop") and self._nothing_follows():
            self._close()
            before = [item for item in self.items if item.sentence == self.sentence]
            if not before:
                self.items.append(Item(atom.start, atom.end, deed="empty", sentence=self.sentence))
                return True
        if deed == "remove" and self._nothing_follows():
            self._close()
            last = next((item for item in reversed(self.items) if item.sentence == self.sentence), None)
            if last is not None:
                last.deed = "remove"
            else:
                self.items.append(Item(atom.start, atom.end, deed="remove", sentence=self.sentence))
            return True
        self._close()
        if deed in ("remove", "put", "add") and atom.word.endswith(("le", "les")):
            self.cues.add("le")
        self.deed = deed if not (deed == "want" and self.deed in ("add",)) else self.deed
        if deed == "want" and self.deed == "remove":
            self.deed = "want"
        self._reset()
        return True

    def _is_asked_of_us(self) -> bool:
        """ "me trae 2", and not "el combo trae papas"."""
        before = self.atoms[self.at - 1].word if self.at else ""
        following = self.atoms[self.at + 1 : self.at + 2]
        return before in ("me", "nos", "i", "we", "to") or bool(following and following[0].amount is not None) or self.item is None

    def _is_portion(self, atom: Atom) -> bool:
        """ "a large order of fries", "two sides of rice": a word that measures and names nothing."""
        return atom.word != "of" and self._of_follows(self.at)

    def _of_follows(self, at: int) -> bool:
        following = self.atoms[at + 1] if at + 1 < len(self.atoms) else None
        return following is not None and following.word == "of" and not following.gap

    def _starts_asking(self, atom: Atom) -> bool:
        return (
            not any(item.sentence == self.sentence and item.deed not in ("ask", "") for item in self.items)
            and self.deed != "want"
        )

    def _turn(self, atom: Atom, deed: Deed = "set") -> bool:
        """ "a un café | póngale leche", "la leche | que sea descremada": the thing first, then what becomes of it."""
        item = self.item
        if item is None or item.turn >= 0 or atom.gap in ("?", "."):
            return False
        if deed != "set" and not item.dative:
            return False
        if deed == "set" and not (
            item.definite or item.dative or item.amount is None or item.is_("halve", "all") or not item.has_name
        ):
            return False
        item.turn = len(item.named)
        item.deed = deed
        item.end = atom.end
        self.manner = "without" if deed == "remove" else "plain" if deed == "set" else "with"
        self.definite = self.dative = False
        return True

    def _by(self, atom: Atom) -> None:
        if self.item is None and self.items and self.items[-1].sentence == self.sentence:
            self.items[-1].deed = "change"
        elif self.item is not None:
            self.item.deed = "change"
        else:
            self.items.append(Item(atom.start, atom.end, deed="change", sentence=self.sentence))  # "cámbialos por …"
        self._close()
        self.deed, self.link = "by", ""
        self._reset()

    def _small(self, atom: Atom) -> bool:
        """Joints, articles and the words that colour what follows."""
        word = atom.word
        if word in ("y", "e", "and", "&"):
            self.link = "y"
            if self.item is not None and self.item.amount is not None and not self.item.has_content:
                self._close()
            self.definite = self.dative = self.after_of = False
            return True
        if word in ("o", "or", "u"):
            if not (self.item is not None and self.manner == "without"):
                self.link = "o"
            return True
        if word in ("de", "del", "of", "d") and atom.end == atom.start + 1:
            self.after_of = True
            return True
        if atom.says("dative") and self._dative_here() and self._thing_follows():
            if self.deed == "change":
                self._by(atom)
                return True
            if self.item is not None and not self.link:
                self._close()
            self.dative = True
            return True
        if atom.says("better"):
            self._close_if_named()
            self.cues.add("better")
            self.deed = "" if self.deed in ("remove", "change", "by") else self.deed
            if atom.word in ("no", "ah", "ay", "uy", "uh", "espere", "espera", "wait", "sorry", "actually", "perdon"):
                self.link = self.link or ","
            self._reset()
            return True
        if atom.says("not") and atom.says("without") and self.item is not None and self._no_thing_follows():
            self.at += 1  # "no sides"
            return True
        if atom.says("not") and self.said.language == "en" and self.item is not None and self._modifier_follows(atom):
            self._mind_manner("without")  # "a pizza that is not thin crust"
            return True
        if atom.says("not") and not (atom.says("without") and self._modifier_follows(atom)):
            if (
                self.item is not None
                and self.item.definite
                and self.item.named
                and self.item.amount is None
                and self._ends(self.at + 1)
            ):
                self.item.cues.add("not")  # "la cerveza no, gracias"
            else:
                self.cues.add("not")
            self._close_if_named()
            return True
        if word == "but" and self.at and self.atoms[self.at - 1].says("all"):
            self._mind_manner("without")  # "with everything but onions"
            return True
        if atom.says("onto"):
            if self.item is not None:
                self.item.cues.add("onto")
            return True
        if atom.says("definite"):
            self.definite = True
            return False if atom.amount else True
        quality = False
        for cue in QUALITIES:
            if atom.says(cue) and not (cue in ("more", "less") and self._modifier_follows(atom)):
                self._quality(cue, atom)
                quality = True
        if atom.says("extra") and self._follows_extra(atom):
            return True
        for cue, manner in MANNERS:
            if atom.says(cue) and (not quality or self._modifier_follows(atom)):
                self._mind_manner(manner)
                return True
        return quality

    def _dative_here(self) -> bool:
        """ "a" begins another thing: after a mark or a joint, or "ponele crema | a los nacatamales"."""
        if self.item is None or self.link:
            return self.item is None or self.link in (",", "y", ".")
        named = self.atoms[self.at + 2 : self.at + 3]
        return (
            self.item.deed in ("put", "add", "remove")
            and self.item.turn < 0
            and bool(named)
            and named[0].term is not None
        )

    def _follows_extra(self, atom: Atom) -> bool:
        """ "con queso extra": it is said of what stands before."""
        last = self.item.named[-1] if self.item is not None and self.item.named else None
        if last is None or last.end != atom.start or atom.gap or not last.term.extras or self._modifier_follows(atom):
            return False
        last.manner = "no_extra" if last.manner == "without" else "extra"
        return True

    def _mind_manner(self, manner: Manner) -> None:
        if manner == "extra" and self.manner == "without" and self._just_refused():
            manner = "no_extra"
        if manner == "without" and self.manner == "without":
            self.link = ""
        if manner != "plain":
            self.definite = False  # "that with peppers", "quítale el extra queso"
        if (
            self.atoms[self.at].gap
            or manner in ("with", "without", "no_extra")
            or self.manner in ("plain", "with", "extra", "light")
        ):
            self.manner = manner
        self.link = "" if self.item is not None else self.link
        self.counted = False

    def _just_refused(self) -> bool:
        """Whether nothing was named since "without": "without the extra cheese"."""
        for other in (self.atoms[at] for at in range(self.at, max(-1, self.at - 5), -1)):
            if other.says("without", "nor", "refuse"):
                return True
            if other.gap or other.term is not None or other.amount is not None:
                return False
        return False

    def _quality(self, cue: str, atom: Atom) -> None:
        if cue == "only" and self.item is not None and self._number_follows():
            if (
                self.item.named
                and self.item.amount is None
                and self.item.turn < 0
                and self.after_of is False
                and self.item.deed in ("", "set")
            ):
                self.item.turn, self.item.deed = len(self.item.named), "set"  # "de posta solo 1 libra"
                return
            self._close()
        if cue in ("halve", "rest", "other", "each", "scale", "all") and self.item is not None:
            behind = (
                cue in ("all", "each")
                and not atom.gap
                and not self.item.has_name
                and (bool(self.item.amount) or self.item.is_("scale", "less", "more"))
            )
            if not behind:
                self._close()
        if cue == "only" and self.manner == "with":
            return
        if cue in ("of_them", "same", "more", "less", "only", "each", "all") and self.item is not None:
            self.item.cues.add(cue)
            self.item.end = atom.end
            return
        self.cues.add(cue)
        if cue in ("halve", "other", "all", "rest", "scale", "same") and self.item is None:
            item = self._open(atom)
            item.end = atom.end

    # ---------------------------------------------------------------- numbers

    def _number(self, atom: Atom) -> bool:
        amount = atom.amount
        assert amount is not None
        if atom.term is not None and self._is_named_number(atom):
            return False
        if self._is_no_quantity(atom, amount):
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
            item is not None
            and item.amount is not None
            and not item.has_content
            and not atom.gap
            and (amount.unit or not amount.article)
        ):
            if amount.unit in ("litro", "mililitro", "gramo", "onza", "kilo", "libra") and not item.amount.unit:
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
        assert term is not None and amount is not None
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
            (other for other in self.atoms[self.at + 2 :] if other.gap or other.term is None or (other.term.named and not other.term.modifies)), None
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

    # ---------------------------------------------------------------- names

    def _name(self, atom: Atom, term: Term) -> bool:
        item = self.item
        manner = self.manner
        if atom.says("twice", "extra", "light", "halve", "all") and self._colours(atom):
            return False
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
            if self.definite and item.has_name and not self.after_of and not self.manner != "plain":
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
            return self.link == "," or atom.gap == ","
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

    def _is_free(self, term: Term, item: Item) -> bool:
        """Whether it would be a product by itself."""
        return bool(term.whole)

    def _same_axis(self, term: Term, item: Item) -> bool:
        axes = {axis for axis, _ in term.values}
        return any(axis in axes for one in item.named for axis, _ in one.term.values if not one.term.whole)

    def _repeats(self, term: Term, item: Item) -> bool:
        """The same name once more, without anything between: another item."""
        return any(one.term is term and one.manner == "plain" for one in item.named) and not term.modifies

    def _is_complete(self, item: Item) -> bool:
        whole = item.fits
        for one in item.named:
            if one.term.whole & whole:
                return True
        return False

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
        item.end = atom.end
        item.cues |= self.cues
        self.cues = set()
        self.link, self.definite, self.after_of = "", False, False

    def _is_of(self, atom: Atom) -> bool:
        """Whether "de" asks for a noun that is not said: "3 de pollo"; not so in "una orden de papas"."""
        before = self.atoms[self.at - 2].word if self.at > 1 else ""
        return self.after_of and before not in CONTAINERS

    # ---------------------------------------------------------------- other words

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
        if atom.says("ordinals") and self.definite:
            item = self._open(atom) if item is None else item
            item.ordinal = (
                1 + [*_ordinals(self.said.language)].index(atom.word)
                if atom.word in _ordinals(self.said.language)
                else 0
            )
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

    # ---------------------------------------------------------------- the item being built

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

    # ---------------------------------------------------------------- looking ahead

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


def _ordinals(language: str) -> tuple[str, ...]:
    if language == "en":
        return ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth")
    return ("primera", "segunda", "tercera", "cuarta", "quinta", "sexta", "septima", "octava")
