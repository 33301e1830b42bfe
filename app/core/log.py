"""Logs: for people on a terminal, JSON in a container; no secret and no full phone number in either."""

from __future__ import annotations

import logging
import re
import sys
from collections import deque
from collections.abc import Iterable, Mapping, MutableMapping
from typing import Any, TextIO, cast

import structlog

PHONE = re.compile(r"(?<![\w.-])\+?\d[\d ()-]{6,}\d(?![\w.-])")
LAST = 1000  # lines a process remembers
KEPT = 3  # digits of a phone number that stay readable
HIDDEN = "•••"

Event = MutableMapping[str, Any]
_secrets: tuple[str, ...] = ()
_last: deque[Mapping[str, Any]] = deque(maxlen=LAST)


def setup(*, json: bool | None = None, secrets: Iterable[str] = (), level: int = logging.INFO) -> None:
    """Starts logging to stderr; `json` defaults to «not on a terminal». `secrets` never appear in a line."""
    hide(secrets)
    as_json = not sys.stderr.isatty() if json is None else json
    renderer: Any = structlog.processors.JSONRenderer() if as_json else structlog.dev.ConsoleRenderer()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            _remember,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=cast(TextIO, _Stderr())),
        cache_logger_on_first_use=False,
    )


def hide(secrets: Iterable[str]) -> None:
    """Sets the values that no log line may hold (those of 6 characters or more; shorter ones would eat words)."""
    global _secrets
    _secrets = tuple(sorted({secret for secret in secrets if len(secret) >= 6}, key=len, reverse=True))


def get_logger(room: str) -> structlog.typing.FilteringBoundLogger:
    """A logger that names its room."""
    return cast(structlog.typing.FilteringBoundLogger, structlog.get_logger(room=room))


def redact(_logger: Any, _method: str, event: Event) -> Event:
    """The processor that takes secrets and phone numbers out of every value."""
    for key, value in event.items():
        if key != "timestamp":
            event[key] = _clean(value)
    return event


def last_lines() -> list[Mapping[str, Any]]:
    """What this process logged last, newest first, as `redact` left it: each with `timestamp`, `level`, `event`."""
    return list(reversed(_last))


def _remember(_logger: Any, _method: str, event: Event) -> Event:
    _last.append(dict(event))
    return event


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        for secret in _secrets:
            value = value.replace(secret, HIDDEN)
        return PHONE.sub(lambda match: HIDDEN + match[0][-KEPT:], value)
    if isinstance(value, dict):
        return {key: _clean(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_clean(inner) for inner in value]
    return value


class _Stderr:
    """stderr as it is at each line; a closed one or a full disk must not stop the shop (TRUST R-23)."""

    def write(self, text: str) -> int:
        try:
            return sys.stderr.write(text)
        except (OSError, ValueError):
            return 0

    def flush(self) -> None:
        try:
            sys.stderr.flush()
        except (OSError, ValueError):
            return
