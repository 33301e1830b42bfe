"""Which language a message is in, from its small words, its letters and the words of the examples."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from app.nlu.normalise import Piece
from app.nlu.words import Language, words_of

SHARED = frozenset(
    "a an me no he has son he come sin fin once pan pie red sol use real hay solo animal hotel menu delivery ok okay bye ya y u i "
    "c k n d x q r b m p t s ha van ven time sale cash chat color combo extra file final general idea local natural normal "
    "particular personal popular probable regular similar super total usual web whatsapp wifi email link tip taxi bar club "
    "sandwich burger hot dog pizza pasta sushi taco tacos burrito burritos nachos salsa guacamole large light app online".split()
)
SPANISH_LETTERS = frozenset("áéíóúñü¿¡")
SMALL_WORD = 2.0
KNOWN_WORD = 1.0
LETTER = 2.5
CLEAR = 1.0  # the difference that decides; below it the shop's own language stands

Vocabulary = Mapping[str, float]  # folded word -> above 0 Spanish, below 0 English


def vocabulary(spanish: Iterable[str], english: Iterable[str]) -> dict[str, float]:
    """Evidence of each word, from words seen in one language and not in the other."""
    es, en = set(spanish), set(english)
    es_small, en_small = (
        words_of("es").grammar | set(words_of("es").forms),
        words_of("en").grammar | set(words_of("en").forms),
    )
    es_small, en_small = es_small | {w for w in words_of("es").chat if len(w) > 1}, en_small | set(words_of("en").chat)
    scores = dict.fromkeys(es - en, KNOWN_WORD) | dict.fromkeys(en - es, -KNOWN_WORD)
    scores |= dict.fromkeys(es_small - en_small, SMALL_WORD) | dict.fromkeys(en_small - es_small, -SMALL_WORD)
    return {word: score for word, score in scores.items() if word not in SHARED}


def detect(found: Iterable[Piece], words: Vocabulary, default: Language) -> Language:
    """The language of the pieces; a text that says too little is in the default one."""
    balance = 0.0
    for piece in found:
        if piece.kind == "word":
            balance += words.get(piece.folded, 0.0)
            if not piece.raw.isascii() and not SPANISH_LETTERS.isdisjoint(piece.raw.lower()):
                balance += LETTER
    if abs(balance) < CLEAR:
        return default
    return "es" if balance > 0 else "en"
