"""What a product holds and how it can be had: "¿qué lleva?", "¿viene con salsa?", "¿se puede sin cebolla?"; and comparisons."""

from __future__ import annotations

from collections.abc import Sequence

from app.assistant.responders.answers import with_note
from app.assistant.responders.hears import hears
from app.assistant.responders.traits import (
    ITSELF,
    Traits,
    families,
    is_strict,
    lacking_of,
    same_words,
    say_trait,
    shown_by,
)
from app.assistant.turn import Turn
from app.catalog.service import Extra, Product, bare, claims, shows


def say_contents(turn: Turn, product: Product) -> str:
    """`Vigorón: Yuca suavecita… Viene con ensalada.`; empty where the menu tells nothing."""
    included = [extra.name for extra in product.extras if extra.included]
    said = []
    if product.description:
        said.append(f"{product.name}: {with_note(turn, product.description, turn.settings.business.language)}")
    untold = [name for name in included if not shows(product, (name,)) or not product.description]
    if untold:
        said.append(turn.voice.say("product.comes_with", list=turn.voice.join(untold)))
    return " ".join(said)


def say_traits(turn: Turn, product: Product, traits: Traits) -> str:
    """What the menu says of each thing it is asked to have or to be without; never more."""
    said = [_say_having(turn, product, trait) for trait in traits.having]
    said += [_say_lacking(turn, product, trait) for trait in traits.lacking]
    return " ".join(said)


def say_comparison(turn: Turn, products: Sequence[Product], said: str) -> str:
    """Each with its price and words, then the cheaper named."""
    voice = turn.voice
    lines = []
    for product in products:
        price = turn.tools.price(product.price, turn.language)
        about = voice.say("product.about", name=product.name, price=price)
        told = with_note(turn, product.description, turn.settings.business.language)
        lines.append(f"• {about}: {told}" if told else f"• {about}")
    low, high = min(products, key=lambda one: one.price), max(products, key=lambda one: one.price)
    if {product.unit for product in products} != {products[0].unit}:
        return "\n".join(lines)
    verdict = (
        voice.say("product.same_price") if low.price == high.price else voice.say("product.cheaper", name=low.name)
    )
    return "\n".join([verdict, *lines] if hears("cheapest", said) else [*lines, verdict])


def _say_having(turn: Turn, product: Product, trait: str) -> str:
    extra, what = _extra(product, trait), _thing(turn, trait)
    if extra is not None and not extra.included:
        if not extra.price_delta:
            return turn.voice.say("product.holds_extra_free", name=product.name, what=what)
        price = turn.tools.price(extra.price_delta, turn.language)
        return turn.voice.say("product.holds_extra", name=product.name, what=what, price=price)
    if extra is not None or shows(product, shown_by(trait)):
        return _with_words(turn, product, turn.voice.say("product.holds_yes", name=product.name, what=what))
    if claims(product, lacking_of(trait).claims):
        return _with_words(turn, product, turn.voice.say("product.holds_never", name=product.name, what=what))
    return _with_words(turn, product, turn.voice.say("product.holds_not_told", name=product.name, what=what))


def _say_lacking(turn: Turn, product: Product, trait: str) -> str:
    voice, extra, what = turn.voice, _extra(product, trait), _thing(turn, trait)
    if extra is not None and extra.included:
        return voice.say("product.holds_out", name=product.name, what=what)
    lacking = lacking_of(trait)
    if claims(product, lacking.claims):
        return _with_words(turn, product, voice.say("product.holds_never", name=product.name, what=what))
    if shows(product, lacking.shows):
        return voice.say("product.holds_fixed", name=product.name, what=what)
    key = "product.holds_not_told" if is_strict(trait) else "product.holds_never"
    return _with_words(turn, product, voice.say(key, name=product.name, what=what))


def _with_words(turn: Turn, product: Product, said: str) -> str:
    if not product.description:
        return said
    return f"{said} {with_note(turn, product.description, turn.settings.business.language)}"


def _extra(product: Product, trait: str) -> Extra | None:
    """The extra that is this: by its name, or by a name it has elsewhere."""
    names = same_words(trait.removeprefix(ITSELF)) if trait.startswith(ITSELF) else families()[trait].said
    near = {bare(name) for name in names}
    return next((extra for extra in product.extras if near & {bare(extra.name), *map(bare, extra.synonyms)}), None)


def _thing(turn: Turn, trait: str) -> str:
    """`queso` of `con queso`; `picante`."""
    return say_trait(turn.voice, trait, "with", turn.text).removeprefix(turn.voice.say("trait.with", what=""))
