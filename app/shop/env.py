"""`.env`: secrets and addresses. The environment wins over it, the example's X count as empty, repr hides values."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.shop import words
from app.shop.files import PRIVATE, locked, replace
from app.shop.kinds import is_placeholder
from app.shop.mistakes import Mistake, SettingsError, near
from app.shop.reading import read_file
from app.shop.yamltree import decode

NAME = ".env"
MIN_PASSWORD = 8
MIN_SECRET_KEY = 16
MIN_HIDDEN = 4
OLLAMA = "http://localhost:11434"
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_]\w*)\s*=[ \t]*(.*?)\s*", re.ASCII)
_QUOTED = re.compile(r"""("(?:[^"\\]|\\.)*"|'[^']*')\s*(?:#.*)?""")
_BARE = re.compile(r"""[^\s#"'\\]*""")
_NEWLINE = re.compile("\r\n|\n|\r")
_WEB = r"https?://[^\s/?#]+[^\s?#]*"
_HTTP = (_WEB, "https://mitiendita.com")


@dataclass(frozen=True, repr=False)
class Env:
    """One attribute a key of `.env` (CONTRACT 2), lower-cased; empty where it is not given."""

    secret_key: str = ""
    admin_password: str = ""
    public_url: str = ""
    database_url: str = ""
    redis_url: str = ""
    twilio_account_sid: str = ""
    twilio_auth_token: str = ""
    twilio_whatsapp_from: str = ""
    whatsapp_token: str = ""
    phone_number_id: str = ""
    verify_token: str = ""
    whatsapp_app_secret: str = ""
    whatsapp_app_id: str = ""
    telegram_bot_token: str = ""
    telegram_webhook_secret: str = ""
    messenger_page_token: str = ""
    messenger_app_secret: str = ""
    messenger_verify_token: str = ""
    stripe_secret_key: str = ""
    stripe_webhook_secret: str = ""
    paypal_client_id: str = ""
    paypal_client_secret: str = ""
    paypal_webhook_id: str = ""
    mercadopago_access_token: str = ""
    mercadopago_webhook_secret: str = ""
    openai_api_key: str = ""
    groq_api_key: str = ""
    gemini_api_key: str = ""
    ollama_host: str = OLLAMA
    smtp_url: str = ""
    metrics_token: str = ""
    twilio_api_base: str = ""
    whatsapp_api_base: str = ""
    telegram_api_base: str = ""
    messenger_api_base: str = ""
    stripe_api_base: str = ""
    paypal_api_base: str = ""
    mercadopago_api_base: str = ""
    openai_base_url: str = ""
    groq_base_url: str = ""
    gemini_base_url: str = ""
    warnings: tuple[str, ...] = field(default=(), compare=False)

    def __repr__(self) -> str:
        given = [one.name for one in fields(self) if one.name != "warnings" and getattr(self, one.name)]
        return f"Env(given: {', '.join(given)})"

    def secret_values(self) -> tuple[str, ...]:
        """Every value no log may show, passwords inside addresses included; longest first."""
        found = {getattr(self, name) for name in SECRETS}
        for name in ADDRESSES_WITH_PASSWORDS:
            found |= _passwords_in(getattr(self, name))
        return tuple(sorted((one for one in found if len(one) >= MIN_HIDDEN), key=lambda one: (-len(one), one)))

    def llm_keys(self) -> dict[str, str]:
        """The keys given of the LLM providers, by provider."""
        keys = {"openai": self.openai_api_key, "groq": self.groq_api_key, "gemini": self.gemini_api_key}
        return {provider: key for provider, key in keys.items() if key}


KEYS = tuple(one.name.upper() for one in fields(Env) if one.name != "warnings")
ADDRESSES_WITH_PASSWORDS = ("database_url", "redis_url", "smtp_url")
SECRETS = tuple(
    name.lower() for name in KEYS if re.search(r"_KEY$|_TOKEN$|_SID$|SECRET|PASSWORD|^PAYPAL_CLIENT_ID$", name)
)
SHAPES = {
    "PUBLIC_URL": _HTTP,
    "DATABASE_URL": (
        r"(sqlite(\+\w+)?:///.*|postgres(ql)?(\+\w+)?://\S+)",
        "postgresql://usuario:clave@localhost/tendero",
    ),
    "REDIS_URL": (r"(rediss?|unix)://\S+", "redis://localhost:6379/0"),
    "SMTP_URL": (r"smtps?://\S+", "smtp://usuario:clave@smtp.ejemplo.com:587"),
    "OLLAMA_HOST": (_WEB, OLLAMA),
    **{name: _HTTP for name in KEYS if name.endswith(("_API_BASE", "_BASE_URL"))},
}


@dataclass(frozen=True, slots=True)
class Assignment:
    name: str
    value: str
    line: int


