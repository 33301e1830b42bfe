"""Fields for keys of `.env`: what is kept is never shown, only how it ends; changing one asks for one's password again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from app.accounts import service as accounts
from app.accounts.service import TooManyAttempts
from app.settings import Env, SettingsError
from app.shop.env import ADDRESSES_WITH_PASSWORDS, SECRETS
from app.web.admin.frame import text
from app.web.call import Call

LONGEST = 500
SHOWN = 4  # last letters of a secret
SHORTEST_SHOWN = 12  # a shorter one would be given away by them


@dataclass(frozen=True)
class Field:
    """One key as its form shows it. `shown`: a secret's ending, an address without its password, or the value itself."""

    name: str
    kept: bool
    shown: str
    secret: bool
    needed: bool
    given: bool  # by the environment, so that no file changes it
    like: str


@dataclass(frozen=True)
class Refused:
    """Why nothing was kept: what is wrong at which field, or (`wrong`) with the whole."""

    status: int
    errors: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


def kept_env(call: Call) -> Env:
    """What `.env` says by now; while it cannot be read, what is in use."""
    try:
        return call.house.settings.kept_env()
    except SettingsError:
        return call.settings.env


def can_begin_anew(call: Call) -> bool:
    """Whether the server can end and begin by itself, so that other keys count."""
    return call.request.app.state.restart is not None


def field_of(call: Call, name: str, env: Env, *, needed: bool, like: str = "") -> Field:
    """The field of one key."""
    value, low = str(getattr(env, name.lower())), name.lower()
    address, secret = low in ADDRESSES_WITH_PASSWORDS, low in SECRETS
    ending = value[-SHOWN:] if len(value) >= SHORTEST_SHOWN else ""
    shown = _without_password(value) if address else ending if secret else value
    return Field(name, bool(value), shown, secret or address, needed, call.house.settings.is_given(name), like)


async def keep(call: Call, names: Iterable[str]) -> Refused | None:
    """Writes what was pasted for these keys, and takes off those that are ticked; None once it is in `.env`."""
    typed = {name: call.field(name).strip() for name in names if not call.house.settings.is_given(name)}
    pasted = {name: value for name, value in typed.items() if value} | {
        name: "" for name in typed if call.field(f"drop_{name}")
    }
    errors = {name: text(call, "keys.odd") for name, value in pasted.items() if not _can_be_kept(value)}
    if not errors and not pasted:
        return Refused(422, wrong=text(call, "keys.nothing"))
    try:
        known = await accounts.is_password(
            call.house.db, call.house.clock, call.me, call.field("password"), call.address
        )
    except TooManyAttempts as error:
        return Refused(429, {"password": text(call, "login.wait", minutes=-(-error.wait // 60))})
    if not known:
        errors["password"] = text(call, "keys.not_password")
    if errors:
        return Refused(422, errors)
    try:
        await call.house.settings.keep_keys(pasted)
    except SettingsError as error:
        return Refused(422, {mistake.path: mistake.text for mistake in error.mistakes})
    return None


def _can_be_kept(value: str) -> bool:
    plain = value.isascii() and value.isprintable() and not any(char.isspace() for char in value)
    return not value or (len(value) <= LONGEST and plain)


def _without_password(address: str) -> str:
    """Its host, which tells one from another."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
