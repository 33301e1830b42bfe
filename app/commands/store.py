"""The shop's settings, database and clock for commands that need no more: no lock, no index, no worker."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from app import wiring as _wiring  # noqa: F401  (every room's tables)
from app.backup.service import backup_before_upgrade, database_url
from app.commands.speak import say, use
from app.core.clock import Clock
from app.core.db import Database
from app.core.errors import UserError
from app.core.migrate import upgrade
from app.settings import Settings, load_settings


@dataclass(frozen=True)
class Store:
    """An open shop at its simplest."""

    home: Path
    settings: Settings
    db: Database
    clock: Clock


def settings_of(home: Path) -> Settings:
    """The settings of the shop at `home`; from here on the command line speaks its language."""
    if not (home / "config.yaml").exists():
        raise UserError(say("error.no_shop", home=home))
    settings = load_settings(home)
    use(settings.business.language)
    return settings


@contextmanager
def open_store(home: Path) -> Iterator[Store]:
    """The shop's store, its database brought up to date."""
    settings = settings_of(home)
    db = Database(database_url(home, settings.env))
    try:
        upgrade(db, backup=lambda: backup_before_upgrade(home, settings))
        yield Store(home, settings, db, Clock(os.environ.get("TENDERO_CLOCK", "")))
    finally:
        db.close()
