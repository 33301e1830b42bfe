"""The menu by category, price, what sells best or is in season, by words; a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.assistant.responders import variants
from app.assistant.responders.goods import card_of, products_found, say_categories, say_item, say_line, source_of
from app.assistant.responders.hears import WORD, words_of
from app.assistant.responders.look import MENU, Look, category_named, look_asked
from app.assistant.responders.traits import is_strict, kind_of_choice, say_trait
from app.assistant.tools import Page
from app.assistant.turn import Asked, Part, Turn
from app.catalog.service import Product
from app.chat.messages import QuickReply
from app.core.money import minor_digits

PAGE = 10
FEW_BY_PRICE = 3  # the cheapest are asked for, not all from the cheapest on
MOST_CHOICES = 8
TITLE_LENGTH = 20
SIZE_LENGTH = 3

__all__ = [
    "MENU",
    "Look",
    "asks_more",
    "category_choices",
    "category_named",
    "holds_any",
    "look_asked",
    "show_found",
    "show_menu",
]


def asks_more(said: str) -> bool:
    """The whole of it asks for the next page."""
    return " ".join(WORD.findall(said)) in words_of("more")


def show_menu(turn: Turn, at: int, look: Look, *, intent: str = "menu", score: float = 1.0) -> Part:
    """A page of the menu with cards, and what can be looked at next.

    A soft trait that nothing has ("para compartir") is let go, and that the menu does not tell is said.
    """
    page, said = _page(turn, look), ""
    if not page.products and look.soft:
        said = turn.voice.say("menu.not_told", what=_named(turn, look.soft, "with"))
        look = look.without(look.soft)
        page = _page(turn, look)
    nearest = _nearest(turn, look) if not page.products else None
    if nearest is not None:
        page = _page(turn, nearest)
        said = _none_which(turn, look) if len(page.products) > 1 else _none_of(turn, page.products[0], look)
        look = nearest
    turn.trace.note("menu", look.payload)
    if not page.products or (said and not look.is_filter and not look.category):
        text = said or _nothing(turn, look)
        return Part((at,), text, intent, "product", score, quick_replies=category_choices(turn, look))
    lines = [said, _title(turn, look, page.products), *(say_line(turn, product) for product in page.products)]
    text = "\n".join(line for line in lines if line)
    choices = category_choices(turn, look)
    if page.more:
        text += "\n" + turn.voice.say("menu.more_hint")
        choices = (QuickReply(turn.voice.say("menu.more"), look.next().payload), *choices)
    return _part(turn, at, text, list(page.products), intent, score, choices, look)


def holds_any(turn: Turn, look: Look) -> bool:
    """Whether there is anything to show for it."""
    return bool(turn.tools.find_products(look.wanted, limit=1).products)


def _nearest(turn: Turn, look: Look) -> Look | None:
    """Of a kind of product that nothing has in the size and colour asked for: the same size in other colours, or any."""
    sizes = tuple(name for name in look.choices if name.isdigit() or kind_of_choice((name,)) == "sizes")
    if not look.choices or not (look.category or look.words):
        return None
    relaxed = [replace(look, choices=sizes)] if sizes != look.choices else []
    relaxed += [replace(look, choices=(name,)) for name in look.choices if name not in sizes and sizes]
    return next((near for near in relaxed if near.choices and holds_any(turn, near)), None)


def _none_of(turn: Turn, product: Product, look: Look) -> str:
    """`Campera de nenes rojo 8 se agotó; hay azul 8.`"""
    return variants.say_choice(turn, product, product.chosen_of(look.wanted.choices))


def _page(turn: Turn, look: Look) -> Page:
    size = 1 if look.only else FEW_BY_PRICE if look.by_price else PAGE
    return turn.tools.find_products(look.wanted, limit=size, offset=look.page * size)


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
        topic={"subject": "menu", "look": look.payload, "shown": [product.sku for product in products]},
    )  # fmt: skip


def _title(turn: Turn, look: Look, products: Sequence[Product]) -> str:
    voice, head = turn.voice, _capital(look.category or look.words)
    if look.page:
        return voice.say("menu.title_more")
    if look.by_price:
        key = "menu.cheapest" if look.by_price == "up" else "menu.dearest"
        told = 0 if look.under % 10 ** minor_digits(turn.tools.currency) else look.under
        among = _qualities(turn, replace(look, by_price="", under=told))
        return " ".join(
            voice.say(key, item=say_item(turn, products[0]), head=f"{head}: ".lstrip(": "), what=among).split()
        )
    plain = _plain_title(turn, look)
    if plain:
        return plain
    what = _qualities(turn, look)
    return (
        voice.say("menu.title_category_which", category=head, what=what)
        if head
        else voice.say("menu.title_which", what=what)
    )


def _plain_title(turn: Turn, look: Look) -> str:
    """The title where at most a category, or one thing beside it, is looked at."""
    if look == Look():
        return turn.voice.say("menu.title")
    if look == Look(category=look.category):
        return turn.voice.say("menu.title_category", category=_capital(look.category))
    if look == Look(under=look.under):
        return turn.voice.say("menu.title_under", amount=turn.tools.price(look.under, turn.language))
    if look == Look(best=True):
        return turn.voice.say("menu.title_best")
    return turn.voice.say("menu.title_seasonal") if look == Look(seasonal=True) else ""


def _qualities(turn: Turn, look: Look) -> str:
    """`sin carne por C$ 100 o menos, según la carta`."""
    voice, said = turn.voice, []
    if look.best:
        said.append(voice.say("menu.that_sells"))
    if look.seasonal:
        said.append(voice.say("menu.in_season"))
    if look.having:
        said.append(_named(turn, look.having, "with"))
    if look.lacking:
        said.append(_named(turn, look.lacking, "without"))
    if look.choices:
        said.append(voice.say("menu.in_choice", what=voice.join([_choice(name) for name in look.choices])))
    if look.under and look.over:
        low, high = (turn.tools.price(amount, turn.language) for amount in (look.over, look.under))
        said.append(voice.say("menu.between", low=low, high=high))
    elif look.under:
        said.append(voice.say("menu.at_most", amount=turn.tools.price(look.under, turn.language)))
    elif look.over:
        said.append(voice.say("menu.at_least", amount=turn.tools.price(look.over, turn.language)))
    told = " ".join(said)
    return f"{told}{voice.say('menu.as_told')}" if look.lacking else told


def _named(turn: Turn, traits: Sequence[str], how: str) -> str:
    return turn.voice.join([say_trait(turn.voice, trait, how, turn.text) for trait in traits])


def _choice(name: str) -> str:
    return name.upper() if len(name) <= SIZE_LENGTH and name.isalpha() else name


def _nothing(turn: Turn, look: Look) -> str:
    voice, categories = turn.voice, turn.tools.categories()
    strict = [trait for trait in look.lacking if is_strict(trait)]
    if strict:
        return voice.say("menu.not_claimed", what=_named(turn, strict, "without"))
    if look == Look(under=look.under) and look.under:
        said = voice.say("menu.none_under", amount=turn.tools.price(look.under, turn.language))
    elif look == Look(best=True):
        said = voice.say("menu.none_best")
    elif look == Look(seasonal=True):
        said = voice.say("menu.none_seasonal")
    elif look.is_filter and _qualities(turn, look):
        said = _none_which(turn, look)
    elif look.category:
        said = voice.say("menu.none_category", category=look.category)
    else:
        return voice.say("menu.empty")
    return f"{said} {say_categories(turn, categories)}" if categories else said


def _none_which(turn: Turn, look: Look) -> str:
    """`Camperas: Por ahora no tengo nada en rojo y 8.`"""
    voice, head = turn.voice, _capital(look.category or look.words)
    what = _qualities(turn, replace(look, by_price="")).removesuffix(voice.say("menu.as_told"))
    said = voice.say("menu.none_which", what=what)
    return f"{head}: {said}" if head else said


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
