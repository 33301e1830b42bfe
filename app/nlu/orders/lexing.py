"""A message as atoms: names of the menu, numbers, cues, and words that are none of these."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from app.nlu.examples import examples_of
from app.nlu.normalise import EMOJI, MAX_MENDED, Mend, Piece, Token, expand, pieces
from app.nlu.orders.amounts import AFTER_FIGURE, OF, Amount, amounts
from app.nlu.orders.cues import Cues, cue_book
from app.nlu.orders.terms import Term
from app.nlu.orders.vocabulary import Vocabulary
from app.nlu.orders.wording import AND, JOINING, WITH, WITHOUT
from app.nlu.stem import stem
from app.nlu.words import Language, words_of

HARD = ".?!;\n…¿"
SHORT_WORDS = {"c": "con", "s": "sin", "p": "para", "w": "with"}  # "c/huevo", "s/sal", "p/llevar", "w/ cheese"
KEPT = {"y": "y", "e": "e", "o": "o", "d": "de", "x": "por", "ni": "ni", "xfa": "favor"}  # said so in English talk too
COUNTING = frozenset("un una unos unas uno dos tres cuatro cinco a an some two three".split())
SMALL_ENGLISH = frozenset("can list like may will well have".split())
MIN_PART = 3  # letters of each half of two words written as one


@dataclass(frozen=True, slots=True)
class Atom:
    """`words[start:end]`: what they name, count or say. `gap`: what stands before: "" "," ":" "(" ")" "." "?"."""

    start: int
    end: int
    word: str
    gap: str
    term: Term | None = None
    amount: Amount | None = None
    cues: frozenset[str] = frozenset()
    is_grammar: bool = False

    def says(self, *cues: str) -> bool:
        """Whether it is one of the cues."""
        return not self.cues.isdisjoint(cues)


@dataclass(frozen=True, slots=True)
class Said:
    """The message laid out; token i stands at `spans[i]` of the text."""

    text: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    atoms: tuple[Atom, ...]
    language: Language

    def quote(self, start: int, end: int) -> str:
        """The words from one token to another, as written."""
        return self.text[self.spans[start][0] : self.spans[end - 1][1]] if start < end else ""


def lex(text: str, language: Language, vocabulary: Vocabulary, mend: Mend) -> Said:
    """The atoms of `text`, left to right, longest first."""
    tokens = _tokens(text, language, vocabulary, mend)
    words = tuple(token.word for token in tokens)
    gaps = _gaps(text, tokens)
    keys = [vocabulary.key(word) for word in words]
    breaks = [bool(gap) for gap in gaps]
    numbers = amounts(words, language)
    atoms: list[Atom] = []
    at = 0
    while at < len(words):
        atom = _atom(at, words, keys, gaps, breaks, numbers, vocabulary, language, text, tokens)
        atoms.append(atom)
        at = atom.end
    return Said(text, words, tuple((token.start, token.end) for token in tokens), tuple(atoms), language)


def _atom(
    at: int,
    words: Sequence[str],
    keys: Sequence[str],
    gaps: Sequence[str],
    breaks: Sequence[bool],
    numbers: dict[int, Amount],
    vocabulary: Vocabulary,
    language: Language,
    text: str,
    tokens: Sequence[Token],
) -> Atom:
    word = words[at]
    stop = next((i for i in range(at + 1, len(words)) if breaks[i] and gaps[i] != "("), len(words))
    cues = cue_book(language).at(words, at, stop) if tokens[at].kind in ("word", "num", "times") else {}
    named = (
        vocabulary.term_at(keys, words, breaks, at) if word not in JOINING or _is_named_so(word, vocabulary) else None
    )
    if named is not None and named[1] == at + 1 and not _may_name(at, words, text, tokens, vocabulary, language):
        named = None
    amount = numbers.get(at)
    if amount is not None and any(breaks[amount.start + 1 : amount.end]):
        amount = Amount(at, at + 1, amount.value, "", amount.article) if not amount.unit else amount
    if (
        amount is not None
        and named is not None
        and words[at + 1 : at + 2] in (("de",), ("d",), ["de"], ["d"])
        and len(named[0].keys) > 1
    ):
        named = None  # "media de pollo" is half of something, "medio pollo" a thing
    if amount is not None and _is_money(text, tokens[at].start):
        amount = None
    ends = {
        "term": named[1] if named else 0,
        "amount": amount.end if amount else 0,
        "cue": max(cues.values(), default=0),
    }
    end = max((*ends.values(), at + 1))
    if named and named[0].values and ends["cue"] == end == named[1] + 1 and words[named[1]] in OF and at:
        end = (
            named[1] if words[at - 1] not in ("el", "al", "lo") else end
        )  # "un cono doble de vainilla", "el doble de tacos"
    if ends["cue"] == end and ends["term"] < end and ends["amount"] < end:
        return Atom(at, end, word, gaps[at], cues=_ending(cues, end))
    term = named[0] if named and ends["term"] == end else None
    if term is None and amount is not None and ends["amount"] == end:
        return Atom(at, end, word, gaps[at], amount=amount, cues=_ending(cues, end))
    if term is None:
        grammar = (
            word in words_of(language).grammar
            or word in JOINING
            or tokens[at].kind == "emoji"
            or word in EMOJI.values()
        )
        return Atom(at, at + 1, word, gaps[at], cues=_ending(cues, at + 1), is_grammar=grammar)
    return Atom(at, end, word, gaps[at], term, amount if ends["amount"] == end else None, _ending(cues, end))


def _may_name(
    at: int, words: Sequence[str], text: str, tokens: Sequence[Token], vocabulary: Vocabulary, language: Language
) -> bool:
    """Whether a word alone may be a thing sold: not a small one ("te quiero"), nor one that only shares a stem."""
    word = words[at]
    if word in words_of("es").grammar or (language == "en" and word in SMALL_ENGLISH):
        return _is_noun(at, words, text, tokens)
    return word not in everyday(language) or vocabulary.means(word)


def _is_noun(at: int, words: Sequence[str], text: str, tokens: Sequence[Token]) -> bool:
    """Whether a small word is a thing sold: "un te", "té verde", and not "te quiero pedir"."""
    accented = not text[tokens[at].start : tokens[at].end].isascii()
    before = words[at - 1] if at else ""
    return (
        accented
        or before in COUNTING
        or before[:1].isdigit()
        or before in ("el", "los", "de", "con", "otro", "of", "the", "in", "per", "small", "large", "and")
        or len(words) == 1
    )


@lru_cache(maxsize=2)
def everyday(language: Language) -> frozenset[str]:
    """Words people use every day, which neither a typo nor a shared stem turns into a product."""
    said = {
        piece.folded
        for _, text in examples_of(language)
        for piece in pieces(text)
        if piece.kind == "word" and len(piece.folded) > 2
    }
    return frozenset(said | words_of(language).ordinary)


def _is_named_so(word: str, vocabulary: Vocabulary) -> bool:
    return word not in JOINING and vocabulary.knows(vocabulary.key(word))


def _ending(cues: Cues, end: int) -> frozenset[str]:
    return frozenset(cue for cue, stop in cues.items() if stop == end)


def _is_money(text: str, start: int) -> bool:
    return text[:start].rstrip()[-1:] in ("$", "€", "£", "₡", "₲")


def _tokens(text: str, language: Language, vocabulary: Vocabulary, mend: Mend) -> list[Token]:
    found = _joined(pieces(text), text, vocabulary)
    tokens: list[Token] = []
    for number, piece in enumerate(found):
        if piece.folded == "s" and tokens and tokens[-1].kind == "num" and tokens[-1].end == piece.start:
            continue  # "two combo 2s"
        if piece.kind == "word":
            counted = bool(tokens) and (tokens[-1].word in COUNTING or tokens[-1].kind == "num")
            tokens += _meant(piece, text, language, vocabulary, mend if number < MAX_MENDED else None, counted)
        elif piece.kind == "sum":
            continue
        else:
            tokens += expand([piece], language)
    return tokens


def _meant(
    piece: Piece, text: str, language: Language, vocabulary: Vocabulary, mend: Mend | None, counted: bool
) -> list[Token]:
    word = piece.folded
    if word in SHORT_WORDS and text[piece.end : piece.end + 1] == "/":
        return [_token(SHORT_WORDS[word], piece, language)]
    if word == "x":
        before = text[: piece.start].rstrip()[-1:]
        beside = before.isdigit() or text[piece.end :].lstrip()[:1].isdigit()
        return [Token("x", "x", "times" if beside else "word", piece.start, piece.end, piece.mark)]
    if word in KEPT:
        return [_token(KEPT[word], piece, language)]
    if vocabulary.knows(vocabulary.key(word)) or word in WITH or word in AND or word in WITHOUT:
        return [_token(word, piece, language)]
    split = _split(word, vocabulary)
    if split is not None:
        return [_token(part, piece, language) for part in split]
    meant = list(expand([piece], language, mend))
    if counted and len(meant) == 1 and meant[0].word != word and meant[0].word in words_of(language).forms:
        return [_token(word, piece, language)]  # "unas candelas" is no verb
    return meant


def _token(word: str, piece: Piece, language: Language) -> Token:
    return Token(word, stem(word, language), "word", piece.start, piece.end, piece.mark)


def _joined(found: list[Piece], text: str, vocabulary: Vocabulary) -> list[Piece]:
    """Names cut in two put together: "salchi, locos", "27 a", "A27"."""
    kept: list[Piece] = []
    for piece in found:
        before = kept[-1] if kept else None
        whole = _whole(before, piece, text, vocabulary) if before is not None else ""
        if before is not None and whole:
            kept[-1] = Piece(whole, whole, "word", before.start, piece.end, before.mark)
        else:
            kept.append(piece)
    return kept


def _whole(before: Piece, piece: Piece, text: str, vocabulary: Vocabulary) -> str:
    kinds = (before.kind, piece.kind)
    if kinds == ("word", "word"):
        whole = before.folded + piece.folded
        enough = len(before.folded) >= MIN_PART and len(piece.folded) >= MIN_PART and before.mark != "x"
        apart = vocabulary.knows(vocabulary.key(before.folded)) and vocabulary.knows(vocabulary.key(piece.folded))
        return whole if enough and not apart and vocabulary.spells(whole) else ""
    if sorted(kinds) == ["num", "word"]:
        number, letter = (before, piece) if kinds[0] == "num" else (piece, before)
        whole = number.folded + letter.folded
        if len(letter.folded) != 1:
            return ""
        return whole if vocabulary.is_word(whole) or _is_a_door(before, piece, vocabulary) else ""
    return ""


def _is_a_door(number: Piece, letter: Piece, vocabulary: Vocabulary) -> bool:
    """ "3B", as in "Belgrano 750 3B": a letter stuck to a number that is no measure, no "x" and no size of this menu."""
    is_stuck = number.kind == "num" and number.end == letter.start
    means = letter.folded in AFTER_FIGURE or letter.folded in "xy" or vocabulary.knows(vocabulary.key(letter.folded))
    return is_stuck and not means


def _split(word: str, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """ "cocacola", "bbqde": two words written as one, both known and one of the menu's own, or such a one and a small one.

    Not two that only mean something of the menu: "cheesecake" is no cheese and no cake.
    """
    for at in range(MIN_PART, len(word) - 1):
        first, second = word[:at], word[at:]
        if not (vocabulary.spells(first) or vocabulary.spells(second)):
            continue
        if vocabulary.is_word(first) and (
            second in ("de", "con", "sin") or (len(second) >= MIN_PART and vocabulary.is_word(second))
        ):
            return first, second
    return None


def _gaps(text: str, tokens: Sequence[Token]) -> list[str]:
    """The strongest mark before each token."""
    gaps: list[str] = []
    last = 0
    for token in tokens:
        between = text[last : token.start] if token.start >= last else ""
        gaps.append(_mark(between, first=not gaps))
        last = token.end
    return gaps


def _mark(between: str, *, first: bool) -> str:
    if not between.strip(" \t"):
        return ""
    if "?" in between and not first:
        return "?"
    if any(mark in between for mark in HARD):
        return "."
    for mark in "(:)":
        if mark in between:
            return mark
    return "," if any(mark in between for mark in ",+/|–—*•") or " -" in between or "- " in between else ""
