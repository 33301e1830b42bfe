"""The shop's settings: `.env` and `config.yaml` read into one typed, frozen snapshot, and kept fresh."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from app.core.log import get_logger
from app.core.text import fold
from app.shop import history, words
from app.shop.channels import CHANNELS
from app.shop.config import (
    MODES,
    Ai,
    Branch,
    Business,
    Channels,
    Config,
    Delivery,
    DeliveryZone,
    Limits,
    Orders,
    Payments,
    Place,
    Privacy,
    Responses,
    Retrieval,
)
from app.shop.currency import currency_of
from app.shop.edit import edit, edited, value_of
from app.shop.env import NAME as ENV
from app.shop.env import Env, ensure_secret_key, load_env, mistakes_in, set_env_value
from app.shop.files import locked
from app.shop.flowspec import Flow, Step
from app.shop.hours import WeekHours
from app.shop.kinds import OneOf
from app.shop.mistakes import Amiss, Mistake, SettingsError
from app.shop.reading import read_config, read_file
from app.shop.yamltree import Tree

CONFIG = "config.yaml"
WATCH_SECONDS = 2.0
SETTLE_SECONDS = 0.25
# What `auto` looks for: the keys without which nothing can be sent or charged.
CHANNEL_KEYS = {channel.kind: tuple(name.lower() for name in channel.sends_with) for channel in CHANNELS}
PAYMENT_KEYS: dict[str, tuple[str, ...]] = {
    "cash": (),
    "transfer": (),
    "stripe": ("stripe_secret_key",),
    "paypal": ("paypal_client_id", "paypal_client_secret"),
    "mercadopago": ("mercadopago_access_token",),
}

log = get_logger("settings")

__all__ = [
    "Branch", "DeliveryZone", "Env", "Flow", "Place", "Profile", "Settings", "SettingsError", "SettingsStore", "Step",
    "currency_of", "edit", "ensure_secret_key", "load_env", "load_settings", "set_env_value",
]  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """The shop, or one of its branches, as a customer meets it."""

    slug: str
    name: str
    address: str
    phone: str
    timezone: ZoneInfo
    hours: WeekHours
    location: Place | None
    waiting: str
    zones: tuple[DeliveryZone, ...]
    unavailable: frozenset[str]


@dataclass(frozen=True)
class Settings:
    """One snapshot. A turn takes one and keeps it; `version` grows with each one a running server takes."""

    home: Path
    env: Env
    business: Business
    ai: Ai
    retrieval: Retrieval
    responses: Responses
    orders: Orders
    flows: Mapping[str, Flow]
    channels: Channels
    payments: Payments
    delivery: Delivery
    branches: tuple[Branch, ...]
    limits: Limits
    privacy: Privacy
    config_path: Path
    version: int = 1
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def currency(self) -> str:
        """What config.yaml says, or nothing; `currency_of` knows the whole rule."""
        return self.business.currency

    @property
    def provider(self) -> str:
        """The LLM provider of Mode B by API: the one chosen, else the only one with a key; empty without its key."""
        keys = self.env.llm_keys()
        chosen: str = self.ai.provider or (next(iter(keys)) if len(keys) == 1 else "")
        return chosen if chosen in keys else ""

    @property
    def mode(self) -> str:
        """The mode that can work: `api_llm` without a key answers as Mode A (CONTRACT 2)."""
        return "rag_only" if self.ai.mode == "api_llm" and not self.provider else self.ai.mode

    def channel_is_on(self, kind: str) -> bool:
        """Whether a channel is switched on: said so, or `auto` and its keys are in `.env` (CONTRACT 3)."""
        return self._is_on(getattr(self.channels, kind).enabled, CHANNEL_KEYS[kind])

    def payment_is_on(self, kind: str) -> bool:
        """The same for a way to pay of `payments`; `methods` is on when it names any."""
        if kind == "methods":
            return bool(self.payments.methods)
        return self._is_on(getattr(self.payments, kind).enabled, PAYMENT_KEYS[kind])

    def _is_on(self, enabled: bool | str, keys: tuple[str, ...]) -> bool:
        return all(getattr(self.env, key) for key in keys) if enabled == "auto" else bool(enabled)

    def profile(self, slug: str | None = None) -> Profile:
        """The branch of that slug; for anything else, the shop."""
        return self._profiles.get(fold(slug or ""), self._profiles[""])

    @cached_property
    def _profiles(self) -> dict[str, Profile]:
        shop = self._shop
        return {"": shop, **{fold(branch.slug): self._branch(branch, shop) for branch in self.branches}}

    @cached_property
    def _shop(self) -> Profile:
        business = self.business
        return Profile(
            slug=business.slug,
            name=business.name,
            address=business.address,
            phone=business.phone,
            timezone=ZoneInfo(business.timezone),
            hours=business.hours,
            location=business.location,
            waiting=business.waiting,
            zones=self.delivery.zones,
            unavailable=frozenset(),
        )

    def _branch(self, branch: Branch, shop: Profile) -> Profile:
        said: dict[str, Any] = {name: getattr(branch, name) for name in _INHERITED}
        said["timezone"] = ZoneInfo(branch.timezone) if branch.timezone else None
        own = {name: value for name, value in said.items() if value is not None}
        if "address" in own:  # the shop's point on the map is somewhere else
            own.setdefault("location", None)
        return replace(shop, slug=branch.slug, unavailable=frozenset(branch.unavailable), **own)


_INHERITED = ("name", "address", "phone", "hours", "location", "waiting", "zones")


def load_settings(
    home: Path, *, config: Path | None = None, mode: str | None = None, environ: Mapping[str, str] = os.environ
) -> Settings:
    """Reads HOME/.env and HOME/config.yaml (or `config`); `mode` beats what the file says.

    A shop without config.yaml has the defaults; a `config` that is named has to exist. Raises SettingsError with a
    line for each mistake in both files.
    """
    return _assemble(Path(home), config, mode, environ, _read_config_file(Path(home), config))


class SettingsStore:
    """Holds the current snapshot and takes good edits of config.yaml; of a bad one it only keeps the `problem`.

    `.env` is read once: its secrets need a restart.
    """

    def __init__(
        self,
        home: Path,
        *,
        config: Path | None = None,
        mode: str | None = None,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self.home = Path(home)
        self._config, self._mode, self._environ = config, mode, environ
        raw = _read_config_file(self.home, config)
        self.current = _assemble(self.home, config, mode, environ, raw)
        self.problem: str | None = None
        self._seen = _digest(raw)
        self._listeners: list[Callable[[Settings], object]] = []

    def on_change(self, listener: Callable[[Settings], object]) -> None:
        """Calls `listener` with each new snapshot, after it is `current`."""
        self._listeners.append(listener)

    def reload_if_changed(self) -> bool:
        """Takes what config.yaml says now; True when there is a new snapshot. Never raises for a bad file."""
        try:
            raw = _read_config_file(self.home, self._config)
        except SettingsError as error:
            return self._refuse(str(error).encode(), str(error))
        if _digest(raw) == self._seen:
            return False
        if raw is None:
            return self._refuse(None, str(Mistake(self.current.config_path.name, 0, "", words.FILE_GONE)))
        try:
            fresh = _assemble(self.home, self._config, self._mode, self._environ, raw, env=self.current.env)
        except SettingsError as error:
            return self._refuse(raw, str(error))
        return self._take(replace(fresh, version=self.current.version + 1), raw)

    async def change(self, changes: Mapping[str, Any]) -> None:
        """Writes keys into config.yaml, comments kept, and takes it at once; raises SettingsError and changes nothing.

        `changes` as in `app.shop.edit.edit`. The version before stays in the history.
        """
        await asyncio.to_thread(edit, self.current.config_path, changes)
        await asyncio.to_thread(self.reload_if_changed)

    async def go_back(self, name: str, seen: str) -> str:
        """Puts a version of the history in force; as `app.shop.history.go_back`."""
        kept = await asyncio.to_thread(history.go_back, self.current.config_path, name, seen)
        await asyncio.to_thread(self.reload_if_changed)
        return kept

    async def tried(self, changes: Mapping[str, Any]) -> Settings:
        """What `change` would bring, nothing written and nothing taken; raises SettingsError likewise."""
        path = self.current.config_path

        def settings() -> Settings:
            before = read_file(path, path.name) if path.exists() else b""
            raw = edited(before, changes, path.name)
            return _assemble(self.home, self._config, self._mode, self._environ, raw, env=self.current.env)

        return await asyncio.to_thread(settings)

    async def written(self, key: str) -> Any:
        """What config.yaml itself says of a key, as `app.shop.edit.value_of`; None where it says nothing."""
        path = self.current.config_path

        def read() -> Any:
            return value_of(read_file(path, path.name), key, path.name) if path.exists() else None

        return await asyncio.to_thread(read)

    def kept_env(self) -> Env:
        """What `.env` says by now; `current.env` is what it said at the start. Raises SettingsError."""
        return load_env(self.home, self._environ)

    def is_given(self, key: str) -> bool:
        """Whether the environment says it, which wins over `.env`."""
        return key in self._environ

    async def keep_keys(self, values: Mapping[str, str]) -> None:
        """Writes keys into `.env`, where they count from the next start on; raises SettingsError and writes nothing."""
        if mistakes := mistakes_in(values):
            raise SettingsError(mistakes)
        path = self.home / ENV

        def write() -> None:
            with locked(path):
                for name, value in values.items():
                    set_env_value(path, name, value)

        await asyncio.to_thread(write)

    async def watch(self) -> None:
        """Looks every two seconds, for ever; a file still being written is left to settle first."""
        while True:
            await asyncio.sleep(WATCH_SECONDS)
            while (now := self._look()) != self._seen:
                await asyncio.sleep(SETTLE_SECONDS)
                if self._look() == now:
                    await asyncio.to_thread(self.reload_if_changed)
                    break

    def _look(self) -> str:
        try:
            return _digest(_read_config_file(self.home, self._config))
        except SettingsError as error:
            return _digest(str(error).encode())

    def _take(self, fresh: Settings, raw: bytes | None) -> bool:
        self.current, self.problem, self._seen = fresh, None, _digest(raw)
        log.info("settings_reloaded", version=fresh.version)
        for listener in self._listeners:
            try:
                listener(fresh)
            except Exception as error:  # one listener's fault must not stop the others, nor the watch
                log.error("settings_listener_failed", error=repr(error))
        return True

    def _refuse(self, raw: bytes | None, problem: str) -> bool:
        if _digest(raw) != self._seen:
            self.problem, self._seen = problem, _digest(raw)
            log.warning("settings_not_taken", problem=problem, note=words.KEPT_LAST)
        return False


def _read_config_file(home: Path, config: Path | None) -> bytes | None:
    path = Path(config) if config else home / CONFIG
    if config is None and not path.exists():
        return None
    return read_file(path, str(config or CONFIG))


def _assemble(
    home: Path,
    config: Path | None,
    mode: str | None,
    environ: Mapping[str, str],
    raw: bytes | None,
    env: Env | None = None,
) -> Settings:
    mistakes: list[Mistake] = []
    name = str(config or CONFIG)
    try:
        env = env or load_env(home, environ)
    except SettingsError as error:
        mistakes += error.mistakes
    try:
        read, tree = read_config(raw or b"", name)
    except SettingsError as error:
        raise SettingsError([*mistakes, *error.mistakes]) from None
    if env is None:
        raise SettingsError(mistakes)
    sections = {section: getattr(read, section) for section in Config.model_fields}
    sections["ai"] = _with_mode(read.ai, mode)
    settings = Settings(home=home, env=env, config_path=Path(config) if config else home / CONFIG, **sections)
    _refuse_unclear_provider(settings, tree, name)
    return replace(settings, warnings=(*env.warnings, *_warnings(settings)))


def _with_mode(ai: Ai, mode: str | None) -> Ai:
    if not mode:
        return ai
    try:
        return ai.model_copy(update={"mode": OneOf(MODES).read(mode)})
    except Amiss as error:
        raise SettingsError([Mistake("--mode", 0, "", str(error))]) from None


def _refuse_unclear_provider(settings: Settings, tree: Tree, name: str) -> None:
    keys = list(settings.env.llm_keys())
    if settings.ai.mode == "api_llm" and not settings.ai.provider and len(keys) > 1:
        text = words.KEYS_NEEDED.format(providers=", ".join(keys), first=keys[0])
        raise SettingsError([Mistake(name, tree.line(("ai", "provider")), "ai.provider", text)])


def _warnings(settings: Settings) -> list[str]:
    return [*_llm_warnings(settings), *_embedder_warnings(settings)]


def _embedder_warnings(settings: Settings) -> list[str]:
    name, env = settings.retrieval.embedder, settings.env
    lacks = name.startswith("openai/") and not (env.openai_api_key or env.openai_base_url)
    return [words.NO_EMBEDDER_KEY.format(name=name)] if lacks else []


def _llm_warnings(settings: Settings) -> list[str]:
    if settings.ai.mode != "api_llm" or settings.provider:
        return []
    if settings.ai.provider:
        return [words.NO_LLM_KEY.format(key=f"{settings.ai.provider.upper()}_API_KEY")]
    return [words.NO_LLM_KEYS.format(keys="OPENAI_API_KEY, GROQ_API_KEY, GEMINI_API_KEY")]


def _digest(raw: bytes | None) -> str:
    return "" if raw is None else hashlib.sha256(raw).hexdigest()
