"""Forms nobody else can send for us: a token tied to the session, or before sign-in to a cookie of its own."""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import sha256
from secrets import token_bytes

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SIZE = 32


def masked(secret: bytes) -> str:
    """The token as it goes into a page: different each time, so that compression tells nothing about it (BREACH)."""
    pad = token_bytes(SIZE)
    return urlsafe_b64encode(pad + _xor(pad, secret)).decode()


def is_token(token: str, secret: bytes) -> bool:
    """Whether `token` is one of this secret's, in constant time; any text may be asked."""
    try:
        raw = urlsafe_b64decode(token.encode("ascii"))
    except ValueError:
        return False
    return len(raw) == 2 * SIZE and hmac.compare_digest(_xor(raw[:SIZE], raw[SIZE:]), secret)


def secret_of(seed: str, key: bytes = b"") -> bytes:
    """The secret behind a session's `csrf` column, or, with a key of ours, behind an anonymous form's cookie."""
    return hmac.digest(key or b"session", seed.encode("utf-8", "surrogatepass"), sha256)


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=True))
