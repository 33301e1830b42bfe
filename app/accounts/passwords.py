"""Passwords: which ones are taken, and checking one without stopping everybody else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path

from app.core.errors import UserError
from app.core.i18n import Texts
from app.core.ids import new_token
from app.core.security import hash_password, verify_password

SHORTEST = 8
LONGEST = 256
COMMON = Path(__file__).parent / "common_passwords.txt"

# argon2id takes 64 MiB a check: two at a time, the rest wait in line, and the event loop never does.
_checks = ThreadPoolExecutor(2, thread_name_prefix="password")


class PasswordRefused(UserError):
    """A new password that cannot be taken; its text says why and what to do."""


def check_new_password(password: str, *, language: str = "es", common_too: bool = True) -> None:
    """Raises PasswordRefused for one that is too short, too long or on everybody's list."""
    say = Texts.load("panel").say
    if len(password) < SHORTEST:
        raise PasswordRefused(say("password.short", language, shortest=SHORTEST))
    if len(password) > LONGEST:
        raise PasswordRefused(say("password.long", language, longest=LONGEST))
    if common_too and (password.lower() in _common() or len(set(password)) < 3):
        raise PasswordRefused(say("password.common", language))


async def matches(stored: str, password: str) -> bool:
    """Whether `password` made `stored`; as slow for an account that does not exist (`stored` empty)."""
    return await asyncio.wrap_future(_checks.submit(_matches, stored, password))


async def hashed(password: str) -> str:
    """`hash_password` off the event loop."""
    return await asyncio.wrap_future(_checks.submit(hash_password, password))


def _matches(stored: str, password: str) -> bool:
    nobody = _nobody()
    right = verify_password(stored or nobody, password[: LONGEST + 1])
    return right and bool(stored)


@cache
def _common() -> frozenset[str]:
    return frozenset(COMMON.read_text(encoding="utf-8").split())


@cache
def _nobody() -> str:
    """A hash no password makes, for names nobody has."""
    return hash_password(new_token())
