"""Text as people type it -> words as the rest of the room knows them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.core.text import clean, fold
from app.nlu.stem import stem
from app.nlu.words import Language, words_of

MAX_TOKENS = 300  # a message of 4,000 letters has about 700 words; what a shop needs is said before
MAX_MENDED = 80  # looking for the nearest word costs most; the words after these stay as typed

EMOJI = {
    "👍": ":yes:", "👌": ":yes:", "✅": ":yes:", "🙌": ":yes:", "💯": ":yes:", "🆗": ":yes:",
    "👎": ":no:", "❌": ":no:", "🚫": ":no:", "🙅": ":no:",
    "👋": ":hello:", "🙏": ":thanks:", "😡": ":angry:", "😠": ":angry:", "🤬": ":angry:",
}  # fmt: skip
SUM = ":sum:"  # between two numbers: plus, times, divided by
Mend = Callable[[str], str]

_PIECE = re.compile(
    r"(?P<link>https?://\S+|[\w.+-]{1,64}@[\w-]{1,64}\.\w+)"
    r"|(?P<money>(?<![^\W\d_])[A-Za-z]{0,3}[$₡₲€£])"
    r"|(?P<sum>(?<=\d)\s?[+*×÷](?=\s?\d))"
    r"|(?P<num>\d+(?:[.,:/]\d+)*|[½¼¾])"
    r"|(?P<half>(?<=[\d ])[ap]\.\s?m\b\.?)"
    r"|(?P<word>[^\W\d_]+(?:['’][^\W\d_]+)*)"
    r"|(?P<stop>[?!.;,:\n…¿¡()])"
    rf"|(?P<emoji>[{''.join(EMOJI)}])"
)
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_LAUGH = re.compile(r"(?:j[aeio]){2,}j?|(?:h[ae]){2,}h?")
_HARD_STOPS = "?!.;\n…¿"


class Piece(NamedTuple):
    """A raw piece of the text: its folded spelling, its kind, where it stands, the strongest mark before it."""

    raw: str
    folded: str
    kind: str
    start: int
    end: int
    mark: str


class Token(NamedTuple):
    """A word as meant: `word` folded and mended, `stem` its stem, `mark` the punctuation before it ("", "," or "?")."""

    word: str
    stem: str
    kind: str
    start: int
    end: int
    mark: str


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` in NFC, `folded` as `fold` gives it, `tokens` the words as meant."""

    text: str
    folded: str
    words: tuple[Token, ...]

    @property
    def tokens(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(token.word for token in self.words)


def normalise(text: str, language: Language = "es", mend: Mend | None = None) -> Normalised:
    """`text` read in `language`; `mend` puts a misspelled folded word right."""
    whole = unicodedata.normalize("NFC", clean(text))
    return Normalised(whole, fold(whole), expand(pieces(whole), language, mend))


def pieces(text: str) -> list[Piece]:
    """The raw words, numbers and emoji of `text`, at most MAX_TOKENS."""
    found: list[Piece] = []
    mark = ""
    for match in _PIECE.finditer(text):
        kind, raw = match.lastgroup or "", match.group()
        if kind == "stop":
            mark = _stronger(mark, raw)
            continue
        if kind == "money":
            continue
        if kind == "half":  # the "p. m." of a time, whose points end no sentence
            kind, raw = "word", raw[0] + "m"
        folded = fold_word(raw) if kind == "word" else SUM if kind == "sum" else EMOJI.get(raw, raw)
        found.append(Piece(raw, folded, kind, match.start(), match.end(), mark))
        mark = ""
        if len(found) == MAX_TOKENS:
            break
    return found


def expand(found: list[Piece], language: Language, mend: Mend | None = None) -> tuple[Token, ...]:
    """The words meant by the pieces, chat spelling and typos put right."""
    tokens: list[Token] = []
    thousand = "mil" if language == "es" else "thousand"
    for index, piece in enumerate(found):
        if piece.kind != "word":
            word = "<link>" if piece.kind == "link" else piece.folded
            tokens.append(Token(word, word, piece.kind, piece.start, piece.end, piece.mark))
            continue
        if piece.folded == "k" and index and found[index - 1].kind == "num" and found[index - 1].end == piece.start:
            tokens.append(Token(thousand, thousand, "word", piece.start, piece.end, ""))  # "10k"
            continue
        if piece.folded == "x" and _beside_number(found, index):
            tokens.append(Token("x", "x", "times", piece.start, piece.end, piece.mark))
            continue
        mark = piece.mark
        for word in _meant(piece.folded, language):
            right = mend(word) if mend and index < MAX_MENDED else word
            tokens.append(Token(right, stem(right, language), "word", piece.start, piece.end, mark))
            mark = ""
    return tuple(tokens)


@lru_cache(maxsize=20_000)
def fold_word(word: str) -> str:
    """One word without accents, capitals, typographic apostrophes and letters held down ("Holaaaa" -> "hola")."""
    plain = fold(word).replace("’", "'")
    if _LAUGH.fullmatch(plain):
        return "jaja"
    return _REPEATED.sub(r"\1", plain)


@lru_cache(maxsize=20_000)
def _meant(word: str, language: Language) -> tuple[str, ...]:
    meant = words_of(language).chat.get(word)
    if meant is None and word.endswith("'s") and len(word) > 3:
        return (word[:-2],)
    return meant or (word,)


def _stronger(mark: str, stop: str) -> str:
    if stop in _HARD_STOPS:
        return "?" if "?" in (mark, stop) else "."
    return mark or ("," if stop in ",:" else "")


def _beside_number(found: list[Piece], index: int) -> bool:
    return (index > 0 and found[index - 1].kind == "num") or (index + 1 < len(found) and found[index + 1].kind == "num")
