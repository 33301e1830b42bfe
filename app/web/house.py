"""What the web needs of the house: `wiring.py` puts it together and hands it over, nobody here imports it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from app.core.bus import Bus
from app.core.clock import Clock
from app.core.db import Database
from app.core.limits import Limits

if TYPE_CHECKING:
    from app.settings import SettingsStore


class House(Protocol):
    """One open shop: its settings, its database, and the rooms that answer."""

    home: Path
    settings: SettingsStore
    db: Database
    clock: Clock
    limits: Limits
    bus: Bus
    channels: Any
    mind: Any
    attend: Any
    team: Any
    notebook: Any
    trials: Any
    reindex: Any

    def currency(self) -> str: ...
