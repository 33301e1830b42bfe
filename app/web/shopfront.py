"""What the demo page shows of the shop: its name, its hours, how to pay, and what is on sale."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from app.catalog import service as catalog
from app.core.i18n import Texts
from app.core.money import show
from app.core.text import fold
from app.settings import Profile, Settings
from app.shop.hours import DAYS, DayGroup
from app.web.call import Call
from app.web.chat.api import branch_of
from app.web.static import WIDGET
from app.web.words import say

SHOWN = 12
PLAIN = "canasta"  # the drawing of what has none of its own
PAID_BY_US = ("cash", "transfer")


async def shopfront(call: Call) -> dict[str, Any]:
    """The values of `demo.html`, of the branch `?business=` names."""
    settings, language = call.settings, call.language
    profile = settings.profile(branch_of(call, call.request.query_params.get("business", "")) or None)
    wanted = catalog.Wanted(hidden=profile.unavailable)
    products = await call.house.db.read(lambda conn: catalog.find(conn, wanted, limit=SHOWN))
    return {
        "shop": {
            "name": profile.name,
            "slug": profile.slug,
            "address": profile.address,
            "phone": profile.phone,
            "hours_lines": hours_lines(profile, language),
            "payment": ways_to_pay(settings, language),
        },
        "origin": call.base_url,
        "products": [
            {
                "name": product.name,
                "price": show(product.price, product.currency, language),
                "drawing": drawing(product.name),
                "image": product.image if (product.image or "").startswith("/") else None,
                "best_seller": product.best_seller,
            }
            for product in products
        ],
    }


def hours_lines(profile: Profile, language: str) -> list[str]:
    """The week, a line for days in a row with the same hours."""
    return [_days_line(group, language) for group in profile.hours.groups]


def ways_to_pay(settings: Settings, language: str) -> list[str]:
    """The ways to pay that need nobody else, in words."""
    bot = Texts.load("bot")
    ours = [bot.say(f"payment.{key}", language) for key in PAID_BY_US if settings.payment_is_on(key)]
    return [*ours, *settings.payments.methods]


def drawing(name: str) -> str:
    """The drawing for a product without a picture: the first whose word is in its name (as the widget chooses it)."""
    said = f" {' '.join(''.join(c if c.isalpha() else ' ' for c in fold(name)).split())} "
    for picture, words in _drawings().items():
        if any(f" {word}{ending} " in said for word in words for ending in ("", "s", "es")):
            return picture
    return PLAIN


def _days_line(group: DayGroup, language: str) -> str:
    names: list[str] = Texts.load("bot").raw("week.days", language)
    first, last = names[DAYS.index(group.first)], names[DAYS.index(group.last)]
    days = first if first == last else say("demo.days", language, first=first, last=last)
    hours = group.said if group.spans else say("demo.closed", language)
    return f"{days[:1].upper()}{days[1:]}: {hours}"


@cache
def _drawings() -> dict[str, list[str]]:
    drawings: dict[str, list[str]] = json.loads((WIDGET / "art" / "drawings.json").read_text(encoding="utf-8"))
    return drawings
