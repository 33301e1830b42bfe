"""Passwords, tokens and comparisons that leak nothing by their timing."""

from __future__ import annotations

import hashlib
import hmac
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argon2 import PasswordHasher


def hash_password(password: str) -> str:
    """argon2id with the library's current parameters (RFC 9106 low-memory profile: 64 MiB, 3 passes)."""
    return _hasher().hash(password)


def verify_password(stored: str, password: str) -> bool:
    """True when `password` made `stored`; a damaged hash is just False."""
    from argon2.exceptions import InvalidHashError, VerificationError

    try:
        return _hasher().verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def digest(token: str) -> str:
    """How a random token is stored: sha256 in hex. (Random tokens need no slow hash.)"""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(left: str, right: str) -> bool:
    """Equality in constant time, safe for any text."""
    return hmac.compare_digest(left.encode("utf-8", "surrogatepass"), right.encode("utf-8", "surrogatepass"))


def derive(secret_key: str, purpose: str) -> bytes:
    """A 32-byte key for one purpose out of SECRET_KEY (HMAC-SHA256 as a PRF)."""
    return hmac.new(secret_key.encode(), purpose.encode(), hashlib.sha256).digest()


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()
