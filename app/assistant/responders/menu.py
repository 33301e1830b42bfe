"""The menu by category, price, what sells best or is in season, by words; a page at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode

from app.assistant.responders.goods import card_of, products_found, say_categories, say_line, source_of
from app.assistant.responders.hears import WORD, hears, kinds_said, words_of
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product
from app.chat.messages import QuickReply
from app.core.money import parse_money
from app.core.text import fold

MENU = "menu:"
PAGE = 10
MOST_CHOICES = 8
TITLE_LENGTH = 20
LAST_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Look:
    """What of the menu is looked at."""

    category: str = ""
    under: int = 0
    best: bool = False
    seasonal: bool = False
    page: int = 0

    @property
    def payload(self) -> str:
        flags = {"best": int(self.best), "seasonal": int(self.seasonal)}
        chosen = {"category": self.category, "under": self.under, **flags, "page": self.page}
        return MENU + urlencode({name: value for name, value in chosen.items() if value})

    @staticmethod
    def of(payload: str) -> Look:
        """Reads a payload back; what is not in it, or is nonsense, is not looked for."""
        given = dict(parse_qsl(payload.removeprefix(MENU)))
        return Look(
            given.get("category", ""), _number(given, "under"), bool(_number(given, "best")),
            bool(_number(given, "seasonal")), min(_number(given, "page"), LAST_PAGE),
        )  # fmt: skip

    @property
    def is_filter(self) -> bool:
        """More than a category is asked for."""
        return bool(self.under or self.best or self.seasonal)

    def next(self) -> Look:
        return Look(self.category, self.under, self.best, self.seasonal, self.page + 1)


def look_asked(turn: Turn, asked: Asked) -> Look | None:
    """The filters a question names; None if it names none."""
    look = Look(
        category=category_named(turn.tools.categories(), asked.said),
        under=_under(turn, asked.said),
        best=hears("best", asked.said),
        seasonal=hears("seasonal", asked.said),
    )
    return look if look != Look() else None


def category_named(categories: list[str], said: str) -> str:
    """The category whose name the text holds, singular or plural, else one for the kind of food it speaks of."""
    words = [_singular(word) for word in WORD.findall(fold(said))]
    text = f" {' '.join(words)} "
    named = [name for name in categories if f" {' '.join(map(_singular, WORD.findall(fold(name))))} " in text]
    if named:
        return max(named, key=len)
    stems = tuple(kinds_said(fold(said)))
    return next((name for stem in stems for name in categories if fold(name).startswith(stem)), "")


def asks_more(said: str) -> bool:
    """The whole of it asks for the next page."""
    return " ".join(WORD.findall(said)) in words_of("more")


def show_menu(turn: Turn, at: int, look: Look, *, intent: str = "menu", score: float = 1.0) -> Part:
    """A page of the menu with cards, and what can be looked at next."""
    page = turn.tools.find_products(
        category=look.category or None, max_price=look.under or None, best_seller=look.best or None,
        seasonal=look.seasonal or None, limit=PAGE, offset=look.page * PAGE,
    )  # fmt: skip
    turn.trace.note("menu", look.payload)
    if not page.products:
        return Part((at,), _nothing(turn, look), intent, "product", score, quick_replies=category_choices(turn, look))
    text = "\n".join([_title(turn, look), *(say_line(turn, product) for product in page.products)])
    choices = category_choices(turn, look)
    if page.more:
        text += "\n" + turn.voice.say("menu.more_hint")
        choices = (QuickReply(turn.voice.say("menu.more"), look.next().payload), *choices)
    return _part(turn, at, text, list(page.products), intent, score, choices, look)


def show_found(turn: Turn, asked: Asked, *, intent: str, score: float) -> Part | None:
    """What retrieval holds for a likely match by description; None if nothing."""
    found = products_found(turn, asked)
    if not found:
        return None
    text = "\n".join([turn.voice.say("menu.title_found"), *(say_line(turn, product) for product in found)])
    return _part(turn, asked.at, text, found, intent, score, (), Look())


def category_choices(turn: Turn, look: Look) -> tuple[QuickReply, ...]:
    """The other categories, to tap."""
    others = [name for name in turn.tools.categories() if name != look.category][:MOST_CHOICES]
    return tuple(QuickReply(_capital(name)[:TITLE_LENGTH], Look(category=name).payload) for name in others)


def _part(
    turn: Turn, at: int, text: str, products: list[Product], intent: str, score: float, choices: tuple[QuickReply, ...],
    look: Look,
) -> Part:  # fmt: skip
    return Part(
        (at,), text, intent, "product", score, cards=tuple(card_of(turn, product) for product in products),
        used=tuple(source_of(turn, product) for product in products), quick_replies=choices,
        topic={"subject": "menu", "look": look.payload},
    )  # fmt: skip


def _title(turn: Turn, look: Look) -> str:
    voice = turn.voice
    if look.page:
        return voice.say("menu.title_more")
    if look.under:
        amount = turn.tools.price(look.under, turn.language)
        key = "menu.title_category_under" if look.category else "menu.title_under"
        return voice.say(key, amount=amount, category=_capital(look.category))
    if look.best:
        return voice.say("menu.title_best")
    if look.seasonal:
        return voice.say("menu.title_seasonal")
    if look.category:
        return voice.say("menu.title_category", category=_capital(look.category))
    return voice.say("menu.title")


def _nothing(turn: Turn, look: Look) -> str:
    voice, categories = turn.voice, turn.tools.categories()
    if look.under:
        said = voice.say("menu.none_under", amount=turn.tools.price(look.under, turn.language))
    elif look.best:
        said = voice.say("menu.none_best")
    elif look.seasonal:
        said = voice.say("menu.none_seasonal")
    elif look.category:
        said = voice.say("menu.none_category", category=look.category)
    else:
        return voice.say("menu.empty")
    return f"{said} {say_categories(turn, categories)}" if categories else said


def _under(turn: Turn, said: str) -> int:
    for way in sorted(words_of("under"), key=len, reverse=True):
        found = re.search(rf"\b{re.escape(way)}\s+(?:de\s+|los\s+|\D{{0,3}}\s*)?(\d[\d.,]*)", said)
        if found:
            try:
                return parse_money(found[1].rstrip(".,"), turn.tools.currency)
            except ValueError:
                return 0
    return 0


def _singular(word: str) -> str:
    return word[:-2] if len(word) > 5 and word.endswith("es") else word.removesuffix("s")


def _number(given: dict[str, Any], name: str) -> int:
    text = given.get(name, "0")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
