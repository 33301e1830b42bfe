"""The ways to pay there are: one line each."""

from __future__ import annotations

from app.payments.base import Provider
from app.payments.manual.cash import Cash
from app.payments.manual.named import Named
from app.payments.manual.transfer import Transfer
from app.settings import Settings

PROVIDERS: dict[str, Provider] = {provider.kind: provider for provider in (Cash(), Transfer())}


def provider_of(method: str) -> Provider:
    """The provider of that kind; any other word is a method the shop names."""
    return PROVIDERS.get(method) or Named(method)


def offered(settings: Settings) -> list[str]:
    """The methods a customer may choose now, in the order they are offered in."""
    kinds = [*settings.payments.order]
    ways = [words for kind in kinds for words in (settings.payments.methods if kind == "methods" else [kind])]
    return [way for way in ways if provider_of(way).is_on(settings)]
