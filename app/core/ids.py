"""Identifiers: message ids that sort by time, and secrets nobody can guess."""

from __future__ import annotations

import secrets
import threading
import time

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: sorts like the number, no letter to confuse
LENGTH = 26

_last = 0
_guard = threading.Lock()


def new_id(after: str = "") -> str:
    """A 26-character id: 48 bits of milliseconds, 80 random bits (the ULID layout, github.com/ulid/spec).

    Ids of one process rise strictly even within a millisecond or when the machine's clock steps back; with `after`
    the new id is also greater than that one, whoever made it.
    """
    global _last
    with _guard:
        fresh = (time.time_ns() // 1_000_000 << 80) | secrets.randbits(80)
        floor = max(_last, _number(after))
        if fresh <= floor:
            fresh = floor + 1 + secrets.randbits(40)
        _last = fresh
    return _text(fresh)


def new_token(nbytes: int = 32) -> str:
    """A url-safe secret of `nbytes` random bytes."""
    return secrets.token_urlsafe(nbytes)


def _text(number: int) -> str:
    return "".join(ALPHABET[(number >> shift) & 31] for shift in range(5 * (LENGTH - 1), -1, -5))


def _number(text: str) -> int:
    number = 0
    for letter in text:
        number = number * 32 + ALPHABET.index(letter)
    return number
