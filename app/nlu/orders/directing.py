"""Verbs and small words: what is done with the things named, and how they are joined."""

from __future__ import annotations

from app.nlu.orders.building import PORTIONS
from app.nlu.orders.counting import Counting
from app.nlu.orders.items import Deed, Item, Manner
from app.nlu.orders.lexing import Atom

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


class Directing(Counting):
    """Follows the verbs, the joints and the words that colour what follows."""

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
            if self._nothing_follows():
                return True
        return self._deed(atom)

    def _deed(self, atom: Atom) -> bool:
        """A verb that says what is to be done with what follows it, or with what stands before."""
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
        return (
            before in ("me", "nos", "i", "we", "to")
            or bool(following and following[0].amount is not None)
            or self.item is None
        )

    def _starts_asking(self, atom: Atom) -> bool:
        return (
            not any(item.sentence == self.sentence and item.deed not in ("ask", "") for item in self.items)
            and self.deed != "want"
        )

    def _turn(self, atom: Atom, deed: Deed = "set") -> bool:
        """ "a un café | póngale leche", "la leche | que sea descremada": the thing first, then what becomes of it."""
        item = self.item
        if item is None or item.turn >= 0 or atom.gap in ("?", ".") or self.link == "y" or item.deed == "remove":
            return False
        if deed != "set" and not item.dative:
            return False
        if deed == "set" and not (
            item.definite
            or item.dative
            or item.amount is None
            or item.is_("halve", "all", "of_them")
            or not item.has_name
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
        if atom.says("not") and self._denies(atom):
            return True
        if self.said.language == "en" and word in ("off", "out", "away") and self._taken(atom):
            return True
        if word == "but" and self.at and self.atoms[self.at - 1].says("all"):
            self._mind_manner("without")  # "with everything but onions"
            return True
        if atom.says("onto"):
            if self.item is not None:
                self.item.cues.add("onto")
            return True
        if atom.says("definite"):
            if self.after_of and self.item is not None and self.item.amount is not None and not self.item.has_content:
                self.item.cues.add("of_them")  # "uno de los burritos"
            self.definite = True
            return not atom.amount
        return self._colour(atom)

    def _denies(self, atom: Atom) -> bool:
        """ "no": of an extra, of a thing, or nothing at all."""
        if atom.says("without") and self.item is not None and self._no_thing_follows():
            self.at += 1  # "no sides"
            return True
        if self.said.language == "en" and self.item is not None and self._modifier_follows(atom):
            self._mind_manner("without")  # "a pizza that is not thin crust"
            return True
        if atom.says("without") and self._modifier_follows(atom):
            return False
        if (
            self.item is not None
            and self.item.definite
            and self.item.named
            and self.item.amount is None
            and self._ends(self.at + 1)
        ):
            self.item.cues = (self.item.cues - {"better"}) | {"not"}  # "la cerveza no, gracias"
        else:
            self.cues.add("not")
        self._close_if_named()
        return True

    def _colour(self, atom: Atom) -> bool:
        """How much of it, of how many, with or without."""
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

    def _taken(self, atom: Atom) -> bool:
        """ "take one lasagna off": the verb's other half turns it round."""
        item = self.item or (self.items[-1] if self.items else None)
        if item is None or item.deed != "want" or not item.named or atom.gap:
            return False
        verb = next(
            (one for one in reversed(self.atoms[: self.at]) if one.end <= item.start and one.says("want")), None
        )
        if verb is None or verb.word not in ("take", "leave"):
            return False
        item.deed = "remove"
        return True

    def _dative_here(self) -> bool:
        """ "a" begins another thing: after a mark or a joint, or "ponele crema | a los nacatamales"."""
        if self.item is None or self.link:
            return self.item is None or self.link in (",", "y", ".")
        named = self.atoms[self.at + 2 : self.at + 3]
        counted = self.atoms[self.at + 1 : self.at + 2]
        if counted and counted[0].amount is not None and self._ends(self.at + 2):
            return self.item.deed in ("put", "add", "remove") and self.item.turn < 0  # "ponle guacamole a 2"
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
        if cue == "all" and self.manner == "with" and self.at and self.atoms[self.at - 1].says("with"):
            return  # "con todo": as it comes
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
            behind = behind or (cue == "each" and self.item.amount is not None and self._ends(self.at + 1))
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
