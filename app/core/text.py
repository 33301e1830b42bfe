"""Text as the rest of the house wants it: folded for comparing, cleaned for keeping."""

from __future__ import annotations

import re
import unicodedata

REPLACEMENT = "\ufffd"
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


def fold(text: str) -> str:
    """Lower case, accents off (ñ is n), whitespace squeezed: `  Café   Ñandú ` is `cafe nandu`.

    Folding twice changes nothing.
    """
    if text.isascii():
        return " ".join(text.lower().split())
    # Lower case first and last: some capitals (ϒ with hook, Ⅷ) appear only once they are decomposed.
    bare = "".join(char for char in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(char))
    return " ".join(unicodedata.normalize("NFKD", bare.lower()).split())


def clean(text: str) -> str:
    """Lone surrogates and NUL become U+FFFD, since no database keeps them; nothing else changes (CONTRACT 3)."""
    return _UNSTORABLE.sub(REPLACEMENT, text)
