"""The shop's money: what config.yaml says, else menu.json, else that of its time zone's country, else dollars."""

from __future__ import annotations

from functools import cache
from typing import Protocol

from app.core.money import is_currency

LAST_RESORT = "USD"


class _Business(Protocol):
    @property
    def currency(self) -> str: ...
    @property
    def timezone(self) -> str: ...


class HasBusiness(Protocol):
    """What Settings is here: its section `business`."""

    @property
    def business(self) -> _Business: ...


def currency_of(settings: HasBusiness, menu_currency: str | None = None) -> str:
    """The ISO code of the currency of every price of this shop (CONTRACT 2). `menu_currency` is that of menu.json."""
    written = settings.business.currency or (menu_currency or "").strip().upper()
    return written if written and is_currency(written) else country_currency(settings.business.timezone)


@cache
def country_currency(timezone: str) -> str:
    """`America/Managua` is in Nicaragua, whose currency is NIO; `UTC` is nowhere."""
    from babel.numbers import get_territory_currencies

    country = country_of(timezone)
    current = get_territory_currencies(country) if country else []
    return str(current[0]) if current else LAST_RESORT


@cache
def country_of(timezone: str) -> str:
    """The ISO code of the country a time zone is in; empty for `UTC`."""
    from babel.core import get_global

    zone = get_global("zone_aliases").get(timezone, timezone)
    country = get_global("zone_territories").get(zone)
    return str(country) if country and country != "001" else ""
