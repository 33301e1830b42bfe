"""How people write when nobody corrects them: accents dropped, chat spellings, letters repeated, marks left out."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from random import Random

WORD = re.compile(r"[^\W\d_]+")
MARKS = re.compile(r"[¿?¡!.,;:]")
LONG_VOWEL = re.compile(r"[aeiouáéíóú]$")
MOST_REPEATED = 4
CHAT = {
    "es": {
        "que": "q", "qué": "q", "por": "x", "porque": "xq", "para": "pa", "también": "tmb", "quiero": "kiero",
        "quisiera": "kisiera", "bueno": "weno", "buenas": "wenas", "gracias": "grax", "porfavor": "xfa", "está": "ta",
        "aquí": "aki", "ahorita": "ahorit", "hola": "ola", "vaya": "baya", "cuánto": "cuanto",
        "bien": "bn", "entonces": "entons",
    },
    "en": {
        "you": "u", "your": "ur", "please": "pls", "thanks": "thx", "are": "r", "okay": "k", "want": "wanna",
        "and": "n", "because": "cuz", "to": "2", "with": "w", "want to": "wanna",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Noise:
    """How likely each is, from 0 to 1: of a text where it is the whole text's, of a word where it is a word's."""

    accents: float = 0.0  # a text without accents
    marks: float = 0.0  # a text without punctuation
    lower: float = 0.0  # a text without capitals
    shout: float = 0.0  # a text in capitals
    chat: float = 0.0  # a word in chat spelling
    repeat: float = 0.0  # a word with its last vowel drawn out
    slips: float = 0.0  # a word with a slip of the finger

    def spelt(self, text: str, random: Random, language: str = "es") -> str:
        """The words as this person spells them."""
        return WORD.sub(lambda word: self._word(word[0], random, language), text)

    def dressed(self, text: str, random: Random, *, keep: bool = False) -> str:
        """A text's accents, capitals and marks as this person writes them. `keep`: the marks are a name's own."""
        accents, marks, lower, shout = (random.random() for _ in range(4))
        if accents < self.accents:
            text = without_accents(text)
        if marks < self.marks and not keep:
            text = MARKS.sub("", text)
        if lower < self.lower:
            text = text.lower()
        elif shout < self.shout:
            text = text.upper()
        return text

    def _word(self, word: str, random: Random, language: str) -> str:
        chat, repeat, slip = (random.random() for _ in range(3))
        if chat < self.chat:
            word = CHAT[language].get(word.lower(), word)
        if repeat < self.repeat and LONG_VOWEL.search(word):
            word += word[-1] * random.randint(2, MOST_REPEATED)
        if slip < self.slips and len(word) > MOST_REPEATED:
            word = _slipped(word, random)
        return word


def without_accents(text: str) -> str:
    """`¿Cuánto el año?` -> `¿Cuanto el año?`: the accents go, the ñ stays."""
    parts = unicodedata.normalize("NFD", text.replace("ñ", "\0").replace("Ñ", "\1"))
    bare = "".join(char for char in parts if not unicodedata.combining(char))
    return bare.replace("\0", "ñ").replace("\1", "Ñ")


def _slipped(word: str, random: Random) -> str:
    """Two neighbouring letters swapped, or one left out; the first stays, for hardly anybody misses that."""
    at = random.randrange(1, len(word) - 1)
    if random.random() < 0.5:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    return word[:at] + word[at + 1 :]
