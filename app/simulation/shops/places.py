"""Where a shop delivers and what it adds to its prices, read from its settings as a neighbour would know it."""

from __future__ import annotations

from decimal import Decimal

from app.settings import Settings
from app.shop.currency import country_of
from app.simulation.customer import Area, Places


def places_of(settings: Settings) -> Places:
    """The areas, each with the cheapest zone's fee; none where the shop delivers nowhere."""
    delivery, profile = settings.delivery, settings.profile(None)
    known: dict[str, Area] = {}
    for zone in profile.zones if delivery.enabled else ():
        least = zone.minimum if zone.minimum is not None else delivery.minimum
        for name in zone.areas or (() if zone.radius_km is not None else (zone.name,)):
            if name not in known or zone.fee < known[name].fee:
                known[name] = Area(name, zone.fee, least)
    point = None if profile.location is None else (float(profile.location.lat), float(profile.location.lon))
    by_distance = any(zone.radius_km is not None for zone in profile.zones)
    return Places(tuple(known.values()), delivery.pickup or not known, point, not by_distance, _phone(settings))


def _phone(settings: Settings) -> str:
    """A mobile number of the shop's country, as it is dialled there."""
    import phonenumbers  # 3 MB that only this needs here

    country = country_of(settings.business.timezone)
    like = phonenumbers.example_number_for_type(country, phonenumbers.PhoneNumberType.MOBILE) if country else None
    return Places().phone if like is None else str(like.national_number)


def tax_added(settings: Settings) -> Decimal:
    """Percent on top of the prices; 0 where it is in them or there is none."""
    tax = settings.orders.tax
    return Decimal(0) if tax is None or tax.included else tax.percent
