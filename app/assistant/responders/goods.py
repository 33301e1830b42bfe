"""Products in words: prices as the database has them now, what is there, what is not, and what comes near."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

from app.assistant.turn import Asked, Source, Turn
from app.catalog.service import OptionAxis, OptionValue, Product, Wanted
from app.chat.messages import Card
from app.core.text import fold
from app.nlu.service import Mention, in_unit

PRODUCT = "product:"
UNITS = ("kilo", "libra", "litro", "docena")
ALTERNATIVES = 2
MOST_NEAR = 30  # of a category, to choose the alternatives from
FEW = 2  # more than these read better one below the other
MOST_NAMED = 5
MOST_CATEGORIES = 8
Named = tuple[Product, Decimal]


def products_named(turn: Turn, asked: Asked) -> list[Named]:
    """The products the clause names with their quantities; where several fit one name, all of them."""
    asked_for = [(sku, mention) for mention in asked.clause.mentions for sku in (mention.product_id, *mention.others)]
    asked_for = [(_sold_by(turn, mention, asked) or sku, mention) for sku, mention in asked_for]
    known = turn.tools.products(sku for sku, _ in asked_for)
    named: dict[str, tuple[Product, Decimal]] = {}
    for sku, mention in asked_for:
        if sku in known:
            named.setdefault(sku, (known[sku], quantity_of(mention, known[sku])))
    return list(named.values())[:MOST_NAMED]


def quantity_of(mention: Mention, product: Product) -> Decimal:
    """What was said in the product's own unit; one of it where no number was."""
    return in_unit(mention.qty, mention.unit, product.unit) if mention.said_qty else mention.qty


def _sold_by(turn: Turn, mention: Mention, asked: Asked) -> str:
    """ "El kilo de pastor": what goes by that measure where the name alone means a piece; "" where nothing does."""
    own = turn.tools.products([mention.product_id]).get(mention.product_id)
    words = re.escape(fold(mention.words))
    beside = re.search(
        rf"\b({'|'.join(UNITS)})s? de (?:\w+ )?{words}\b|\b{words} por ({'|'.join(UNITS)})\b", asked.clause.folded
    )
    unit = mention.unit or (beside and (beside[1] or beside[2])) or ""
    if unit not in UNITS or own is None or own.unit:
        return ""
    page = turn.tools.find_products(Wanted(words=mention.words, available=None), limit=MOST_NEAR)
    return next((product.sku for product in page.products if product.unit == unit), "")


def say_price(turn: Turn, product: Product, said: str) -> str:
    """`Nacatamal cuesta C$ 120.`, by option where options change the price, sold out where it is."""
    voice, chosen = turn.voice, option_named(product, said)
    if not turn.tools.check_stock(product).can_be_had:
        turn.lose("sold_out", product.name)
        off = voice.say("product.off_price", name=product.name, price=_price(turn, product.price))
        return f"{off}{instead(turn, product)}"
    if chosen is None and (axis := priced_axis(product)):
        return voice.say("product.options", name=product.name, list=_by_option(turn, product, axis))
    delta, name = (chosen[1].price_delta, f"{product.name} {chosen[1].name}") if chosen else (0, product.name)
    price = _price(turn, product.price + delta)
    if product.unit:
        return voice.say("product.price_unit", name=name, price=price, per_unit=voice.say(f"unit.{product.unit}"))
    return voice.say("product.price", name=name, price=price)


def say_quantity_price(turn: Turn, product: Product, qty: Decimal) -> str:
    """What several of it cost: `3 Nacatamal: C$ 360 (C$ 120 cada uno).`"""
    total = _price(turn, turn.tools.line_total(product, qty))
    each = _price(turn, product.price)
    named = say_amount(turn, product, qty)
    if product.unit:
        per_unit = turn.voice.say(f"unit.{product.unit}")
        return turn.voice.say("product.price_qty_unit", item=named, total=total, price=each, per_unit=per_unit)
    return turn.voice.say("product.price_qty", item=named, total=total, price=each)


def say_available(turn: Turn, products: Sequence[Product], missing: Sequence[str], asked: Asked) -> str:
    """What of it there is with its price, what is sold out, what the menu does not have, and what instead."""
    voice = turn.voice
    there = [product for product in products if turn.tools.check_stock(product).can_be_had]
    off = [product for product in products if product not in there]
    said = []
    if len(there) > FEW:
        said.append("\n".join([voice.say("product.have_these"), *(say_line(turn, product) for product in there)]))
    elif there:
        said.append(voice.say("product.have", list=voice.join([say_item(turn, product) for product in there])))
    said += [voice.say("product.off", name=product.name) + instead(turn, product) for product in off]
    for product in off:
        turn.lose("sold_out", product.name)
    if missing:
        said.append(say_missing(turn, missing, asked, near=not there))
    return ("\n" if len(there) > FEW else " ").join(said)