def load_env(home: Path, environ: Mapping[str, str] = os.environ) -> Env:
    """Reads HOME/.env (absent is empty) under the environment. Raises SettingsError, never saying a value."""
    path = home / NAME
    assignments, mistakes = parse_env(decode(read_file(path, NAME), NAME)) if path.exists() else ([], [])
    places = {one.name: Mistake(NAME, one.line, one.name, "") for one in assignments}
    values = {one.name: one.value for one in assignments}
    warnings = [str(Mistake(NAME, places[name].line, name, text)) for name in values if (text := _unknown(name))]
    for name in KEYS:
        if name in environ:
            values[name], places[name] = environ[name], Mistake(words.ENVIRONMENT, 0, name, "")
    values = {name: "" if is_placeholder(value) else value.strip() for name, value in values.items() if name in KEYS}
    if values.get("OLLAMA_HOST") and "://" not in values["OLLAMA_HOST"]:  # Ollama itself takes host:port
        values["OLLAMA_HOST"] = f"http://{values['OLLAMA_HOST']}"
    for name, value in values.items():
        if text := _wrong(name, value):
            mistakes.append(Mistake(places[name].file, places[name].line, name, text))
    if mistakes:
        raise SettingsError(mistakes)
    if 0 < len(values.get("SECRET_KEY", "")) < MIN_SECRET_KEY:
        place = places["SECRET_KEY"]
        warnings.append(str(Mistake(place.file, place.line, place.path, words.ENV_WEAK)))
    tidy = {name: value.rstrip("/") if SHAPES.get(name) == _HTTP else value for name, value in values.items() if value}
    return Env(**{name.lower(): value for name, value in tidy.items()}, warnings=tuple(warnings))


def parse_env(text: str) -> tuple[list[Assignment], list[Mistake]]:
    """`NAME=value` lines: comments, `export`, quotes; after an unquoted value ` #` begins a comment."""
    assignments, mistakes = [], []
    for number, line in enumerate(_NEWLINE.split(text), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.fullmatch(line)
        if match is None:
            mistakes.append(Mistake(NAME, number, "", words.ENV_EXPECTED))
            continue
        name, written = match.groups()
        value = _unquoted(written)
        if value is None:
            mistakes.append(Mistake(NAME, number, name, words.ENV_QUOTE_OPEN))
        else:
            assignments.append(Assignment(name, value, number))
    return assignments, mistakes


def ensure_secret_key(home: Path, environ: Mapping[str, str] = os.environ) -> str:
    """The SECRET_KEY in use; the first start makes one and writes it into HOME/.env, keeping every other line.

    Given by the environment, nothing is written. Two processes starting together end up with the same key.
    """
    if given := environ.get("SECRET_KEY", "").strip():
        return given
    path = home / NAME
    with locked(path):
        text = decode(read_file(path, NAME), NAME) if path.exists() else ""
        written = [one for one in parse_env(text)[0] if one.name == "SECRET_KEY"]
        if written and written[-1].value and not is_placeholder(written[-1].value):
            return written[-1].value
        key = secrets.token_hex(32)
        set_env_value(path, "SECRET_KEY", key, text=text)
        return key


def set_env_value(path: Path, name: str, value: str, *, text: str | None = None) -> None:
    """Writes one value into a `.env`, on its own line if it has one, else at the end; all other lines stay."""
    if re.search(r"[\r\n]", value):
        raise SettingsError([Mistake(NAME, 0, name, words.ENV_EXPECTED)])
    if text is None:
        text = decode(read_file(path, NAME), NAME) if path.exists() else ""
    newline = "\r\n" if "\r\n" in text else "\n"
    lines = _NEWLINE.split(text.rstrip("\r\n")) if text.strip("\r\n") else []
    said = f"{name}={value if _BARE.fullmatch(value) else _quoted(value)}"
    at = [one.line - 1 for one in parse_env(text)[0] if one.name == name]
    if at:
        lines[at[-1]] = said
    else:
        lines.append(said)
    replace(path, (newline.join(lines) + newline).encode(), mode=None if path.exists() else PRIVATE)


def mistakes_in(values: Mapping[str, str]) -> list[Mistake]:
    """What is wrong with values somebody wants kept; none of them is repeated."""
    return [Mistake(NAME, 0, name, text) for name, value in values.items() if (text := _wrong(name, value))]


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _unquoted(written: str) -> str | None:
    """The value of what stands after `=`; None when a quote is left open."""
    if written[:1] in {'"', "'"}:
        match = _QUOTED.fullmatch(written)
        if match is None:
            return None
        inside = match[1][1:-1]
        return re.sub(r"\\(.)", r"\1", inside) if written[0] == '"' else inside
    return "" if written.startswith("#") else re.split(r"\s#", written, maxsplit=1)[0].strip()


def _wrong(name: str, value: str) -> str:
    """What is wrong with a value, never repeating it: it may be a secret."""
    if not value:
        return ""
    if name == "ADMIN_PASSWORD" and len(value) < MIN_PASSWORD:
        return words.ENV_TOO_SHORT
    shape = SHAPES.get(name)
    if shape and (not re.fullmatch(shape[0], value) or not _is_address(value)):
        return words.ENV_URL.format(like=shape[1])
    return ""


def _is_address(value: str) -> bool:
    try:
        return urlsplit(value).port is None or True
    except ValueError:
        return False


def _unknown(name: str) -> str:
    """A name that is almost one of ours was meant to be it; others belong to somebody else's program."""
    meant = near(name, KEYS) if name not in KEYS else ""
    return words.ENV_UNKNOWN + words.MEANT.format(meant=meant) if meant else ""


def _passwords_in(address: str) -> set[str]:
    try:
        password = urlsplit(address).password or ""
    except ValueError:
        return set()
    return {password, unquote(password)}