def say_missing(turn: Turn, missing: Sequence[str], asked: Asked, *, near: bool = True) -> str:
    """`Sushi no tenemos.` and what comes nearest, or the menu's categories."""
    voice = turn.voice
    named = voice.join([_named_back(words) for words in missing])
    for words in missing:
        turn.lose("missing", _named_back(words))
    said = voice.say("product.not_sold", name=_capital(named))
    if not near:
        return said
    close = products_found(turn, asked)[:ALTERNATIVES]
    if close:
        return f"{said} {voice.say('product.closest', list=voice.join([say_item(turn, p) for p in close]))}"
    categories = turn.tools.categories()
    return f"{said} {say_categories(turn, categories)}" if categories else said


def products_found(turn: Turn, asked: Asked) -> list[Product]:
    """What retrieval holds for a likely answer to this, as far as it can be had."""
    sure = [hit.id for hit in asked.hits if hit.type == "product" and hit.score >= turn.settings.retrieval.min_score]
    known = turn.tools.products(sure)
    return [known[sku] for sku in sure if sku in known and turn.tools.check_stock(known[sku]).can_be_had]


def say_categories(turn: Turn, categories: Sequence[str]) -> str:
    """`Tenemos desayunos, bebidas y postres.`"""
    named = [name.lower() for name in categories[:MOST_CATEGORIES]]
    more = [turn.voice.say("menu.and_more")] if len(categories) > MOST_CATEGORIES else []
    return turn.voice.say("menu.we_have", categories=turn.voice.join([*named, *more]))


def say_item(turn: Turn, product: Product) -> str:
    """`Nacatamal a C$ 120`, `Queso duro a C$ 60 la libra`."""
    price = _price(turn, product.price)
    if product.unit:
        per_unit = turn.voice.say(f"unit.{product.unit}")
        return turn.voice.say("product.have_item_unit", name=product.name, price=price, per_unit=per_unit)
    return turn.voice.say("product.have_item", name=product.name, price=price)


def say_amount(turn: Turn, product: Product, qty: Decimal) -> str:
    """`2 Nacatamal`, `1.5 lb de Queso duro`."""
    key = f"unit.{product.unit}_of" if qty <= 1 else f"unit.{product.unit}s_of"
    name = turn.voice.say(key, name=product.name) if product.unit else product.name
    return turn.voice.say("order.item", qty=f"{qty.normalize():f}", name=name)


def say_line(turn: Turn, product: Product) -> str:
    """`• Nacatamal: C$ 120`: one line of a list."""
    return turn.voice.say("menu.line", name=product.name, price=card_of(turn, product).price)


def card_of(turn: Turn, product: Product) -> Card:
    """The product to look at; tapping it asks about it."""
    price = _price(turn, product.price)
    if product.unit:
        price = f"{price} {turn.voice.say(f'unit.{product.unit}')}"
    return Card(product.name, PRODUCT + product.sku, product.description, price, product.image)


def source_of(turn: Turn, product: Product, score: float = 1.0) -> Source:
    return Source("product", product.sku, product.name, round(score, 4), used=True)


def option_named(product: Product, said: str) -> tuple[OptionAxis, OptionValue] | None:
    """The option that changes the price and is named in the text."""
    for axis in product.options:
        for value in axis.values:
            for name in (value.name, *value.synonyms):
                if value.price_delta is not None and re.search(rf"\b{re.escape(fold(name))}(?:e?s)?\b", said):
                    return axis, value
    return None


def priced_axis(product: Product) -> OptionAxis | None:
    """The first axis whose values cost differently."""
    return next((axis for axis in product.options if len({value.price_delta for value in axis.values}) > 1), None)


def _by_option(turn: Turn, product: Product, axis: OptionAxis) -> str:
    prices = [(value.name, _price(turn, product.price + value.price_delta)) for value in axis.values]
    return turn.voice.join([turn.voice.say("product.option_price", option=name, price=price) for name, price in prices])


def instead(turn: Turn, product: Product) -> str:
    """What of the same category can be had, the nearest in price first."""
    near: list[Product] = []
    for category in product.categories[:1]:
        page = turn.tools.find_products(Wanted(category=category), limit=MOST_NEAR)
        near += [other for other in page.products if other.sku != product.sku]
    near.sort(key=lambda other: abs(other.price - product.price))
    if not near:
        return ""
    listed = turn.voice.join([say_item(turn, other) for other in near[:ALTERNATIVES]])
    return f" {turn.voice.say('product.instead', list=listed)}"


def _price(turn: Turn, minor: int) -> str:
    return turn.tools.price(minor, turn.language)


def _named_back(words: str) -> str:
    return " ".join(words.split())[:60]


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
